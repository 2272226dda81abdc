package dev.offboarding.lists;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/** Remembers by content what a job has taken. */
final class ContentHistory {
    private static final String ON_PURPOSE =
            "To list customers again on purpose, give each that is meant another ticket, reason or effective_date, or fill a column \"again\" with today's date, and put the file into the inbox again.";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    ContentHistory(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Why a file of the inbox is refused as a repetition: taken in an earlier night, or found twice tonight. */
    Optional<ListRefusedException> repetition(String runId, int fileNo, String job, String sha256) {
        Optional<ListRefusedException> before = jdbc
                .query(
                        "select name, run_id, taken_at from offboarding.taken_content where job = ? and sha256 = ?",
                        (row, n) -> new ListRefusedException(
                                "the same contents were taken before, on %s by run %s, as %s"
                                        .formatted(
                                                night(row.getObject("taken_at", OffsetDateTime.class)
                                                        .toInstant()),
                                                row.getString("run_id"),
                                                Whitespace.quote(row.getString("name"))),
                                ON_PURPOSE),
                        job,
                        sha256)
                .stream()
                .findFirst();
        return before.or(() -> jdbc
                .query(
                        """
                        select name from offboarding.list_file
                        where run_id = ? and file_no < ? and sha256 = ? and status in ('TAKEN', 'REFUSED') order by file_no limit 1
                        """,
                        (row, n) -> new ListRefusedException(
                                "the same contents are in the inbox tonight (%s, run %s) as %s, too"
                                        .formatted(
                                                night(clock.instant()), runId, Whitespace.quote(row.getString("name"))),
                                ON_PURPOSE),
                        runId,
                        fileNo,
                        sha256)
                .stream()
                .findFirst());
    }

    private LocalDate night(Instant at) {
        return LocalDate.ofInstant(at, clock.getZone());
    }

    void markRefused(String runId) {
        jdbc.update(
                "update offboarding.list_file set marked_at = ? where run_id = ? and status = 'REFUSED'",
                clock.instant().atOffset(ZoneOffset.UTC),
                runId);
    }

    void remember(String runId) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        jdbc.update("""
                insert into offboarding.taken_content as before (job, sha256, run_id, name, taken_at)
                select job, sha256, run_id, name, ? from offboarding.list_file
                where run_id = ? and status = 'TAKEN' and sha256 is not null
                -- a standing file with contents that were taken before under its name is the list that was taken then
                on conflict (job, sha256) do update
                set run_id = excluded.run_id, name = excluded.name, taken_at = excluded.taken_at where before.name <> excluded.name
                """, now, runId);
        jdbc.update(
                "update offboarding.list_file set marked_at = ? where run_id = ? and status in ('TAKEN', 'REFUSED')",
                now,
                runId);
    }
}
