package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Adoptions;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Intake;
import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.RetryPolicy;
import dev.offboarding.database.RunLock;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.lists.ProtectedCustomers;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.plan.Rules;
import dev.offboarding.platform.CancellationToken;
import dev.offboarding.platform.CancelledException;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.partnercenter.PartnerCenterSettings;
import dev.offboarding.report.Evidence;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ReportFolder;
import dev.offboarding.report.ReportWriter;
import dev.offboarding.report.SigningKey;
import dev.offboarding.report.SigningKeyException;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.RunHistory;
import dev.offboarding.runs.Runs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts one run of one job file, and says what it came to. Whatever can be found wrong before the first write is. */
public final class OffboardingRun {

    private static final Logger LOG = LoggerFactory.getLogger(OffboardingRun.class);

    /** For what is under way when the run is told to end; of 30 seconds the others are for the report. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    /** A server that is restarted after a crash takes some time to recover. */
    private static final Duration ENDURANCE = Duration.ofSeconds(60);

    /** A database that is away when it is first asked for is more often a wrong address. */
    private static final Duration OPENING = Duration.ofSeconds(5);

    private final LoadedJobFile loaded;
    private final JobFile jobFile;
    private final Mode mode;
    private final Path databaseFolder;
    private final Clock clock;
    private final ReferenceClocks otherClocks;
    private final Progress progress;
    private final List<String> notes;
    private final Duration betweenLooks;
    private final CancellationToken cancellation;
    private final RetryPolicy retryPolicy;
    private @Nullable RunGuard guard;
    private boolean told;
    private @Nullable String begun;
    private final Notices notices;

    /** @param databaseFolder where an embedded database keeps its data */
    public OffboardingRun(LoadedJobFile loaded, Mode mode, Path databaseFolder, Clock clock, Progress progress) {
        this(loaded, mode, databaseFolder, clock, progress, List.of());
    }

    /**
     * @param notes what whoever starts the run knows and its readers should, that nights were missed: a line each, for the report. Where there
     *     are any somebody is told
     */
    public OffboardingRun(
            LoadedJobFile loaded, Mode mode, Path databaseFolder, Clock clock, Progress progress, List<String> notes) {
        this(
                loaded,
                mode,
                databaseFolder,
                clock,
                ReferenceClocks.REAL,
                progress,
                notes,
                ListReception.BETWEEN_LOOKS,
                GRACE,
                ENDURANCE);
    }

    /** A run whose time may be made up: nobody else's is compared with it. */
    OffboardingRun(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            Progress progress,
            Duration betweenLooks) {
        this(loaded, mode, databaseFolder, clock, progress, List.of(), betweenLooks, GRACE, ENDURANCE);
    }

    /** A run whose time may be made up: nobody else's is compared with it. */
    OffboardingRun(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            Progress progress,
            List<String> notes,
            Duration betweenLooks,
            Duration grace,
            Duration databaseWait) {
        this(
                loaded,
                mode,
                databaseFolder,
                clock,
                ReferenceClocks.AS_OURS,
                progress,
                notes,
                betweenLooks,
                grace,
                databaseWait);
    }

    /**
     * @param otherClocks what this machine's clock is compared with
     * @param betweenLooks how long a list file has to stay as it is before it is read
     * @param grace how long what is under way may still take once the run is told to end
     * @param databaseWait how long the job's own database is waited for when it is away
     */
    OffboardingRun(
            LoadedJobFile loaded,
            Mode mode,
            Path databaseFolder,
            Clock clock,
            ReferenceClocks otherClocks,
            Progress progress,
            List<String> notes,
            Duration betweenLooks,
            Duration grace,
            Duration databaseWait) {
        this.otherClocks = otherClocks;
        this.cancellation = new CancellationToken(grace);
        this.retryPolicy = new RetryPolicy(databaseWait, this::pause);
        this.betweenLooks = betweenLooks;
        this.notes = List.copyOf(notes);
        this.loaded = loaded;
        this.jobFile = loaded.jobFile();
        this.mode = mode;
        this.databaseFolder = databaseFolder;
        this.clock = new MonotonicClock(clock);
        this.progress = progress;
        this.notices = new Notices(jobFile, mode, clock, !this.notes.isEmpty());
    }

    /**
     * Tells the run to end: it finishes what is under way, starts nothing more, and writes its report. From any thread, at any time;
     * more than once is as good as once.
     */
    public synchronized void stop() {
        told = true;
        if (guard != null) {
            StopOnShutdown.tell(guard);
        }
    }

    /** Whether all that is left to do is to write the report. */
    public synchronized boolean isReporting() {
        return guard != null && guard.reporting();
    }

    private synchronized boolean isTold() {
        return told;
    }

    private synchronized void guardedBy(RunGuard guard) {
        this.guard = guard;
        if (told) {
            StopOnShutdown.tell(guard);
        }
    }

