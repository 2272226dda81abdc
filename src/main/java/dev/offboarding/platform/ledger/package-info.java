/** The platform on PostgreSQL: the reseller's own ledger, in sets. */
@NullMarked
package dev.offboarding.platform.ledger;

import org.jspecify.annotations.NullMarked;
