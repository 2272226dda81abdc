package dev.offboarding.cases;

import dev.offboarding.cases.OffboardingCase.Listing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** How the customers of a run are listed by now: any job may accept another row of a customer while the one that works its case runs. */
final class Listings {

    private static final String AS_ACCEPTED_BY_NOW = """
            update offboarding.run_case r
               set source = c.source, line = c.line, company_name = c.company_name, domain = c.domain,
                   effective_date = c.effective_date, reason = c.reason, ticket = c.ticket, requested_by = c.requested_by,
                   others = c.others, contents = c.contents
              from offboarding.offboarding_case c
             where r.run_id = ? and r.case_id = c.case_id and c.closed_at is null
               and (r.effective_date, r.company_name, r.domain, r.reason, r.ticket, r.requested_by, r.contents)
                   is distinct from (c.effective_date, c.company_name, c.domain, c.reason, c.ticket, c.requested_by, c.contents)
            """;

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
        return new Listing(
                row.getString("source"),
                row.getLong("line"),
                row.getString("company_name"),
                row.getString("domain"),
                row.getObject("effective_date", LocalDate.class),
                row.getBoolean("listed"),
                row.getBoolean("listed_anew") || row.getString("relisted_run") != null);
    }
}
