/** Lists in: CSV files and database queries, what of them is accepted, and what is set aside. */
@NullMarked
package dev.offboarding.lists;

import org.jspecify.annotations.NullMarked;
