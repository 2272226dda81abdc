package dev.offboarding.run;

import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Standing;
import dev.offboarding.plan.Decision;
import dev.offboarding.platform.LoggedRemovals;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.run.CaseDecider.Known;
import dev.offboarding.runs.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;

/** Step 2: reads each case's customer from the platform and decides. What it decides is the plan. */
final class ObserveWriter implements ItemWriter<OffboardingCase> {

    private final RunContext context;
    private final LazyPlatform platform;
    private final CustomerHistory history;
    private final CaseDecider decider;
    private final EffectReads effects;
    private final FailureBrake brake;
    private final FoundUnchanged unchanged;
    private final CaseRecorder recorder;
    private final Runs runs;
    /** Why the platform's log of removals was not read to its end; null where it was. */
    private @Nullable String flawOfTheLog;

    private boolean flawNoted;

    ObserveWriter(
            RunContext context,
            LazyPlatform platform,
            CustomerHistory history,
            CaseDecider decider,
            EffectReads effects,
            FailureBrake brake,
            FoundUnchanged unchanged,
            CaseRecorder recorder,
            Runs runs) {
        this.context = context;
        this.platform = platform;
        this.history = history;
        this.decider = decider;
        this.effects = effects;
        this.brake = brake;
        this.unchanged = unchanged;
        this.recorder = recorder;
        this.runs = runs;
    }

    @Override
    public void write(Chunk<? extends OffboardingCase> chunk) {
        List<? extends OffboardingCase> all = chunk.getItems();
        recorder.record(all, unchanged.told(all, observe(all)));
        noteTheFlawOfTheLog();
        brake.count(Stage.OBSERVE, all);
    }

