/** One run of one job file: its settings, its steps, its lock and its exit code. */
@NullMarked
package dev.offboarding.run;

import org.jspecify.annotations.NullMarked;
