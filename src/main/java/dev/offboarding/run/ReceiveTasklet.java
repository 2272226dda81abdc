package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Intake;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.FileStatus;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.lists.Reception;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.platform.CancelledException;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.StopReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.scope.context.ChunkContext;
import org.springframework.batch.core.step.StepContribution;
import org.springframework.batch.core.step.tasklet.Tasklet;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Step 1: reads the list and sets rejected rows aside. It is accepted once the whole plan is held against the limits. */
final class ReceiveTasklet implements Tasklet {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiveTasklet.class);
    private static final int PAGE = 5_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final TransactionTemplate transaction;
    private final ListReception lists;
    private final Intake intake;
    private final DoneStatement done;
    private final Recovery recovery;
    private final ClockCheck clockCheck;
    private final OneTimeNotices told;
    private final Failures failures;

    ReceiveTasklet(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            TransactionTemplate transaction,
            ListReception lists,
            Intake intake,
            DoneStatement done,
            Recovery recovery,
            ClockCheck clockCheck,
            OneTimeNotices told,
            Failures failures) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.transaction = transaction;
        this.lists = lists;
        this.intake = intake;
        this.done = done;
        this.recovery = recovery;
        this.clockCheck = clockCheck;
        this.told = told;
        this.failures = failures;
    }

    @Override
    public @Nullable RepeatStatus execute(StepContribution contribution, ChunkContext chunkContext)
            throws InterruptedException {
        RunInfo run = context.run();
        JobFile jobFile = run.jobFile();
        check();
        boolean touched = false;
        // before anything is made of what an earlier run left: when that can no longer change is told by the clock
        String wrongClock = clockCheck.againstTheDatabase();
        if (wrongClock != null) {
            context.guard().stop(StopReason.CLOCK, wrongClock);
            CheckLimitsTasklet.end(contribution, context.guard());
            return RepeatStatus.FINISHED;
        }
        if (run.writes()) {
            touched = recovery.recover();
            // what a crash may have left undone would otherwise be listed once more
            lists.finishMoves(jobFile.job()).forEach(this::notMoved);
            touched |= done.run();
        }
        if (!context.guard().mayStart()) {
            throw new CancelledException();
        }
        Reception reception = receive(touched);
        count(contribution, reception);
        Set<UUID> shown = shownByNow(intake.neverAccepted());
        List<String> notes = new ArrayList<>();
        transaction.executeWithoutResult(status -> {
            runs.fence(run.runId());
            intake.gather(
                    isTheWholeTruth(jobFile.list(), reception),
                    run.rules().today(),
                    run.rules().newCommerce() != NewCommerce.HOLD,
                    run.rules().newCommerce() == NewCommerce.CANCEL
                            ? context.clock().instant()
                            : null,
                    !run.writes(),
                    shown);
            if (run.writes()) {
                lists.markRefused(run.runId());
            }
            List<String> found = notes();
            notes.clear();
            runs.notedToo(run.runId(), found);
            record(reception);
            notes.addAll(found);
        });
        notes.forEach(context.progress()::told);
        if (run.writes()) {
            lists.moveFiles(run.runId()).forEach(this::notMoved);
        }
        return RepeatStatus.FINISHED;
    }

    private static void count(StepContribution contribution, Reception reception) {
        for (Reception.File file : reception.files()) {
            boolean taken = file.status() == FileStatus.TAKEN;
            StepCounts.add(contribution, file.read(), taken ? file.read() - file.rejected() - file.duplicates() : 0);
        }
    }

    /** Of customers that were no customers of the reseller: those that are, by the complete customer list of tonight. */
    private Set<UUID> shownByNow(List<UUID> customers) {
        if (customers.isEmpty() || !platform.get().population().complete()) {
            return Set.of();
        }
        return platform.get().resellersAmong(customers);
    }

    /** What is wrong with the job file is found while nothing was touched. */
    private void check() {
        try {
            lists.check(context.run().jobFile().list());
        } catch (ListUnavailableException e) {
            throw unavailable(false, e);
        }
    }

    /** @param touched whether something was taken up, or told, before: then it cannot be said any more that nothing was touched */
    private Reception receive(boolean touched) {
        JobFile jobFile = context.run().jobFile();
        try {
            Reception reception =
                    lists.receive(context.run().runId(), jobFile.job(), jobFile.list(), jobFile.identity());
            for (Reception.File file : reception.files()) {
                logged(file);
                if (file.status() == FileStatus.REFUSED) {
                    context.progress().told("List %s refused: %s".formatted(file.name(), file.reason()));
                } else {
                    tellColumns(file);
                }
            }
            reception
                    .noLists()
                    .forEach(other -> told.raise(
                            "receive",
                            "no list: " + other.mark(),
                            "%s in the inbox was not read: %s".formatted(other.name(), other.remedy())));
            return reception;
        } catch (ListUnavailableException e) {
            throw unavailable(touched, e);
        }
    }

    /** Each open case is to stand in a report. */
    private RuntimeException unavailable(boolean touched, ListUnavailableException e) {
        return touched || cases.anyOpen(context.run().jobFile().job()) ? new ListGoneException(e) : e;
    }

    private static void logged(Reception.File file) {
        if (file.reason() != null) {
            LOG.warn("list {} is {}: {}", file.name(), file.status(), file.reason());
        } else {
            LOG.info(
                    "list {}: {} rows read, {} of them duplicates, {} set aside",
                    file.name(),
                    file.read(),
                    file.duplicates(),
                    file.rejected());
        }
    }

    private void tellColumns(Reception.File file) {
        if (!file.understood().isEmpty()) {
            String columns = "%s: columns understood: %s; only carried through: %s"
                    .formatted(
                            file.name(),
                            String.join(", ", file.understood()),
                            file.carried().isEmpty() ? "none" : String.join(", ", file.carried()));
            LOG.info("list {}", columns);
            context.progress().told("List " + columns);
        }
    }

    /** It is taken all the same, and the next run moves it. */
    private void notMoved(String why) {
        failures.add("receive", ExitCode.NEEDS_ATTENTION, why);
    }

    /** A query's result and a file that is read in place; one that was refused, or is still written, says nothing at all. */
    private static boolean isTheWholeTruth(ListSettings list, Reception reception) {
        boolean standing =
                list.database() != null || list.csv() != null && list.csv().file() != null;
        return standing && reception.files().stream().allMatch(file -> file.status() == FileStatus.TAKEN);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        Map<String, Integer> byJob = new TreeMap<>();
        intake.workedElsewhere().forEach(entry -> byJob.merge(entry.job(), 1, Integer::sum));
        byJob.forEach((job, count) ->
                notes.add("%d listed customers are left to job %s, which opened their cases".formatted(count, job)));
        long nothingNew = intake.nothingNew();
        runs.nothingNew(context.run().runId(), nothingNew);
        if (nothingNew > 0) {
            notes.add("%d rows are nothing new: they say what was accepted for their customers before"
                    .formatted(nothingNew));
        }
        String nobodyGone = intake.makesNobodyGone();
        if (nobodyGone != null) {
            notes.add(nobodyGone);
        }
        return notes;
    }

    private void record(Reception reception) {
        List<NewEvent> events = new ArrayList<>();
        for (Reception.File file : reception.files()) {
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            data.put("name", file.name());
            // whether it is taken is decided once the plan is held against the limits
            data.put(
                    "status",
                    file.status() == FileStatus.TAKEN ? "READ" : file.status().name());
            data.put("sha256", file.sha256());
            data.put("read", file.read());
            data.put("rejected", file.rejected());
            data.put("duplicates", file.duplicates());
            data.put("reason", file.reason());
            events.add(NewEvent.ofRun(EventKind.LIST, data));
        }
        long after = 0;
        while (true) {
            List<Map<String, Object>> page = intake.listedAnew(after, PAGE);
            for (Map<String, Object> entry : page) {
                after = ((Number) Objects.requireNonNull(entry.remove("position"))).longValue();
                UUID customerId = (UUID) Objects.requireNonNull(entry.remove("customer_id"));
                entry.put("others", JSON.readValue(String.valueOf(entry.get("others")), Object.class));
                events.add(NewEvent.ofCustomer(EventKind.RECEIVED, customerId, entry));
            }
            if (!events.isEmpty()) {
                trail.append(events);
                events = new ArrayList<>();
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }
}
