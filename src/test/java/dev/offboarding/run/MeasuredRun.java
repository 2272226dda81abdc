package dev.offboarding.run;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.runs.Mode;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** A run in a virtual machine of its own, which says at its end how it ended, how long its steps took and how much they kept. */
public final class MeasuredRun implements Progress {

    /**
     * A step, or what came before the first.
     *
     * @param cpuSeconds of this program alone, on all its threads; on a busy machine it says more than the time that went by
     * @param keptBytes the most of the heap that was still in use after a collection
     */
    public record Step(String name, double seconds, double cpuSeconds, long keptBytes) {}

    /** @param steps in their order, with {@code start} before the first */
    public record Measured(String exitCode, String outcomes, boolean balanced, Path report, Map<String, Step> steps) {

        public double cpuSeconds() {
            return steps.values().stream().mapToDouble(Step::cpuSeconds).sum();
        }

        public double seconds(String... names) {
            double sum = 0;
            for (String name : names.length == 0 ? steps.keySet().toArray(String[]::new) : names) {
                sum += Objects.requireNonNull(steps.get(name), name).seconds();
            }
            return sum;
        }

        public long keptBytes() {
            return steps.values().stream().mapToLong(Step::keptBytes).max().orElse(0);
        }
    }

    /** As the script of the distribution starts it. */
    public static final String BY_SCRIPT =
            "-XX:+IgnoreUnrecognizedVMOptions -XX:MaxInlineLevel=5 -XX:FreqInlineSize=120 -XX:InlineSmallCode=1000";

    private static final String STEP = "step ";
    private static final String RESULT = "result ";

    private final AtomicLong kept = new AtomicLong();
    private String step = "start";
    private long begun = System.nanoTime();
    private long cpuBegun;

    private MeasuredRun() {}

    public static void main(String[] args) {
        MeasuredRun measured = new MeasuredRun();
        measured.watchCollections();
        RunResult result = new OffboardingRun(
                        new JobFileReader().read(Path.of(args[0])),
                        Mode.RUN,
                        Path.of(args[0]).resolveSibling(".offboarding"),
                        RunTimes.madeUp(Clock.systemUTC(), Duration.ZERO),
                        measured,
                        List.of(),
                        ObservationRegistry.NOOP)
                .start();
        measured.step("", 0);
        ReportSummary summary = result.summary();
        if (summary == null) {
            throw new IllegalStateException("no report: " + result);
        }
        System.out.println(RESULT + result.exitCode() + "|" + summary.outcomes() + "|"
                + (summary.totals().balance() && summary.unplanned().isEmpty()) + "|" + summary.folder());
        result.failures().forEach(System.out::println);
    }

    @Override
    public void step(String name, long cases) {
        long now = System.nanoTime();
        long cpu = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
        System.out.println(
                STEP + step + "|" + (now - begun) / 1e9 + "|" + (cpu - cpuBegun) / 1e9 + "|" + kept.getAndSet(0));
        step = name;
        begun = now;
        cpuBegun = cpu;
    }

    @Override
    public void advance(long cases) {}

    private void watchCollections() {
        ManagementFactory.getGarbageCollectorMXBeans()
                .forEach(collector -> ((NotificationEmitter) collector)
                        .addNotificationListener(
                                (notification, handback) -> {
                                    var info = GarbageCollectionNotificationInfo.from(
                                            (CompositeData) notification.getUserData());
                                    long used = info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                                            .filter(pool -> isHeap(pool.getKey()))
                                            .map(Map.Entry::getValue)
                                            .mapToLong(MemoryUsage::getUsed)
                                            .sum();
                                    kept.accumulateAndGet(used, Math::max);
                                },
                                null,
                                null));
    }

    private static boolean isHeap(String pool) {
        return pool.contains("Eden") || pool.contains("Survivor") || pool.contains("Old") || pool.contains("Tenured");
    }

    /** Runs a job file in a heap of so many megabytes. */
    public static Measured in(int megabytes, Path jobFile) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of(System.getProperty("bench.jvm", BY_SCRIPT).split(" ")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                MeasuredRun.class.getName(),
                jobFile.toString()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            List<String> lines;
            try (var reader = process.inputReader()) {
                lines = reader.lines().toList();
            }
            int status = process.waitFor();
            String[] result = lines.stream()
                    .filter(line -> line.startsWith(RESULT))
                    .findFirst()
                    .orElseThrow(() ->
                            new AssertionError("it ended with " + status + " and said: " + String.join("\n", lines)))
                    .substring(RESULT.length())
                    .split("\\|");
            lines.stream()
                    .filter(line -> !line.startsWith(STEP) && !line.startsWith(RESULT))
                    .forEach(System.out::println);
            Map<String, Step> steps = new LinkedHashMap<>();
            for (String line : lines) {
                if (line.startsWith(STEP)) {
                    String[] parts = line.substring(STEP.length()).split("\\|");
                    steps.put(
                            parts[0],
                            new Step(
                                    parts[0],
                                    Double.parseDouble(parts[1]),
                                    Double.parseDouble(parts[2]),
                                    Long.parseLong(parts[3])));
                }
            }
            return new Measured(result[0], result[1], Boolean.parseBoolean(result[2]), Path.of(result[3]), steps);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
