package dev.offboarding.command;

import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.metrics.RunFigures;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunMeter;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunHistory;
import dev.offboarding.runs.Runs;
import dev.offboarding.schedule.Runner;
import dev.offboarding.schedule.ScheduleMeters;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The runs of a schedule, each as {@code run} does it, with a log file of its own. An embedded database is this program's own from the
 * first use to its end, and shared by all the jobs that have none configured.
 */
final class ScheduledRuns implements Runner, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledRuns.class);

    private final Path databaseFolder;
    private final Clock clock;
    private final @Nullable ScheduleMeters meters;
    private final ScheduleOnTerminal terminal;
    private final Duration progressEvery;
    private final Set<OffboardingRun> underWay = new HashSet<>();
    private final Map<String, OffboardingRun> previews = new HashMap<>();
    private @Nullable Database host;
    private boolean stopRequested;

    ScheduledRuns(Path databaseFolder, Clock clock, ScheduleOnTerminal terminal, @Nullable ScheduleMeters meters) {
        this(databaseFolder, clock, terminal, meters, TerminalProgress.ELSEWHERE);
    }

    ScheduledRuns(
            Path databaseFolder,
            Clock clock,
            ScheduleOnTerminal terminal,
            @Nullable ScheduleMeters meters,
            Duration progressEvery) {
        this.progressEvery = progressEvery;
        this.terminal = terminal;
        this.meters = meters;
        this.databaseFolder = databaseFolder;
        this.clock = clock;
    }

    @Override
    public RunResult run(LoadedJobFile file, List<String> notes, Consumer<String> begun) {
        String job = file.jobFile().job();
        RunResult result;
        TerminalProgress progress =
                TerminalProgress.lines(JsonLog.lines(line -> terminal.underWay(job, line)), progressEvery);
        RunMeter watch = new RunMeter(
                clock,
                new FirstWord(begun, progress),
                meters == null ? RequestListener.UNCOUNTED : meters.traffic(job));
        try (progress) {
            result = run(file, notes, watch);
        } catch (RuntimeException e) {
            LOG.error("run of {}", file.path(), e);
            result = RunResult.notBegun(ExitCode.UNEXPECTED, "unexpected: " + e);
        }
        RunFigures figures = watch.figures(job, result);
        if (meters != null && result.exitCode() != ExitCode.ALREADY_RUNNING) {
            meters.ended(figures);
        }
        String notWritten = RunFile.write(file.jobFile(), result, figures);
        if (notWritten != null) {
            terminal.warn(job, notWritten);
        }
        return result;
    }

    @Override
    public RunResult preview(LoadedJobFile file, Instant due) {
        String job = file.jobFile().job();
        OffboardingRun plan = new OffboardingRun(file, Mode.PLAN, databaseFolder, clock, Progress.NONE).previewing(due);
        synchronized (this) {
            previews.put(job, plan);
        }
        try {
            return carriedOut(plan, file);
        } finally {
            synchronized (this) {
                previews.remove(job);
            }
        }
    }

    @Override
    public synchronized void stopPreview(String job) {
        OffboardingRun plan = previews.get(job);
        if (plan != null) {
            plan.stop();
        }
    }

    private RunResult run(LoadedJobFile file, List<String> notes, RunMeter watch) {
        OffboardingRun run = new OffboardingRun(
                file,
                Mode.RUN,
                databaseFolder,
                clock,
                watch,
                notes,
                meters == null
                        ? ObservationRegistry.NOOP
                        : meters.observations(file.jobFile().job()));
        return carriedOut(run, file);
    }

    private RunResult carriedOut(OffboardingRun run, LoadedJobFile file) {
        try {
            prepare(file);
        } catch (DatabaseConfigurationException | DatabaseInUseException | DatabaseUnavailableException e) {
            // the run finds it, too, and says it together with whatever else is in its way
            LOG.debug("the embedded database for {}", file.path(), e);
        }
        begin(run);
        try (LogFile log = LogFile.open(file, clock)) {
            return run.start();
        } catch (LogFile.CannotBeWrittenException e) {
            return run.startWithoutEvidence(String.valueOf(e.getMessage()));
        } finally {
            end(run);
        }
    }

    private synchronized void begin(OffboardingRun run) {
        underWay.add(run);
        if (stopRequested) {
            run.stop();
        }
    }

    private synchronized void end(OffboardingRun run) {
        underWay.remove(run);
    }

    @Override
    public RunHistory history(LoadedJobFile file) {
        prepare(file);
        try (Database database = Database.open(file.environment(), databaseFolder, Access.READ)) {
            return new Runs(new JdbcTemplate(database.dataSource()))
                    .history(file.jobFile().job());
        }
    }

    /**
     * Makes sure that the embedded database is there, for a job that needs it.
     *
     * @throws DatabaseInUseException if another program has it
     * @throws DatabaseUnavailableException if it cannot be started
     */
    synchronized void prepare(LoadedJobFile file) {
        if (!Database.isEmbedded(file.environment())) {
            return;
        }
        if (host != null && underWay.isEmpty() && !host.answers()) {
            host.close();
            host = null;
        }
        if (host == null) {
            host = Database.open(file.environment(), databaseFolder, Access.HOST);
        }
    }

    /** Whether all that is left to do is to write reports. */
    synchronized boolean areReporting() {
        return underWay.stream().allMatch(OffboardingRun::isReporting);
    }

    @Override
    public synchronized void stop() {
        stopRequested = true;
        underWay.forEach(OffboardingRun::stop);
    }

    @Override
    public synchronized void close() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    private record FirstWord(Consumer<String> begun, Progress next) implements Progress {
        @Override
        public void begun(String runId, RunHistory before) {
            begun.accept(runId);
        }

        @Override
        public void worksOn(String line) {
            next.worksOn(line);
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
