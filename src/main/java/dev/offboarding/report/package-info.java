/** What a run leaves behind: totals, files, manifest. */
@NullMarked
package dev.offboarding.report;

import org.jspecify.annotations.NullMarked;
