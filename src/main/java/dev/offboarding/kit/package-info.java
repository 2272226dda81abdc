/** What every room may use, and that knows none of them. */
@NullMarked
package dev.offboarding.kit;

import org.jspecify.annotations.NullMarked;
