package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.CommandsInARow;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Incident 44: a list was taken, could not be moved away for its name, and every later night ended with exit code 1. */
@Execution(ExecutionMode.CONCURRENT)
class FileNamesTest {

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 4);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    /** Whatever language this process itself was started in. */
    private void fileNamed(String octal, String csv) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", "cat > \"$(printf '" + octal + "')\"")
                .directory(scene.folder().resolve("inbox").toFile())
                .redirectErrorStream(true)
                .start();
        try (var in = shell.outputWriter()) {
            in.write(csv);
        }
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
    }

    private String row(int n) {
        return "customer_id,domain\n%s,customer-%d.example\n".formatted(Scene.id(n), n);
    }

    private String runsIn(String locale, String... args) throws IOException, InterruptedException {
        try (ProgramProcess program =
                ProgramProcess.start(scene.folder(), Map.of("LC_ALL", locale), CommandsInARow.class, args)) {
            assertThat(program.end()).as(program.out() + program.err()).isZero();
            return program.out() + program.err();
        }
    }

    /** Beside it a job of whose list file an earlier version took, in a language in which the name could be had. */
    // 44: embulk#588, lib2opds#25
    @Test
    void anUmlautUnderCronsEmptyLocaleEndedEveryLaterNight() throws Exception {
        fileNamed("K\\303\\274ndigungen.csv", row(1));
        scene.inboxFile("plain.csv", row(2));
        String run = scene.jobFile().toString();
        try (Scene taken = Scene.set().customers(1, 4)) {
            taken.runs(ExitCode.OK);
            taken.sql("""
                    insert into offboarding.list_file (run_id, file_no, job, name, path, status, from_inbox, marked_at)
                    select max(run_id), 1, 'nightly', 'K\u00fcndigungen.csv', '/inbox/K\u00fcndigungen.csv', 'TAKEN', true, now()
                      from offboarding.run""");
            taken.inboxFile("plain.csv", row(2));

            assertThat(runsIn(
                            "POSIX",
                            "run",
                            run,
                            CommandsInARow.THEN,
                            "run",
                            run,
                            CommandsInARow.THEN,
                            "run",
                            taken.jobFile().toString()))
                    .contains(
                            "start it with LANG=C.UTF-8",
                            "Exit code 0",
                            "start the program with LANG=C.UTF-8",
                            "[4, 0, 4]");
            assertThat(taken.relationshipOf(2)).isEqualTo("none");
        }
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(2)).isEqualTo("none");

        assertThat(runsIn("C.UTF-8", "run", run)).contains("1 offboarded", "[0]");
        assertThat(scene.relationshipOf(1)).isEqualTo("none");
        assertThat(scene.count("offboarding.list_file where moved_at is null")).isZero();
    }

    @Test
    void aNameOf241BytesCouldNotBeMovedAnyNight() throws Exception {
        scene.inboxFile("x".repeat(237) + ".csv", row(1)).inboxFile("plain.csv", row(2));
        fileNamed("K\\374ndigungen.csv", row(3));

        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(first.json().get("failures").toString())
                .contains("its name is 241 bytes long", "give it a shorter one")
                .contains("a name of plain letters and digits");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.relationshipOf(2)).isEqualTo("none");
        scene.runs(ExitCode.OK);

        scene.inboxFile("y".repeat(196) + ".csv", row(4).replaceFirst("\n$", "\nx,y\n"));
        scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(scene.relationshipOf(4)).isEqualTo("none");
        assertThat(scene.inboxFiles())
                .contains("archive/" + "y".repeat(196) + ".csv", "archive/" + "y".repeat(196) + ".csv.rejects.csv");
    }
}
