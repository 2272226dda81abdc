/** Pure decisions: what to do with a customer seen like this, how many of them a night, and who approves it. */
@NullMarked
package dev.offboarding.plan;

import org.jspecify.annotations.NullMarked;
