package dev.offboarding.run;

import dev.offboarding.approvals.Person;
import dev.offboarding.cases.Cases;
import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.RunLock;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.lists.ProtectedCustomers;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ReportFolder;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.SigningKey;
import dev.offboarding.report.SigningKeyException;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunHistory;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.Runs;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Starts one run of one job file, and returns how it ended. Whatever can be found wrong before the first write is found then. */
public final class OffboardingRun {

    private static final Logger LOG = LoggerFactory.getLogger(OffboardingRun.class);

    /** A database that is away when it is first asked for is more often a wrong address. */
    private static final Duration OPENING = Duration.ofSeconds(5);

    private final LoadedJobFile loaded;
    private final JobFile jobFile;
    private final Mode mode;
    private final Path databaseFolder;
    private final RunTimes times;
    private final Clock clock;
    private final Progress progress;
    private final List<String> notes;
    private final ObservationRegistry observations;
    private final CancellationToken cancellation;
    private final RetryPolicy retryPolicy;
    private @Nullable RunGuard guard;
    private boolean stopRequested;
    private @Nullable String planner;
    private @Nullable String begun;
    private Notices notices;
    private @Nullable Instant previewOf;
    private Function<ApplicationContext, RunResult> conduct =
            spring -> spring.getBean(JobRunner.class).run();

    /** @param databaseFolder where an embedded database keeps its data */
    public OffboardingRun(LoadedJobFile loaded, Mode mode, Path databaseFolder, Clock clock, Progress progress) {
        this(loaded, mode, databaseFolder, clock, progress, List.of(), ObservationRegistry.NOOP);
    }

    /**
     * @param notes what the caller knows and readers of the report should, such as nights that were missed: one line each. Where there
     *     are any, people are notified
     * @param observations whom Spring Batch notifies of how long the job and its steps take
     */
    public OffboardingRun(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            Progress progress,
            List<String> notes,
            ObservationRegistry observations) {
        this(loaded, mode, databaseFolder, RunTimes.real(clock), progress, notes, observations);
    }

    OffboardingRun(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            RunTimes times,
            Progress progress,
            List<String> notes,
            ObservationRegistry observations) {
        this.loaded = loaded;
        this.jobFile = loaded.jobFile();
        this.mode = mode;
        this.databaseFolder = databaseFolder;
        this.times = times;
        this.clock = new MonotonicClock(times.clock());
        this.progress = progress;
        this.notes = List.copyOf(notes);
        this.observations = observations;
        this.cancellation = new CancellationToken(times.grace());
        this.retryPolicy = new RetryPolicy(times.databaseWait(), cancellation);
        this.notices = new Notices(jobFile, mode, times.clock(), !this.notes.isEmpty());
    }

    /** @param name who makes its plan, as claimed; null for the operating system's user */
    public OffboardingRun plannedBy(@Nullable String name) {
        planner = name;
        return this;
    }

    /**
     * A plan of a run that is still to come: made by the dates of that night, and sent to whoever is notified of how the run ends.
     *
     * @param due when that run begins
     */
    public OffboardingRun previewing(Instant due) {
        previewOf = due;
        notices = Notices.ofPreview(jobFile, times.clock(), due);
        return this;
    }

    /** A run that begins and ends like any other, and in which something other than starting it is done with the job. */
    OffboardingRun conductedBy(Function<ApplicationContext, RunResult> conductor) {
        conduct = conductor;
        return this;
    }

    /**
     * Asks the run to stop: it finishes what is under way, starts nothing more, and writes its report. From any thread, at any time;
     * more than once is as good as once.
     */
    public synchronized void stop() {
        stopRequested = true;
        if (guard != null) {
            StopOnShutdown.tell(guard);
        }
    }

    /** Whether all that is left to do is to write the report. */
    public synchronized boolean isReporting() {
        return guard != null && guard.reporting();
    }

    private synchronized boolean isStopRequested() {
        return stopRequested;
    }

    private synchronized void guardedBy(RunGuard guard) {
        this.guard = guard;
        if (stopRequested) {
            StopOnShutdown.tell(guard);
        }
    }

    /** Everything that is logged meanwhile carries the job and, from its beginning on, the run. */
    public RunResult start() {
        return start(null);
    }

    /**
     * A run that does not begin because its evidence could not be written, as was found elsewhere. Whether something else is in its way that
     * weighs more, a wrong configuration or another run, is checked nevertheless.
     */
    public RunResult startWithoutEvidence(String why) {
        return start(why);
    }

    private RunResult start(@Nullable String noEvidence) {
        String before = MDC.get("job");
        MDC.put("job", jobFile.job());
        try {
            RunResult result = ended(noEvidence);
            ReportSummary summary = result.summary();
            if (summary != null) {
                LOG.info("report: {}", summary.folder());
            }
            LOG.info(
                    "{} ends with exit code {}: {}",
                    mode.text(),
                    result.exitCode().code(),
                    Messages.exitCode(result.exitCode(), mode, summary == null ? null : summary.outcomes()));
            return result;
        } finally {
            MDC.remove("run");
            if (before == null) {
                MDC.remove("job");
            }
        }
    }

