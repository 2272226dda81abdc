/** A run as it is remembered: what it ended with, why it stopped, what failed, and the words for it. Knows nothing of how a run works. */
@NullMarked
package dev.offboarding.runs;

import org.jspecify.annotations.NullMarked;
