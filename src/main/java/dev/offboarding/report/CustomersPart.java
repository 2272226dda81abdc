package dev.offboarding.report;

import dev.offboarding.kit.CsvWriter;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
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
    private static final List<String> OF_LISTS = List.of("reason", "ticket", "requested_by", "effective_date");

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

    private final JdbcTemplate jdbc;
    private final String runId;

    CustomersPart(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    /** @return how many there are */
    long write(ReportFolder folder, JsonGenerator json) throws IOException {
        ListColumns others = new ListColumns(
                Stream.concat(COLUMNS.stream(), OF_LISTS.stream()).toList());
        jdbc.query(
                "select others from offboarding.run_case where run_id = ? order by position",
                (RowCallbackHandler) row -> others.see(ReportJson.members(row.getString("others"))),
                runId);
        List<String> listed = listed();
        long[] rows = {0};
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(Stream.of(COLUMNS, listed, others.headings())
                    .flatMap(Collection::stream)
                    .toList());
            json.writeName("customers").writeStartArray();
            jdbc.query(
                    "select * from offboarding.run_case where run_id = ? order by position",
                    (RowCallbackHandler) row -> {
                        Map<String, @Nullable Object> ours = ours(row);
                        List<@Nullable Object> cells = new ArrayList<>();
                        COLUMNS.forEach(column -> cells.add(ours.get(column)));
                        listed.forEach(column -> cells.add(ours.get(column)));
                        List<@Nullable String> more = others.of(ReportJson.members(row.getString("others")));
                        cells.addAll(more);
                        csv.row(cells);
                        writeJson(json, row, ours, others.headings(), more);
                        rows[0]++;
                    },
                    runId);
            json.writeEndArray();
        }
        return rows[0];
    }

    private List<String> listed() {
        return jdbc.queryForList("""
                select c.name
                  from (select count(reason) as reason, count(ticket) as ticket, count(requested_by) as requested_by,
                               count(effective_date) as effective_date
                          from offboarding.run_case where run_id = ?) n
                 cross join lateral (values (1, 'reason', n.reason), (2, 'ticket', n.ticket), (3, 'requested_by', n.requested_by),
                                            (4, 'effective_date', n.effective_date)) c (position, name, filled)
                 where c.filled > 0
                    or exists (select from offboarding.list_file f, json_array_elements(f.columns_understood) u (understood)
                                where f.run_id = ? and u.understood ->> 'as' = c.name)
                 order by c.position
                """, String.class, runId, runId);
    }

    private static Map<String, @Nullable Object> ours(ResultSet row) throws SQLException {
        JsonNode effects = ReportJson.MAPPER.readTree(row.getString("effects"));
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        cells.put("customer_id", row.getObject("customer_id", UUID.class));
        cells.put("company_name", row.getString("company_name"));
        cells.put("domain", row.getString("domain"));
        cells.put("source", row.getString("source"));
        cells.put("line", row.getLong("line"));
        cells.put("outcome", row.getString("outcome"));
        cells.put("state", row.getString("state"));
        cells.put("hold_reason", row.getString("hold_reason"));
        cells.put("hold_until", row.getObject("hold_until", LocalDate.class));
        cells.put("subscriptions_active_before", row.getInt("active_before"));
        cells.put("subscriptions_suspended", row.getInt("suspended"));
        cells.put("subscriptions_cancelled", row.getInt("cancelled"));
        cells.put("subscriptions_failed", row.getInt("failed"));
        cells.put("removed_at", ReportTimes.instant(row, "removed_at"));
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            cells.put(effect, ReportJson.text(effects.path(effect).path("result")));
        }
        cells.put("message", row.getString("message"));
        cells.put("reason", row.getString("reason"));
        cells.put("ticket", row.getString("ticket"));
        cells.put("requested_by", row.getString("requested_by"));
        cells.put("effective_date", row.getObject("effective_date", LocalDate.class));
        return cells;
    }

    private static void writeJson(
            JsonGenerator json,
            ResultSet row,
            Map<String, @Nullable Object> ours,
            Collection<String> headings,
            List<@Nullable String> others)
            throws SQLException {
        json.writeStartObject();
        ours.forEach((name, value) -> ReportJson.property(json, name, value));
        int next = 0;
        for (String heading : headings) {
            String cell = others.get(next++);
            if (cell != null && !MORE.contains(heading)) {
                ReportJson.property(json, heading, cell);
            }
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        more.put("case_id", ReportTimes.number(row, "case_id"));
        more.put("next_step", row.getString("next_step"));
        more.put("listed", row.getBoolean("listed"));
        more.put("listed_anew", row.getBoolean("listed_anew"));
        more.put("hold_new", row.getBoolean("hold_new"));
        more.put("hold_since", ReportTimes.instant(row, "hold_since"));
        more.put("next_look", row.getObject("next_look", LocalDate.class));
        more.put("suspended_at", ReportTimes.instant(row, "suspended_at"));
        more.put("first_look_at", ReportTimes.instant(row, "first_look_at"));
        more.put("second_witness", row.getString("second_witness"));
        more.forEach((name, value) -> ReportJson.property(json, name, value));
        json.writeName("suspended_ids").writeStartArray();
        for (Object id : (Object[]) row.getArray("suspended_ids").getArray()) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
        for (String name : List.of("holds", "effects", "planned", "holdings", "others")) {
            ReportJson.stored(json, name, row.getString(name));
        }
        json.writeEndObject();
    }
}
