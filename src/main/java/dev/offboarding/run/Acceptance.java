package dev.offboarding.run;

import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.runs.Reservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** Accepts tonight's list: opens its cases, and reserves what the run will use of the limits. */
final class Acceptance {

    private final RunContext context;
    private final Cases cases;
    private final Intake intake;
    private final Reservations reservations;
    private final TonightsList list;
    private final Interventions interventions;

    Acceptance(
            RunContext context,
            Cases cases,
            Intake intake,
            Reservations reservations,
            TonightsList list,
            Interventions interventions) {
        this.context = context;
        this.cases = cases;
        this.intake = intake;
        this.reservations = reservations;
        this.list = list;
        this.interventions = interventions;
    }

    /**
     * A customer whose case another job has opened since the decision is left to that job.
     *
     * @return what to record of it in the trail: nothing is planned for them now
     */
    List<NewEvent> leaveToOthers() {
        Map<UUID, String> elsewhere = new HashMap<>();
        intake.workedElsewhere().forEach(entry -> elsewhere.put(entry.customerId(), entry.job()));
        List<OffboardingCase> left = cases.of(elsewhere.keySet()).stream()
                .filter(c -> c.holds().stream().noneMatch(hold -> hold.reason() == HoldReason.OTHER_JOB))
                .toList();
        return changed(left, context.clock().instant(), c -> c.leaveTo(elsewhere.getOrDefault(c.customerId(), "?")));
    }

    /**
     * Whom another job has listed since this one's list was found to be without them is not withdrawn for that.
     *
     * @return what to record of it in the trail: nothing is planned for them now
     */
    List<NewEvent> keepWhomOthersListed(Instant now) {
        return change(
                intake.listedByOthersSince(),
                now,
                c -> c.leaveAsItStood(
                        "its row is gone from the list, and another job has listed it meanwhile: the next run continues"));
    }

    /**
     * The list is not accepted: it withdraws nobody, also of whom nothing would have to be put back.
     *
     * @return what to record of it in the trail
     */
    List<NewEvent> leaveUnlisted(Instant now) {
        return change(
                intake.withdrawnByTheList(),
                now,
                c -> c.leaveAsItStood(
                        "its row is gone from the list; the run stopped before it was withdrawn for that"));
    }

    /** @return what to record of it in the trail: how they stand, and what is planned for them now */
    List<NewEvent> change(Collection<UUID> customers, Instant now, Consumer<OffboardingCase> how) {
        return customers.isEmpty() ? List.of() : changed(cases.of(customers), now, how);
    }

    private List<NewEvent> changed(List<OffboardingCase> these, Instant now, Consumer<OffboardingCase> how) {
        these.forEach(how);
        cases.save(these, now);
        return these.stream().map(CaseEvents::endingsDecided).toList();
    }

    /** Cases, by customer, that tonight's list withdraws because it is without them. */
    Map<Long, UUID> newlyUnlisted() {
        return intake.withdrawsUnlisted() ? cases.newlyUnlisted() : Map.of();
    }

    /**
     * Where the job file says that a row that is gone withdraws its case: that is asked for by the list from now on, whatever it says
     * tomorrow. Within the caller's transaction, before the list is accepted.
     *
     * @return what to record of it in the trail
     */
    List<NewEvent> withdrawUnlisted(Instant now) {
        Map<Long, UUID> unlisted = newlyUnlisted();
        if (unlisted.isEmpty()) {
            return List.of();
        }
        Intervention asked = Intervention.byTheList(now);
        interventions.add(
                new Interventions.Job(
                        context.run().jobFile().job(),
                        context.run().jobFile().platform().text()),
                new Interventions.Origin(context.run().runId(), RunFacts.host()),
                asked,
                unlisted.keySet());
        List<NewEvent> events = new ArrayList<>();
        unlisted.forEach((caseId, customer) -> events.add(NewEvent.ofCustomer(
                EventKind.INTERVENTION,
                customer,
                Map.of(
                        "kind", asked.kind().name(),
                        "case_id", caseId,
                        "reason", asked.reason(),
                        "by", asked.by(),
                        "by_is_a_claim", false))));
        return events;
    }

    /**
     * Within the caller's transaction.
     *
     * @param waiting customers of tonight's list who are not accepted: their files stay
     */
    void accept(boolean planned, Collection<UUID> waiting, Instant now) {
        reservations.make();
        reservations.accepted(now, planned);
        intake.accept(now);
        cases.accept(now);
        if (!waiting.isEmpty()) {
            list.leave(waiting, "some of its customers wait for an approval");
        }
        List<UUID> ending = intake.listedWhileEnding();
        if (!ending.isEmpty()) {
            list.leave(ending, "some of its customers are still to be withdrawn or closed");
        }
        list.markTaken();
    }

    /** Once that is committed. */
    void accepted() {
        cases.accepted();
        intake.analyze();
        list.moveFiles("check-limits");
    }
}
