package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.Offboarding;
import dev.offboarding.run.ChildJvm;
import dev.offboarding.run.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The program in a process of its own that stays up. */
@Timeout(300)
class ScheduleCommandTest {

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void nothingIsLeftRunning() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Path directory, String... args) throws IOException {
        ProcessBuilder program = new ProcessBuilder(ChildJvm.command("-Xmx256m"));
        program.command().add(Offboarding.class.getName());
        program.command().addAll(List.of(args));
        Process process = program.directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        started.add(process);
        return process;
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ConditionFactory await(Path directory) {
        return Awaitility.await().atMost(Duration.ofSeconds(200)).alias("err: " + directory.resolve("err"));
    }

    private static int end(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static List<Path> reports(Path reports, String job) {
        if (!Files.isDirectory(reports.resolve(job))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(reports.resolve(job))) {
            return all.filter(path ->
                            Character.isDigit(path.getFileName().toString().charAt(0)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path jobFile(String job, String more) throws IOException {
        Path data = Path.of("sample-data").toAbsolutePath();
        return Files.writeString(folder.resolve(job + ".yaml"), """
                offboarding:
                  job: %s
                  list: { csv: { file: %s } }
                  platform: ledger
                  ledger: { sample-data: %s }
                  limits: { max-share: 20%% }
                  protected-customers: %s
                  %s
                """.formatted(
                        job,
                        data.resolve("customers.csv"),
                        data.resolve("ledger.sql"),
                        data.resolve("protected-customers.csv"),
                        more));
    }

    @Test
    void jobsShareTheEmbeddedDatabaseAndEachRunSaysWhenItBeganAndHowItEnded() throws Exception {
        String everyOtherSecond = "schedule: { cron: \"0/2 * * * * *\" }";
        jobFile("first", everyOtherSecond);
        jobFile("second", everyOtherSecond);
        Files.writeString(folder.resolve("broken.yaml"), "offboarding:\n  jbo: x\n");
        Process process = start(folder, "schedule", "first.yaml", "second.yaml", "broken.yaml");
        Path reports = folder.resolve("reports");

        await(folder)
                .until(() -> reports(reports, "first").size() > 1
                        && reports(reports, "second").size() > 1);
        end(process);

        String out = text(folder.resolve("out"));
        assertThat(out)
                .containsPattern("(?m)^[-0-9]+T[0-9:]+\\S* first: taken from first.yaml; next run at \\S+$")
                .containsPattern("(?m) first: run \\d{8}T\\d{9}Z begins$")
                .containsPattern(
                        "(?m) first: run (\\d{8}T\\d{9}Z) ended after \\d+ s with exit code 0; report: reports.first.\\1; next run at \\S+$")
                .containsPattern("(?m) second: run .* with exit code 0; report: ")
                .doesNotContain("exit code 6", "exit code 7", "exit code 2");
        assertThat(text(folder.resolve("err")))
                .contains("broken.yaml, line 2", "broken.yaml: cannot be used")
                .doesNotContain("Exception");
        // the reports are whole, and the database was shut down in order
        for (Path report : reports(reports, "first")) {
            assertThat(report.resolve("report.json")).isNotEmptyFile();
        }
        assertThat(folder.resolve(".offboarding/data/postmaster.pid")).doesNotExist();
        assertThat(folder.resolve(".offboarding/owner")).doesNotExist();
    }

    @Test
    void askedToStopWhileARunIsUnderWayItLetsItFinishWhatIsBegun() throws Exception {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 4).listed(1, 2);
            scene.subscription(1, "license", "active");
            scene.with("schedule.cron", "* * * * * *");
            scene.gateBefore("update on ledger.subscription", "true");
            Path directory = scene.folder();
            Process process = start(directory, "schedule", scene.jobFile().toString());
            scene.awaitSomebodyAtTheGate();

            process.destroy();
            await(directory).until(() -> text(directory.resolve("out")).contains("asked to stop: 1 run is under way"));
            scene.openTheGate();

            // a second signal would end it at once
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(9);
            assertThat(scene.reports()).hasSize(1);
            assertThat(JsonMapper.shared()
                            .readTree(scene.reports()
                                    .get(0)
                                    .resolve("report.json")
                                    .toFile())
                            .get("exit_code")
                            .asInt())
                    .isEqualTo(9);
            assertThat(text(directory.resolve("out"))).contains("with exit code 9: the program was asked to stop");
        }
    }

    @Test
    void anIdleScheduleCanBeLookedAtAndEndsAtOnce() throws Exception {
        try (Scene scene = Scene.set()) {
            scene.with("schedule.cron", "0 30 3 1 1 *");
            Path directory = scene.folder();
            Process process = start(
                    directory,
                    "schedule",
                    "--management-port",
                    "0",
                    scene.jobFile().toString());
            await(directory).until(() -> text(directory.resolve("out")).contains("next run at"));
            Matcher address = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/actuator/health")
                    .matcher(text(directory.resolve("out")));
            assertThat(address.find()).isTrue();
            HttpRequest look =
                    HttpRequest.newBuilder(URI.create(address.group())).build();
            HttpClient client = HttpClient.newHttpClient();
            // once it has looked at its clock for the first time
            await(directory)
                    .until(() -> client.send(look, HttpResponse.BodyHandlers.ofString())
                                    .statusCode()
                            == 200);
            HttpResponse<String> health = client.send(look, HttpResponse.BodyHandlers.ofString());
            assertThat(health.body()).contains("\"nextDue\"");

            assertThat(end(process)).isZero();

            assertThat(text(directory.resolve("out")).lines()).last().asString().endsWith("asked to stop");
            assertThat(text(directory.resolve("err"))).isEmpty();
        }
    }

    @Test
    void aJobWithoutAScheduleIsWrongUsage() throws Exception {
        jobFile("nightly", "");
        java.io.StringWriter err = new java.io.StringWriter();

        int exitCode = CommandLineProgram.execute(
                new java.io.PrintWriter(new java.io.StringWriter()),
                new java.io.PrintWriter(err, true),
                "schedule",
                folder.resolve("nightly.yaml").toString());

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .contains("nightly.yaml: offboarding.schedule: is missing")
                .contains("schedule: { cron: \"0 30 3 * * *\" }");
    }
}
