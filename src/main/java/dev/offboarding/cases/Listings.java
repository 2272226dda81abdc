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
            update offboarding.run_listing l set %s
              from offboarding.run_case r join offboarding.offboarding_case c on c.case_id = r.case_id
             where r.run_id = ? and l.run_id = r.run_id and l.position = r.position
               and c.closed_at is null and not r.waits and (l.contents is distinct from c.contents%s)
            """.formatted(
                    ListedRow.names().map("%1$s = c.%1$s"::formatted).collect(Collectors.joining(", ")),
                    Column.KEPT.stream()
                            .map(column -> " or l.%1$s is distinct from c.%1$s".formatted(column.label()))
                            .collect(Collectors.joining()));

    private Listings() {}

    /** Brings the run's rows up to date, but for those of cases that it has opened: these were made of them. */
    static void refresh(JdbcTemplate jdbc, String runId) {
        jdbc.update(AS_ACCEPTED_BY_NOW + " and c.opened_run <> r.run_id", runId);
    }

    /** Brings the run's rows of these cases up to date, and the cases themselves. */
    static void refresh(JdbcTemplate jdbc, String runId, Collection<? extends OffboardingCase> cases) {
        Map<Long, OffboardingCase> byPosition =
                cases.stream().collect(Collectors.toMap(OffboardingCase::position, Function.identity()));
        Long[] positions = byPosition.keySet().toArray(Long[]::new);
        jdbc.query(
                AS_ACCEPTED_BY_NOW
                        + " and r.position = any(?) and l.position = any(?) returning l.*, r.listed, r.listed_anew, r.relisted_run",
                row -> {
                    Objects.requireNonNull(byPosition.get(row.getLong("position"))).listing = read(row);
                },
                runId,
                positions,
                positions);
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
