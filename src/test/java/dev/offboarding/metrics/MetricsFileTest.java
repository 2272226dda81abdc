package dev.offboarding.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.SettableClock;
import dev.offboarding.report.ControlTotals;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunMeter;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run's figures, as node_exporter's textfile collector and an OpenMetrics parser read them. */
class MetricsFileTest {

    private static final Instant NIGHT = Instant.parse("2026-03-10T02:30:00Z");

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(NIGHT);

    private RunFigures run(ExitCode exitCode, @Nullable Instant successBefore) {
        return run(exitCode, successBefore, null);
    }

    /** With what a report says. */
    private RunFigures reported(ExitCode exitCode) {
        ControlTotals totals = new ControlTotals(
                new ControlTotals.Rows(16, 1, 3),
                Map.of("OFFBOARDED", 8L, "HELD", 7L),
                new ControlTotals.Subscriptions(31, 27, 0, 1),
                List.of());
        return run(
                exitCode,
                null,
                new ReportSummary(folder, "", totals, Map.of("AZURE_PLAN", 7L), 0, 0, List.of(), List.of()));
    }

    private RunFigures run(ExitCode exitCode, @Nullable Instant successBefore, @Nullable ReportSummary summary) {
        RunMeter watch = new RunMeter(clock, Progress.NONE, Progress.NONE);
        watch.begun("20260310T023000000Z", new RunHistory(successBefore, successBefore));
        watch.step("receive", 0);
        clock.pass(Duration.ofMillis(1500));
        watch.step("observe", 10);
        watch.request("customer", 200);
        watch.request("customer", 429);
        watch.request("customer", 200);
        watch.request("graph", 0);
        clock.pass(Duration.ofSeconds(8));
        return watch.figures("nightly", new RunResult("20260310T023000000Z", exitCode, summary, null, List.of()));
    }

    private Map<String, Double> written(RunFigures run) throws IOException {
        Path file = folder.resolve("metrics/nightly.prom");
        MetricsFile.write(file, run);
        return parse(Files.readString(file));
    }

    private static final Pattern SAMPLE = Pattern.compile(
            "([a-z][a-z0-9_]*)(\\{[a-z_]+=\"[A-Za-z0-9_.-]*\"(,[a-z_]+=\"[A-Za-z0-9_.-]*\")*})? (-?[0-9]+(\\.[0-9]+)?(E[0-9]+)?)");

    /**
     * What both formats allow: a HELP and a TYPE for each name, gauges only, no unit, exemplar, timestamp or blank line, and an EOF at
     * the end, which the older format takes for a comment.
     */
    private static Map<String, Double> parse(String text) {
        assertThat(text).endsWith("\n# EOF\n");
        Map<String, Double> samples = new LinkedHashMap<>();
        List<String> described = new ArrayList<>();
        String name = "";
        for (String line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
            if (line.startsWith("# TYPE ")) {
                name = line.split(" ")[2];
                assertThat(line).isEqualTo("# TYPE " + name + " gauge");
                assertThat(described).doesNotContain(name);
                described.add(name);
            } else if (line.startsWith("# ")) {
                assertThat(line).startsWith("# HELP " + name + " ");
            } else {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(sample.group(1)).isEqualTo(name);
                assertThat(samples.put(
                                sample.group(1) + (sample.group(2) == null ? "" : sample.group(2)),
                                Double.valueOf(sample.group(4))))
                        .isNull();
            }
        }
        return samples;
    }

    /** Any user of the machine may read it, so it says whose job it was, how many of what, and nobody's name or id. */
    @Test
    void whoeverCollectsMayReadItAndLearnsOfNoCustomer() throws IOException {
        Path file = folder.resolve("metrics/nightly.prom");
        Files.createDirectories(file.getParent());
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

        Map<String, Double> samples = written(reported(ExitCode.NEEDS_ATTENTION));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(samples.keySet().stream()
                        .flatMap(sample ->
                                Pattern.compile("([a-z_]+)=\"").matcher(sample).results())
                        .map(label -> label.group(1)))
                .isNotEmpty()
                .isSubsetOf(
                        "job", "step", "outcome", "reason", "result", "status", "state", "kind", "mode", "resource");
    }

    @Test
    @Timeout(60)
    void whatIsThereInItsPlaceIsReplaced() throws Exception {
        Path file = folder.resolve("metrics/nightly.prom");
        Files.createDirectories(file.getParent());
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        written(run(ExitCode.NEEDS_ATTENTION, null));

        Files.write(file, new byte[2 << 20]);
        written(run(ExitCode.NEEDS_ATTENTION, null));

        assertThat(file).isRegularFile();
    }

