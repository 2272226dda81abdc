/** Pure decisions: what to do with a customer seen like this, and whether that is too much. No I/O. */
@NullMarked
package dev.offboarding.plan;

import org.jspecify.annotations.NullMarked;
