package dev.offboarding.report;

import dev.offboarding.cases.HoldReason;

/**
 * A hold reason for people.
 *
 * @param label a few words
 * @param meaning what is in the way
 * @param remedy who has to do what
 * @param look whether somebody has to look
 */
record HoldTexts(String label, String meaning, String remedy, boolean look) {

    private static final String BY_ITSELF = "Nothing to do: it continues on its own.";

    static HoldTexts of(String reason) {
        return HoldReason.named(reason)
                .map(HoldTexts::of)
                .orElseGet(() -> new HoldTexts(
                        reason, "This version of the program does not know the reason.", "Look at the message.", true));
    }

    static HoldTexts ofTermThatRenewsItself() {
        return waits(
                "Committed term that renews itself",
                "A subscription is committed until the end of its term, and then for another one.",
                "Schedule its cancellation before the day on which its term ends; the customer's story names it.");
    }

    static HoldTexts of(HoldReason reason) {
        return switch (reason) {
            case NOT_DUE -> waits("Not due yet", "Its effective date is still ahead.", BY_ITSELF);
            case GRACE_PERIOD ->
                waits(
                        "Grace period",
                        "Everything that can be is suspended; the relationship is removed once the grace period is over, and a term that is to be cancelled is cancelled then, not before.",
                        BY_ITSELF);
            case TERM_COMMITMENT ->
                waits(
                        "Committed term",
                        "A subscription is committed until the end of its term.",
                        "Nothing to do, unless it renews itself: then schedule its cancellation before the day on which its term ends.");
            case RESERVED_INSTANCE ->
                waits(
                        "Reservation",
                        "A reservation or a savings plan has not ended.",
                        "End it in Azure, where that is possible, or wait for it to end.");
            case SOFTWARE_PURCHASE ->
                waits("Software purchase", "A software purchase has not ended.", "Cancel it, or wait for it to end.");
            case AZURE_PLAN ->
                waits(
                        "Azure plan in use",
                        "Azure subscriptions under an Azure plan are still active.",
                        "Cancel the Azure subscriptions under it; the next run looks again.");
            case MARKETPLACE ->
                waits(
                        "Marketplace",
                        "A marketplace subscription is active, and only a person can cancel it.",
                        "Cancel it by hand; the next run looks again.");
            case PENDING_OPERATION ->
                waits(
                        "Operation pending",
                        "The platform is still working on a subscription.",
                        "Nothing to do: the next run looks again. If it stays for days, ask the platform's support.");
            case TRANSFER_PENDING ->
                waits(
                        "Transfer pending",
                        "The customer is about to move to another partner.",
                        "Nothing to do: it continues on its own once the transfer has completed or lapsed.");
            case NOT_LISTED ->
                waits(
                        "No longer listed",
                        "Its row is gone from the list: nothing is undone, and nothing continues.",
                        "Put it on the list again if it is to go.");
            case LATER_NIGHT -> waits("A later night", "Its plan is spread over several nights.", BY_ITSELF);
            case PAUSED -> waits("Paused", "Someone has paused it.", "Resume it, or wait until the pause ends.");
            case OTHER_PLATFORM ->
                waits(
                        "On another platform",
                        "Its case was opened on another ledger or tenant than the one this job works on now.",
                        "Let the job work on that one again, or adopt its cases here.");
            case OTHER_JOB ->
                waits(
                        "Another job's",
                        "Another job has this customer's case and works on it.",
                        "Nothing to do: that job's report says how far it is.");
            case PROTECTED ->
                looks(
                        "Protected",
                        "The customer is on the list of protected customers.",
                        "If it is to go nevertheless, take it off that list, and list it again.");
            case IDENTITY_MISMATCH ->
                looks(
                        "Name does not match",
                        "The platform knows this id under another domain or company name than the list does.",
                        "Check which customer is meant, correct the list, and list it again.");
            case NOT_A_RESELLER_CUSTOMER ->
                looks(
                        "Not our customer",
                        "The platform does not show this id as a customer of this reseller.",
                        "Check the id. If its case is closed, the same row opens another once the platform shows it as the reseller's; if not, list it again.");
            case UNKNOWN_STATUS ->
                looks(
                        "Unknown status",
                        "A subscription has a kind or status that is not known to be safe.",
                        "Check the subscription by hand, and list the customer again once it is ended.");
            case REACTIVATED ->
                looks(
                        "Active again",
                        "What this program had suspended, removed or scheduled to end was changed back.",
                        "Find out who wants it, and list the customer again if it is to go.");
            case RE_ESTABLISHED ->
                looks(
                        "Re-established",
                        "The relationship was seen to end, and has been re-established.",
                        "Find out who wants it, and list the customer again if it is to go.");
            case NO_EFFECT ->
                looks(
                        "No effect",
                        "The platform accepted the removal, and no effect of it has shown since.",
                        "Ask the platform's support, or list the customer again to have it removed again.");
            case OTHER_RESELLER ->
                looks(
                        "Another reseller's",
                        "A subscription belongs to a reseller that this job may not touch.",
                        "Agree with that reseller, name its partner id under partner-center.resellers, and list the customer again.");
            case CHANGED_SINCE_APPROVAL ->
                looks(
                        "Changed since approval",
                        "What would be written is not what was approved.",
                        "Look at the new plan, and list the customer again to have it approved.");
        };
    }

    private static HoldTexts waits(String label, String meaning, String remedy) {
        return new HoldTexts(label, meaning, remedy, false);
    }

    private static HoldTexts looks(String label, String meaning, String remedy) {
        return new HoldTexts(label, meaning, remedy, true);
    }
}
