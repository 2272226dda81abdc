package dev.offboarding.approvals;

import java.util.UUID;

/**
 * A customer to whom a run would write, and an approval that names that customer.
 *
 * @param ofTheCase whether the customer's case was accepted under it in an earlier night
 * @param position in the order of the approved list
 * @param same whether subscriptions, their states and intended writes are as approved
 * @param sameBasis whether platform and settings are as approved
 * @param continues whether what would be written belongs to what was approved: only subscriptions that were seen then, none that was not
 *     active then and is now, and more than the end of a term only where more was approved
 */
public record Match(
        UUID customerId,
        Given approval,
        boolean ofTheCase,
        long position,
        boolean same,
        boolean sameBasis,
        boolean continues) {

    /** Whether everything is as approved. */
    public boolean asApproved() {
        return same && sameBasis;
    }
}
