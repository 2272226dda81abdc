package dev.offboarding.report.verify;

import dev.offboarding.report.verify.EventData.Standing;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The customers of a report: each row held against its view and against itself, counted, and remembered for the trail. */
final class CustomerRows {
    static final String FILE = "customers.csv";

    private static final String RECORD = ReportPass.FILE;
    private static final List<String> COLUMNS = List.of(
            "customer_id",
            "company_name",
            "domain",
            "source",
            "line",
            "outcome",
            "state",
            "hold_reason",
            "hold_until",
            "subscriptions_active_before",
            "subscriptions_suspended",
            "subscriptions_cancelled",
            "subscriptions_failed",
            "removed_at",
            "customer_list",
            "support_contact",
            "delegated_admin",
            "purchasing",
            "message");
    /** There where a list has them; reports of earlier versions have them always. */
    private static final List<String> OF_LISTS = List.of("reason", "ticket", "requested_by", "effective_date");

    private static final List<String> EFFECTS =
            List.of("customer_list", "support_contact", "delegated_admin", "purchasing");
    private static final Set<String> OUTCOMES = Set.of(
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
    /** Those of which the trail tells; the others may be how a case stood before the run. */
    private static final Set<String> MOVED = Set.of("FAILED", "WITHDRAWN", "CLOSED", "RE_ESTABLISHED");

    private static final Set<String> ACTIONS =
            Set.of("SUSPEND", "CANCEL", "AUTO_RENEW_OFF", "REMOVE", "TERMINATE_GDAP", "DELETE_GDAP", "REACTIVATE");
    /** Keys of ours that the view does not have. */
    private static final Set<String> MORE = Set.of(
            "case_id",
            "next_step",
            "listed",
            "listed_anew",
            "hold_new",
            "hold_since",
            "next_look",
            "suspended_at",
            "first_look_at",
            "second_witness",
            "suspended_ids",
            "holds",
            "effects",
            "planned",
            "holdings",
            "others");
    /** Holds that somebody has to look at. */
    private static final Set<String> TO_LOOK_AT = Set.of(
            "PROTECTED",
            "IDENTITY_MISMATCH",
            "NOT_A_RESELLER_CUSTOMER",
            "UNKNOWN_STATUS",
            "REACTIVATED",
            "RE_ESTABLISHED",
            "NO_EFFECT",
            "OTHER_RESELLER",
            "CHANGED_SINCE_APPROVAL");

    private final CsvView view;
    private final Hash64 hash;
    private final Standing standing;
    private final Customers customers;
    private final LongTable planned;
    private final PlanDigest plan;
    private final Map<String, Long> outcomes = new TreeMap<>();
    private long listedAnew;
    private long withWrites;
    private long activeBefore;
    private long suspended;
    private long cancelled;
    private long failed;
    private boolean newHold;
    private boolean toLookAt;

    CustomerRows(CsvView view, Hash64 hash, Standing standing, int expected) {
        this.view = view;
        this.hash = hash;
        this.standing = standing;
        this.customers = new Customers(expected);
        this.planned = new LongTable(expected);
        this.plan = new PlanDigest();
    }

    static List<String> columns() {
        return COLUMNS;
    }

    static List<String> columnsOfLists() {
        return OF_LISTS;
    }

    void next(JsonNode row, long line) {
        view.next(row, row.path("others"));
        othersAreTheSame(row, line);
        UUID id = StrictJson.guid(StrictJson.text(row.path("customer_id")));
        if (id == null) {
            throw new Mismatch(RECORD, line, "customer_id", "a GUID", StrictJson.text(row.path("customer_id")));
        }
        if ("OTHER_PLATFORM".equals(StrictJson.text(row.path("hold_reason"))) && customers.find(id) != Customers.NONE) {
            elsewhere(row, line);
            return;
        }
        int at = customers.add(id);
        Mismatch.unless(at != Customers.NONE, RECORD, line, "customer_id", "one that no row before has", id);
        String outcome = String.valueOf(StrictJson.text(row.path("outcome")));
        Mismatch.unless(OUTCOMES.contains(outcome), RECORD, line, "outcome", "one of " + OUTCOMES, outcome);
        outcomes.merge(outcome, 1L, Long::sum);
        count(row, line, at);
        effectsAreTheSame(row, line);
        holdsAreTheSame(row, line);
        boolean offboarded = outcome.equals("OFFBOARDED") || outcome.equals("ALREADY_OFFBOARDED");
        if (offboarded) {
            endedWell(row, line, outcome);
        }
        readPlan(row, line, id, at);
        boolean anew = row.path("listed_anew").asBoolean(false);
        listedAnew += anew ? 1 : 0;
        newHold |= row.path("hold_new").asBoolean(false);
        customers.row(
                at,
                anew,
                offboarded,
                MOVED.contains(outcome),
                standing.ofEntry(row),
                standing.of(
                        String.valueOf(StrictJson.text(row.path("state"))),
                        outcome,
                        Objects.requireNonNullElse(StrictJson.text(row.path("message")), ""),
                        standing.of(row.path("holds"))),
                standing.of(row.path("planned")),
                standing.of(row.path("effects")));
        customers.known(
                at,
                ReportInstant.of(StrictJson.text(row.path("suspended_at"))),
                ReportInstant.of(StrictJson.text(row.path("removed_at"))),
                standing.ofNames(row));
    }

    /** A second case of a customer, which waits on another platform: nothing was planned for it, and nothing is in the trail of it. */
    private void elsewhere(JsonNode row, long line) {
        Mismatch.unlessSame(RECORD, line, "outcome", "HELD", StrictJson.text(row.path("outcome")));
        Mismatch.unless(
                row.path("planned").isEmpty() && row.path("holdings").isEmpty(),
                RECORD,
                line,
                "planned and holdings",
                "none on another platform",
                row.path("planned").toString());
        outcomes.merge("HELD", 1L, Long::sum);
        effectsAreTheSame(row, line);
        holdsAreTheSame(row, line);
    }

    void end() {
        view.end();
    }

    /** A list's own column stands beside ours where no key of ours has its name, and always among the others. */
    private void othersAreTheSame(JsonNode row, long line) {
        for (var own : row.path("others").properties()) {
            CsvView.Column column = view.known(own.getKey());
            if (column != null && !MORE.contains(column.heading())) {
                Mismatch.unlessSame(
                        RECORD,
                        line,
                        column.heading(),
                        Objects.requireNonNullElse(StrictJson.text(own.getValue()), ""),
                        StrictJson.text(row.path(column.heading())));
            }
        }
    }

    private void count(JsonNode row, long line, int at) {
        int active = number(row, line, "subscriptions_active_before");
        int wereSuspended = number(row, line, "subscriptions_suspended");
        int wereCancelled = number(row, line, "subscriptions_cancelled");
        int didFail = number(row, line, "subscriptions_failed");
        Mismatch.unless(
                (long) wereSuspended + wereCancelled + didFail <= active,
                RECORD,
                line,
                "suspended, cancelled and failed subscriptions",
                "no more than the " + active + " that were active before",
                (long) wereSuspended + wereCancelled + didFail);
        int seen = 0;
        for (JsonNode holding : row.path("holdings")) {
            seen += "ACTIVE".equals(StrictJson.text(holding.path("status"))) ? 1 : 0;
        }
        Mismatch.unlessSame(RECORD, line, "subscriptions_active_before, counted from its holdings", seen, active);
        activeBefore += active;
        suspended += wereSuspended;
        cancelled += wereCancelled;
        failed += didFail;
        customers.counts(at, wereSuspended, wereCancelled, didFail);
    }

    private static int number(JsonNode row, long line, String name) {
        JsonNode value = row.path(name);
        Mismatch.unless(
                value.isInt() && value.asInt() >= 0,
                RECORD,
                line,
                name,
                "a number from 0 on",
                String.valueOf(StrictJson.text(value)));
        return value.asInt();
    }

    private static void effectsAreTheSame(JsonNode row, long line) {
        for (String effect : EFFECTS) {
            Mismatch.unlessSame(
                    RECORD,
                    line,
                    effect,
                    StrictJson.text(row.path("effects").path(effect).path("result")),
                    StrictJson.text(row.path(effect)));
        }
    }

    private void holdsAreTheSame(JsonNode row, long line) {
        JsonNode shown = row.path("holds").path(0);
        Mismatch.unlessSame(
                RECORD,
                line,
                "hold_reason",
                StrictJson.text(shown.path("reason")),
                StrictJson.text(row.path("hold_reason")));
        Mismatch.unlessSame(
                RECORD,
                line,
                "hold_until",
                StrictJson.text(shown.path("until")),
                StrictJson.text(row.path("hold_until")));
        toLookAt |= TO_LOOK_AT.contains(String.valueOf(StrictJson.text(row.path("hold_reason"))));
    }

    private static void endedWell(JsonNode row, long line, String outcome) {
        Mismatch.unlessSame(
                RECORD,
                line,
                "state of a customer that is " + outcome,
                "OFFBOARDED",
                StrictJson.text(row.path("state")));
        for (String effect : EFFECTS) {
            Mismatch.unlessSame(
                    RECORD,
                    line,
                    effect + " of a customer that is " + outcome,
                    "CONFIRMED",
                    StrictJson.text(row.path(effect)));
        }
        Mismatch.unless(
                outcome.equals("OFFBOARDED") != (StrictJson.text(row.path("removed_at")) == null),
                RECORD,
                line,
                "removed_at of a customer that is " + outcome,
                outcome.equals("OFFBOARDED") ? "a time" : "none",
                String.valueOf(StrictJson.text(row.path("removed_at"))));
    }

    private void readPlan(JsonNode row, long line, UUID id, int at) {
        boolean any = false;
        for (JsonNode write : row.path("planned")) {
            String action = String.valueOf(StrictJson.text(write.path("action")));
            String target = String.valueOf(StrictJson.text(write.path("target")));
            Mismatch.unless(ACTIONS.contains(action), RECORD, line, "a planned action", "one of " + ACTIONS, action);
            planned.put(hash.write(id, action, target), TrailCheck.PLANNED);
            plan.add(at, action, target);
            any = true;
        }
        withWrites += any ? 1 : 0;
    }

    Customers customers() {
        return customers;
    }

    /** What was planned, by {@link Hash64#write}. */
    LongTable planned() {
        return planned;
    }

    /** The plan's name, as these rows give it; null if they are too many for it. */
    @Nullable
    String planId() {
        return plan.of(customers);
    }

    /** What stands for an empty plan. */
    long nothingPlanned() {
        return standing.nothing();
    }

    boolean planNamed() {
        return plan.canBeTold();
    }

    Map<String, Long> outcomes() {
        return outcomes;
    }

    long listedAnew() {
        return listedAnew;
    }

    /** Customers with at least one planned write. */
    long withWrites() {
        return withWrites;
    }

    long activeBefore() {
        return activeBefore;
    }

    long suspended() {
        return suspended;
    }

    long cancelled() {
        return cancelled;
    }

    long failed() {
        return failed;
    }

    boolean newHold() {
        return newHold;
    }

    /** Whether one is held for something that somebody has to look at, be it new or not. */
    boolean toLookAt() {
        return toLookAt;
    }
}
