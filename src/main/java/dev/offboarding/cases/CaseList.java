package dev.offboarding.cases;

import dev.offboarding.interventions.AskedOfJob;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Standing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The cases of a job, for someone who wants to see where they stand. */
public final class CaseList {

    private static final String ROWS = """
            select c.case_id, c.customer_id, c.state, c.company_name, c.domain, c.effective_date::text as effective_date, c.ticket, c.source, c.line, c.opened_at, c.closed_at, c.closed_as,
                   h.hold, h.until, h.since, h.message, h.renews, c.holds
              from offboarding.offboarding_case c
            """ + OtherPlatform.ELSEWHERE_OF_JOB + """
             cross join lateral (
               select 'OTHER_PLATFORM' as hold, null as until, null as since, elsewhere.message, false as renews
                where elsewhere.message is not null
               union all
               select c.hold_reason, c.hold_until::text,
                      case when c.hold_reason is not null then c.hold_since when c.state = 'REMOVED' then c.removed_at end,
                      c.holds -> 0 ->> 'message', c.holds -> 0 -> 'renews_on' is not null
                where elsewhere.message is null) h
             where c.job = ?
            """;

    private final JdbcTemplate jdbc;

    public CaseList(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A case.
     *
     * @param hold the name of its hold; null if it has none
     * @param effectiveDate before which nothing happens; null if its list named none
     * @param until the day from which it may go on, if one is known
     * @param since since when it waits; null if it does not
     * @param source the list that it came from
     * @param closedAs null if it is open
     * @param message what its hold says; of a closed case on whose word it was closed, and null where it ended by itself
     * @param waitsFor what it waits for; null if it has no hold
     */
    public record Row(
            UUID customerId,
            String state,
            @Nullable String companyName,
            @Nullable String domain,
            @Nullable String effectiveDate,
            @Nullable String ticket,
            String source,
            long line,
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable String closedAs,
            @Nullable String hold,
            @Nullable String until,
            @Nullable Instant since,
            @Nullable String message,
            HoldReason.@Nullable Kind waitsFor) {

        private static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getObject("customer_id", UUID.class),
                    row.getString("state"),
                    row.getString("company_name"),
                    row.getString("domain"),
                    row.getString("effective_date"),
                    row.getString("ticket"),
                    row.getString("source"),
                    row.getLong("line"),
                    row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                    instant(row, "closed_at"),
                    row.getString("closed_as"),
                    row.getString("hold"),
                    row.getString("until"),
                    instant(row, "since"),
                    row.getString("message"),
                    row.getString("hold") == null
                            ? null
                            : HoldReason.kindOf(row.getString("hold"), row.getBoolean("renews")));
        }

        private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }

        /** As it stands by what people have asked for up to now, and not only by what the last run found. */
        private Row by(AskedOfJob all, long caseId, String holds) {
            if (closedAs != null) {
                return waiting(hold, until, since, all.ending(caseId), waitsFor);
            }
            Standing now = all.of(caseId);
            if (HoldReason.OTHER_PLATFORM.name().equals(hold)) {
                return waiting(hold, until, since, message + now.then(), waitsFor);
            }
            List<Hold> holdsNow = HoldsNow.of(holds, state, now);
            if (holdsNow == null) {
                return this;
            }
            if (holdsNow.isEmpty()) {
                return waiting(null, null, null, now.toBe(), null);
            }
            Hold shown = holdsNow.get(0);
            String reason = shown.reason().name();
            Intervention pause = now.pause();
            // since when something waits that a pause stood before is not known
            Instant waitsSince = reason.equals(hold)
                    ? since
                    : shown.reason() == HoldReason.PAUSED && pause != null ? pause.at() : null;
            return waiting(
                    reason,
                    shown.until() == null ? null : shown.until().toString(),
                    waitsSince,
                    shown.message(),
                    shown.kind());
        }

        private Row waiting(
                @Nullable String newHold,
                @Nullable String newUntil,
                @Nullable Instant newSince,
                @Nullable String newMessage,
                HoldReason.@Nullable Kind newWaitsFor) {
            return new Row(
                    customerId,
                    state,
                    companyName,
                    domain,
                    effectiveDate,
                    ticket,
                    source,
                    line,
                    openedAt,
                    closedAt,
                    closedAs,
                    newHold,
                    newUntil,
                    newSince,
                    newMessage,
                    newWaitsFor);
        }

        private boolean isWanted(@Nullable HoldReason onlyHold, boolean manual) {
            return (onlyHold == null || onlyHold.name().equals(hold))
                    && (!manual || closedAs == null && waitsFor == HoldReason.Kind.WAITS_FOR_A_PERSON);
        }

        /** What it is called, as far as its list said. */
        public String name() {
            return companyName != null ? companyName : domain != null ? domain : "";
        }
    }

    /**
     * Hands over each case, in the order in which they were opened.
     *
     * @param asked what people have asked for: a run may have looked before that
     * @param hold only those with this hold; all if null
     * @param manual only open ones that wait for a person to do something elsewhere
     * @param closedToo closed cases, too
     * @return how many
     */
    public long each(
            String job,
            AskedOfJob asked,
            @Nullable HoldReason hold,
            boolean manual,
            boolean closedToo,
            Consumer<Row> each) {
        AtomicLong count = new AtomicLong();
        jdbc.query(
                ROWS + " and (? or c.closed_at is null) order by c.case_id",
                (RowCallbackHandler) row -> {
                    Row found = Row.of(row).by(asked, row.getLong("case_id"), row.getString("holds"));
                    if (found.isWanted(hold, manual)) {
                        count.incrementAndGet();
                        each.accept(found);
                    }
                },
                job,
                job,
                closedToo);
        return count.get();
    }

    /** Open cases that have waited longest, the longest first. */
    public List<Row> waitingLongest(String job, int most) {
        return jdbc.query(
                ROWS + " and c.closed_at is null and h.since is not null order by h.since, c.case_id limit ?",
                (row, i) -> Row.of(row),
                job,
                job,
                most);
    }

    /** How many open cases may go on from a day of these months ({@code 2026-12}), the earliest first. */
    public Map<String, Long> dueByMonth(String job) {
        Map<String, Long> months = new LinkedHashMap<>();
        jdbc.query(
                "select substr(until, 1, 7), count(*) from (" + ROWS
                        + " and c.closed_at is null and h.until is not null) due group by 1 order by 1",
                (RowCallbackHandler) row -> months.put(row.getString(1), row.getLong(2)),
                job,
                job);
        return months;
    }

    /** How many cases are open. */
    public long open(String job) {
        Long open = jdbc.queryForObject(
                "select count(*) from offboarding.offboarding_case where job = ? and closed_at is null",
                Long.class,
                job);
        return open == null ? 0 : open;
    }
}
