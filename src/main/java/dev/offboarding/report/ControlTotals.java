package dev.offboarding.report;

import dev.offboarding.kit.CsvText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The control totals of a run.
 *
 * @param outcomes customers by outcome, only those that occur, in the order in which the outcomes are documented
 * @param problems what does not balance, each in words with its figures; empty if all does
 */
public record ControlTotals(Rows rows, Map<String, Long> outcomes, Subscriptions subscriptions, List<String> problems) {

    static final List<String> OUTCOMES = List.of(
            "OFFBOARDED",
            "ALREADY_OFFBOARDED",
            "REMOVED",
            "SUSPENDED",
            "HELD",
            "FAILED",
            "WITHDRAWN",
            "CLOSED",
            "RE_ESTABLISHED",
            "PLANNED",
            "NOT_READ");

    /** How many customers are named where many are wrong. */
    static final int EXAMPLES = 5;

    /** @param rejected with all rows of refused files */
    public record Rows(long read, long duplicates, long rejected) {
        public long accepted() {
            return read - duplicates - rejected;
        }
    }

    public record Subscriptions(long activeBefore, long suspended, long cancelled, long failed) {
        public long left() {
            return activeBefore - suspended - cancelled - failed;
        }
    }

    /**
     * The same things, counted another way.
     *
     * @param acceptedEntries entries of this run that were accepted; null where its entries are not kept any more
     * @param listedAnew cases that were accepted from a list in this run
     * @param rejectedOfTaken rows that the taken files say were rejected
     * @param setAside rows of the taken files that were set aside
     * @param cases cases of this run
     * @param overdrawn customers of whose active subscriptions more were dealt with than there were
     * @param strays customers whose trail shows other writes than their case says
     */
    record SecondCount(
            @Nullable Long acceptedEntries,
            long listedAnew,
            long rejectedOfTaken,
            long setAside,
            long cases,
            Overdrawn overdrawn,
            Strays strays) {}

    record Overdrawn(long count, List<UUID> examples) {}

    /** Suspensions and cancellations that the trail shows as done, each subscription once, and where they differ from a case. */
    public record Strays(long suspended, long cancelled, long count, List<String> examples) {}

    static ControlTotals of(Rows rows, Map<String, Long> byOutcome, Subscriptions subscriptions, SecondCount second) {
        Map<String, Long> outcomes = new LinkedHashMap<>();
        Map<String, Long> rest = new TreeMap<>(byOutcome);
        for (String outcome : OUTCOMES) {
            Long count = rest.remove(outcome);
            if (count != null) {
                outcomes.put(outcome, count);
            }
        }
        outcomes.putAll(rest);
        List<String> problems = new ArrayList<>();
        rest.forEach((outcome, count) -> problems.add(count + " customers have the outcome \""
                + CsvText.visible(outcome) + "\", which is none of " + String.join(", ", OUTCOMES) + "."));
        check(rows, second, problems);
        check(outcomes, second, problems);
        check(subscriptions, second, problems);
        return new ControlTotals(rows, outcomes, subscriptions, List.copyOf(problems));
    }

    /** Customers of the run: rows of {@code customers.csv}. */
    public long customers() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    public boolean balance() {
        return problems.isEmpty();
    }

    private static void check(Rows rows, SecondCount second, List<String> problems) {
        if (rows.read() < 0 || rows.duplicates() < 0 || rows.rejected() < 0 || rows.accepted() < 0) {
            problems.add("Rows of the list: %d read, but %d duplicates and %d rejected, which leaves %d accepted."
                    .formatted(rows.read(), rows.duplicates(), rows.rejected(), rows.accepted()));
        }
        Long entries = second.acceptedEntries();
        if (entries != null && entries != rows.accepted()) {
            problems.add(
                    "Rows of the list: %d read less %d duplicates less %d rejected are %d accepted, but %d accepted entries are stored."
                            .formatted(rows.read(), rows.duplicates(), rows.rejected(), rows.accepted(), entries));
        }
        if (second.listedAnew() > Math.max(rows.accepted(), 0)) {
            problems.add(
                    "Rows of the list: %d were accepted, but %d cases say that they were accepted from a list in this run."
                            .formatted(rows.accepted(), second.listedAnew()));
        }
        if (second.setAside() != second.rejectedOfTaken()) {
            problems.add("Rejected rows: the files that were taken count %d, but %d rows were set aside."
                    .formatted(second.rejectedOfTaken(), second.setAside()));
        }
    }

    private static void check(Map<String, Long> outcomes, SecondCount second, List<String> problems) {
        long sum = outcomes.values().stream().mapToLong(Long::longValue).sum();
        if (sum != second.cases()) {
            problems.add(
                    "Customers: the outcomes add up to %d, but there are %d cases.".formatted(sum, second.cases()));
        }
    }

    private static void check(Subscriptions subscriptions, SecondCount second, List<String> problems) {
        if (subscriptions.left() < 0) {
            problems.add(
                    "Subscriptions: %d were active before, but %d suspended, %d cancelled and %d failed are more than that."
                            .formatted(
                                    subscriptions.activeBefore(),
                                    subscriptions.suspended(),
                                    subscriptions.cancelled(),
                                    subscriptions.failed()));
        }
        if (second.overdrawn().count() > 0) {
            problems.add(
                    "Subscriptions: of %d customers more were suspended, cancelled or failed than were active before: %s."
                            .formatted(
                                    second.overdrawn().count(),
                                    examples(
                                            second.overdrawn().examples(),
                                            second.overdrawn().count())));
        }
        Strays strays = second.strays();
        if (strays.suspended() != subscriptions.suspended()) {
            problems.add("Subscriptions suspended: the cases say %d, the audit trail shows %d."
                    .formatted(subscriptions.suspended(), strays.suspended()));
        }
        if (strays.cancelled() != subscriptions.cancelled()) {
            problems.add("Subscriptions cancelled: the cases say %d, the audit trail shows %d."
                    .formatted(subscriptions.cancelled(), strays.cancelled()));
        }
        if (strays.count() > 0) {
            problems.add("The audit trail shows other writes than the cases of %d customers say: %s."
                    .formatted(strays.count(), examples(strays.examples(), strays.count())));
        }
    }

    private static String examples(List<?> examples, long count) {
        String shown = String.join("; ", examples.stream().map(Object::toString).toList());
        return count > examples.size() ? shown + "; and " + (count - examples.size()) + " more" : shown;
    }
}
