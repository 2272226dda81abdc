package dev.offboarding.report.verify;

import dev.offboarding.report.verify.PlannedAction.Action;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What a report sums up, compared with what its rows add up to. */
final class TotalsCheck {
    private static final Place RECORD = Place.in(ReportPass.FILE);
    private static final Place MANIFEST = Place.in(ManifestFile.FILE);

    private final JsonNode head;
    private final CustomerRows customers;
    private final RowSums sums;
    private final TrailCheck trail;
    private final List<Stretch> stretches;
    private final ManifestFile manifest;
    private final long rejectedOfTaken;

    TotalsCheck(
            JsonNode head,
            CustomerRows customers,
            TrailCheck trail,
            List<Stretch> stretches,
            ManifestFile manifest,
            long rejectedOfTaken) {
        this.head = head;
        this.customers = customers;
        this.sums = customers.sums();
        this.trail = trail;
        this.stretches = stretches;
        this.manifest = manifest;
        this.rejectedOfTaken = rejectedOfTaken;
    }

    void check() {
        JsonNode totals = head.path("totals");
        rows(totals.path("rows"));
        customers(totals.path("customers"));
        subscriptions(totals.path("subscriptions"));
        reactivated();
        limits();
        plan();
        manifest();
        chain(manifest.json().path("chain"));
        JsonNode problems = head.path("problems");
        RECORD.holds(problems.isEmpty(), "problems that the report itself names", "none", problems.path(0));
        ExitCodes.check(head, sums);
        Integer ended = trail.run().endedWith();
        int code = head.path("exit_code").asInt(-1);
        RECORD.holds(ended == null || code == ended || code == 8, "exit_code", ended + ", as the trail says", code);
    }

    /** Whether its rows count, be they accepted or not. */
    static boolean taken(JsonNode file) {
        String status = String.valueOf(StrictJson.text(file, "status"));
        return status.equals("TAKEN") || status.equals("NOT_ACCEPTED");
    }

    private void rows(JsonNode said) {
        long read = 0;
        long duplicates = 0;
        long rejected = 0;
        long rejectedByTaken = 0;
        for (JsonNode file : head.path("files")) {
            boolean refused = "REFUSED".equals(StrictJson.text(file, "status"));
            read += file.path("rows_read").asLong(0);
            duplicates += refused ? 0 : file.path("rows_duplicate").asLong(0);
            rejected += file.path(refused ? "rows_read" : "rows_rejected").asLong(0);
            rejectedByTaken += taken(file) ? file.path("rows_rejected").asLong(0) : 0;
        }
        long accepted = read - duplicates - rejected;
        equal("rows.read", read, said.path("read"));
        equal("rows.duplicates", duplicates, said.path("duplicates"));
        equal("rows.rejected", rejected, said.path("rejected"));
        equal("rows.accepted", accepted, said.path("accepted"));
        RECORD.same("rejects of the files that were taken", rejectedByTaken, rejectedOfTaken);
        RECORD.holds(
                sums.listedAnew <= accepted,
                "customers that were newly listed",
                "no more than the " + accepted + " accepted rows",
                sums.listedAnew);
    }

    private void customers(JsonNode said) {
        Map<String, Long> outcomes = new TreeMap<>();
        sums.outcomes.forEach((outcome, many) -> outcomes.put(outcome.name(), many));
        long total = outcomes.values().stream().mapToLong(Long::longValue).sum();
        equal("customers.total", total, said.path("total"));
        for (var outcome : said.properties()) {
            if (!outcome.getKey().equals("total")) {
                Long counted = outcomes.remove(outcome.getKey());
                equal("customers." + outcome.getKey(), counted == null ? 0 : counted, outcome.getValue());
            }
        }
        RECORD.same("outcomes that totals.customers does not have", Map.of(), outcomes);
    }

    private void subscriptions(JsonNode said) {
        equal("subscriptions.active_before", sums.activeBefore, said.path("active_before"));
        equal("subscriptions.suspended", sums.suspended, said.path("suspended"));
        equal("subscriptions.cancelled", sums.cancelled, said.path("cancelled"));
        equal("subscriptions.failed", sums.failed, said.path("failed"));
        long left = sums.activeBefore - sums.suspended - sums.cancelled - sums.failed;
        equal("subscriptions.left", left, said.path("left"));
    }

    /** Earlier versions of the program did not say it, and reactivated nothing. */
    private void reactivated() {
        if (head.has("reactivated")) {
            long counted = customers.customers().values().stream()
                    .mapToLong(customer ->
                            customer.claim.writes().count(it -> it.action == Action.REACTIVATE && it.tookEffect))
                    .sum();
            equal(RECORD, "reactivated", counted, head.path("reactivated"));
        }
    }

