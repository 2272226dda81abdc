package dev.offboarding.cases;

import dev.offboarding.cases.OffboardingCase.Listing;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** How the customers of a run are listed by now: any job may accept another row of a customer while the one that works its case runs. */
final class Listings {

    private static final String AS_ACCEPTED_BY_NOW = """
            update offboarding.run_case r set %s
              from offboarding.offboarding_case c
             where r.run_id = ? and r.case_id = c.case_id and c.closed_at is null and (r.contents is distinct from c.contents%s)
            """.formatted(
                    ListedRow.names().map("%1$s = c.%1$s"::formatted).collect(Collectors.joining(", ")),
                    Column.KEPT.stream()
                            .map(column -> " or r.%1$s is distinct from c.%1$s".formatted(column.label()))
                            .collect(Collectors.joining()));

    private Listings() {}

    /** Brings the run's rows up to date. */
    static void refresh(JdbcTemplate jdbc, String runId) {
        jdbc.update(AS_ACCEPTED_BY_NOW, runId);
    }

    /** Brings the run's rows of these cases up to date, and the cases themselves. */
    static void refresh(JdbcTemplate jdbc, String runId, Collection<? extends OffboardingCase> cases) {
        Map<Long, OffboardingCase> byPosition =
                cases.stream().collect(Collectors.toMap(OffboardingCase::position, Function.identity()));
        jdbc.query(
                AS_ACCEPTED_BY_NOW + " and r.position = any(?) returning r.*",
                row -> {
                    Objects.requireNonNull(byPosition.get(row.getLong("position"))).listing = read(row);
                },
                runId,
                byPosition.keySet().toArray(Long[]::new));
    }

    static Listing read(ResultSet row) throws SQLException {
        boolean listedAnew = row.getBoolean("listed_anew");
        return new Listing(
                ListedRow.read(row),
                row.getBoolean("listed"),
                listedAnew || row.getString("relisted_run") != null,
                listedAnew ? HexFormat.of().formatHex(row.getBytes("contents")) : null);
    }
}
