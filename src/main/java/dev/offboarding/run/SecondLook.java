package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads customers right before something is written to them, and decides again: only what was planned is written, and only where
 * the plan still holds.
 */
abstract class SecondLook implements Journal.Renewal {

    private final CaseDecider decider;
    private final String when;
    final Map<UUID, OffboardingCase> cases = new LinkedHashMap<>();
    /**
     * What the trail is to say about those whose plan does not hold any more. Made once all is accounted: what was sent before it was decided
     * otherwise counts, too.
     */
    private final List<Supplier<NewEvent>> decided = new ArrayList<>();
    /** What was last read of each; not of those who could not be read. */
    final Map<UUID, DecisionBasis> bases = new HashMap<>();

    private final Set<UUID> over = new HashSet<>();
    private final Set<UUID> moreThanPlanned = new HashSet<>();

    /** @param when it looks, for people */
    SecondLook(CaseDecider decider, Collection<? extends OffboardingCase> all, String when) {
        this.decider = decider;
        this.when = when;
        all.forEach(c -> cases.put(c.customerId(), c));
    }

    abstract List<Observation> observe(List<UUID> customerIds);

    /** What would be planned by now; null where that is another kind of plan. */
    abstract @Nullable List<PlannedWrite> now(OffboardingCase c, Decision decision);

    /** What of the plan is to be written, where there is no more to it by now than was planned. */
    abstract List<PlannedWrite> writes(OffboardingCase c, List<PlannedWrite> now);

    /** Why a customer is not written to that has more to it by now. */
    String moreThanPlanned(List<PlannedWrite> now) {
        return CaseDecider.MORE_THAN_PLANNED;
    }

    /** Before the first of them is written to. */
    void stillPlanned(List<OffboardingCase> cases, List<Observation> seen) {}

    List<Journal.Wanted> wanted() {
        return of(cases.keySet());
    }

    @Override
    public List<Journal.Wanted> of(Set<UUID> customers) {
        List<OffboardingCase> of = customers.stream()
                .map(id -> Objects.requireNonNull(cases.get(id)))
                .toList();
        if (of.isEmpty()) {
            return List.of();
        }
        List<Observation> seen = observe(CaseDecider.customerIds(of));
        Map<UUID, Decision> decisions = decider.decideAgain(of, seen, Set.of());
        List<Journal.Wanted> wanted = new ArrayList<>();
        List<OffboardingCase> stillPlanned = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            OffboardingCase c = of.get(i);
            Observation observation = seen.get(i);
            DecisionBasis basis = DecisionBasis.of(observation);
            if (basis != null) {
                bases.put(c.customerId(), basis);
            }
            List<PlannedWrite> now = planHolds(c, observation, Objects.requireNonNull(decisions.get(c.customerId())));
            if (now != null) {
                stillPlanned.add(c);
                wanted.add(new Journal.Wanted(c.customerId(), writes(c, now), basis, c.termsBefore()));
            } else {
                over.add(c.customerId());
                decided.add(() -> CaseEvents.decided(c, observation));
            }
        }
        stillPlanned(stillPlanned, seen);
        return wanted;
    }

    private @Nullable List<PlannedWrite> planHolds(OffboardingCase c, Observation observation, Decision decision) {
        List<PlannedWrite> now = now(c, decision);
        if (now == null) {
            CaseDecider.overtaken(c, decision, observation.at(), when);
        } else if (!c.planned().containsAll(now)) {
            moreThanPlanned.add(c.customerId());
            c.fail(moreThanPlanned(now));
            now = null;
        }
        return now;
    }

    /** What was decided otherwise, of cases as they stand now. */
    List<NewEvent> decided() {
        return decided.stream().map(Supplier::get).toList();
    }

    /** Whose plan does not hold any more. */
    boolean isOver(OffboardingCase c) {
        return over.contains(c.customerId());
    }

    /** Of these, the customers with more to them than was planned. */
    boolean hasMoreThanPlanned(OffboardingCase c) {
        return moreThanPlanned.contains(c.customerId());
    }
}
