package dev.offboarding.report.verify;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What a report sums up, held against what its rows come to. */
final class TotalsCheck {
    private static final String FILE = ReportPass.FILE;

    private final Map<String, JsonNode> header;
    private final CustomerRows customers;
    private final TrailCheck trail;
    private final ManifestFile manifest;
    private final long rejectedOfTaken;

    TotalsCheck(
            Map<String, JsonNode> header,
            CustomerRows customers,
            TrailCheck trail,
            ManifestFile manifest,
            long rejectedOfTaken) {
        this.header = header;
        this.customers = customers;
        this.trail = trail;
        this.manifest = manifest;
        this.rejectedOfTaken = rejectedOfTaken;
    }

    void check() {
        rows(header("totals").path("rows"));
        customers(header("totals").path("customers"));
        subscriptions(header("totals").path("subscriptions"));
        limits();
        manifest();
        chain(manifest.json().path("chain"));
        Mismatch.unless(
                header("problems").isEmpty(),
                FILE,
                0,
                "problems that the report itself names",
                "none",
                header("problems").path(0));
        ExitCodes.check(header, customers);
        Integer ended = trail.endedWith();
        int code = header("exit_code").asInt(-1);
        Mismatch.unless(
                ended == null || code == ended || code == 8,
                FILE,
                0,
                "exit_code",
                "%s, as the trail says".formatted(ended),
                code);
    }

    private void rows(JsonNode said) {
        long read = 0;
        long duplicates = 0;
        long rejected = 0;
        long rejectedByTaken = 0;
        for (JsonNode file : header("files")) {
            String status = String.valueOf(StrictJson.text(file.path("status")));
            boolean refused = status.equals("REFUSED");
            read += file.path("rows_read").asLong(0);
            duplicates += refused ? 0 : file.path("rows_duplicate").asLong(0);
            rejected += file.path(refused ? "rows_read" : "rows_rejected").asLong(0);
            rejectedByTaken += status.equals("TAKEN") || status.equals("NOT_ACCEPTED")
                    ? file.path("rows_rejected").asLong(0)
                    : 0;
        }
        long accepted = read - duplicates - rejected;
        equal("rows.read", read, said.path("read"));
        equal("rows.duplicates", duplicates, said.path("duplicates"));
        equal("rows.rejected", rejected, said.path("rejected"));
        equal("rows.accepted", accepted, said.path("accepted"));
        Mismatch.unlessSame(FILE, 0, "rejects of the files that were taken", rejectedByTaken, rejectedOfTaken);
        Mismatch.unless(
                customers.listedAnew() <= accepted,
                FILE,
                0,
                "customers that were listed anew",
                "no more than the " + accepted + " accepted rows",
                customers.listedAnew());
    }

    private void customers(JsonNode said) {
        Map<String, Long> outcomes = new TreeMap<>(customers.outcomes());
        equal(
                "customers.total",
                outcomes.values().stream().mapToLong(Long::longValue).sum(),
                said.path("total"));
        for (var outcome : said.properties()) {
            if (!outcome.getKey().equals("total")) {
                Long counted = outcomes.remove(outcome.getKey());
                equal("customers." + outcome.getKey(), counted == null ? 0 : counted, outcome.getValue());
            }
        }
        Mismatch.unlessSame(FILE, 0, "outcomes that totals.customers does not have", Map.of(), outcomes);
    }

    private void subscriptions(JsonNode said) {
        equal("subscriptions.active_before", customers.activeBefore(), said.path("active_before"));
        equal("subscriptions.suspended", customers.suspended(), said.path("suspended"));
        equal("subscriptions.cancelled", customers.cancelled(), said.path("cancelled"));
        equal("subscriptions.failed", customers.failed(), said.path("failed"));
        equal(
                "subscriptions.left",
                customers.activeBefore() - customers.suspended() - customers.cancelled() - customers.failed(),
                said.path("left"));
    }

