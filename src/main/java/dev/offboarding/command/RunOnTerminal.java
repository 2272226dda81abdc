package dev.offboarding.command;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.JobFileException;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.OneLine;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunMeter;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunHistory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import picocli.CommandLine;

/** A run or a plan, as a person at a terminal sees it; or, with a log for a collector, as the collector does. */
final class RunOnTerminal {

    private static final Logger LOG = LoggerFactory.getLogger(RunOnTerminal.class);

    /** Where an embedded database keeps its data, in the working directory. */
    static final Path DATABASE_FOLDER = Path.of(".offboarding");

    private RunOnTerminal() {}

    static int start(CommandLine commandLine, Path path, Mode mode, LogOption log) {
        return start(commandLine, path, mode, log, null);
    }

    /** @param planner who makes the plan; null for the operating system's user */
    static int start(CommandLine commandLine, Path path, Mode mode, LogOption log, @Nullable String planner) {
        PrintWriter out = commandLine.getOut();
        PrintWriter err = commandLine.getErr();
        if (!log.json()) {
            return start(path, mode, planner, out, err, TerminalProgress.start(err));
        }
        try (JsonLog json = JsonLog.open(err)) {
            return startLogged(path, mode, planner, out);
        }
    }

    /** Whatever ends it is a line of the log as well. */
    private static int startLogged(Path path, Mode mode, @Nullable String planner, PrintWriter out) {
        try {
            return start(path, mode, planner, out, JsonLog.warnings(), TerminalProgress.lines(JsonLog.news()));
        } catch (JobFileException e) {
            e.problems().forEach(LOG::error);
            return ExitCode.WRONG_USAGE.code();
        } catch (RuntimeException e) {
            LOG.error("unexpected", e);
            return ExitCode.UNEXPECTED.code();
        }
    }

    private static int start(
            Path path,
            Mode mode,
            @Nullable String planner,
            PrintWriter out,
            PrintWriter err,
            TerminalProgress progressOfRun) {
        try (TerminalProgress progress = progressOfRun) {
            LoadedJobFile loaded = new JobFileReader().read(path);
            try (MDC.MDCCloseable job = MDC.putCloseable("job", loaded.jobFile().job())) {
                loaded.warnings().forEach(warning -> err.println("Warning: " + OneLine.of(warning)));
                return start(loaded, mode, planner, out, err, progress);
            }
        }
    }

    private static int start(
            LoadedJobFile loaded,
            Mode mode,
            @Nullable String planner,
            PrintWriter out,
            PrintWriter err,
            TerminalProgress progress) {
        Clock clock = Clock.systemUTC();
        RunMeter watch = new RunMeter(clock, new FirstLine(out, progress), RequestListener.UNCOUNTED);
        OffboardingRun run = new OffboardingRun(loaded, mode, DATABASE_FOLDER, clock, watch).plannedBy(planner);
        boolean query = loaded.jobFile().list().database() != null;
        RunResult result;
        try (LogFile log = LogFile.open(loaded, clock)) {
            result = start(run, err);
            progress.close();
            new Summary(out, err, mode, query, log.path()).print(result);
        } catch (LogFile.CannotBeWrittenException e) {
            result = run.startWithoutEvidence(String.valueOf(e.getMessage()));
            progress.close();
            new Summary(out, err, mode, query, null).print(result);
        }
        if (mode == Mode.RUN) {
            figures(loaded.jobFile(), result, watch, err);
        }
        return result.exitCode().code();
    }

    private static void figures(JobFile jobFile, RunResult result, RunMeter watch, PrintWriter err) {
        String notWritten = RunFile.write(jobFile, result, watch.figures(jobFile.job(), result));
        if (notWritten != null) {
            err.println("Warning: " + OneLine.of(notWritten));
            err.flush();
        }
    }

    private static RunResult start(OffboardingRun run, PrintWriter err) {
        Runnable stop = () -> {
            err.println(
                    "Stopping: finishing what is under way, then comes the report. A second signal ends the program at once, and the next run takes it up.");
            err.flush();
            run.stop();
        };
        try (Signals signals = Signals.handle(stop, run::isReporting)) {
            return run.start();
        }
    }

    /** Says on standard output, where a person looks, what the run works on and has found; how far it has come goes where it went. */
    private record FirstLine(PrintWriter out, TerminalProgress next) implements Progress {
        @Override
        public void worksOn(String line) {
            out.println(OneLine.of(line));
            out.flush();
        }

        @Override
        public void begun(String runId, RunHistory before) {
            next.begun(runId, before);
        }

        @Override
        public void message(String line) {
            next.wipe();
            out.println(OneLine.of(line));
            out.flush();
        }

        @Override
        public void step(String name, long cases) {
            next.step(name, cases);
        }

        @Override
        public void advance(long cases) {
            next.advance(cases);
        }
    }
}