    private void limits() {
        boolean passed = true;
        for (JsonNode limit : head.path("limits")) {
            String name = String.valueOf(StrictJson.text(limit, "limit"));
            long figure = limit.path("figure").asLong(-1);
            boolean within = figure <= limit.path("allowed").asLong(-1);
            boolean said = limit.path("passed").asBoolean(false);
            // what somebody has lifted for this plan does not stop it
            passed &= said || liftable(name, limit);
            switch (name) {
                case "max-customers", "max-share" -> {
                    RECORD.same("passed of the limit " + name, within, said);
                    RECORD.holds(
                            figure == 0 || sums.withWrites + sums.unlisted > 0,
                            "customers that are to be begun, as limits says",
                            "none, as nothing is planned, and no row is gone",
                            figure);
                }
                case "customers" -> { // as earlier versions called both
                    RECORD.same("customers with planned writes, as limits says", sums.withWrites, figure);
                    RECORD.same("passed of the limit customers", within, said);
                }
                case "per-30-days" ->
                    RECORD.same("passed of the limit per-30-days", within || sums.withWrites == 0, said);
                default -> {}
            }
        }
        long intents = trail.writes().intents();
        Place.in(EventLines.FILE)
                .holds(passed || intents == 0, "INTENT events after a limit was exceeded", "none", intents);
        JsonNode approval = head.path("approval");
        boolean approved = !approval.path("required").asBoolean(false)
                || !approval.path("approvals").isEmpty();
        Place.in(EventLines.FILE).holds(approved || intents == 0, "INTENT events without an approval", "none", intents);
    }

    /** Whether it says who has lifted it and why, and is a limit that can be lifted. */
    private static boolean liftable(String name, JsonNode limit) {
        JsonNode lifted = limit.path("lifted");
        boolean saysWho = StrictJson.text(lifted, "by") != null && StrictJson.text(lifted, "reason") != null;
        return saysWho
                && switch (name) {
                    case "population" ->
                        limit.path("allowed").asLong(0) > 1
                                && limit.path("figure").asLong(0) > 0;
                    case "max-customers" -> limit.path("allowed").asLong(0) > 0;
                    case "max-share", "per-30-days" -> true;
                    default -> false;
                };
    }

    private void plan() {
        String said = StrictJson.text(head, "plan_id");
        if (said != null) {
            String counted =
                    PlanDigest.of(head.path("plan_basis"), customers.customers().values());
            RECORD.holds(counted.equals(said), "plan_id, of the planned writes", counted, said);
        }
    }

    private void manifest() {
        JsonNode json = manifest.json();
        for (String name : List.of("job", "run_id")) {
            MANIFEST.same(name, StrictJson.text(head, name), StrictJson.text(json, name));
        }
        MANIFEST.holds(json.path("facts").equals(head.path("facts")), "facts", "those of report.json", "others");
        MANIFEST.same("lists", lists(head.path("files")), lists(json.path("lists")));
    }

    private static String lists(JsonNode files) {
        return files.valueStream()
                .map(file -> StrictJson.text(file, "name") + " " + StrictJson.text(file, "sha256") + " "
                        + StrictJson.text(file, "status"))
                .collect(Collectors.joining(", "));
    }

    private void chain(JsonNode said) {
        if (stretches.isEmpty()) {
            // it died before it could record that it began
            Place.in(EventLines.FILE)
                    .holds(
                            head.path("interrupted").asBoolean(false)
                                    && said.path("first_sequence").isNull(),
                            "the trail",
                            "at least the beginning of the run",
                            "nothing");
            return;
        }
        Stretch first = stretches.get(0);
        Stretch last = stretches.get(stretches.size() - 1);
        equal(MANIFEST, "chain.first_sequence", first.from(), said.path("first_sequence"));
        equal(MANIFEST, "chain.last_sequence", last.to(), said.path("last_sequence"));
        long head = said.path("head_sequence").asLong(-1);
        MANIFEST.holds(head >= last.to(), "chain.head_sequence", "from " + last.to() + " on", head);
        if (head == last.to()) {
            MANIFEST.same("chain.head", last.hash(), StrictJson.text(said, "head"));
        }
        if (first.from() == 1) {
            new Place(EventLines.FILE, 1).same("previous of the first event of all", "0".repeat(64), first.before());
        }
    }

    private static void equal(String what, long expected, JsonNode found) {
        equal(RECORD, "totals." + what, expected, found);
    }

    private static void equal(Place place, String what, long expected, JsonNode found) {
        place.holds(found.isIntegralNumber() && found.asLong() == expected, what, expected, StrictJson.text(found));
    }
}
