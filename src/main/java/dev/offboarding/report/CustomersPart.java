package dev.offboarding.report;

import dev.offboarding.cases.CaseRow;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.CsvWriter;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.platform.Effect;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

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
            "way_back",
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
    long write(ReportFolder folder, RecordWriter json) throws IOException {
        ListColumns others = new ListColumns(
                Stream.concat(COLUMNS.stream(), OF_LISTS.stream().map(Column::label))
                        .toList());
        cases.eachOthers(runId, stored -> others.see(ReportJson.members(stored)));
        Set<String> listed = listed();
        String[] names = Stream.concat(COLUMNS.stream(), OF_LISTS.stream().map(Column::label))
                .toArray(String[]::new);
        boolean[] inTheView = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            inTheView[i] = i < COLUMNS.size() || listed.contains(names[i]);
        }
        long[] rows = {0};
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            for (int i = 0; i < names.length; i++) {
                if (inTheView[i]) {
                    csv.cell(names[i]);
                }
            }
            others.headings().forEach(csv::cell);
            csv.endRow();
            json.name("customers");
            json.startArray();
            cases.each(runId, row -> {
                @Nullable Object[] ours = ours(row);
                List<@Nullable String> more =
                        others.of(ReportJson.members(row.listing().others()));
                for (int i = 0; i < names.length; i++) {
                    if (inTheView[i]) {
                        csv.cell(ours[i]);
                    }
                }
                more.forEach(csv::cell);
                csv.endRow();
                json.startObject();
                for (int i = 0; i < names.length; i++) {
                    json.property(names[i], ours[i]);
                }
                writeRest(json, row, others.headings(), more);
                json.endObject();
                rows[0]++;
            });
            json.endArray();
        }
        return rows[0];
    }

    private Set<String> listed() {
        Set<String> names = new HashSet<>(lists.understood(runId));
        cases.filled(runId).forEach(column -> names.add(column.label()));
        return names;
    }

    /** In the order of {@link #COLUMNS}, then of {@link #OF_LISTS}. */
    private static @Nullable Object[] ours(CaseRow row) {
        Object removedAt = row.removal().removedAt();
        @Nullable Object[] cells = new Object[COLUMNS.size() + OF_LISTS.size()];
        int next = 0;
        cells[next++] = row.customerId().toString();
        cells[next++] = row.listing().companyName();
        cells[next++] = row.listing().domain();
        cells[next++] = row.listing().source();
        cells[next++] = row.listing().line();
        cells[next++] = row.outcome();
        cells[next++] = row.state();
        cells[next++] = row.held().reason();
        cells[next++] = row.held().until();
        cells[next++] = row.subscriptions().activeBefore();
        cells[next++] = row.subscriptions().suspended();
        cells[next++] = row.subscriptions().cancelled();
        cells[next++] = row.subscriptions().failed();
        cells[next++] = removedAt == null ? null : ReportTimes.text(removedAt);
        Map<String, String> effects = results(row.removal().effects());
        for (Effect effect : Effect.values()) {
            cells[next++] = effects.get(effect.key());
        }
        cells[next++] = row.message();
        for (Column column : OF_LISTS) {
            cells[next++] = row.listing().cell(column);
        }
        return cells;
    }

    /** What was read of each effect, without its proof. */
    private static Map<String, String> results(String effects) {
        Map<String, String> results = new HashMap<>();
        try (JsonParser json = ReportJson.MAPPER.createParser(effects)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String effect = json.currentName();
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    continue;
                }
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean result = json.currentName().equals("result");
                    if (json.nextToken() == JsonToken.VALUE_STRING && result) {
                        results.put(effect, json.getString());
                    }
                    json.skipChildren();
                }
            }
        }
        return results;
    }

    /** What was active before the first write, in the order in which to make it active again. */
    private static void wayBack(RecordWriter json, CaseRow row) {
        json.name("way_back");
        json.startArray();
        for (WayBack.Lost it : WayBack.lost(row)) {
            json.startObject();
            json.property("id", it.id());
            json.property("name", it.name());
            json.property("status_before", "active");
            json.property("until", it.until());
            json.property("again", it.again());
            json.endObject();
        }
        json.endArray();
    }

    private static void writeRest(
            RecordWriter json, CaseRow row, Collection<String> headings, List<@Nullable String> others) {
        int next = 0;
        for (String heading : headings) {
            String cell = others.get(next++);
            if (cell != null && !MORE.contains(heading)) {
                json.property(heading, cell);
            }
        }
        json.property("case_id", row.caseId());
        json.property("next_step", row.nextStep());
        json.property("listed", row.listed());
        json.property("listed_anew", row.listedAnew());
        json.property("hold_new", row.held().isNew());
        json.property("hold_since", row.held().since());
        json.property("next_look", row.held().nextLook());
        json.property("suspended_at", row.subscriptions().suspendedAt());
        json.property("first_look_at", row.removal().firstLookAt());
        json.property("second_witness", row.removal().secondWitness());
        json.name("suspended_ids");
        json.startArray();
        row.subscriptions().suspendedIds().forEach(json::string);
        json.endArray();
        json.stored("holds", row.held().all());
        json.stored("effects", row.removal().effects());
        json.stored("planned", row.planned());
        json.stored("holdings", row.subscriptions().seen());
        if (row.removal().removedAt() != null) {
            wayBack(json, row);
        }
        json.stored("others", row.listing().others());
    }
}
