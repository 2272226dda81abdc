package dev.offboarding.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is remembered of a job's nights. */
class RunLogTest {

    private static final Instant NIGHT = Instant.parse("2026-03-10T02:30:00Z");

    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final RunLog log = new RunLog(jdbc);

    @AfterEach
    void close() {
        database.close();
    }

    private void run(String runId, Instant at, String mode, String notes) {
        jdbc.update("""
                insert into offboarding.run (run_id, job, mode, platform, started_at, ended_at, exit_code, reported_at, settled, facts, notes)
                values (?, 'nightly', ?, 'ledger', ?::timestamptz, ?::timestamptz, 0, now(), true, '{}', ?::json)
                """, runId, mode, at.toString(), at.toString(), notes);
    }

    @Test
    void triesOfOneNightForOneReasonAreOne() {
        log.notBegun("nightly", NIGHT, ExitCode.ALREADY_RUNNING, "busy");
        log.notBegun("nightly", NIGHT.plus(Duration.ofMinutes(5)), ExitCode.ALREADY_RUNNING, "busy");
        log.notBegun("other", NIGHT, ExitCode.ALREADY_RUNNING, "busy");
        log.notBegun("nightly", NIGHT.plus(Duration.ofMinutes(9)), ExitCode.EVIDENCE_BROKEN, "full");
        log.notBegun("nightly", NIGHT.plus(Duration.ofDays(1)), ExitCode.EVIDENCE_BROKEN, "full");

        assertThat(log.last("nightly", 14))
                .extracting(RunLog.Night::at, RunLog.Night::exitCode, RunLog.Night::obstacle)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                NIGHT.plus(Duration.ofDays(1)), ExitCode.EVIDENCE_BROKEN, "full"),
                        org.assertj.core.groups.Tuple.tuple(
                                NIGHT.plus(Duration.ofMinutes(9)), ExitCode.EVIDENCE_BROKEN, "full"),
                        org.assertj.core.groups.Tuple.tuple(NIGHT, ExitCode.ALREADY_RUNNING, "busy (tried 2 times)"));
    }

    @Test
    void whatTheScheduleNotedAsMissedIsANightUnlessItIsOnRecordItself() {
        run("20260310T023000000Z", NIGHT, "run", "[\"something else\"]");
        log.notBegun("nightly", NIGHT.plus(Duration.ofDays(1)), ExitCode.EVIDENCE_BROKEN, "full");
        run("20260313T023000000Z", NIGHT.plus(Duration.ofDays(3)), "run", """
                ["missed: the run that was due at 2026-03-11T03:30:00+01:00 did not take place: it could not begin",
                 "missed: the run that was due at 2026-03-12T03:30:00+01:00 did not take place: the program was not running"]
                """);
        run("20260314T023000000Z", NIGHT.plus(Duration.ofDays(4)), "adopt", "[]");

        assertThat(log.last("nightly", 14))
                .extracting(night -> night.at().toString().substring(0, 10) + " " + night.ending())
                .containsExactly(
                        "2026-03-13 every case that could go on ended as planned",
                        "2026-03-12 did not begin: the run that was due at 2026-03-12T03:30:00+01:00 did not take place: the program was not running",
                        "2026-03-11 did not begin: full",
                        "2026-03-10 every case that could go on ended as planned");
        assertThat(log.last("nightly", 1))
                .first()
                .extracting(RunLog.Night::runId)
                .isEqualTo("20260313T023000000Z");
        assertThat(log.last("nightly", 1)).noneMatch(night -> "20260310T023000000Z".equals(night.runId()));
    }
}
