/** The audit trail: intents before writes, outcomes after, each chained to the one before. */
@NullMarked
package dev.offboarding.audit;

import org.jspecify.annotations.NullMarked;
