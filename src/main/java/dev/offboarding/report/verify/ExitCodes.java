package dev.offboarding.report.verify;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Whether the exit code of a report follows from its contents. */
final class ExitCodes {
    private static final Place RECORD = Place.in(ReportPass.FILE);

    private static final int BROKEN = 8;
    private static final int UNAVAILABLE = 7;
    private static final int LIMIT = 3;
    private static final int STOPPED = 9;
    private static final int ATTENTION = 4;
    private static final int TO_BE_CONFIRMED = 5;

    /** Of several, the first in this order. */
    private static final List<Integer> BY_WEIGHT =
            List.of(2, 6, 1, BROKEN, UNAVAILABLE, LIMIT, STOPPED, ATTENTION, TO_BE_CONFIRMED, 0);
    /** The order in which earlier versions of the program had them. */
    private static final List<Integer> BY_WEIGHT_BEFORE =
            List.of(2, 6, BROKEN, UNAVAILABLE, 1, LIMIT, STOPPED, ATTENTION, TO_BE_CONFIRMED, 0);

    private ExitCodes() {}

    static void check(JsonNode head, RowSums sums) {
        JsonNode code = head.path("exit_code");
        RECORD.holds(code.isInt(), "exit_code", "a number", String.valueOf(head.get("exit_code")));
        if (head.path("interrupted").asBoolean(false)) {
            RECORD.same("exit_code of an interrupted run", STOPPED, code.asInt());
            return;
        }
        Set<Integer> surely = new TreeSet<>(Set.of(0));
        for (JsonNode failure : head.path("failures")) {
            surely.add(failure.path("exit_code").asInt(1));
        }
        if (!head.path("problems").isEmpty()) {
            surely.add(BROKEN);
        }
        if (head.path("files")
                .valueStream()
                .anyMatch(file -> file.path("rows_rejected").asLong(0) > 0
                        || "REFUSED".equals(StrictJson.text(file, "status")))) {
            surely.add(ATTENTION);
        }
        if (head.path("due_ahead")
                .valueStream()
                .anyMatch(day -> day.path("is_new").asBoolean(false))) {
            surely.add(ATTENTION);
        }
        if (head.path("approval").path("waiting").path("customers").asLong(0) > 0) {
            surely.add(ATTENTION);
        }
        Set<Outcome> outcomes = sums.outcomes.keySet();
        if (sums.newHold || outcomes.contains(Outcome.FAILED) || outcomes.contains(Outcome.RE_ESTABLISHED)) {
            surely.add(ATTENTION);
        }
        if (!"plan".equals(StrictJson.text(head, "mode")) && outcomes.contains(Outcome.REMOVED)) {
            surely.add(TO_BE_CONFIRMED);
        }
        Set<Integer> perhaps = new TreeSet<>(sums.toLookAt ? Set.of(ATTENTION) : Set.of());
        String stop = String.valueOf(StrictJson.text(head, "stop_reason"));
        switch (stop) {
            case "null" -> {}
            case "LIMIT", "APPROVAL", "CLOCK" -> surely.add(LIMIT);
            case "SIGNAL", "MAX_DURATION", "FAILURE_BRAKE" -> surely.add(STOPPED);
            case "LOCK_LOST" -> surely.add(UNAVAILABLE);
            default -> perhaps.addAll(Set.of(STOPPED, UNAVAILABLE, LIMIT));
        }
        int expected = weightiest(surely, BY_WEIGHT);
        boolean plausible = code.asInt() == expected
                || code.asInt() == weightiest(surely, BY_WEIGHT_BEFORE)
                || (perhaps.contains(code.asInt()) && weight(code.asInt()) < weight(expected))
                // a report that says that its evidence was in doubt is to be believed
                || code.asInt() == BROKEN;
        RECORD.holds(plausible, "exit_code", expected, code.asInt());
    }

    private static int weightiest(Set<Integer> codes, List<Integer> order) {
        return order.stream().filter(codes::contains).findFirst().orElse(0);
    }

    private static int weight(int code) {
        int weight = BY_WEIGHT.indexOf(code);
        return weight < 0 ? Integer.MAX_VALUE : weight;
    }
}
