/** A run: the seven steps of the Batch job, its recovery and its exit code. */
@NullMarked
package dev.offboarding.run;

import org.jspecify.annotations.NullMarked;