    private RunResult ended(@Nullable String noEvidence) {
        RunResult result;
        try {
            result = begin(noEvidence);
        } catch (RuntimeException | Error e) {
            RunResult broken = new RunResult(
                    begun,
                    ExitCode.UNEXPECTED,
                    null,
                    null,
                    List.of(RunResult.failure(ExitCode.UNEXPECTED, "unexpected error: " + Failures.reason(e))));
            notices.afterwards(broken, this::isStopRequested);
            notices.heartbeat(broken, this::isStopRequested);
            throw e;
        }
        return notices.heartbeat(notices.afterwards(result, this::isStopRequested), this::isStopRequested);
    }

    private RunResult begin(@Nullable String noEvidence) {
        Set<UUID> protectedCustomers;
        @Nullable SigningKey signingKey;
        try {
            protectedCustomers = ProtectedCustomers.read(
                    jobFile.protectedCustomers(), jobFile.list().dateFormat());
            if (Database.isEmbedded(loaded.environment()) && !Files.exists(databaseFolder)) {
                // nobody has an open case whose row a report would lack, and none is to be made for this
                Preflight.check(jobFile);
            }
            OtherDatabases.check(jobFile);
            signingKey = signingKey();
        } catch (ListUnavailableException | SigningKeyException | DatabaseConfigurationException e) {
            return RunResult.notBegun(ExitCode.WRONG_USAGE, message(e));
        }
        String without = noEvidence == null ? noReports() : noEvidence;
        RunResult result = begin(protectedCustomers, signingKey, without);
        return without == null ? result : result.and(ExitCode.EVIDENCE_BROKEN, without);
    }

    /** Why no report could be written; null if one could. */
    private @Nullable String noReports() {
        try {
            ReportFolder.tryOut(
                    jobFile.reports(), jobFile.job(), jobFile.report().rights());
            return null;
        } catch (EvidenceException e) {
            return message(e);
        }
    }

    /** @param obstacle what else is in the way already; null if nothing is */
    private RunResult begin(Set<UUID> protectedCustomers, @Nullable SigningKey signingKey, @Nullable String obstacle) {
        try (Database database = Database.open(
                loaded.environment(),
                databaseFolder,
                Access.OWN,
                new RetryPolicy(OPENING, cancellation),
                retryPolicy)) {
            Optional<RunLock> lock = RunLock.tryAcquire(database.direct(), jobFile.job());
            if (lock.isEmpty()) {
                return notBegun(
                        database,
                        ExitCode.ALREADY_RUNNING,
                        "another run of job %s is under way: %s"
                                .formatted(jobFile.job(), CurrentRuns.of(database.dataSource(), jobFile.job())));
            }
            try (RunLock held = lock.get()) {
                if (obstacle != null) {
                    notBegun(database, ExitCode.EVIDENCE_BROKEN, obstacle);
                    return RunResult.notBegun();
                }
                if (isStopRequested()) {
                    return notBegun(
                            database, ExitCode.STOPPED_EARLY, "the program was asked to stop before the run had begun");
                }
                String noList = noList(database);
                if (noList != null) {
                    return notBegun(database, ExitCode.WRONG_USAGE, noList);
                }
                return run(database, held, protectedCustomers, signingKey);
            } catch (RuntimeException e) {
                throw Failures.exitCode(e) == ExitCode.UNAVAILABLE ? database.explained(e) : e;
            }
        } catch (DatabaseConfigurationException | SampleData.UnusableException e) {
            return RunResult.notBegun(ExitCode.WRONG_USAGE, message(e));
        } catch (DatabaseInUseException e) {
            return RunResult.notBegun(
                    ExitCode.ALREADY_RUNNING,
                    Database.running(databaseFolder)
                            .flatMap(CurrentRuns::any)
                            .map(runs -> message(e) + " Under way: " + runs)
                            .orElseGet(() -> message(e)));
        } catch (DatabaseUnavailableException | SQLException e) {
            return databaseGone(e, begun);
        } catch (RuntimeException e) {
            if (Failures.exitCode(e) == ExitCode.UNAVAILABLE) {
                return databaseGone(e, begun);
            }
            throw e;
        }
    }

    /** Why the job's list is none, where there is nobody whose row a report would lack; null otherwise: then it is found in the run. */
    private @Nullable String noList(Database database) {
        try {
            if (mode != Mode.WITHDRAW) {
                Preflight.check(jobFile);
            }
            return null;
        } catch (ListUnavailableException e) {
            return Cases.anyOpen(new JdbcTemplate(database.dataSource()), jobFile.job()) ? null : message(e);
        }
    }

