package dev.offboarding.cases;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The cases of a job, for someone who wants to see where they stand. */
public final class CaseList {

    private final JdbcTemplate jdbc;

    public CaseList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Hands over one line for each case, in the order in which they were opened.
     *
     * @param hold only those with this hold; all if null
     * @param manual only open ones that wait for a person to do something elsewhere
     * @param closedToo closed cases, too
     * @return how many
     */
    public long each(String job, @Nullable HoldReason hold, boolean manual, boolean closedToo, Consumer<String> line) {
        AtomicLong count = new AtomicLong();
        jdbc.query(
                """
                select c.customer_id, c.state, coalesce(c.closed_as, h.hold, '-') as hold, h.until,
                       coalesce(c.company_name, c.domain, '') as name, coalesce(h.message, '') as message
                  from offboarding.offboarding_case c
                """ + OtherPlatform.ELSEWHERE + """
                 cross join lateral (
                   select 'OTHER_PLATFORM' as hold, null as until, elsewhere.message, false as renews
                    where elsewhere.message is not null
                   union all
                   select c.hold_reason, c.hold_until::text, c.holds -> 0 ->> 'message', c.holds -> 0 -> 'renews_on' is not null
                    where elsewhere.message is null) h
                 where (not ? or (c.closed_at is null and (h.hold = any(?) or h.renews)))
                   and c.job = ? and (?::text is null or h.hold = ?) and (? or c.closed_at is null)
                 order by c.case_id
                """,
                row -> {
                    count.incrementAndGet();
                    String until = row.getString("until");
                    line.accept("%s  %-10s  %-23s  %-10s  %s%s"
                            .formatted(
                                    row.getString("customer_id"),
                                    row.getString("state"),
                                    row.getString("hold"),
                                    until == null ? "-" : until,
                                    row.getString("name"),
                                    row.getString("message").isEmpty() ? "" : "  (" + row.getString("message") + ")"));
                },
                manual,
                HoldReason.waitForAPersonNames(),
                job,
                hold == null ? null : hold.name(),
                hold == null ? null : hold.name(),
                closedToo);
        return count.get();
    }
}
