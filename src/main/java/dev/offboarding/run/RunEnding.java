package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.ReceivedRows;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.lists.ListReception;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The last that is recorded of a run before its report is written. */
final class RunEnding {

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final Runs runs;
    private final AuditTrail trail;
    private final FencedTransaction transaction;
    private final ListReception lists;
    private final ReceivedRows received;

    RunEnding(
            RunContext context,
            LazyPlatform platform,
            Cases cases,
            Runs runs,
            AuditTrail trail,
            FencedTransaction transaction,
            ListReception lists,
            ReceivedRows received) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.runs = runs;
        this.trail = trail;
        this.transaction = transaction;
        this.lists = lists;
        this.received = received;
    }

    /** What is left of lists that were not read to the end, of which cases the report reminds, and what of the list nothing tells of yet. */
    void prepare() {
        RunInfo run = context.run();
        lists.dropHalfRead(run.runId());
        transaction.run(() -> {
            if (!run.receives()) {
                // its report is about what people have asked for, and about nobody else
                cases.tellWhatWasAsked(run.jobFile().job());
                return;
            }
            cases.tellAll(run.jobFile().job());
            cases.remind(
                    run.rules().today(),
                    run.jobFile().remindAfter().getDays(),
                    run.jobFile().zone());
            received.undecided(
                    page -> trail.append(page.stream().map(CaseEvents::received).toList()));
        });
        if (run.writes()) {
            lists.notAccepted(run.runId());
        }
    }

    /**
     * Ends the run, in its row and in the trail.
     *
     * @param stop what stopped it; null if nothing did
     */
    void end(Instant endedAt, ExitCode exitCode, @Nullable Stop stop, List<Failure> failures) {
        RunInfo run = context.run();
        boolean through = run.writes() && run.receives() && stop == null;
        Set<UUID> shown = through ? shownAllTheSame() : Set.of();
        transaction.run(() -> {
            runs.end(run.runId(), endedAt, exitCode, stop, failures);
            List<NewEvent> events = new ArrayList<>();
            if (through) {
                events.addAll(closed(run, shown, endedAt));
            }
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            data.put("exit_code", exitCode.code());
            data.put("ended_at", endedAt.toString());
            data.put("stop", stop == null ? null : stop.reason().name());
            events.add(NewEvent.ofRun(EventKind.RUN_ENDED, data));
            trail.append(events);
        });
    }

    /** Of customers who are not the reseller's: the cases that are closed, and those that stay held. */
    private List<NewEvent> closed(RunInfo run, Set<UUID> shown, Instant endedAt) {
        JobFile jobFile = run.jobFile();
        List<NewEvent> events = new ArrayList<>();
        if (runs.populationHolds(run.runId())) {
            cases.closeWhoNeverWereCustomers(jobFile.job(), shown, endedAt)
                    .forEach(c -> events.add(CaseEvents.moved(c)));
        }
        cases.sayWhoStaysHeldAsNoCustomer(jobFile.job(), endedAt).forEach(c -> events.add(CaseEvents.moved(c)));
        return events;
    }

    /** Of those that this run holds as not the reseller's: whom the customer list shows as the reseller's. */
    private Set<UUID> shownAllTheSame() {
        List<UUID> held = cases.heldAsNoCustomers();
        if (held.isEmpty()) {
            return Set.of();
        }
        try {
            return platform.get().resellersAmong(held);
        } catch (PlatformUnavailableException | CancelledException | DatabaseUnavailableException e) {
            // who is not known not to be shown stays held; a platform that cannot even be opened costs no one the
            // report
            return Set.copyOf(held);
        }
    }
}
