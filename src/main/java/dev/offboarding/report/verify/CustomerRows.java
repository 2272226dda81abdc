package dev.offboarding.report.verify;

import dev.offboarding.report.verify.PlannedAction.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The customers of a report: each row compared with its line in the view and with itself, and kept for the trail. */
final class CustomerRows {
    static final String FILE = "customers.csv";

    private static final List<String> EFFECTS = CustomerTrail.EFFECTS;
    private static final List<String> COLUMNS = List.of("""
            customer_id company_name domain source line outcome state hold_reason hold_until
            subscriptions_active_before subscriptions_suspended subscriptions_cancelled subscriptions_failed
            removed_at customer_list support_contact delegated_admin purchasing message""".split("\\s+"));
    /** Present where a list has them; reports of earlier versions always have them. */
    private static final List<String> OF_LISTS = List.of("reason", "ticket", "requested_by", "effective_date");
    /** Keys of ours that the view does not have. */
    private static final Set<String> NOT_IN_THE_VIEW = Set.of("""
            case_id next_step listed listed_anew hold_new hold_since next_look suspended_at first_look_at
            second_witness suspended_ids holds effects planned holdings others""".split("\\s+"));

    private final CsvView view;
    private final Fingerprints fingerprints;
    private final RowSums sums = new RowSums();
    private final Map<UUID, CustomerTrail> customers = new LinkedHashMap<>();

    CustomerRows(CsvTable csv, Fingerprints fingerprints) {
        this.view = new CsvView(csv, COLUMNS, OF_LISTS, false);
        this.fingerprints = fingerprints;
    }

    /** To their end. */
    void read(JsonRows rows) {
        for (JsonNode row = rows.row(); row != null; row = rows.row()) {
            read(row, rows.place());
            rows.next();
        }
        view.end();
    }

    private void read(JsonNode row, Place at) {
        view.next(row, row.path("others"));
        ownColumns(row, at);
        UUID id = StrictJson.guid(StrictJson.text(row, "customer_id"));
        if (id == null) {
            throw at.off("customer_id", "a GUID", StrictJson.text(row, "customer_id"));
        }
        boolean again = customers.containsKey(id);
        if (again && "OTHER_PLATFORM".equals(StrictJson.text(row, "hold_reason"))) {
            elsewhere(row, at);
            return;
        }
        at.holds(!again, "customer_id", "one that no row before has", id);
        String said = String.valueOf(StrictJson.text(row, "outcome"));
        Outcome outcome = named(Outcome.values(), said);
        if (outcome == null) {
            throw at.off("outcome", "one of " + List.of(Outcome.values()), said);
        }
        CustomerClaim claim = claim(row, at, id, outcome);
        subscriptions(row, at, claim);
        effects(row, at);
        holds(row, at);
        if (outcome.offboarded()) {
            endedWell(row, at, outcome);
        }
        sums.add(row, claim);
        customers.put(id, new CustomerTrail(claim, fingerprints));
    }

    private CustomerClaim claim(JsonNode row, Place at, UUID id, Outcome outcome) {
        return new CustomerClaim(
                id,
                outcome,
                row.path("listed_anew").asBoolean(false),
                number(row, at, "subscriptions_suspended"),
                number(row, at, "subscriptions_cancelled"),
                number(row, at, "subscriptions_failed"),
                ReportInstant.of(StrictJson.text(row, "suspended_at")),
                ReportInstant.of(StrictJson.text(row, "removed_at")),
                CustomerClaim.listedAs(row, fingerprints),
                CustomerClaim.names(row, fingerprints),
                CustomerClaim.standing(row, row.path("holds"), fingerprints),
                fingerprints.of(row.path("planned")),
                fingerprints.of(row.path("effects")),
                writes(row, at),
                PlanDigest.ofCustomer(id, row.path("holdings"), row.path("planned")),
                !row.path("holdings").isEmpty(),
                CustomerClaim.waiting(id, row));
    }

