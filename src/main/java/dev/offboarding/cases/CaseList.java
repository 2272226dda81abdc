package dev.offboarding.cases;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The cases of a job, for somebody who wants to see where they stand. */
public final class CaseList {

    private final JdbcTemplate jdbc;

    public CaseList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Hands over a line for each case, in the order in which they were opened.
     *
     * @param hold only those with this hold; all if null
     * @param closedToo closed cases, too
     * @return how many
     */
    public long each(String job, @Nullable HoldReason hold, boolean closedToo, Consumer<String> line) {
        AtomicLong count = new AtomicLong();
        jdbc.query(
                """
                select customer_id, state, coalesce(closed_as, hold_reason, '-') as hold, hold_until,
                       coalesce(company_name, domain, '') as name, coalesce(holds -> 0 ->> 'message', '') as message
                  from offboarding.offboarding_case
                 where job = ? and (?::text is null or hold_reason = ?) and (? or closed_at is null)
                 order by case_id
                """,
                row -> {
                    count.incrementAndGet();
                    String until = row.getString("hold_until");
                    line.accept("%s  %-10s  %-23s  %-10s  %s%s"
                            .formatted(
                                    row.getString("customer_id"),
                                    row.getString("state"),
                                    row.getString("hold"),
                                    until == null ? "-" : until,
                                    row.getString("name"),
                                    row.getString("message").isEmpty() ? "" : "  (" + row.getString("message") + ")"));
                },
                job,
                hold == null ? null : hold.name(),
                hold == null ? null : hold.name(),
                closedToo);
        return count.get();
    }
}
