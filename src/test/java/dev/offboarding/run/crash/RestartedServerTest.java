package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** An administrator restarts the server without asking who is at work. */
class RestartedServerTest {

    @TempDir
    Path data;

    /** Job's own database and ledger are both in it; of the two customers that are removed in one set neither is removed twice. */
    @Test
    void aRunWhoseServerIsRestartedImmediatelyContinuesAndDoesNothingTwice() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setDataDirectory(data)
                        .setLocaleConfig("locale", "C")
                        .setLocaleConfig("locale-provider", "builtin")
                        .setLocaleConfig("builtin-locale", "C.UTF-8")
                        // as everywhere but in tests: what is committed outlives the server
                        .setServerConfig("synchronous_commit", "on")
                        .start();
                Scene scene = Scene.on(TestDatabase.at(server.getJdbcUrl("postgres", "postgres")))) {
            scene.customers(1, 3);
            scene.subscription(1, "license", "active");
            scene.listed(1, 2);
            scene.gateBefore("update on ledger.customer", "true");
            scene.clock.run();
            OffboardingRun loaded = scene.loaded();
            CompletableFuture<RunResult> run =
                    CompletableFuture.supplyAsync(loaded::start, new SimpleAsyncTaskExecutor("a run"));
            scene.awaitSomebodyAtTheGate();

            restart();
            scene.openTheGate();

            RunResult result = run.get(90, TimeUnit.SECONDS);
            assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
            Scene.Report report = Scene.report(result);
            assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(2);
            assertThat(report.table("actions.csv").stream()
                            .filter(row -> "DONE".equals(row.get("result")))
                            .map(row -> row.get("action") + " " + row.get("customer_id")))
                    .containsExactlyInAnyOrder(
                            "SUSPEND " + Scene.id(1), "REMOVE " + Scene.id(1), "REMOVE " + Scene.id(2));
            assertThat(new ReportVerifier(null).verify(report.folder()).findings())
                    .isEmpty();
            assertThat(scene.count("offboarding.run")).isEqualTo(1);
            assertThat(scene.relationshipOf(3)).isEqualTo("reseller");
        }
    }

    private void restart() throws Exception {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U")); // as root it does not start
        }
        command.addAll(List.of(
                TestDatabase.programs().resolve("bin/pg_ctl").toString(),
                "-D",
                data.toString(),
                "-m",
                "immediate",
                "-w",
                "-l",
                data.resolve("restarted.log").toString(),
                "restart"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("pg_ctl.out").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(() -> text("pg_ctl.out")).isZero();
    }

    private String text(String name) {
        try {
            return Files.readString(data.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
