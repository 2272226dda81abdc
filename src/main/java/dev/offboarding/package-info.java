/**
 * The program's front door.
 *
 * <p>Every line of code knows its room, and data goes one way:
 *
 * <pre>
 *   list ─▶ case ─▶ plan ─▶ platform ─▶ audit trail ─▶ report
 * </pre>
 *
 * <p>{@code command}, {@code schedule} and {@code run} are on top and nothing below imports them; {@code src/docs/architecture.md} has
 * all the rooms. The words in which they speak:
 *
 * <dl>
 *   <dt>platform
 *   <dd>where customers and subscriptions live: the <em>ledger</em>, the reseller's own PostgreSQL, or <em>Partner Center</em>
 *   <dt>platform identity
 *   <dd>which ledger or tenant a case belongs to
 *   <dt>list, entry
 *   <dd>customers marked for offboarding, from CSV files or a query; one row of them
 *   <dt>case
 *   <dd>the offboarding of one customer on one platform, from the night it is first listed until it is closed
 *   <dt>hold
 *   <dd>why a case cannot move tonight
 *   <dt>job file, run
 *   <dd>which list, which platform, which limits, when; one execution of that
 *   <dt>plan
 *   <dd>what a run would write, customer by customer, before it writes anything
 *   <dt>intent, outcome
 *   <dd>what is recorded before a write, and what after it
 *   <dt>effect
 *   <dd>one of the four things that a removal brings about, each read back separately
 *   <dt>audit trail
 *   <dd>everything received, seen, decided, asked for, done and confirmed; append-only
 *   <dt>report
 *   <dd>the folder of files that a run leaves behind
 * </dl>
 */
@NullMarked
package dev.offboarding;

import org.jspecify.annotations.NullMarked;
