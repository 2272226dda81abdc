package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** The last runs of a job on a terminal. */
class HistoryCommandTest {

    private final Scene scene = Scene.set();
    private int exitCode;

    @AfterEach
    void close() {
        scene.close();
    }

    private List<String> type(String... options) {
        StringWriter said = new StringWriter();
        String[] args = new String[options.length + 2];
        args[0] = "history";
        args[1] = scene.jobFile().toString();
        System.arraycopy(options, 0, args, 2, options.length);
        exitCode = CommandLineProgram.execute(new PrintWriter(said, true), new PrintWriter(said, true), args);
        return said.toString().lines().toList();
    }

    /** Whoever is to put customers into the ledger needs no run before. */
    @Test
    void theLedgersTablesAreThereAfterAnyCommand() {
        scene.sql("drop schema ledger cascade");

        assertThat(type()).containsExactly("No run of job nightly has begun yet.");

        assertThat(scene.count("ledger.customer")).isZero();
        assertThat(scene.count("ledger.purchase_authority")).isZero();
    }

    /** Of a ledger that runs have worked on, and which is not whole any more, nothing is made; what is known can be read nevertheless. */
    @Test
    void aTableThatWasLostIsNotMadeByACommandThatLooks() {
        scene.customers(1, 3);
        scene.listed(1);
        scene.run();
        scene.sql("alter table ledger.purchase_authority rename to lost");

        assertThat(type()).hasSize(3);

        assertThat(exitCode).isZero();
        assertThat(scene.count("pg_class where relname = 'purchase_authority'")).isZero();
    }

    @Test
    void itHasALineForEachRunAndForEachThatCouldNotBegin() throws Exception {
        assertThat(type()).containsExactly("No run of job nightly has begun yet.");

        scene.customers(1, 3);
        scene.subscription(2, "marketplace", "active");
        scene.listed(1, 2);
        RunResult first = scene.run();
        scene.clock.pass(Duration.ofDays(1));
        Path reports = scene.folder().resolve("reports/nightly");
        Files.move(reports, reports.resolveSibling("away"));
        Files.writeString(reports, "in the way");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        Files.delete(reports);
        Files.move(reports.resolveSibling("away"), reports);
        scene.clock.pass(Duration.ofDays(1));
        RunResult planned = scene.plan();
        FileSystemUtils.deleteRecursively(Scene.report(planned).folder());

        List<String> lines = type();

        assertThat(exitCode).isZero();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).containsSubsequence("BEGAN", "MODE", "EXIT", "CUSTOMERS", "REPORT");
        assertThat(lines.get(2))
                .startsWith("2026-03-10 03:30  run          0  every case that could go on ended as planned")
                .contains("1 offboarded, 1 held")
                .endsWith(Scene.report(first).folder().toString());
        assertThat(lines.get(3))
                .startsWith("2026-03-11 03:3")
                .contains(" -  ", "   8  did not begin: No report can be written");
        assertThat(lines.get(4))
                .startsWith("2026-03-12 03:3")
                .contains("plan         0  a run would do this · 1 held")
                .endsWith("no report there");

        assertThat(type("--last", "1")).hasSize(3).last().asString().contains("a run would do this");
        assertThat(type("--last", "0")).first().asString().contains("--last: 0 is not a number of runs");
        assertThat(exitCode).isEqualTo(2);
    }
}
