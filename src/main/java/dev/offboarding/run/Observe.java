package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformName;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** Step 2: reads each case's customer from the platform and decides. What it decides is the plan. */
final class Observe implements ItemWriter<OffboardingCase> {

    private final Workplace at;

    Observe(Workplace at) {
        this.at = at;
    }

    @Override
    public void write(Chunk<? extends OffboardingCase> chunk) {
        List<? extends OffboardingCase> all = chunk.getItems();
        List<? extends OffboardingCase> cases =
                all.stream().filter(c -> c.state() != CaseState.REMOVED).toList();
        List<UUID> customerIds = Workplace.customerIds(cases);
        List<Observation> observations = at.platform().observe(customerIds);
        Set<UUID> offboardedBefore =
                at.cases().offboardedBefore(at.run().jobFile().platform(), customerIds);
        List<NewEvent> events = new ArrayList<>(cases.size());
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            Observation observation = observations.get(i);
            if (observation instanceof Observation.Found found) {
                c.seen(found.customer().subscriptions());
            }
            Decision decision = at.decide(c, observation, offboardedBefore.contains(c.customerId()));
            if (decision instanceof Decision.Proceed proceed) {
                c.plan(proceed.writes());
            } else if (decision instanceof Decision.Held held) {
                c.hold(held.holds());
                spareTheQuota(c);
                if (!held.writes().isEmpty()) {
                    c.planWhileHeld(held.writes());
                }
            } else if (decision instanceof Decision.AlreadyGone gone) {
                c.alreadyGone(gone.proof());
            } else if (decision instanceof Decision.CannotTell cannotTell) {
                c.fail("it could not be read: " + cannotTell.why());
            }
            events.add(CaseEvents.decided(c, observation));
        }
        endWhatIsLeft(all.stream().filter(c -> c.state() == CaseState.REMOVED).toList(), events);
        at.record(all, events);
    }

    /** Delegated administration may have outlived the relationship: then it is ended first, and else only the effects are read back. */
    private void endWhatIsLeft(List<? extends OffboardingCase> removed, List<NewEvent> events) {
        Map<UUID, List<PlannedWrite>> endings = at.endings(removed);
        for (OffboardingCase c : removed) {
            List<PlannedWrite> writes = endings.getOrDefault(c.customerId(), List.of());
            if (writes.isEmpty()) {
                c.readBack(null);
            } else {
                c.planEndings(writes);
                events.add(CaseEvents.endingsDecided(c));
            }
        }
    }

    /** Partner Center counts every request: a hold with a date is looked at from that date on, and weekly before it. */
    private void spareTheQuota(OffboardingCase c) {
        LocalDate until = c.holds().get(0).until();
        if (at.run().jobFile().platform() == PlatformName.PARTNER_CENTER && until != null) {
            LocalDate week = at.run().rules().today().plusDays(7);
            c.lookAgainOn(until.isBefore(week) ? until : week);
        }
    }
}
