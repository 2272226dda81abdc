/** A run: the seven steps of the Batch job, its lock, its job file and its exit code. */
@NullMarked
package dev.offboarding.run;

import org.jspecify.annotations.NullMarked;
