package dev.offboarding.run;

import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.plan.CaseView;
import dev.offboarding.plan.Decision;
import dev.offboarding.plan.Planner;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.RemainingDelegation;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What the planner decides about a case, from what was just read of its customer and from what this program has done to it before. */
final class CaseDecider {

    static final String MORE_THAN_PLANNED =
            "a subscription became active after the plan was made; the next run plans again";

    private final RunInfo run;
    private final LazyPlatform platform;
    private final Cases cases;
    private final CustomerHistory history;

    CaseDecider(RunInfo run, LazyPlatform platform, Cases cases, CustomerHistory history) {
        this.run = run;
        this.platform = platform;
        this.cases = cases;
        this.history = history;
    }

    Decision decide(OffboardingCase c, Observation observation, boolean offboardedBefore) {
        return Planner.decide(view(c, offboardedBefore), observation, run.rules());
    }

    /**
     * Customers whose ended relationship this program's own history explains: it has offboarded them before, or has sent a removal that may
     * have taken effect without anyone learning of it.
     */
    Set<UUID> offboardedBefore(Collection<Observation> observations) {
        Set<UUID> before = new HashSet<>(cases.offboardedBefore(
                run.jobFile().platform(),
                observations.stream().map(Observation::customerId).toList()));
        before.addAll(history.removalsSent(observations.stream()
                .filter(Observation.Unknown.class::isInstance)
                .map(Observation::customerId)
                .toList()));
        return before;
    }

    /** What was planned is not what is to be done any more: the case ends its night as it is seen now. */
    static void overtaken(OffboardingCase c, Decision decision, Instant seenAt, String when) {
        if (decision instanceof Decision.Held held) {
            c.hold(held.holds());
        } else if (decision instanceof Decision.AlreadyGone gone) {
            c.alreadyGone(gone.proof(), seenAt);
        } else if (decision instanceof Decision.CannotTell cannotTell) {
            c.fail("it could not be read again %s: %s".formatted(when, cannotTell.why()));
        } else {
            // what held it is over: there is more to do than was planned
            c.stayHeld();
        }
    }

    /** As below, right before something is written: based on what is accepted by now, which may be another job's later date. */
    Map<UUID, Decision> decideAgain(Collection<? extends OffboardingCase> all, Collection<Observation> observations) {
        cases.refreshListings(all);
        return decide(all, observations);
    }

    /** One decision for each case, by customer, each on its own observation. */
    Map<UUID, Decision> decide(Collection<? extends OffboardingCase> all, Collection<Observation> observations) {
        Map<UUID, Observation> seen = new HashMap<>();
        observations.forEach(observation -> seen.put(observation.customerId(), observation));
        Set<UUID> before = offboardedBefore(observations);
        Map<UUID, Decision> decisions = new HashMap<>();
        for (OffboardingCase c : all) {
            Observation observation = Objects.requireNonNull(seen.get(c.customerId()));
            decisions.put(c.customerId(), decide(c, observation, before.contains(c.customerId())));
        }
        return decisions;
    }

    /**
     * What ends the delegated administration that outlived its customer's relationship, by customer. None where the relationship is
     * re-established: that is not a leftover.
     */
    Map<UUID, List<PlannedWrite>> endings(Collection<? extends OffboardingCase> removed) {
        Map<UUID, RemainingDelegation> leftovers = platform.get().leftovers(customerIds(removed));
        Map<UUID, List<PlannedWrite>> endings = new HashMap<>();
        for (OffboardingCase c : removed) {
            RemainingDelegation leftover = leftovers.get(c.customerId());
            if (leftover != null && leftover.gone()) {
                endings.put(c.customerId(), Planner.endings(view(c, false), leftover, run.rules()));
            }
        }
        return endings;
    }

    /**
     * Partner Center counts every request: a hold with a date is read from that date on, and weekly before it; and on those days on
     * which there is a reminder. Where something is scheduled it is read every night.
     */
    void spareTheQuota(OffboardingCase c) {
        LocalDate until = c.holds().get(0).until();
        if (run.jobFile().platform() == PlatformName.PARTNER_CENTER && until != null && !c.somethingScheduled()) {
            LocalDate today = run.rules().today();
            Stream.concat(
                            Stream.of(until, today.plusDays(7)),
                            c.holds().stream()
                                    .map(hold -> hold.nextReminder(today))
                                    .filter(Objects::nonNull))
                    .min(Comparator.naturalOrder())
                    .ifPresent(c::lookAgainOn);
        }
    }

    private CaseView view(OffboardingCase c, boolean offboardedBefore) {
        Instant suspendedAt = c.suspendedAt();
        return new CaseView(
                c.customerId(),
                c.state(),
                c.listing().row().companyName(),
                c.listing().row().domain(),
                c.listing().row().effectiveDate(),
                c.listing().listed(),
                c.suspendedIds(),
                suspendedAt == null
                        ? null
                        : suspendedAt.atZone(run.jobFile().zone()).toLocalDate(),
                offboardedBefore,
                c.facts(),
                c.scheduledEnds());
    }

    static List<UUID> customerIds(Collection<? extends OffboardingCase> cases) {
        List<UUID> ids = new ArrayList<>(cases.size());
        cases.forEach(c -> ids.add(c.customerId()));
        return ids;
    }
}
