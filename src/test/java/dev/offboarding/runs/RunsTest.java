package dev.offboarding.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.platform.PlatformName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

class RunsTest {

    private static final Instant NIGHT = Instant.parse("2026-06-15T01:30:00Z");
    private static final String RUN = "20260615T013000000Z";

    private TestDatabase database;
    private JdbcTemplate jdbc;
    private Runs runs;

    @BeforeEach
    void aRunIsUnderWay() {
        database = TestDatabase.create();
        jdbc = new JdbcTemplate(database.dataSource());
        runs = new Runs(jdbc);
        insert(RUN, "ledger-1");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private void insert(String runId, @Nullable String identity) {
        jdbc.update(
                "insert into offboarding.run (run_id, job, mode, platform, platform_identity, started_at, facts) values (?, 'nightly', 'run', 'ledger', ?, '2026-06-15T01:30:00Z', '{}')",
                runId,
                identity);
    }

    /** A role that may not delete a run could do so through a view of its owner's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from offboarding.runs",
                "update offboarding.runs set job = 'other'",
                "insert into offboarding.runs (run_id) values ('x')"
            })
    void nothingIsChangedThroughTheViewOfRuns(String change) {
        assertThatThrownBy(() -> jdbc.update(change)).hasMessageContaining("view \"runs\"");

        assertThat(jdbc.queryForList("select run_id || job from offboarding.runs", String.class))
                .containsExactly(RUN + "nightly");
    }

    @Test
    void theViewOfRunsCostsWhatTheTableCosts() {
        List<String> plan = jdbc.queryForList(
                "explain select platform_identity from offboarding.runs where run_id = 'x'", String.class);

        assertThat(plan).isNotEmpty().noneMatch(line -> line.contains("Loop") || line.contains("Subquery"));
    }

    @Test
    void onlyARunThatWasNotStoppedTellsForGood() {
        runs.end(RUN, NIGHT, ExitCode.STOPPED_EARLY, new Stop(StopReason.SIGNAL, "asked to stop"), List.of());
        insert("20260616T013000000Z", "ledger-1");
        runs.end("20260616T013000000Z", NIGHT, ExitCode.OK, null, List.of());

        assertThat(runs.reported(RUN, NIGHT, "a")).isFalse();
        assertThat(runs.reported("20260616T013000000Z", NIGHT, "b")).isTrue();
    }

    @Test
    void whatAnEarlierVersionLeftWithoutAnIdentityIsTakenForOne() {
        insert("20260101T013000000Z", null);

        runs.claim("nightly", PlatformName.LEDGER, "ledger-2");

        assertThat(jdbc.queryForList("select platform_identity from offboarding.run order by run_id", String.class))
                .containsExactly("ledger-2", "ledger-1");
    }
}