    @Test
    void aRunIsAFileThatBothFormatsAllow() throws IOException {
        Map<String, Double> samples = written(reported(ExitCode.NEEDS_ATTENTION));

        assertThat(samples)
                .containsEntry("offboarding_last_run_start_timestamp_seconds{job=\"nightly\"}", 1773109800.0)
                .containsEntry("offboarding_last_run_end_timestamp_seconds{job=\"nightly\"}", 1773109809.5)
                .containsEntry("offboarding_last_success_timestamp_seconds{job=\"nightly\"}", 1773109809.5)
                .containsEntry("offboarding_last_run_exit_code{job=\"nightly\"}", 4.0)
                .containsEntry("offboarding_last_run_duration_seconds{job=\"nightly\"}", 9.5)
                .containsEntry("offboarding_last_run_step_duration_seconds{job=\"nightly\",step=\"receive\"}", 1.5)
                .containsEntry("offboarding_last_run_step_duration_seconds{job=\"nightly\",step=\"observe\"}", 8.0)
                .containsEntry("offboarding_last_run_customers{job=\"nightly\",outcome=\"OFFBOARDED\"}", 8.0)
                .containsEntry("offboarding_last_run_customers{job=\"nightly\",outcome=\"FAILED\"}", 0.0)
                .containsEntry("offboarding_last_run_held_customers{job=\"nightly\",reason=\"AZURE_PLAN\"}", 7.0)
                .containsEntry("offboarding_last_run_held_customers{job=\"nightly\",reason=\"PROTECTED\"}", 0.0)
                .containsEntry("offboarding_last_run_rows{job=\"nightly\",result=\"rejected\"}", 3.0)
                .containsEntry("offboarding_last_run_subscriptions{job=\"nightly\",result=\"suspended\"}", 27.0)
                .containsEntry("offboarding_last_run_requests{job=\"nightly\",resource=\"customer\"}", 3.0)
                .containsEntry("offboarding_last_run_requests{job=\"nightly\",resource=\"graph\"}", 1.0)
                .containsEntry("offboarding_last_run_throttled_requests{job=\"nightly\",resource=\"customer\"}", 1.0)
                .containsEntry("offboarding_last_run_throttled_requests{job=\"nightly\",resource=\"graph\"}", 0.0);
        // ages go stale in a file: a rule takes time() and the last success
        assertThat(samples.keySet()).noneMatch(name -> name.contains("age"));
    }

    @Test
    void aRunThatDidNotFinishShowsTheLastOneThatDid() throws IOException {
        assertThat(written(run(ExitCode.STOPPED_BY_LIMIT, NIGHT.minusSeconds(86_400))))
                .containsEntry("offboarding_last_success_timestamp_seconds{job=\"nightly\"}", 1773023400.0)
                .containsEntry("offboarding_last_run_exit_code{job=\"nightly\"}", 3.0);
    }

    @Test
    void whatIsNotKnownOfTheLastSuccessStaysAsItWas() throws IOException {
        double first = Objects.requireNonNull(
                written(run(ExitCode.OK, null)).get("offboarding_last_success_timestamp_seconds{job=\"nightly\"}"));
        clock.pass(Duration.ofDays(1));

        Map<String, Double> second = written(run(ExitCode.UNAVAILABLE, null));

        assertThat(second)
                .containsEntry("offboarding_last_success_timestamp_seconds{job=\"nightly\"}", first)
                .containsEntry("offboarding_last_run_exit_code{job=\"nightly\"}", 7.0)
                // without a report nothing is known of customers, which is something else than none
                .doesNotContainKey("offboarding_last_run_customers{job=\"nightly\",outcome=\"FAILED\"}");
    }

    @Test
    void theFileAppearsWholeAndAnotherUserMayReadIt() throws IOException {
        MetricsFile.write(folder.resolve("m.prom"), run(ExitCode.OK, null));
        Object before = Files.getAttribute(folder.resolve("m.prom"), "unix:ino");
        MetricsFile.write(folder.resolve("m.prom"), run(ExitCode.OK, null));

        assertThat(Files.getAttribute(folder.resolve("m.prom"), "unix:ino")).isNotEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("m.prom"));
        }
        Path plain = Files.writeString(folder.resolve("plain"), "");
        assertThat(Files.getPosixFilePermissions(folder.resolve("m.prom")))
                .isEqualTo(Files.getPosixFilePermissions(plain))
                .contains(PosixFilePermission.OWNER_READ);
    }

    @Test
    void aFileThatCannotBeWrittenSaysSo() throws IOException {
        Files.createDirectories(folder.resolve("m.prom/is/a/folder"));

        assertThatThrownBy(() -> MetricsFile.write(folder.resolve("m.prom"), run(ExitCode.OK, null)))
                .isInstanceOf(UncheckedIOException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }
}