    /** Everything that is logged meanwhile carries the job and, from its beginning on, the run. */
    public RunResult start() {
        return start(null);
    }

    /**
     * A run that does not begin because its evidence could not be written, as was found outside. Whether something stands in its way that
     * weighs more, a wrong configuration or another run, is looked at all the same.
     */
    public RunResult startWithoutEvidence(String why) {
        return start(why);
    }

    private RunResult start(@Nullable String noEvidence) {
        String before = MDC.get("job");
        MDC.put("job", jobFile.job());
        try {
            RunResult result = ended(noEvidence);
            if (result.summary() != null) {
                LOG.info("report: {}", result.summary().folder());
            }
            LOG.info(
                    "{} ends with exit code {}: {}",
                    mode.text(),
                    result.exitCode().code(),
                    Messages.exitCode(result.exitCode(), mode));
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
            notices.afterwards(
                    RunResult.notBegun(ExitCode.UNEXPECTED, "unexpected error: " + Failures.reason(e)), this::isTold);
            throw e;
        }
        return notices.afterwards(result, this::isTold);
    }

    private RunResult begin(@Nullable String noEvidence) {
        Set<UUID> protectedCustomers;
        @Nullable SigningKey signingKey;
        try {
            protectedCustomers = protectedCustomers();
            Preflight.check(jobFile);
            OtherDatabases.check(jobFile);
            signingKey = signingKey();
        } catch (ListUnavailableException | SigningKeyException | DatabaseConfigurationException e) {
            return RunResult.notBegun(ExitCode.WRONG_USAGE, message(e));
        }
        String without = noEvidence == null ? noReports() : noEvidence;
        RunResult result = begin(protectedCustomers, signingKey, without != null);
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

    /** @param onlyLook whether something else stands in the way already */
    private RunResult begin(Set<UUID> protectedCustomers, @Nullable SigningKey signingKey, boolean onlyLook) {
        try (Database database = Database.open(
                loaded.environment(), databaseFolder, Access.OWN, new RetryPolicy(OPENING, this::pause), retryPolicy)) {
            Optional<RunLock> lock = RunLock.tryAcquire(database.direct(), jobFile.job());
            if (lock.isEmpty()) {
                return RunResult.notBegun(
                        ExitCode.ALREADY_RUNNING,
                        "another run of job %s is under way: %s"
                                .formatted(jobFile.job(), CurrentRuns.of(database.dataSource(), jobFile.job())));
            }
            try (RunLock held = lock.get()) {
                if (onlyLook) {
                    return RunResult.notBegun();
                }
                if (isTold()) {
                    return RunResult.notBegun(
                            ExitCode.STOPPED_EARLY, "the program was told to end before the run had begun");
                }
                return run(database, held, protectedCustomers, signingKey);
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
        return new RunResult(runId, ExitCode.UNAVAILABLE, null, null, List.of(why + message(e)));
    }

    private Set<UUID> protectedCustomers() {
        Path file = jobFile.protectedCustomers();
        return file == null ? Set.of() : ProtectedCustomers.read(file);
    }

    private @Nullable SigningKey signingKey() {
        Path file = jobFile.report().signingKeyFile();
        return file == null ? null : SigningKey.read(file);
    }

    private boolean pause(Duration time) throws InterruptedException {
        try {
            cancellation.pause(time);
            return true;
        } catch (CancelledException e) {
            return false;
        }
    }

    private RunResult run(
            Database database, RunLock lock, Set<UUID> protectedCustomers, @Nullable SigningKey signingKey)
            throws SQLException {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        TransactionTemplate transaction =
                new RetryingTransactions(new JdbcTransactionManager(database.dataSource()), jdbc, retryPolicy);
        Runs runs = new Runs(jdbc);
        SampleData.loadInto(database, jobFile);
        try (LazyPlatform platform = new LazyPlatform(
                jobFile, database, clock, cancellation, new RetryPolicy(OPENING, this::pause), progress)) {

            String identity = identity(platform);
            String worksOn = TargetLine.line(jobFile, mode, database, identity, databaseFolder);
            progress.worksOn(worksOn);
            Instant startedAt = clock.instant();
            RunHistory before = runs.history(jobFile.job());
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
                    new Rules(
                            jobFile.identity(),
                            protectedCustomers,
                            LocalDate.ofInstant(startedAt, jobFile.zone()),
                            jobFile.gracePeriod().getDays(),
                            newCommerce(),
                            resellers()));
            Reservations reservations =
                    new Reservations(jdbc, runId, jobFile.platform().text(), platform::identity);
            HeldLock held = new HeldLock(
                    lock,
                    database.direct(),
                    jobFile.job(),
                    again -> Boolean.TRUE.equals(transaction.execute(status -> {
                        // seen by others as dead or as under way, and nothing in between
                        reservations.lockIfMade();
                        boolean kept = runs.isOpen(runId) && reservations.areKept();
                        if (kept) {
                            runs.add(runId, CurrentRuns.facts(again));
                        }
                        return kept;
                    })),
                    retryPolicy);
            RunGuard guard = new RunGuard(
                    clock,
                    held,
                    jobFile.maxDuration() == null ? null : startedAt.plus(jobFile.maxDuration()),
                    cancellation);
            guardedBy(guard);
            progress.begun(runId, before);
            noted(runs, runId);
            AuditTrail trail = new AuditTrail(
                    jdbc, clock, jobFile.job(), runId, jobFile.platform().text());
            transaction.executeWithoutResult(status -> {
                int claimed = mode == Mode.RUN && identity != null ? claim(jdbc, runs, identity) : 0;
                if (claimed > 0) {
                    runs.notedToo(runId, List.of(claimed(claimed, jobFile.platform(), identity)));
                }
                trail.append(List.of(started(run, identity, claimed)));
            });
            RunContext context = new RunContext(
                    run,
                    platform,
                    Cases.untilAccepted(jdbc, runId, run.writes()),
                    trail,
                    runs,
                    guard,
                    transaction,
                    clock,
                    progress);
            try (held;
                    RunWatchdog watch = RunWatchdog.over(guard)) {
                return execute(context, database, jdbc, reservations, signingKey);
            }
        }
    }

    private void noted(Runs runs, String runId) {
        if (!notes.isEmpty()) {
            notes.forEach(note -> LOG.warn("{}", note));
            // whatever becomes of the steps, which add their own
            runs.noted(runId, notes);
        }
    }

    /** On the ledger there is nothing that could be cancelled or kept from renewing. */
    private NewCommerce newCommerce() {
        PartnerCenterSettings partnerCenter = jobFile.partnerCenter();
        if (jobFile.platform() != PlatformName.PARTNER_CENTER || partnerCenter == null) {
            return NewCommerce.HOLD;
        }
        return switch (partnerCenter.newCommerce()) {
            case HOLD -> NewCommerce.HOLD;
            case END_AT_TERM -> NewCommerce.END_AT_TERM;
            case CANCEL -> NewCommerce.CANCEL;
        };
    }

    private @Nullable Set<String> resellers() {
        PartnerCenterSettings partnerCenter = loaded.jobFile().partnerCenter();
        return partnerCenter == null ? null : partnerCenter.resellers();
    }

    /** Null if the platform cannot be used: the step that needs it first says why. */
    private static @Nullable String identity(LazyPlatform platform) {
        try {
            return platform.identity();
        } catch (PlatformUnavailableException | DatabaseUnavailableException e) {
            LOG.warn("which platform this is cannot be read yet: {}", message(e));
            return null;
        }
    }

    /** What an earlier version left, which did not know of identities. */
    private int claim(JdbcTemplate jdbc, Runs runs, String identity) {
        runs.claim(jobFile.job(), jobFile.platform(), identity);
        return new Adoptions(jdbc)
                .claim(new Adoptions.Owner(jobFile.job(), jobFile.platform().text(), identity));
    }

    private static String claimed(int cases, PlatformName platform, @Nullable String identity) {
        return "%d cases of this job, made by an earlier version, did not say on which %s they were opened: they count as cases of this one, %s"
                .formatted(cases, platform == PlatformName.PARTNER_CENTER ? "tenant" : "ledger", identity);
    }

    /** @param claimed cases of an earlier version, which did not know which platform they belonged to */
    private NewEvent started(RunInfo run, @Nullable String identity, int claimed) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("mode", run.mode().text());
        data.put("started_at", run.startedAt().toString());
        data.put("job_file", loaded.path().toString());
        data.put("job_file_sha256", loaded.sha256());
        data.put("platform_identity", identity);
        if (claimed > 0) {
            data.put("claimed_cases", claimed);
        }
        return NewEvent.ofRun(EventKind.RUN_STARTED, data);
    }

    private RunResult execute(
            RunContext context,
            Database database,
            JdbcTemplate jdbc,
            Reservations reservations,
            @Nullable SigningKey signingKey) {
        Failures failures = new Failures();
        RunResult.Holder result = new RunResult.Holder();
        OneTimeNotices told = new OneTimeNotices(jdbc, context.runs(), context.run(), failures);
        new OrphanedCases(jdbc, context, told).tell();
        DataSource listed = Objects.requireNonNull(OtherDatabases.ofTheList(jobFile, database.dataSource()));
        ListReception lists = new ListReception(
                database.dataSource(), listed, clock.withZone(jobFile.zone()), betweenLooks, cancellation);
        ListSettings.Database listDatabase = jobFile.list().database();
        DoneStatement done = new DoneStatement(
                jdbc,
                listDatabase == null || listDatabase.done() == null
                        ? null
                        : new DatabaseList(listDatabase, listed, jobFile.zone(), cancellation),
                jobFile,
                context.run().runId(),
                failures,
                clock);
        ReportWriter writer = new ReportWriter(
                database.dataSource(), jobFile.reports(), jobFile.report().rights(), signingKey);
        AuditEvents audit = new AuditEvents(jdbc);
        Pause pause = new RealPause(clock);
        Recovery recovery = new Recovery(
                context,
                audit,
                writer,
                failures,
                lists,
                pause,
                runId -> new Cases(jdbc, runId, true),
                runId -> new AuditTrail(
                        jdbc, clock, jobFile.job(), runId, jobFile.platform().text()));
        Intake intake = new Intake(
                new NamedParameterJdbcTemplate(jdbc),
                jobFile.job(),
                jobFile.platform(),
                context::platformIdentity,
                context.run().runId());
        ClockCheck clockCheck = new ClockCheck(
                jdbc, context.runs(), clock, otherClocks, context.run().runId());
        StopOnShutdown shutdown = new StopOnShutdown(context.guard());
        try (ConfigurableApplicationContext spring = new SpringApplicationBuilder(OffboardingJob.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .environment(SealedEnvironment.of(Map.of("spring.main.allow-bean-definition-overriding", false)))
                .initializers((GenericApplicationContext beans) -> {
                    // not the context's to close: the lock is given back before the pool goes
                    beans.registerBean(
                            "dataSource",
                            javax.sql.DataSource.class,
                            database::dataSource,
                            b -> b.setDestroyMethodName(""));
                    beans.registerBean(RunContext.class, () -> context);
                    beans.registerBean(
                            ReceiveTasklet.class,
                            () -> new ReceiveTasklet(
                                    context, lists, intake, done, recovery, clockCheck, told, failures));
                    beans.registerBean(
                            CheckLimitsTasklet.class,
                            () -> new CheckLimitsTasklet(
                                    context,
                                    lists,
                                    intake,
                                    reservations,
                                    new UpcomingLimits(context.run(), context.runs(), reservations),
                                    clockCheck,
                                    failures));
                    beans.registerBean(VerifyTasklet.class, () -> new VerifyTasklet(context, done, pause));
                    beans.registerBean(
                            ReportTasklet.class,
                            () -> new ReportTasklet(
                                    context,
                                    failures,
                                    new Evidence(database.dataSource()),
                                    writer,
                                    lists,
                                    audit,
                                    notices,
                                    told,
                                    jdbc,
                                    result));
                    beans.registerBean(StopOnShutdown.class, () -> shutdown);
                })
                .run()) {
            try {
                JobParameters parameters = new JobParametersBuilder()
                        .addString("job", jobFile.job())
                        .addString("run", context.run().runId())
                        .toJobParameters();
                closeDeadExecutions(spring.getBean(JobRepository.class), spring.getBean(JobOperator.class));
                JobExecution execution = spring.getBean(JobOperator.class).start(spring.getBean(Job.class), parameters);
                return conclude(context, execution, result.get());
            } finally {
                // before the context is closed, which waits for it
                shutdown.runIsOver();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the job could not be started", e);
        } finally {
            shutdown.runIsOver();
        }
    }

    /** Batch cannot know that their process is gone; whoever holds the job's lock does. */
    private void closeDeadExecutions(JobRepository repository, JobOperator operator) {
        for (JobExecution dead : repository.findRunningJobExecutions(OffboardingJob.NAME)) {
            if (jobFile.job().equals(dead.getJobParameters().getString("job"))) {
                operator.recover(dead);
            }
        }
    }

    /** The report step has said what the run came to; where it could not, its failure says why. */
    private static RunResult conclude(RunContext context, JobExecution execution, @Nullable RunResult result) {
        if (result != null) {
            return result;
        }
        Failures failures = new Failures();
        execution.getStepExecutions().stream()
                .flatMap(step -> step.getFailureExceptions().stream().map(e -> Map.entry(step.getStepName(), e)))
                .forEach(failure -> failures.add(failure.getKey(), failure.getValue()));
        // between the steps: the envelope itself could not be written
        execution.getFailureExceptions().forEach(e -> failures.add("run", e));
        ExitCode exitCode = ExitCode.weightiest(failures.all().stream()
                .map(failure -> ExitCode.of(failure.exitCode()))
                .toList());
        return new RunResult(
                context.run().runId(),
                exitCode == ExitCode.OK ? ExitCode.UNEXPECTED : exitCode,
                null,
                null,
                failures.all().stream().map(Failure::message).toList());
    }

    private static String message(Exception e) {
        return Failures.reason(e);
    }
}
