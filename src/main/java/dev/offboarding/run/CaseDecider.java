package dev.offboarding.run;

import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.audit.CustomerHistory.OnItsWay;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.interventions.Standing;
import dev.offboarding.plan.CaseView;
import dev.offboarding.plan.Decision;
import dev.offboarding.plan.Planner;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.RemainingDelegation;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the planner decides about a case, from what was just read of its customer and from what this program has done to it before. */
final class CaseDecider {

    static final String MORE_THAN_PLANNED =
            "a subscription became active after the plan was made; the next run plans again";

    private static final String WITHDRAWN_MEANWHILE =
            "it was withdrawn while this run was under way: nothing more is written to it, and what this program suspended is made active again by the withdrawal's own run, or by the next run";

    private final RunInfo run;
    private final LazyPlatform platform;
    private final Cases cases;
    private final CustomerHistory history;
    private final StandingInterventions interventions;
    private final Intake intake;
    private final Clock clock;

    CaseDecider(
            RunInfo run,
            LazyPlatform platform,
            Cases cases,
            CustomerHistory history,
            StandingInterventions interventions,
            Intake intake,
            Clock clock) {
        this.run = run;
        this.platform = platform;
        this.cases = cases;
        this.history = history;
        this.interventions = interventions;
        this.intake = intake;
        this.clock = clock;
    }

    /** What somebody has asked for of these cases, by customer; of whom nothing was asked is missing. */
    Map<UUID, Standing> asked(Collection<? extends OffboardingCase> all) {
        return interventions.of(customerIds(all));
    }

    /**
     * What is known of customers beside their cases.
     *
     * @param offboardedBefore those whose ended relationship our own history explains
     * @param asked what somebody has asked for, by customer
     * @param onTheirWay the subscriptions that this program has changed so lately that they may be shown as they were, by customer
     */
    record Known(Set<UUID> offboardedBefore, Map<UUID, Standing> asked, Map<UUID, Set<String>> onTheirWay) {
        Standing asked(UUID customer) {
            return asked.getOrDefault(customer, Standing.NONE);
        }

        Set<String> onTheirWay(UUID customer) {
            return onTheirWay.getOrDefault(customer, Set.of());
        }

        Known andRemovalsSent(Set<UUID> customers) {
            Set<UUID> explained = new HashSet<>(offboardedBefore);
            explained.addAll(customers);
            return new Known(explained, asked, onTheirWay);
        }
    }

    Known known(
            Collection<? extends OffboardingCase> cases,
            Collection<Observation> observations,
            Map<UUID, Standing> asked) {
        Set<UUID> found = observations.stream()
                .filter(it -> it instanceof Observation.Found seen
                        && !seen.customer().subscriptions().isEmpty())
                .map(Observation::customerId)
                .collect(Collectors.toSet());
        List<? extends OffboardingCase> ofThem =
                cases.stream().filter(c -> found.contains(c.customerId())).toList();
        return new Known(offboardedBefore(observations), asked, onTheirWay(ofThem));
    }

    /**
     * What this program has sent so lately that it may not show yet; on a platform that shows everything at once, nothing. What a case has
     * among its suspended ones was seen suspended, unless nothing could be read after it.
     */
    Map<UUID, Set<String>> onTheirWay(Collection<? extends OffboardingCase> cases) {
        Duration within = cases.isEmpty() ? Duration.ZERO : platform.get().showsWithin();
        if (within.isZero()) {
            return Map.of();
        }
        Map<UUID, Map<String, OnItsWay>> sent =
                history.changesOnTheirWay(customerIds(cases), clock.instant().minus(within));
        Map<UUID, Set<String>> onTheirWay = new HashMap<>();
        for (OffboardingCase c : cases) {
            Set<String> targets = sent.getOrDefault(c.customerId(), Map.of()).values().stream()
                    .filter(it -> it.unread() || !c.suspendedIds().contains(it.target()))
                    .map(OnItsWay::target)
                    .collect(Collectors.toSet());
            if (!targets.isEmpty()) {
                onTheirWay.put(c.customerId(), targets);
            }
        }
        return onTheirWay;
    }

    Decision decide(OffboardingCase c, Observation observation, Known known) {
        CaseView view = view(
                c,
                known.offboardedBefore().contains(c.customerId()),
                known.asked(c.customerId()),
                known.onTheirWay(c.customerId()));
        return Planner.decide(
                view,
                observation,
                intake.withdrawsUnlisted() ? run.rules() : run.rules().withdrawingNobodyUnlisted());
    }

    /**
     * Customers whose ended relationship this program's own history explains: it has offboarded them before, or has sent a removal that may
     * have taken effect without anyone learning of it.
     */
    private Set<UUID> offboardedBefore(Collection<Observation> observations) {
        Set<UUID> before = new HashSet<>(cases.offboardedBefore(
                run.jobFile().platform(),
                observations.stream().map(Observation::customerId).toList()));
        before.addAll(history.removalsSent(
                observations.stream()
                        .filter(Observation.Unknown.class::isInstance)
                        .map(Observation::customerId)
                        .toList(),
                // what the ledger has answered with an error is undone
                run.jobFile().platform() == PlatformName.PARTNER_CENTER));
        return before;
    }

