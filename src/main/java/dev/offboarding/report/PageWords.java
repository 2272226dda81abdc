package dev.offboarding.report;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.RunChanges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page says for the names of {@code report.json}, and in which tone: what a colour says, a word and a shape say as well. */
final class PageWords {

    private static final String NOTHING = "Nothing to do.";
    /** Of an effect of a removal; in one order, so that the page of a run is the same whoever writes it. */
    private static final Map<String, Word> READINGS = new LinkedHashMap<>();

    static {
        READINGS.put("CONFIRMED", new Word("Confirmed", "done", ""));
        READINGS.put("PENDING", new Word("Not visible yet", "wait", ""));
        READINGS.put("FAILED", new Word("No", "bad", ""));
        READINGS.put("INCONCLUSIVE", new Word("Could not be read", "look", ""));
    }

    private PageWords() {}

    /**
     * @param label a few words
     * @param tone done, wait, look, bad or idle: class of the style sheet and name of the sign
     * @param meaning a sentence
     * @param remedy what to do, where no hold says it
     */
    record Word(String label, String tone, String meaning, String remedy) {
        Word(String label, String tone, String meaning) {
            this(label, tone, meaning, NOTHING);
        }
    }

    /** @param plan whether nothing of it has happened */
    static Word outcome(String outcome, boolean plan) {
        Word word = outcome(outcome);
        if (!plan) {
            return word;
        }
        return switch (outcome) {
            case "PLANNED" ->
                new Word(
                        "Would go ahead",
                        "plan",
                        "Nothing was written. A run would do what is planned below, unless a limit, or an approval that is missing, stops it.",
                        "Look at the plan, and run the job, or take the customer off the list.");
            case "HELD" -> new Word("Would be held", word.tone(), "A run could not continue with it.", word.remedy());
            case "ALREADY_OFFBOARDED" ->
                new Word(word.label(), word.tone(), "The relationship is gone; a run would confirm that.", NOTHING);
            case "FAILED" ->
                new Word(
                        "Could not be read",
                        word.tone(),
                        "The platform did not show it; a run would try again.",
                        "Look at the message.");
            default -> word;
        };
    }

    static Word outcome(String outcome) {
        return switch (outcome) {
            case "OFFBOARDED" ->
                new Word("Offboarded", "done", "The relationship is removed, and all four effects are confirmed.");
            case "ALREADY_OFFBOARDED" ->
                new Word(
                        "Already offboarded",
                        "idle",
                        "The relationship was gone before, and the effects are confirmed.");
            case "REMOVED" ->
                new Word(
                        "Removed, to be confirmed",
                        "wait",
                        "The platform accepted the removal; not all four effects are confirmed yet.",
                        "Nothing to do: the next run looks again. If it stays for days, look at the customer on the platform.");
            case "SUSPENDED" ->
                new Word(
                        "Suspended",
                        "wait",
                        "This program suspended at least one subscription, and the relationship stands: its grace period runs, or the"
                                + " run stopped in between.",
                        "Nothing to do: the next run continues.");
            case "HELD" -> new Word("Held", "wait", "It could not continue in this run.");
            case "FAILED" ->
                new Word(
                        "Failed",
                        "bad",
                        "A call failed for good, or an effect of the removal does not show; the next run tries again.",
                        "Look at each message. The case stays open, and the next run tries again. What is left on the platform after a"
                                + " removal has to be ended there by hand; a case that cannot end by itself is ended with close.");
            case "WITHDRAWN" -> new Word("Withdrawn", "idle", "It was taken off before the removal.");
            case "CLOSED" ->
                new Word("Closed", "idle", "It was ended on somebody's word; nothing shows that it is offboarded.");
            case "RE_ESTABLISHED" ->
                new Word(
                        "Re-established",
                        "look",
                        "The relationship was removed, and has been re-established.",
                        "Find out who wants the relationship, and list the customer again if it is to go.");
            case "PLANNED" ->
                new Word(
                        "Planned",
                        "plan",
                        "A run would do this, or would have, had it not stopped before its first write to the customer.",
                        "See what needs attention above: it says what stopped the run.");
            case "NOT_READ" ->
                new Word(
                        "Not read",
                        "idle",
                        "The run ended before it looked at the customer.",
                        "Nothing to do: the next run looks at it.");
            default -> new Word(outcome, "look", "This version of the program does not know this outcome.");
        };
    }

    /** The tone of a customer, for which a hold that somebody has to look at is not the same as one that waits. */
    static String tone(String outcome, @Nullable String hold) {
        boolean look = hold != null && HoldTexts.of(hold).look();
        return outcome.equals("HELD") && look ? "look" : outcome(outcome).tone();
    }

    static String reading(String result) {
        Word word = READINGS.get(result);
        return word == null ? PageText.line(result) : word.label();
    }

    /** Follows the number of customers, as in {@code 3 went on}. */
    static String change(RunChanges.Change change, long count, boolean plan) {
        return switch (change) {
            case NEW -> "new";
            case WENT_ON -> plan ? "would go on" : "went on";
            case OTHER_HOLD -> (count == 1 ? "waits" : "wait") + " for something else";
            case FAILED -> "failed, or re-established";
            case AS_BEFORE -> "as before";
        };
    }

    /** For the page's script. */
    static Map<String, Object> forScript(boolean plan) {
        Map<String, Object> words = new LinkedHashMap<>();
        Map<String, Object> changes = new LinkedHashMap<>();
        for (RunChanges.Change change : RunChanges.Change.values()) {
            changes.put(change.name(), change(change, 2, plan));
        }
        words.put("changes", changes);
        Map<String, Object> outcomes = new LinkedHashMap<>();
        ControlTotals.OUTCOMES.forEach(outcome -> outcomes.put(outcome, outcome(outcome, plan)));
        words.put("outcomes", outcomes);
        Map<String, Object> holds = new LinkedHashMap<>();
        for (HoldReason reason : HoldReason.values()) {
            holds.put(reason.name(), HoldTexts.of(reason));
        }
        words.put("holds", holds);
        words.put(
                "effects",
                pairs(
                        "customer_list", "Gone from the customer list",
                        "support_contact", "No longer a support contact",
                        "delegated_admin", "No delegated administration",
                        "purchasing", "Cannot purchase any more"));
        words.put("readings", READINGS);
        words.put(
                "actions",
                pairs(
                        "SUSPEND", "Suspend",
                        "CANCEL", "Cancel",
                        "AUTO_RENEW_OFF", "Have it end with its term",
                        "REMOVE", "Remove the relationship",
                        "TERMINATE_GDAP", "End delegated administration",
                        "DELETE_GDAP", "Delete a request for delegated administration",
                        "REACTIVATE", "Make active again"));
        words.put(
                "results",
                Map.of(
                        "DONE", new Word("Done", "done", ""),
                        "REFUSED", new Word("Refused", "bad", ""),
                        "LOST", new Word("No answer", "look", ""),
                        "NOT_SENT", new Word("Not sent", "idle", "")));
        return words;
    }

    /** Pairs, not an object: their order is the page's. */
    private static List<List<String>> pairs(String... namesAndWords) {
        List<List<String>> pairs = new ArrayList<>();
        for (int i = 0; i < namesAndWords.length; i += 2) {
            pairs.add(List.of(namesAndWords[i], namesAndWords[i + 1]));
        }
        return pairs;
    }
}
