/** The platform that is the reseller's own PostgreSQL. */
@NullMarked
package dev.offboarding.platform.ledger;

import org.jspecify.annotations.NullMarked;
