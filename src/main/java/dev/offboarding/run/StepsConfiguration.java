package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.audit.LastSaid;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.ReceivedRows;
import dev.offboarding.database.Database;
import dev.offboarding.database.RetryingTransactions;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.report.Evidence;
import dev.offboarding.report.ReportWriter;
import dev.offboarding.report.SigningKey;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.Runs;
import java.time.Clock;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the steps of one run work with. What the run brings with it is in the context already: its database, platform, lock and clock,
 * and who is notified of it.
 */
@Configuration(proxyBeanMethods = false)
@Import({
    ReceiveTasklet.class,
    ObserveWriter.class,
    CheckLimitsTasklet.class,
    SuspendWriter.class,
    RemoveWriter.class,
    VerifyTasklet.class,
    ReportTasklet.class,
    Verdict.class,
    StepLog.class,
    RecordedToTheEnd.class,
    CaseDecider.class,
    StandingInterventions.class,
    Interventions.class,
    Journal.class,
    FoundUnchanged.class,
    CaseRecorder.class,
    FencedTransaction.class,
    TonightsList.class,
    WorkingSet.class,
    LimitCheck.class,
    PlanRecord.class,
    Acceptance.class,
    UnansweredWrites.class,
    MissingReport.class,
    RunExitCode.class,
    RunEnding.class,
    RunNotices.class,
    ReportedRun.class,
    Overview.class,
    OldReports.class,
    EffectReads.class,
    ReEstablished.class,
    UpcomingLimits.class,
    Recovery.class,
    AuditEvents.class,
    OrphanedCases.class,
    OneTimeNotices.class,
    Failures.class,
    Runs.class,
    RunLog.class,
    JobRunner.class
})
class StepsConfiguration {

    /** Not the context's to close: the lock is given back before the pool goes. */
    @Bean(destroyMethod = "")
    DataSource dataSource(Database database) {
        return database.dataSource();
    }

    @Bean
    JdbcTemplate jdbcTemplate(DataSource dataSource) {
        return new JdbcTemplate(dataSource);
    }

    @Bean
    JdbcTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    TransactionTemplate transaction(DataSource dataSource, RetryPolicy retryPolicy) {
        return new RetryingTransactions(dataSource, retryPolicy);
    }

    @Bean
    Cases cases(JdbcTemplate jdbc, RunInfo run) {
        return Cases.untilAccepted(jdbc, run.runId(), run.writes());
    }

    @Bean
    static AuditTrail trail(JdbcTemplate jdbc, Clock clock, RunInfo run) {
        JobFile jobFile = run.jobFile();
        return new AuditTrail(
                jdbc, clock, jobFile.job(), run.runId(), jobFile.platform().text());
    }

    @Bean
    CustomerHistory history(JdbcTemplate jdbc, RunInfo run) {
        return new CustomerHistory(jdbc, run.runId(), run.jobFile().platform().text());
    }

    @Bean
    LastSaid lastSaid(JdbcTemplate jdbc, RunInfo run) {
        return new LastSaid(jdbc, run.jobFile().job());
    }

    @Bean
    ListReception lists(
            DataSource dataSource, RunInfo run, RunTimes times, Clock clock, CancellationToken cancellation) {
        return new ListReception(
                dataSource,
                listed(dataSource, run),
                clock.withZone(run.jobFile().zone()),
                times.betweenLooks(),
                cancellation);
    }

    @Bean
    Intake intake(JdbcTemplate jdbc, RunInfo run, LazyPlatform platform) {
        return new Intake(
                new NamedParameterJdbcTemplate(jdbc),
                run.jobFile().job(),
                run.jobFile().platform(),
                platform::identity,
                run.runId(),
                run.jobFile().withdrawWhenUnlisted());
    }

    @Bean
    ReceivedRows received(JdbcTemplate jdbc, RunInfo run) {
        return new ReceivedRows(jdbc, run.runId());
    }

    @Bean
    DoneStatement done(
            JdbcTemplate jdbc,
            DataSource dataSource,
            RunInfo run,
            Failures failures,
            Clock clock,
            CancellationToken cancellation) {
        ListSettings.Database list = run.jobFile().list().database();
        return new DoneStatement(
                jdbc,
                list == null || list.done() == null
                        ? null
                        : new DatabaseList(
                                list, listed(dataSource, run), run.jobFile().zone(), cancellation),
                run.jobFile(),
                run.runId(),
                failures,
                clock);
    }

    private static DataSource listed(DataSource own, RunInfo run) {
        return Objects.requireNonNull(OtherDatabases.ofTheList(run.jobFile(), own));
    }

    @Bean
    ClockCheck clockCheck(JdbcTemplate jdbc, Runs runs, Clock clock, RunTimes times, RunInfo run, RunGuard guard) {
        return new ClockCheck(jdbc, runs, clock, times.references(), run.runId(), guard);
    }

    @Bean
    Reservations reservations(JdbcTemplate jdbc, RunInfo run, LazyPlatform platform) {
        return new Reservations(jdbc, run.runId(), run.jobFile().platform().text(), platform::identity);
    }

    @Bean
    FailureBrake brake(RunInfo run, RunGuard guard) {
        return new FailureBrake(run.jobFile().failureBrake(), guard);
    }

    @Bean
    Evidence evidence(DataSource dataSource) {
        return new Evidence(dataSource);
    }

    @Bean
    ReportWriter reportWriter(DataSource dataSource, RunInfo run, @Nullable SigningKey signingKey) {
        JobFile jobFile = run.jobFile();
        return new ReportWriter(dataSource, jobFile.reports(), jobFile.report().rights(), signingKey);
    }
}