    private void limits() {
        boolean passed = true;
        for (JsonNode limit : header("limits")) {
            String name = String.valueOf(StrictJson.text(limit.path("limit")));
            long figure = limit.path("figure").asLong(-1);
            boolean within = figure <= limit.path("allowed").asLong(-1);
            boolean said = limit.path("passed").asBoolean(false);
            passed &= said;
            if (name.equals("max-customers") || name.equals("max-share")) {
                Mismatch.unlessSame(FILE, 0, "passed of the limit " + name, within, said);
                Mismatch.unless(
                        figure == 0 || customers.withWrites() > 0,
                        FILE,
                        0,
                        "customers that are to be begun, as limits says",
                        "none, as nothing is planned",
                        figure);
            } else if (name.equals("customers")) {
                // as earlier versions called both
                Mismatch.unlessSame(
                        FILE, 0, "customers with planned writes, as limits says", customers.withWrites(), figure);
                Mismatch.unlessSame(FILE, 0, "passed of the limit customers", within, said);
            } else if (name.equals("per-30-days")) {
                Mismatch.unlessSame(
                        FILE, 0, "passed of the limit per-30-days", within || customers.withWrites() == 0, said);
            }
        }
        Mismatch.unless(
                passed || trail.intents() == 0,
                EventLines.FILE,
                0,
                "INTENT events after a limit was exceeded",
                "none",
                trail.intents());
        String planId = StrictJson.text(header("plan_id"));
        String counted = planId == null ? null : customers.planId();
        Mismatch.unless(
                counted == null || counted.equals(planId), FILE, 0, "plan_id, of the planned writes", counted, planId);
    }

    private void manifest() {
        for (String name : Set.of("job", "run_id")) {
            Mismatch.unlessSame(
                    ManifestFile.FILE,
                    0,
                    name,
                    StrictJson.text(header(name)),
                    StrictJson.text(manifest.json().path(name)));
        }
        Mismatch.unless(
                manifest.json().path("facts").equals(header("facts")),
                ManifestFile.FILE,
                0,
                "facts",
                "those of report.json",
                "others");
        String lists = header("files").valueStream().map(file -> list(file)).collect(Collectors.joining(", "));
        String named = manifest.json()
                .path("lists")
                .valueStream()
                .map(file -> list(file))
                .collect(Collectors.joining(", "));
        Mismatch.unlessSame(ManifestFile.FILE, 0, "lists", lists, named);
    }

    private static String list(JsonNode file) {
        return StrictJson.text(file.path("name")) + " " + StrictJson.text(file.path("sha256")) + " "
                + StrictJson.text(file.path("status"));
    }

    private void chain(JsonNode said) {
        Event first = trail.first();
        Event last = trail.last();
        if (first == null || last == null) {
            // it died before it could say that it began
            Mismatch.unless(
                    header("interrupted").asBoolean(false)
                            && said.path("first_sequence").isNull(),
                    EventLines.FILE,
                    0,
                    "the trail",
                    "at least the beginning of the run",
                    "nothing");
            return;
        }
        equal("chain.first_sequence", first.sequence(), said.path("first_sequence"));
        equal("chain.last_sequence", last.sequence(), said.path("last_sequence"));
        long head = said.path("head_sequence").asLong(-1);
        Mismatch.unless(
                head >= last.sequence(),
                ManifestFile.FILE,
                0,
                "chain.head_sequence",
                "from " + last.sequence() + " on",
                head);
        if (head == last.sequence()) {
            Mismatch.unlessSame(ManifestFile.FILE, 0, "chain.head", last.hash(), StrictJson.text(said.path("head")));
        }
        if (first.sequence() == 1) {
            Mismatch.unlessSame(
                    EventLines.FILE, 1, "previous of the first event of all", "0".repeat(64), first.previous());
        }
    }

    private static void equal(String what, long expected, JsonNode found) {
        Mismatch.unless(
                found.isIntegralNumber() && found.asLong() == expected,
                what.startsWith("chain.") ? ManifestFile.FILE : FILE,
                0,
                what.startsWith("chain.") ? what : "totals." + what,
                expected,
                StrictJson.text(found));
    }

    private JsonNode header(String name) {
        JsonNode value = header.get(name);
        return value == null ? StrictJson.MAPPER.missingNode() : value;
    }
}