    /** Nobody sees a night that leaves nothing behind; with a plan, somebody is sitting in front of it. */
    private RunResult notBegun(Database database, ExitCode exitCode, String why) {
        if (mode == Mode.RUN) {
            try {
                new RunLog(new JdbcTemplate(database.dataSource()))
                        .notBegun(jobFile.job(), clock.instant(), exitCode, why);
            } catch (DataAccessException e) {
                LOG.warn("that this run did not begin could not be recorded", e);
            }
        }
        return RunResult.notBegun(exitCode, why);
    }

    /**
     * No report without it.
     *
     * @param runId of the run that had begun, whose report the next one writes; null if none had
     */
    private static RunResult databaseGone(Exception e, @Nullable String runId) {
        LOG.error("the job's own database", e);
        String why = runId == null
                ? "the job's own database could not be used, so the run did not begin, and there is no report: "
                : "the job's own database could not be used, so there is no report yet; the next run writes it: ";
        return new RunResult(
                runId,
                ExitCode.UNAVAILABLE,
                null,
                null,
                List.of(RunResult.failure(ExitCode.UNAVAILABLE, why + message(e))));
    }

    private @Nullable SigningKey signingKey() {
        Path file = jobFile.report().signingKeyFile();
        return file == null ? null : SigningKey.read(file);
    }

    private RunResult run(
            Database database, RunLock lock, Set<UUID> protectedCustomers, @Nullable SigningKey signingKey)
            throws SQLException {
        SampleData.loadInto(database, jobFile);
        try (LazyPlatform platform = new LazyPlatform(
                jobFile, database, clock, cancellation, new RetryPolicy(OPENING, cancellation), progress)) {
            String identity = identity(platform);
            String worksOn = TargetLine.line(jobFile, mode, database, identity, databaseFolder);
            progress.worksOn(worksOn);
            Instant startedAt = clock.instant();
            RunHistory before = new Runs(new JdbcTemplate(database.dataSource())).history(jobFile.job());
            String runId = Runs.begin(
                    lock,
                    jobFile.job(),
                    jobFile.platform(),
                    mode,
                    identity,
                    startedAt,
                    RunFacts.of(loaded, database, lock, identity));
            begun = runId;
            MDC.put("run", runId);
            LOG.info("{} begins: {}; {}", mode.text(), ProgramVersion.text(), worksOn);
            RunInfo run = new RunInfo(
                    runId,
                    mode,
                    jobFile,
                    startedAt,
                    RunRules.of(jobFile, protectedCustomers, previewOf == null ? startedAt : previewOf));
            Instant deadline = jobFile.maxDuration() == null ? null : startedAt.plus(jobFile.maxDuration());
            HeldLock held = HeldLock.of(lock, database, run, platform, retryPolicy);
            RunGuard guard = new RunGuard(clock, held, deadline, cancellation);
            guardedBy(guard);
            progress.begun(runId, before);
            List<Object> given = new ArrayList<>(List.of(
                    loaded,
                    database,
                    platform,
                    run,
                    guard,
                    clock,
                    times,
                    cancellation,
                    retryPolicy,
                    progress,
                    notices,
                    observations));
            given.add(new PlannedBy(Person.of(planner)));
            given.add(new RunContext(run, clock, guard, progress));
            if (signingKey != null) {
                given.add(signingKey);
            }
            try (held;
                    StopOnShutdown atExit = new StopOnShutdown(guard)) {
                new RunOpening(loaded, run, database, clock, retryPolicy).record(identity, notes());
                try (AnnotationConfigApplicationContext spring = assembled(given);
                        RunWatchdog watch = RunWatchdog.over(guard)) {
                    spring.getBean(OrphanedCases.class).tell();
                    return conduct.apply(spring);
                }
            }
        }
    }

    private List<String> notes() {
        if (previewOf == null) {
            return notes;
        }
        List<String> all = new ArrayList<>(notes);
        all.add("this plan is a preview of the run that is due at %s, and made by the dates of that night"
                .formatted(previewOf.atZone(jobFile.zone()).toOffsetDateTime()));
        return all;
    }

    /** The job, with what this run brings to it: of its own settings, and of no others. */
    static AnnotationConfigApplicationContext assembled(List<Object> given) {
        AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext();
        // neither an environment variable nor a system property means anything to it
        spring.setEnvironment(SealedEnvironment.of(Map.of()));
        given.forEach(
                it -> spring.getBeanFactory().registerSingleton(it.getClass().getName(), it));
        spring.register(OffboardingJobConfiguration.class);
        spring.refresh();
        return spring;
    }

    /** Null if the platform cannot be used: the step that needs it first says why. */
    private static @Nullable String identity(LazyPlatform platform) {
        try {
            return platform.identity();
        } catch (PlatformUnavailableException | CancelledException | DatabaseUnavailableException e) {
            LOG.warn("which platform this is cannot be read yet: {}", message(e));
            return null;
        }
    }

    private static String message(Exception e) {
        return Failures.reason(e);
    }
}
