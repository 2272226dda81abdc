package dev.offboarding.run;

import dev.offboarding.platform.ResellerPlatform;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Whether this machine's clock can be right. What falls due, and which lost calls can no longer take effect, is decided by it: one that is
 * ahead removes customers whose day has not come.
 */
final class ClockCheck {

    /** Further apart than this nobody's clock is by accident of the network. */
    private static final Duration TOLERATED = Duration.ofMinutes(5);

    private static final String REMEDY =
            ". Nothing is written and no list is accepted until they agree: find out which of them is wrong and set it, by time synchronisation (NTP) for instance";

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final ReferenceClocks others;
    private final String runId;

    ClockCheck(JdbcTemplate jdbc, Clock clock, ReferenceClocks others, String runId) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.others = others;
        this.runId = runId;
    }

    /** Why not, as the job's own database knows; null if it agrees. */
    @Nullable
    String againstTheDatabase() {
        String wrong = apart(others.databaseAhead(jdbc, clock), "the job's own database");
        if (wrong == null) {
            wrong = beforeTheLastRun();
        }
        confirmed(wrong == null);
        return wrong;
    }

    /** Why not, as the platform says; null if it agrees or does not say. */
    @Nullable
    String againstThePlatform(ResellerPlatform platform) {
        Duration ahead = others.platformAhead(platform);
        String wrong = ahead == null ? null : apart(ahead, "the platform");
        if (wrong != null) {
            confirmed(false);
        }
        return wrong;
    }

    private @Nullable String apart(Duration ahead, String whose) {
        if (ahead.abs().compareTo(TOLERATED) <= 0) {
            return null;
        }
        Instant ours = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return "this machine's clock says %s and that of %s %s, %s %s%s"
                .formatted(
                        ours,
                        whose,
                        ours.plus(ahead).truncatedTo(ChronoUnit.SECONDS),
                        inWords(ahead.abs()),
                        ahead.isNegative() ? "earlier" : "later",
                        REMEDY);
    }

    private @Nullable String beforeTheLastRun() {
        List<Last> last = jdbc.query(
                """
                select run_id, job, ended_at from offboarding.run
                 where clock_confirmed and ended_at is not null and run_id <> ? order by ended_at desc limit 1
                """,
                (row, i) -> new Last(
                        row.getString(1),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()),
                runId);
        // the database rounds what it stores
        Instant now = clock.instant().plusMillis(1);
        return last.stream()
                .filter(run -> now.isBefore(run.endedAt()))
                .findFirst()
                .map(run -> "this machine's clock says %s, and run %s of job %s ended at %s, which is later%s"
                        .formatted(
                                now.truncatedTo(ChronoUnit.SECONDS),
                                run.runId(),
                                run.job(),
                                run.endedAt().truncatedTo(ChronoUnit.SECONDS),
                                REMEDY))
                .orElse(null);
    }

    private record Last(String runId, String job, Instant endedAt) {}

    /** The end of a run whose clock is wrong says nothing about the next one's. */
    private void confirmed(boolean confirmed) {
        jdbc.update("update offboarding.run set clock_confirmed = ? where run_id = ?", confirmed, runId);
    }

    private static String inWords(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() == 1 ? "1 day" : "%d days".formatted(time.toDays());
        }
        return time.toHours() > 0
                ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                : "%d min".formatted(time.toMinutes());
    }
}
