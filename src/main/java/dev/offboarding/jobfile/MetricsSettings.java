package dev.offboarding.jobfile;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the figures of a run go.
 *
 * @param file written after each run, for node_exporter's textfile collector; null if there is none
 */
public record MetricsSettings(@Nullable Path file) {}
