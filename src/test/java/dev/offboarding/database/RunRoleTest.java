package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

/** The program as a role that owns none of its tables, set up as {@code db/run-role.sql} says. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunRoleTest {

    private final Scene scene = Scene.set();

    @BeforeAll
    void setUpTheRole() throws IOException {
        scene.jdbc().sql("""
                        do $$ begin
                          if not exists (select from pg_roles where rolname = 'offboarding_run') then
                            create role offboarding_run login;
                          end if;
                        end $$
                        """).update();
        scene.jdbc().sql(script()).update();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    private static String script() throws IOException {
        try (var in = RunRoleTest.class.getResourceAsStream("/db/run-role.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The address without a user in it. */
    private String url() {
        String url = scene.database().url().replaceFirst("\\?.*", "");
        assertThat(scene.database().url()).startsWith(url + "?user=postgres");
        return url;
    }

    private RunResult run(String more) throws IOException {
        String yaml = Files.readString(scene.jobFile())
                .replaceFirst("(?m)^spring.datasource.url: .*$", "spring.datasource.url: '" + url() + "'");
        Path file = scene.folder().resolve("role.yaml");
        Files.writeString(file, yaml + "spring.datasource.username: offboarding_run\n" + more);
        return TestRuns.of(
                        new JobFileReader().read(file),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        scene.clock,
                        Progress.NONE,
                        Duration.ZERO)
                .start();
    }

    private void asTheRole(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "offboarding_run", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aWholeRunWorksForARoleThatOwnsNothing() throws Exception {
        scene.customers(1, 12);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        scene.listed(1, 2, 3);

        RunResult first = run("");
        RunResult second = run("");

        assertThat(first.exitCode()).as("%s", first).isEqualTo(ExitCode.OK);
        assertThat(Scene.report(first).total("customers", "OFFBOARDED")).isEqualTo(2);
        assertThat(second.exitCode()).as("%s", second).isEqualTo(ExitCode.OK);
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        assertThat(scene.jdbc().sql("""
                        select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                         where n.nspname in ('offboarding', 'ledger') and pg_get_userbyid(c.relowner) = 'offboarding_run'
                        """).query(Long.class).single()).isZero();
    }

    /** Without that the planner joins many rows with many others one by one, for hours. */
    @Test
    void thePlannerIsToldOfManyCases() throws Exception {
        scene.jdbc()
                .sql("delete from pg_statistic where starelid = 'offboarding.run_case'::regclass")
                .update();
        scene.customers(2_000, 3_000);
        scene.listed(IntStream.rangeClosed(2_000, 3_000).toArray());

        RunResult run = run("");
        // over the limit: to take the file away is enough
        FileSystemUtils.deleteRecursively(scene.inbox());
        Files.createDirectory(scene.inbox());

        assertThat(run.exitCode()).as("%s", run).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
        assertThat(scene.jdbc().sql("""
                        select count(*) from pg_stats
                         where schemaname = 'offboarding' and tablename = 'run_case' and attname in ('run_id', 'case_id')
                        """).query(Long.class).single()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update offboarding.event set data = '{}'",
                "update offboarding.event set data = '{}' where sequence = -1",
                "delete from offboarding.event",
                "truncate offboarding.event",
                "alter table offboarding.event disable trigger append_only",
                "alter table offboarding.event disable trigger all",
                "drop trigger append_only on offboarding.event",
                "drop table offboarding.event",
                "alter table offboarding.event owner to offboarding_run",
                "alter table offboarding.chain_head disable trigger only_forward",
                "create or replace function offboarding.refuse_change() returns trigger language plpgsql as 'begin return null; end'",
                "create or replace function offboarding.only_forward() returns trigger language plpgsql as 'begin return new; end'",
                "create trigger mine before insert on offboarding.event for each row execute function offboarding.only_forward()",
                "set session_replication_role = replica",
                "insert into offboarding.chain_head values (false, 0, '')",
                "delete from offboarding.chain_head",
                "delete from offboarding.run",
                "delete from offboarding.run where mode = 'plan'",
                "delete from offboarding.offboarding_case",
                "truncate offboarding.run",
                "truncate offboarding.offboarding_case",
                "truncate offboarding.run_case",
                "alter table offboarding.run disable trigger once_written",
                "alter table offboarding.event disable trigger at_the_head",
                "alter table offboarding.run_case disable trigger once_reported",
                "create or replace function offboarding.once_written() returns trigger language plpgsql as 'begin return new; end'",
                "truncate offboarding.chain_head",
                "delete from offboarding.offboarding_schema_history",
                "create table offboarding.mine (a int)",
                "select pg_read_file('/etc/passwd')",
                "copy (select 1) to program 'true'",
                "copy (select 1) to '/tmp/mine'"
            })
    void theRoleHasNoRightTo(String sql) {
        assertThatThrownBy(() -> asTheRole(sql))
                .isInstanceOf(SQLException.class)
                .satisfies(e -> assertThat(((SQLException) e).getSQLState())
                        .as("%s", e.getMessage())
                        .isEqualTo("42501"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update offboarding.intent set data = '{}'",
                "delete from offboarding.intent",
                "update offboarding.outcome set data = '{}'",
                "insert into offboarding.outcome (run_id) values ('x')",
                "delete from offboarding.known_case",
                "update offboarding.known_case set closed_at = now()",
                "delete from offboarding.worked_case",
                "insert into offboarding.worked_case (run_id) values ('x')",
                "delete from offboarding.accepted_entry",
                "update offboarding.row_set_aside set cells = '{}'"
            })
    void aViewIsNoWayIntoTheTablesBehindIt(String sql) {
        assertThatThrownBy(() -> asTheRole(sql))
                .isInstanceOf(SQLException.class)
                .satisfies(e -> assertThat(((SQLException) e).getSQLState())
                        .as("%s", e.getMessage())
                        .isEqualTo("55000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // back, to nowhere, to another hash, too far, and past a gap
                "update offboarding.chain_head set last_sequence = last_sequence - 1",
                "update offboarding.chain_head set last_sequence = 0, last_hash = decode(repeat('00', 32), 'hex')",
                "update offboarding.chain_head set last_hash = sha256('mine')",
                "update offboarding.chain_head set last_sequence = last_sequence",
                "update offboarding.chain_head set last_sequence = last_sequence + 1",
                """
                insert into offboarding.event select last_sequence + 1, now(), 'j', 'r', 'ledger', null, 'LIST', null, null, '{}',
                  sha256('mine') from offboarding.chain_head;
                update offboarding.chain_head set last_sequence = last_sequence + 1, last_hash = sha256('yours')
                """
            })
    void theHeadOfTheTrailMovesForwardOnlyToAnEventThatIsThere(String sql) throws Exception {
        if (scene.count("offboarding.event") == 0) {
            scene.customer(77);
            run("");
        }
        List<String> before = events();

        assertThatThrownBy(() -> asTheRole(sql))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the head of the audit trail only moves forward");

        assertThat(events()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // after a gap, before the first, and a pair with a hole in it
                "select last_sequence + 2 from offboarding.chain_head",
                "select 0 from offboarding.chain_head",
                "select last_sequence + n from offboarding.chain_head, (values (1), (3)) numbers (n)"
            })
    void anEventIsAppendedAtTheHeadOfTheTrailAndNowhereElse(String sequences) throws Exception {
        if (scene.count("offboarding.event") == 0) {
            scene.customer(77);
            run("");
        }
        List<String> before = events();

        assertThatThrownBy(() -> asTheRole("""
                        with mine (s) as (%s)
                        insert into offboarding.event
                        select s, now(), 'j', 'r', 'ledger', null, 'LIST', null, null, '{}', sha256(s::text::bytea) from mine
                        """.formatted(sequences)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the audit trail is appended to at its head");

        assertThat(events()).isEqualTo(before);
    }

    @Test
    void theHashOfAReportIsWrittenOnce() throws Exception {
        scene.customer(78);
        run("");
        List<String> before = hashes();
        assertThat(before).isNotEmpty();

        for (String hash : List.of("null", "repeat('0', 64)")) {
            assertThatThrownBy(() -> asTheRole("update offboarding.run set manifest_sha256 = " + hash))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("is written once");
        }

        assertThat(hashes()).isEqualTo(before);
        asTheRole("update offboarding.run set manifest_sha256 = manifest_sha256, settled = settled");
    }

    private List<String> hashes() {
        return scene.jdbc()
                .sql("select manifest_sha256 from offboarding.run where manifest_sha256 is not null order by run_id")
                .query(String.class)
                .list();
    }

    /** The program forgets what it needs no more: that has to stay possible, and nothing beyond it. */
    @Test
    void whatARunWorksOnGoesOnceItIsReportedAndAPlanAtAnyTime() throws Exception {
        scene.customer(79);
        scene.sql("""
                insert into offboarding.run_case (run_id, position, customer_id, listed, listed_anew, state, outcome)
                select run_id, 900 + n, gen_random_uuid(), true, true, 'MARKED', 'PLANNED'
                  from (values ('under-way', 1), ('a-plan', 2)) made (run_id, n)
                """);
        scene.sql("""
                insert into offboarding.run_listing (run_id, position, source, line, others, contents)
                values ('under-way', 901, 's', 1, '{}', ''), ('a-plan', 902, 's', 1, '{}', '')
                """);
        scene.sql("""
                insert into offboarding.run_plan (run_id, position, planned)
                values ('under-way', 901, '[]'), ('a-plan', 902, '[]')
                """);
        scene.sql("""
                insert into offboarding.run (run_id, job, mode, platform, started_at, facts) values
                  ('under-way', 'other', 'run', 'ledger', now(), '{}'), ('a-plan', 'other', 'plan', 'ledger', now(), '{}')
                """);

        for (String table : List.of("run_case", "run_listing", "run_plan")) {
            assertThatThrownBy(() -> asTheRole("delete from offboarding." + table + " where run_id = 'under-way'"))
                    .as(table)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("still to be reported");
            asTheRole("delete from offboarding." + table + " where run_id = 'a-plan'");
        }
        asTheRole("update offboarding.run set reported_at = now() where run_id = 'under-way'");
        for (String table : List.of("run_case", "run_listing", "run_plan")) {
            asTheRole("delete from offboarding." + table + " where run_id = 'under-way'");

            assertThat(scene.count("offboarding." + table + " where run_id in ('under-way', 'a-plan')"))
                    .as(table)
                    .isZero();
        }
    }

    private List<String> events() {
        return scene.jdbc()
                .sql(
                        "select encode(hash, 'hex') from offboarding.event union all select last_sequence || encode(last_hash, 'hex')"
                                + " from offboarding.chain_head order by 1")
                .query(String.class)
                .list();
    }

    private void madeByAnEarlierVersion(String version) throws IOException {
        scene.sql("drop schema offboarding cascade");
        FileSystemUtils.deleteRecursively(scene.folder().resolve("reports"));
        Flyway.configure(RunRoleTest.class.getClassLoader())
                .dataSource(scene.database().url(), null, null)
                .schemas("offboarding")
                .table("offboarding_schema_history")
                .locations("classpath:db/migration")
                .placeholderReplacement(false)
                .target(version)
                .load()
                .migrate();
        scene.jdbc().sql(script()).update();
    }

    @Test
    void aNewVersionsTablesAreMadeByTheOwnerWhomTheJobFileNames() throws Exception {
        madeByAnEarlierVersion("4");

        RunResult refused = run("");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(refused.failures().toString())
                .contains("could not be made or brought up to date", "spring.flyway.user");
        RunResult brought = run("spring.flyway.user: postgres\n");
        assertThat(brought.exitCode()).as("%s", brought).isEqualTo(ExitCode.OK);
        assertThat(run("").exitCode()).isEqualTo(ExitCode.OK);
        assertThatThrownBy(() -> asTheRole("update offboarding.chain_head set last_sequence = 0"))
                .hasMessageContaining("only moves forward");
    }

    @Test
    void howManyConnectionsARunNeedsIsSaidAndEnough() throws Exception {
        // it needs most where its tables are not just those of its own version
        scene.sql(
                "insert into offboarding.offboarding_schema_history values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'x', now(), 5, true)");
        try {
            scene.sql("alter role offboarding_run connection limit 3");
            RunResult tooFew = run("");
            assertThat(tooFew.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(tooFew.failures()).singleElement().asString().contains("no connection left", "needs 4 at once");

            // a session counts until its server process has seen that nobody is there any more
            Awaitility.await().until(() -> scene.count("pg_stat_activity where usename = 'offboarding_run'") == 0);
            scene.sql("alter role offboarding_run connection limit 4");
            assertThat(run("").exitCode()).isEqualTo(ExitCode.OK);
        } finally {
            scene.sql("alter role offboarding_run connection limit -1");
        }
    }
}
