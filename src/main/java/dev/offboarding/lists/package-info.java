/** Lists received: CSV files, workbooks and database queries, what is accepted of them, and what is set aside. */
@NullMarked
package dev.offboarding.lists;

import org.jspecify.annotations.NullMarked;