    /**
     * Reads the customers of these cases, and makes of the cases what is decided. Records nothing.
     *
     * @return what the trail is to say about it
     */
    List<NewEvent> observe(List<? extends OffboardingCase> all) {
        Map<UUID, Standing> asked = decider.asked(all);
        List<OffboardingCase> ended = close(all, asked);
        List<? extends OffboardingCase> cases = all.stream()
                .filter(c -> c.state() != CaseState.REMOVED && !c.watched() && !ended.contains(c))
                .toList();
        List<NewEvent> events = new ArrayList<>(all.size());
        ended.forEach(c -> events.add(CaseEvents.endingsDecided(c)));
        // what is decided of the others does not tell of it
        all.stream().filter(c -> c.state() == CaseState.REMOVED || c.watched()).forEach(c -> {
            String received = c.listing().received();
            if (received != null) {
                events.add(CaseEvents.received(c, received));
            }
        });
        cases.forEach(c -> c.begin(context.run().startedAt()));
        List<UUID> customerIds = CaseDecider.customerIds(cases);
        platform.get().recall(() -> history.subscriptionsHeld(customerIds));
        List<Observation> observations = platform.get().observe(customerIds);
        // a removal that took effect without anyone learning of it is our own history, too
        noteRemovalsLost(cases, observations);
        Known known = decider.known(cases, observations, asked);
        Map<UUID, Set<String>> late = shownLate(cases, observations);
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            if (observations.get(i) instanceof Observation.Found found) {
                c.seen(found.customer().subscriptions(), known.onTheirWay(c.customerId()));
                c.suspendedAfterAll(
                        late.getOrDefault(c.customerId(), Set.of()),
                        observations.get(i).at());
            }
        }
        List<Decision> decisions = decisions(cases, observations, known);
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            Observation observation = observations.get(i);
            Decision decision = decisions.get(i);
            if (decision instanceof Decision.Proceed proceed) {
                c.plan(proceed.writes());
            } else if (decision instanceof Decision.Held held) {
                c.hold(held.holds());
                if (held.writes().isEmpty()) {
                    decider.spareTheQuota(c);
                } else {
                    // read again tomorrow, unless it is written tonight
                    c.planWhileHeld(held.writes());
                }
            } else if (decision instanceof Decision.CannotTell cannotTell) {
                c.fail("it could not be read: " + cannotTell.why());
            } else if (decision instanceof Decision.PutBack putBack) {
                c.planPutBack(putBack.writes());
            } else {
                CaseDecider.settles(c, decision, observation.at());
            }
            events.add(CaseEvents.observed(c, observation, late.getOrDefault(c.customerId(), Set.of())));
        }
        all.stream().filter(OffboardingCase::watched).forEach(c -> c.readBack(null));
        endWhatIsLeft(
                all.stream()
                        .filter(c -> c.state() == CaseState.REMOVED && !c.watched())
                        .toList(),
                events);
        if (!context.run().writes()) {
            // a plan has no step of its own for it, and what is gone, or re-established, decides how the run ends
            List<OffboardingCase> gone = new ArrayList<>();
            all.stream().filter(c -> c.nextStage() == Stage.VERIFY).forEach(gone::add);
            if (!gone.isEmpty()) {
                events.addAll(effects.look(gone, Duration.ZERO));
            }
        }
        return events;
    }

    /** Those that end on somebody's word: nothing needs to be read for it. */
    private List<OffboardingCase> close(List<? extends OffboardingCase> all, Map<UUID, Standing> asked) {
        Map<OffboardingCase, Intervention> closings = new LinkedHashMap<>();
        for (OffboardingCase c : all) {
            Intervention closing =
                    asked.getOrDefault(c.customerId(), Standing.NONE).closing();
            if (closing != null) {
                closings.put(c, closing);
            }
        }
        Map<UUID, Set<String>> onTheirWay = decider.onTheirWay(closings.keySet());
        closings.forEach((c, closing) -> c.closed(closing.words(), leftOnTheirWay(c, onTheirWay)));
        return List.copyOf(closings.keySet());
    }

    private static String leftOnTheirWay(OffboardingCase c, Map<UUID, Set<String>> onTheirWay) {
        Set<String> targets = new TreeSet<>(onTheirWay.getOrDefault(c.customerId(), Set.of()));
        targets.removeAll(c.suspendedIds());
        return targets.isEmpty() || c.state() == CaseState.REMOVED
                ? ""
                : "; what this program has sent lately may still come, and stays: " + String.join(", ", targets);
    }

    /**
     * The customers to whom this program has sent a removal whose answer was lost. Of those that it finds to be there the case keeps that
     * in mind.
     */
    private void noteRemovalsLost(List<? extends OffboardingCase> cases, List<Observation> observations) {
        List<UUID> asked = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            if (observations.get(i) instanceof Observation.Unknown
                    || cases.get(i).facts().heldAtRemoval() != null) {
                asked.add(cases.get(i).customerId());
            }
        }
        Map<UUID, Instant> lost = history.removalsLost(asked);
        for (OffboardingCase c : cases) {
            Instant lostAt = lost.get(c.customerId());
            Instant begunAt = c.facts().begunAt();
            if (lostAt != null && begunAt != null && !lostAt.isBefore(begunAt)) {
                c.removalLost(lostAt);
            }
        }
    }

    /**
     * What to do with each. Of a customer whose offboarding began in an earlier night the platform's own log is asked whether its
     * relationship has ended since, whoever ended it: also while it only waits, for by the end of that the log may have forgotten it.
     */
    private List<Decision> decisions(
            List<? extends OffboardingCase> cases, List<Observation> observations, Known known) {
        List<Decision> decisions = new ArrayList<>(cases.size());
        Map<UUID, Instant> begun = new HashMap<>();
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            Decision decision = decider.decide(c, observations.get(i), known);
            decisions.add(decision);
            Instant begunAt = c.facts().begunAt();
            boolean goesOn = decision instanceof Decision.Proceed || decision instanceof Decision.Held;
            if (goesOn
                    && isTheResellers(observations.get(i))
                    && begunAt != null
                    && begunAt.isBefore(context.run().startedAt())
                    && !c.facts().ended()) {
                begun.put(c.customerId(), begunAt);
            }
        }
        if (begun.isEmpty()) {
            return decisions;
        }
        LoggedRemovals logged = platform.get().removalsLogged(begun);
        if (logged.flaw() != null) {
            flawOfTheLog = logged.flaw();
        }
        for (int i = 0; i < cases.size(); i++) {
            OffboardingCase c = cases.get(i);
            Instant removedAt = logged.last().get(c.customerId());
            Instant begunAt = begun.get(c.customerId());
            if (removedAt != null && begunAt != null && removedAt.isAfter(begunAt)) {
                c.sawEnd(removedAt, "the platform's own log shows a removal");
                decisions.set(i, decider.decide(c, observations.get(i), known));
            }
        }
        return decisions;
    }

    private static boolean isTheResellers(Observation observation) {
        return observation instanceof Observation.Found found
                && found.customer().isResellerCustomer();
    }

    /** Once a run. */
    private void noteTheFlawOfTheLog() {
        if (flawOfTheLog != null && !flawNoted) {
            flawNoted = true;
            runs.notedToo(
                    context.run().runId(),
                    List.of(
                            "the platform's own log of removals could not be read, or not to its end: %s. Where somebody else has removed a customer since its case was opened, and it has come back, this run may not have seen it"
                                    .formatted(flawOfTheLog)));
        }
    }

    /**
     * What was suspended by this program in an earlier night, and shows only now: if it is active again one day, someone else has done that.
     */
    private Map<UUID, Set<String>> shownLate(List<? extends OffboardingCase> cases, List<Observation> observations) {
        Map<UUID, Set<String>> late = new HashMap<>();
        for (int i = 0; i < cases.size(); i++) {
            if (observations.get(i) instanceof Observation.Found found) {
                Set<String> suspended = found.customer().subscriptions().stream()
                        .filter(it -> it.status() == Subscription.Status.SUSPENDED)
                        .map(Subscription::id)
                        .collect(Collectors.toCollection(TreeSet::new));
                suspended.removeAll(cases.get(i).suspendedIds());
                if (!suspended.isEmpty()) {
                    late.put(found.customerId(), suspended);
                }
            }
        }
        Map<UUID, Set<String>> ours = history.suspensionsNotShown(late.keySet());
        late.forEach((customer, suspended) -> suspended.retainAll(ours.getOrDefault(customer, Set.of())));
        return late;
    }

    /** Delegated administration may have outlived the relationship: then it is ended first, and else only the effects are read back. */
    private void endWhatIsLeft(List<? extends OffboardingCase> removed, List<NewEvent> events) {
        Map<UUID, List<PlannedWrite>> endings = decider.endings(removed);
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
}
