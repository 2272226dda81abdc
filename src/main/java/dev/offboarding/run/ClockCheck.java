package dev.offboarding.run;

import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.StopReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Whether this machine's clock can be right. What falls due, and which lost calls can no longer take effect, is decided by it: one that is
 * ahead removes customers whose day has not come.
 */
final class ClockCheck {

    /** A larger difference than this is never the network's doing. */
    private static final Duration TOLERATED = Duration.ofMinutes(5);

    private static final String REMEDY =
            ". Nothing is written and no list is accepted until they agree: find out which of them is wrong and set it, by time synchronisation (NTP) for instance";

    private final JdbcTemplate jdbc;
    private final Runs runs;
    private final Clock clock;
    private final ReferenceClocks others;
    private final String runId;
    private final RunGuard guard;

    ClockCheck(JdbcTemplate jdbc, Runs runs, Clock clock, ReferenceClocks others, String runId, RunGuard guard) {
        this.guard = guard;
        this.jdbc = jdbc;
        this.runs = runs;
        this.clock = clock;
        this.others = others;
        this.runId = runId;
    }

    /** Whether it agrees with the job's own database; where it does not the run is stopped. */
    boolean agreesWithTheDatabase() {
        String wrong = apart(others.databaseAhead(jdbc, clock), "the job's own database");
        if (wrong == null) {
            wrong = beforeTheLastRun();
        }
        runs.clockConfirmed(runId, wrong == null);
        return agrees(wrong);
    }

    /** Whether it agrees with the platform, or that does not say; where it does not the run is stopped. */
    boolean agreesWithThePlatform(ResellerPlatform platform) {
        Duration ahead = others.platformAhead(platform);
        String wrong = ahead == null ? null : apart(ahead, "the platform");
        if (wrong != null) {
            runs.clockConfirmed(runId, false);
        }
        return agrees(wrong);
    }

    private boolean agrees(@Nullable String wrong) {
        if (wrong != null) {
            guard.stop(StopReason.CLOCK, wrong);
        }
        return wrong == null;
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
        // the database rounds what it stores
        Instant now = clock.instant().plusMillis(1);
        return runs.lastConfirmedEnd(runId)
                .filter(run -> now.isBefore(run.at()))
                .map(run -> "this machine's clock says %s, and run %s of job %s ended at %s, which is later%s"
                        .formatted(
                                now.truncatedTo(ChronoUnit.SECONDS),
                                run.runId(),
                                run.job(),
                                run.at().truncatedTo(ChronoUnit.SECONDS),
                                REMEDY))
                .orElse(null);
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
