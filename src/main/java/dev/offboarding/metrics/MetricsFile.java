package dev.offboarding.metrics;

import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.FileMode;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Rights;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last run of a job as a file for node_exporter's textfile collector. It is OpenMetrics text, and kept to what is also valid in Prometheus'
 * own older text format, because the collector reads only that: gauges, no units, no exemplars, no timestamps.
 */
public final class MetricsFile {

    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final Rights REACHABLE = new Rights(new FileMode(0644), new FileMode(0755));
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern LAST_SUCCESS =
            Pattern.compile("(?m)^offboarding_last_success_timestamp_seconds\\{.*} ([0-9.eE+]+)$");

    private MetricsFile() {}

    /**
     * Writes it, whole or not at all. A last success that is not known, because the database could not be asked, is kept as it was there:
     * an alert that waits for it to be too old must not lose it just then.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(Path file, RunFigures run) {
        try {
            Path absolute = file.toAbsolutePath();
            REACHABLE.createFolders(Objects.requireNonNull(absolute.getParent()));
            replace(absolute, text(run.lastSuccess() == null ? remembering(absolute, run) : run));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(RunFigures run) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try {
            new RunGauges(registry).show(List.of(run));
            return registry.scrape(OPEN_METRICS);
        } finally {
            registry.close();
        }
    }

    private static RunFigures remembering(Path file, RunFigures run) {
        String before;
        try {
            before = RegularFile.text(file, MOST_BYTES, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return run; // there is none, or something else in its place, which is replaced
        }
        Matcher matcher = LAST_SUCCESS.matcher(before);
        return matcher.find()
                ? run.withLastSuccess(Instant.ofEpochMilli(Math.round(Double.parseDouble(matcher.group(1)) * 1000)))
                : run;
    }

    /** By a name that the collector does not read; readable by all whatever the umask, for the collector is another user. */
    private static void replace(Path file, String text) throws IOException {
        Path partial = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (OutputStream out = Channels.newOutputStream(REACHABLE.createFile(partial))) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
            DurableFile.put(partial, file);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
