package dev.offboarding.report;

import dev.offboarding.csv.CsvWriter;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
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
            "message",
            "reason",
            "ticket",
            "requested_by",
            "effective_date");

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
        ListColumns others = new ListColumns(COLUMNS);
        jdbc.query(
                "select others from offboarding.run_case where run_id = ? order by position",
                (RowCallbackHandler) row -> others.see(row.getString("others")),
                runId);
        long[] rows = {0};
        try (CsvWriter csv = new CsvWriter(folder.create(FILE))) {
            csv.row(Stream.concat(COLUMNS.stream(), others.headings().stream()).toList());
            json.writeName("customers").writeStartArray();
            jdbc.query(
                    "select * from offboarding.run_case where run_id = ? order by position",
                    (RowCallbackHandler) row -> {
                        List<@Nullable Object> cells = new ArrayList<>(ours(row));
                        cells.addAll(others.of(row.getString("others")));
                        csv.row(cells);
                        writeJson(json, row, cells, others);
                        rows[0]++;
                    },
                    runId);
            json.writeEndArray();
        }
        return rows[0];
    }

    private static List<@Nullable Object> ours(ResultSet row) throws SQLException {
        JsonNode effects = Json.MAPPER.readTree(row.getString("effects"));
        return Arrays.<@Nullable Object>asList(
                row.getObject("customer_id", UUID.class),
                row.getString("company_name"),
                row.getString("domain"),
                row.getString("source"),
                row.getLong("line"),
                row.getString("outcome"),
                row.getString("state"),
                row.getString("hold_reason"),
                row.getObject("hold_until", LocalDate.class),
                row.getInt("active_before"),
                row.getInt("suspended"),
                row.getInt("cancelled"),
                row.getInt("failed"),
                Values.instant(row, "removed_at"),
                result(effects, "customer_list"),
                result(effects, "support_contact"),
                result(effects, "delegated_admin"),
                result(effects, "purchasing"),
                row.getString("message"),
                row.getString("reason"),
                row.getString("ticket"),
                row.getString("requested_by"),
                row.getObject("effective_date", LocalDate.class));
    }

    private static @Nullable String result(JsonNode effects, String effect) {
        return Json.text(effects.path(effect).path("result"));
    }

    private static void writeJson(JsonGenerator json, ResultSet row, List<@Nullable Object> cells, ListColumns others)
            throws SQLException {
        json.writeStartObject();
        for (int i = 0; i < COLUMNS.size(); i++) {
            Json.property(json, COLUMNS.get(i), cells.get(i));
        }
        int next = COLUMNS.size();
        for (String heading : others.headings()) {
            Object cell = cells.get(next++);
            if (cell != null && !MORE.contains(heading)) {
                Json.property(json, heading, cell);
            }
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        more.put("case_id", Values.number(row, "case_id"));
        more.put("next_step", row.getString("next_step"));
        more.put("listed", row.getBoolean("listed"));
        more.put("listed_anew", row.getBoolean("listed_anew"));
        more.put("hold_new", row.getBoolean("hold_new"));
        more.put("hold_since", Values.instant(row, "hold_since"));
        more.put("next_look", row.getObject("next_look", LocalDate.class));
        more.put("suspended_at", Values.instant(row, "suspended_at"));
        more.put("first_look_at", Values.instant(row, "first_look_at"));
        more.put("second_witness", row.getString("second_witness"));
        more.forEach((name, value) -> Json.property(json, name, value));
        json.writeName("suspended_ids").writeStartArray();
        for (Object id : (Object[]) row.getArray("suspended_ids").getArray()) {
            json.writeString(id.toString());
        }
        json.writeEndArray();
        for (String name : List.of("holds", "effects", "planned", "holdings", "others")) {
            Json.stored(json, name, row.getString(name));
        }
        json.writeEndObject();
    }
}
