package dev.offboarding.report;

import dev.offboarding.cases.CaseRow;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.platform.Effect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** The customers of a run: {@code customers.csv}, and {@code customers} of {@code report.json}. */
final class CustomersPart {
    static final String FILE = "customers.csv";

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

    /** What an entry may carry: a column where a list of this run has it, or a case that was opened by an earlier one does. */
    private static final List<Column> OF_LISTS = Stream.concat(
                    Column.KEPT.stream()
                            .filter(column -> !COLUMNS.contains(column.label()) && column != Column.EFFECTIVE_DATE),
                    Stream.of(Column.EFFECTIVE_DATE))
            .toList();

    /** What the JSON has beyond the CSV; a list's column of that name is found in {@code others} only. */
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

    private final RunCases cases;
    private final ReceivedLists lists;
    private final String runId;

    CustomersPart(RunCases cases, ReceivedLists lists, String runId) {
        this.cases = cases;
        this.lists = lists;
        this.runId = runId;
    }

    /** @return how many there are */
    long write(ReportFolder folder, JsonGenerator json) throws IOException {
        ListColumns others = new ListColumns(
                Stream.concat(COLUMNS.stream(), OF_LISTS.stream().map(Column::label))
                        .toList());
        cases.eachOthers(runId, stored -> others.see(ReportJson.members(stored)));
        List<String> listed = listed();
        long[] rows = {0};
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(Stream.of(COLUMNS, listed, others.headings())
                    .flatMap(Collection::stream)
                    .toList());
            json.writeName("customers").writeStartArray();
            cases.each(runId, row -> {
                Map<String, @Nullable Object> ours = ours(row);
                List<@Nullable Object> cells = new ArrayList<>();
                COLUMNS.forEach(column -> cells.add(ours.get(column)));
                listed.forEach(column -> cells.add(ours.get(column)));
                List<@Nullable String> more =
                        others.of(ReportJson.members(row.listing().others()));
                cells.addAll(more);
                csv.row(cells);
                writeJson(json, row, ours, others.headings(), more);
                rows[0]++;
            });
            json.writeEndArray();
        }
        return rows[0];
    }

    private List<String> listed() {
        Set<String> names = new HashSet<>(lists.understood(runId));
        cases.filled(runId).forEach(column -> names.add(column.label()));
        return OF_LISTS.stream().map(Column::label).filter(names::contains).toList();
    }

    private static Map<String, @Nullable Object> ours(CaseRow row) {
        JsonNode effects = ReportJson.MAPPER.readTree(row.removal().effects());
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        cells.put("customer_id", row.customerId());
        cells.put("company_name", row.listing().companyName());
        cells.put("domain", row.listing().domain());
        cells.put("source", row.listing().source());
        cells.put("line", row.listing().line());
        cells.put("outcome", row.outcome());
        cells.put("state", row.state());
        cells.put("hold_reason", row.held().reason());
        cells.put("hold_until", row.held().until());
        cells.put("subscriptions_active_before", row.subscriptions().activeBefore());
        cells.put("subscriptions_suspended", row.subscriptions().suspended());
        cells.put("subscriptions_cancelled", row.subscriptions().cancelled());
        cells.put("subscriptions_failed", row.subscriptions().failed());
        cells.put("removed_at", row.removal().removedAt());
        for (Effect effect : Effect.values()) {
            cells.put(effect.key(), JsonText.of(effects.path(effect.key()).path("result")));
        }
        cells.put("message", row.message());
        OF_LISTS.forEach(column -> cells.put(column.label(), row.listing().cell(column)));
        return cells;
    }

    private static void writeJson(
            JsonGenerator json,
            CaseRow row,
            Map<String, @Nullable Object> ours,
            Collection<String> headings,
            List<@Nullable String> others) {
        json.writeStartObject();
        ours.forEach((name, value) -> ReportJson.property(json, name, value));
        int next = 0;
        for (String heading : headings) {
            String cell = others.get(next++);
            if (cell != null && !MORE.contains(heading)) {
                ReportJson.property(json, heading, cell);
            }
        }
        ReportJson.property(json, "case_id", row.caseId());
        ReportJson.property(json, "next_step", row.nextStep());
        ReportJson.property(json, "listed", row.listed());
        ReportJson.property(json, "listed_anew", row.listedAnew());
        ReportJson.property(json, "hold_new", row.held().isNew());
        ReportJson.property(json, "hold_since", row.held().since());
        ReportJson.property(json, "next_look", row.held().nextLook());
        ReportJson.property(json, "suspended_at", row.subscriptions().suspendedAt());
        ReportJson.property(json, "first_look_at", row.removal().firstLookAt());
        ReportJson.property(json, "second_witness", row.removal().secondWitness());
        json.writeName("suspended_ids").writeStartArray();
        row.subscriptions().suspendedIds().forEach(json::writeString);
        json.writeEndArray();
        ReportJson.stored(json, "holds", row.held().all());
        ReportJson.stored(json, "effects", row.removal().effects());
        ReportJson.stored(json, "planned", row.planned());
        ReportJson.stored(json, "holdings", row.subscriptions().seen());
        ReportJson.stored(json, "others", row.listing().others());
        json.writeEndObject();
    }
}
