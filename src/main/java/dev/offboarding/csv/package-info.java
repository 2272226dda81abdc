/** CSV as we hand it out: opens well in a spreadsheet, and no cell of it is a formula. */
@NullMarked
package dev.offboarding.csv;

import org.jspecify.annotations.NullMarked;
