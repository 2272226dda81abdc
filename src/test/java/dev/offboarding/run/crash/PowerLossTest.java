package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.LedgerSchema;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.run.Program;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The machine goes off in the middle of a run: program and embedded database are gone at one moment. */
@Tag("loss")
class PowerLossTest {

    private static final int CUSTOMERS = 3;

    @TempDir
    Path folder;

    private Path jobFile;

    @BeforeEach
    void customersListed() throws IOException {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        for (int n = 1; n <= CUSTOMERS; n++) {
            csv.append("%s,customer-%d.example\n".formatted(Scene.id(n), n));
        }
        Files.writeString(inbox.resolve("list.csv"), csv);
        jobFile = Files.writeString(folder.resolve("job.yaml"), """
                offboarding:
                  job: nightly
                  zone: Europe/Berlin
                  list: { csv: { inbox: '%s' } }
                  platform: ledger
                  protected-customers: none
                  reports: '%s'
                  limits: { max-share: 100%%, per-30-days: 100%% }
                """.formatted(inbox, folder.resolve("reports")));
    }

    private Database open() {
        return Database.open(new StandardEnvironment(), folder.resolve(".offboarding"), Access.OWN);
    }

    /** Whoever wants to remove a relationship waits until nobody's time. */
    private void aLedgerWithAGate() {
        try (Database database = open()) {
            LedgerSchema.migrate(database.dataSource());
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            for (int n = 1; n <= CUSTOMERS; n++) {
                jdbc.sql("insert into ledger.customer values (?, ?, ?, 'reseller', null)")
                        .params(Scene.id(n), "Customer " + n, "customer-" + n + ".example")
                        .update();
                jdbc.sql("insert into ledger.subscription values (gen_random_uuid(), ?, 'Mail', 'license', 'active')")
                        .param(Scene.id(n))
                        .update();
            }
            jdbc.sql("""
                    create function public.wait() returns trigger language plpgsql as
                    $$ begin perform pg_sleep(300); return new; end $$
                    """).update();
            jdbc.sql("create trigger gate before update on ledger.customer for each row execute function public.wait()")
                    .update();
        }
    }

    private boolean somebodyWaits() {
        return Database.running(folder.resolve(".offboarding"))
                .map(JdbcClient::create)
                .map(jdbc -> jdbc.sql("select exists (select from pg_stat_activity where wait_event = 'PgSleep')")
                        .query(Boolean.class)
                        .single())
                .orElse(false);
    }

    private void powerOff(Program program) throws Exception {
        long server = Long.parseLong(Files.readAllLines(folder.resolve(".offboarding/data/postmaster.pid"))
                .get(0)
                .strip());
        List<ProcessHandle> all = new ArrayList<>();
        ProcessHandle.of(server).ifPresent(it -> {
            all.add(it);
            it.children().forEach(all::add);
        });
        // the first process first, so that nobody can end in order
        all.forEach(ProcessHandle::destroyForcibly);
        program.kill();
    }

    @Test
    void aRunThatWasUnderWayWhenThePowerWentIsTakenUpByTheNext() throws Exception {
        aLedgerWithAGate();
        Program program = Program.start(folder, "none", "run", jobFile.toString());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(this::somebodyWaits);
        powerOff(program);
        try (Database database = open()) {
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            assertThat(jdbc.sql("select count(*) from offboarding.open_intent where action = 'REMOVE'")
                            .query(Long.class)
                            .single())
                    .isEqualTo(CUSTOMERS);
            jdbc.sql("drop trigger gate on ledger.customer").update();
        }

        RunResult result = TestRuns.of(
                        new JobFileReader().read(jobFile),
                        Mode.RUN,
                        folder.resolve(".offboarding"),
                        Clock.systemUTC(),
                        Progress.NONE,
                        Duration.ZERO)
                .start();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        Scene.Report report = Scene.report(result);
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        List<Path> reports = new ArrayList<>();
        try (var files = Files.walk(folder.resolve("reports"))) {
            files.filter(it -> it.endsWith("report.json")).sorted().forEach(reports::add);
        }
        assertThat(reports).hasSize(2);
        assertThat(Files.readString(reports.get(0))).containsPattern("\"interrupted\"\\s*:\\s*true");
        try (Database database = open()) {
            JdbcClient jdbc = JdbcClient.create(database.dataSource());
            assertThat(jdbc.sql("select count(*) from ledger.customer where relationship = 'none'")
                            .query(Long.class)
                            .single())
                    .isEqualTo(CUSTOMERS);
            assertThat(jdbc.sql("select max(sequence) - count(*) from offboarding.event")
                            .query(Long.class)
                            .single())
                    .isZero();
            assertThat(jdbc.sql("select count(*) from offboarding.open_intent")
                            .query(Long.class)
                            .single())
                    .isZero();
        }
    }
}