    /** What was planned is not what is to be done any more: the case ends its night as it is seen now. */
    static void overtaken(OffboardingCase c, Decision decision, Instant seenAt, String when) {
        if (decision instanceof Decision.Held held) {
            c.hold(held.holds());
        } else if (decision instanceof Decision.CannotTell cannotTell) {
            c.fail("it could not be read again %s: %s".formatted(when, cannotTell.why()));
        } else if (decision instanceof Decision.PutBack) {
            c.leaveToWhatWasAsked(WITHDRAWN_MEANWHILE);
        } else if (!settles(c, decision, seenAt)) {
            // what held it is over: there is more to do than was planned
            c.stayHeld();
        }
    }

    /** Carries out a decision after which nothing is to be written to the customer; false where it is another one. */
    static boolean settles(OffboardingCase c, Decision decision, Instant seenAt) {
        if (decision instanceof Decision.AlreadyGone gone) {
            c.alreadyGone(gone.proof(), seenAt);
        } else if (decision instanceof Decision.Stuck stuck) {
            c.fail(stuck.why());
        } else if (decision instanceof Decision.Withdrawn withdrawn) {
            c.withdrawn(withdrawn.message());
        } else if (decision instanceof Decision.Closed closed) {
            c.closed(closed.message(), "");
        } else {
            return false;
        }
        return true;
    }

    /**
     * Something was not sent because somebody has asked for that since it was planned: the case waits, and has not failed.
     *
     * @param asked what holds by now, by customer
     * @return whether that is so
     */
    static boolean isOverruled(OffboardingCase c, List<WriteOutcome> outcomes, Map<UUID, Standing> asked) {
        WriteOutcome forbidden =
                outcomes.stream().filter(WriteOutcome::isForbidden).findFirst().orElse(null);
        Standing now = asked.getOrDefault(c.customerId(), Standing.NONE);
        if (forbidden == null || now.forbids(forbidden.write().action()) == null) {
            return false;
        }
        List<Hold> paused = Hold.paused(now, null);
        if (now.closing() == null && !paused.isEmpty()) {
            c.hold(paused);
        } else {
            c.leaveToWhatWasAsked(now.closing() == null ? WITHDRAWN_MEANWHILE : forbidden.message());
        }
        return true;
    }

    /**
     * One decision for each case, by customer, each on its own observation, and based on what is accepted by now, which may be another job's
     * later date.
     *
     * @param removalsSent for whom a removal was sent just now, which the trail does not tell of yet
     */
    Map<UUID, Decision> decideAgain(
            Collection<? extends OffboardingCase> all, Collection<Observation> observations, Set<UUID> removalsSent) {
        cases.refreshListings(all);
        Map<UUID, Observation> seen = new HashMap<>();
        observations.forEach(observation -> seen.put(observation.customerId(), observation));
        Known known = known(all, observations, asked(all)).andRemovalsSent(removalsSent);
        Map<UUID, Decision> decisions = new HashMap<>();
        for (OffboardingCase c : all) {
            Observation observation = Objects.requireNonNull(seen.get(c.customerId()));
            decisions.put(c.customerId(), decide(c, observation, known));
        }
        return decisions;
    }

    /**
     * What is left to be put back of a customer who is withdrawn.
     *
     * @param outcomes of what was put back just now, which the trail does not tell of yet
     */
    Decision decidePutBack(OffboardingCase c, Observation readBack, List<WriteOutcome> outcomes) {
        Known all = known(List.of(c), List.of(readBack), asked(List.of(c)));
        Set<String> onTheirWay = new HashSet<>(all.onTheirWay(c.customerId()));
        outcomes.stream()
                .filter(outcome -> outcome.after() != null
                        && (outcome.tookEffect("active")
                                || outcome.tookEffect(WriteOutcome.RENEWS)
                                || outcome.tookEffect(WriteOutcome.RENEWS_NOT)))
                .forEach(outcome -> onTheirWay.remove(outcome.write().target()));
        Known known = new Known(all.offboardedBefore(), all.asked(), Map.of(c.customerId(), onTheirWay));
        return decide(c, readBack, known);
    }

    /**
     * What ends the delegated administration that outlived its customer's relationship, by customer. None where the relationship is
     * re-established: that is not a leftover.
     */
    Map<UUID, List<PlannedWrite>> endings(Collection<? extends OffboardingCase> removed) {
        Map<UUID, RemainingDelegation> leftovers = platform.get().leftovers(customerIds(removed));
        Map<UUID, Standing> asked = asked(removed);
        Map<UUID, List<PlannedWrite>> endings = new HashMap<>();
        for (OffboardingCase c : removed) {
            RemainingDelegation leftover = leftovers.get(c.customerId());
            if (leftover != null && leftover.gone()) {
                endings.put(
                        c.customerId(),
                        Planner.endings(
                                view(c, false, asked.getOrDefault(c.customerId(), Standing.NONE), Set.of()),
                                leftover,
                                run.rules()));
            }
        }
        return endings;
    }

    /**
     * Partner Center counts every request: a hold with a date is read from that date on, and weekly before it; and on those days on
     * which there is a reminder. Paused or not: once that changes it is read, too. Where something is scheduled it is read every
     * night.
     */
    void spareTheQuota(OffboardingCase c) {
        LocalDate until = c.holds().stream()
                .filter(hold -> hold.reason() != HoldReason.PAUSED)
                .findFirst()
                .orElse(c.holds().get(0))
                .until();
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

    private CaseView view(OffboardingCase c, boolean offboardedBefore, Standing asked, Set<String> onTheirWay) {
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
                c.scheduledEnds(),
                asked,
                onTheirWay);
    }

    static List<UUID> customerIds(Collection<? extends OffboardingCase> cases) {
        List<UUID> ids = new ArrayList<>(cases.size());
        cases.forEach(c -> ids.add(c.customerId()));
        return ids;
    }
}
