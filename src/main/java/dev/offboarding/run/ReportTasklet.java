package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.Cases;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.report.Evidence;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.report.ReportWriter;
import dev.offboarding.report.UnplannedWrite;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Step 7: says what the run came to, whatever happened before, and ends it. */
final class ReportTasklet implements Tasklet {

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final TransactionTemplate transaction;
    private final Failures failures;
    private final Evidence evidence;
    private final ReportWriter writer;
    private final ListReception lists;
    private final AuditEvents audit;
    private final Notices notices;
    private final OneTimeNotices told;
    private final JdbcTemplate jdbc;
    private final Verdict verdict;

    ReportTasklet(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            TransactionTemplate transaction,
            Failures failures,
            Evidence evidence,
            ReportWriter writer,
            ListReception lists,
            AuditEvents audit,
            Notices notices,
            OneTimeNotices told,
            JdbcTemplate jdbc,
            Verdict verdict) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.transaction = transaction;
        this.failures = failures;
        this.evidence = evidence;
        this.writer = writer;
        this.lists = lists;
        this.audit = audit;
        this.notices = notices;
        this.told = told;
        this.jdbc = jdbc;
        this.verdict = verdict;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext) {
        context.guard().reports();
        for (StepExecution step :
                contribution.getStepExecution().getJobExecution().getStepExecutions()) {
            if (step.getStatus() == BatchStatus.FAILED || step.getStatus() == BatchStatus.UNKNOWN) {
                step.getFailureExceptions().stream()
                        .filter(e -> !Failures.toldToEnd(e))
                        .forEach(e -> failures.add(step.getStepName(), e));
            }
        }
        String runId = context.run().runId();
        lists.dropHalfRead(runId);
        transaction.executeWithoutResult(status -> {
            runs.fence(runId);
            cases.tellAll(context.run().jobFile().job());
            this.cases.remind(
                    context.run().rules().today(),
                    context.run().jobFile().remindAfter().getDays(),
                    context.run().jobFile().zone());
        });
        if (context.run().writes()) {
            lists.notAccepted(runId);
        }
        List<Stop> stops = context.guard().stops();
        Stop stop = stops.isEmpty() ? null : stops.get(0);
        ExitCode exitCode = verdict(runId, stops);
        Instant endedAt = context.clock().instant();
        Set<UUID> shown = context.run().writes() && stop == null ? shownAllTheSame() : Set.of();
        transaction.executeWithoutResult(status -> {
            runs.fence(runId);
            runs.end(runId, endedAt, exitCode, stop, failures.all());
            List<NewEvent> events = new ArrayList<>();
            if (context.run().writes() && stop == null) {
                String job = context.run().jobFile().job();
                if (runs.populationHolds(runId)) {
                    this.cases
                            .closeWhoNeverWereCustomers(job, shown, endedAt)
                            .forEach(c -> events.add(CaseEvents.moved(c)));
                }
                cases.sayWhoStaysHeldAsNoCustomer(job, endedAt).forEach(c -> events.add(CaseEvents.moved(c)));
            }
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            data.put("exit_code", exitCode.code());
            data.put("ended_at", endedAt.toString());
            data.put("stop", stop == null ? null : stop.reason().name());
            events.add(NewEvent.ofRun(EventKind.RUN_ENDED, data));
            trail.append(events);
        });
        if (exitCode == ExitCode.WRONG_USAGE) {
            // nothing was touched, and there is nothing to report
            runs.settled(runId);
            runs.reported(runId, endedAt, null);
            conclude(contribution, exitCode, stop, null);
            return RepeatStatus.FINISHED;
        }
        tell(runId, exitCode, stop);
        try {
            ReportSummary summary = writer.write(runId);
            reported(runId, summary);
            if (context.run().writes() && stop == null) {
                told.usedUp();
                cases.reminded(context.run().rules().today());
            }
            tidyUp(runId);
            summary.findings().forEach(finding -> failures.add("report", ExitCode.EVIDENCE_BROKEN, finding));
            if (summary.findings().isEmpty()) {
                conclude(contribution, exitCode, stop, summary);
            } else {
                conclude(contribution, broken(runId, exitCode), stop, summary);
            }
        } catch (EvidenceException e) {
            failures.add("report", e);
            conclude(contribution, broken(runId, exitCode), stop, null);
        }
        return RepeatStatus.FINISHED;
    }

    private void reported(String runId, ReportSummary summary) {
        Instant now = context.clock().instant();
        if (runs.reported(runId, now, summary.manifestSha256())) {
            cases.told(now);
        }
    }

    /** Of those that this run holds as no customers: whom the customer list shows as the reseller's. */
    private Set<UUID> shownAllTheSame() {
        List<UUID> held = cases.heldAsNoCustomers();
        if (held.isEmpty()) {
            return Set.of();
        }
        try {
            return platform.get().resellersAmong(held);
        } catch (PlatformUnavailableException | DatabaseUnavailableException e) {
            // who is not known not to be shown stays held; a platform that cannot even be opened costs nobody the
            // report
            return Set.copyOf(held);
        }
    }

    /** Before the report is written, so that it can say who could not be told. */
    private void tell(String runId, ExitCode exitCode, @Nullable Stop stop) {
        List<String> untold = notices.beforeTheReport(
                runId, () -> RunStory.of(jdbc, runId), exitCode, stop, failures.all(), context.guard()::toldToEnd);
        if (!untold.isEmpty()) {
            runs.notedToo(
                    runId, untold.stream().map(why -> "notice not sent: " + why).toList());
        }
    }

    private ExitCode broken(String runId, ExitCode exitCode) {
        ExitCode broken = ExitCode.weightiest(List.of(exitCode, ExitCode.EVIDENCE_BROKEN));
        runs.exitCode(runId, broken);
        return broken;
    }

    /** What only this run needed goes, except what is needed to look up the answers that it did not get. */
    private void tidyUp(String runId) {
        lists.discard(runId);
        if (audit.countOpenIntents(runId) == 0) {
            if (context.run().writes()) {
                cases.forget();
            } else {
                cases.forgetPlansBefore(context.run().jobFile().job());
            }
            // last: else nobody would know that something is left
            runs.settled(runId);
        }
    }

    /** @param stop as the verdict had it: what comes after it stops nothing any more */
    private void conclude(
            StepContribution contribution, ExitCode exitCode, @Nullable Stop stop, @Nullable ReportSummary summary) {
        if (summary != null) {
            long customers = summary.totals().customers();
            StepCounts.add(contribution, customers, customers);
        }
        contribution.setExitStatus(Verdict.exitStatus(exitCode, context.run().mode()));
        verdict.is(new RunResult(
                context.run().runId(),
                exitCode,
                summary,
                stop == null ? null : stop.message(),
                failures.all().stream().map(Failure::message).toList()));
    }

    private ExitCode verdict(String runId, List<Stop> stops) {
        Set<ExitCode> codes = EnumSet.of(ExitCode.OK);
        evidence.totals(runId).problems().forEach(problem -> failures.add("report", ExitCode.EVIDENCE_BROKEN, problem));
        List<UnplannedWrite> unplanned = evidence.unplannedWrites(runId);
        unplanned.forEach(write -> failures.add("report", ExitCode.EVIDENCE_BROKEN, write.inWords()));
        failures.all().forEach(failure -> codes.add(ExitCode.of(failure.exitCode())));
        stops.forEach(stop -> codes.add(stop.reason().exitCode()));
        if (new ReceivedLists(jdbc).hasRejects(runId)
                || cases.hasNewHold()
                || runs.hasNewDueDay(runId)
                || cases.hasOutcome(CaseOutcome.FAILED)
                || cases.hasOutcome(CaseOutcome.RE_ESTABLISHED)) {
            codes.add(ExitCode.NEEDS_ATTENTION);
        }
        // a plan does not look at effects
        if (context.run().writes() && cases.hasOutcome(CaseOutcome.REMOVED)) {
            codes.add(ExitCode.TO_BE_CONFIRMED);
        }
        return ExitCode.weightiest(codes);
    }
}
