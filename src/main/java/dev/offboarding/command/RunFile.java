package dev.offboarding.command;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.metrics.MetricsFile;
import dev.offboarding.metrics.RunFigures;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The figures of a run in the file that its job file names. What goes wrong with it never makes a run fail. */
final class RunFile {

    private static final Logger LOG = LoggerFactory.getLogger(RunFile.class);

    private RunFile() {}

    /** @return what went wrong, in a line; null if nothing did */
    static @Nullable String write(JobFile jobFile, RunResult result, RunFigures figures) {
        Path file = jobFile.metrics().file();
        // another run is under way, and its figures are the ones to come
        if (file == null || result.exitCode() == ExitCode.ALREADY_RUNNING) {
            return null;
        }
        try {
            MetricsFile.write(file, figures);
            return null;
        } catch (UncheckedIOException e) {
            LOG.warn("metrics", e);
            return "the metrics of this run could not be written to %s: %s. Give this program's user the right to, or let metrics.file in the job file name another."
                    .formatted(file, e.getCause());
        }
    }
}
