package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.ReceivedRows;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.lists.FileStatus;
import dev.offboarding.lists.Reception;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.runs.Runs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The run's working set: who is listed, and whose case is carried on. What was made of the list is noted and put into the trail. */
final class WorkingSet {

    private final RunContext context;
    private final LazyPlatform platform;
    private final Intake intake;
    private final Runs runs;
    private final AuditTrail trail;
    private final ReceivedRows received;
    private final StandingInterventions interventions;

    WorkingSet(
            RunContext context,
            LazyPlatform platform,
            Intake intake,
            Runs runs,
            AuditTrail trail,
            ReceivedRows received,
            StandingInterventions interventions) {
        this.context = context;
        this.platform = platform;
        this.intake = intake;
        this.runs = runs;
        this.trail = trail;
        this.received = received;
        this.interventions = interventions;
    }

    /** Customers who were listed and were not the reseller's, and who are, by the complete customer list of tonight. */
    Set<UUID> shownByNow() {
        List<UUID> customers = intake.neverAccepted();
        if (customers.isEmpty() || !platform.get().population().complete()) {
            return Set.of();
        }
        return platform.get().resellersAmong(customers);
    }

    /**
     * Fills it, within the caller's transaction.
     *
     * @param complete whether tonight's list is the whole truth
     * @param shown see {@link #shownByNow()}
     */
    void gather(boolean complete, Set<UUID> shown) {
        RunInfo run = context.run();
        NewCommerce newCommerce = run.rules().newCommerce();
        intake.gather(
                complete,
                run.rules().today(),
                newCommerce != NewCommerce.HOLD,
                newCommerce == NewCommerce.CANCEL ? context.clock().instant() : null,
                !run.writes(),
                shown);
    }

    /** Fills it, within the caller's transaction, with what people have asked for and nothing else. */
    void gatherWhatWasAsked() {
        intake.gatherWhatWasAsked(context.run().rules().today());
    }

    /**
     * Puts what was made of the list into the trail, within the same transaction.
     *
     * @return what the report notes of it
     */
    List<String> record(Reception reception) {
        List<String> notes = notes();
        runs.notedToo(context.run().runId(), notes);
        append(reception);
        return notes;
    }

    /** Once that is committed. */
    void gathered() {
        intake.analyze();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        Intervention pause = interventions.pauseOfTheJob();
        if (pause != null) {
            notes.add("%s: nothing is written %s"
                    .formatted(
                            pause.words(), pause.until() == null ? "until it is resumed" : "before " + pause.until()));
        }
        Map<String, Integer> byJob = new TreeMap<>();
        intake.workedElsewhere().forEach(entry -> byJob.merge(entry.job(), 1, Integer::sum));
        byJob.forEach((job, count) -> notes.add(
                count == 1
                        ? "1 listed customer is left to job %s, which opened its case".formatted(job)
                        : "%d listed customers are left to job %s, which opened their cases".formatted(count, job)));
        long nothingNew = intake.nothingNew();
        runs.nothingNew(context.run().runId(), nothingNew);
        if (nothingNew > 0) {
            notes.add(
                    nothingNew == 1
                            ? "1 row is nothing new: it says what was accepted for its customer before"
                            : "%d rows are nothing new: they say what was accepted for their customers before"
                                    .formatted(nothingNew));
        }
        String nobodyGone = intake.makesNobodyGone();
        if (nobodyGone != null) {
            notes.add(nobodyGone);
        }
        return notes;
    }

    private void append(Reception reception) {
        List<NewEvent> events = new ArrayList<>();
        for (Reception.File file : reception.files()) {
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            data.put("name", file.name());
            // whether it is taken is decided once the plan has been checked against the limits
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
        if (!events.isEmpty()) {
            trail.append(events);
        }
        received.neverDecided(
                page -> trail.append(page.stream().map(CaseEvents::received).toList()));
    }
}