    private static PlannedActions writes(JsonNode row, Place at) {
        List<PlannedAction> writes = new ArrayList<>();
        for (JsonNode write : row.path("planned")) {
            String said = String.valueOf(StrictJson.text(write, "action"));
            Action action = named(Action.values(), said);
            if (action == null) {
                throw at.off("a planned action", "one of " + List.of(Action.values()), said);
            }
            writes.add(new PlannedAction(action, String.valueOf(StrictJson.text(write, "target"))));
        }
        return new PlannedActions(writes);
    }

    private static <E extends Enum<E>> @Nullable E named(E[] all, String name) {
        return Arrays.stream(all)
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static int number(JsonNode row, Place at, String name) {
        JsonNode value = row.path(name);
        at.holds(
                value.isInt() && value.asInt() >= 0,
                name,
                "a number from 0 on",
                String.valueOf(StrictJson.text(value)));
        return value.asInt();
    }

    /** A second case of a customer, which waits on another platform: nothing was planned for it, and the trail has nothing about it. */
    private void elsewhere(JsonNode row, Place at) {
        at.same("outcome", Outcome.HELD.name(), StrictJson.text(row, "outcome"));
        at.holds(
                row.path("planned").isEmpty() && row.path("holdings").isEmpty(),
                "planned and holdings",
                "none on another platform",
                row.path("planned"));
        effects(row, at);
        holds(row, at);
        sums.addOutcome(Outcome.HELD);
        sums.addHold(row);
    }

    /** A list's own column is beside ours where no key of ours has its name, and always among the others. */
    private void ownColumns(JsonNode row, Place at) {
        for (var own : row.path("others").properties()) {
            String heading = view.headingOf(own.getKey());
            if (!NOT_IN_THE_VIEW.contains(heading)) {
                String expected = Objects.requireNonNullElse(StrictJson.text(own.getValue()), "");
                at.same(heading, expected, StrictJson.text(row, heading));
            }
        }
    }

    private static void subscriptions(JsonNode row, Place at, CustomerClaim claim) {
        int active = number(row, at, "subscriptions_active_before");
        long ended = (long) claim.suspended() + claim.cancelled() + claim.failed();
        if (ended > active) {
            throw at.off(
                    "suspended, cancelled and failed subscriptions",
                    "no more than the " + active + " that were active before",
                    ended);
        }
        int seen = 0;
        for (JsonNode holding : row.path("holdings")) {
            seen += "ACTIVE".equals(StrictJson.text(holding, "status")) ? 1 : 0;
        }
        at.same("subscriptions_active_before, counted from its holdings", seen, active);
    }

    private static void effects(JsonNode row, Place at) {
        for (String effect : EFFECTS) {
            at.same(effect, StrictJson.text(row.path("effects").path(effect), "result"), StrictJson.text(row, effect));
        }
    }

    private static void holds(JsonNode row, Place at) {
        JsonNode shown = row.path("holds").path(0);
        at.same("hold_reason", StrictJson.text(shown, "reason"), StrictJson.text(row, "hold_reason"));
        at.same("hold_until", StrictJson.text(shown, "until"), StrictJson.text(row, "hold_until"));
    }

    private static void endedWell(JsonNode row, Place at, Outcome outcome) {
        String who = " of a customer that is " + outcome;
        at.same("state" + who, "OFFBOARDED", StrictJson.text(row, "state"));
        for (String effect : EFFECTS) {
            at.same(effect + who, "CONFIRMED", StrictJson.text(row, effect));
        }
        String removed = StrictJson.text(row, "removed_at");
        boolean tonight = outcome == Outcome.OFFBOARDED;
        at.holds(
                tonight == (removed != null), "removed_at" + who, tonight ? "a time" : "none", String.valueOf(removed));
    }

    Map<UUID, CustomerTrail> customers() {
        return customers;
    }

    RowSums sums() {
        return sums;
    }
}
