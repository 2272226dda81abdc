/** What every room may use, and that knows none of them: cancellation, retries, hashes, keys, files, what log lines say, and text for one line or one cell. */
@NullMarked
package dev.offboarding.kit;

import org.jspecify.annotations.NullMarked;
