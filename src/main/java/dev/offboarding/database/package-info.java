/** Where the job's own database comes from, embedded or configured, and what makes its tables and the ledger's. */
@NullMarked
package dev.offboarding.database;

import org.jspecify.annotations.NullMarked;
