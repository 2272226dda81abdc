/**
 * Checks reports offline: from their files alone, without a database, and counting everything again from the rows. Knows nothing of how
 * they are written.
 */
@NullMarked
package dev.offboarding.report.verify;

import org.jspecify.annotations.NullMarked;
