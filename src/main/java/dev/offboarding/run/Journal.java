package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Admission;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.TermInstruction;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The only way to write to the platform: the intent is committed before the platform is asked, so that whatever a crash leaves
 * behind can be found and looked up.
 */
final class Journal {

    /** How often the same write is tried within a run, where the platform says that it is worth it. */
    private static final int ATTEMPTS = 3;

    /** How many writes one intent tells of at most, but for those of a single customer, which are never in two. */
    private static final int WRITES_OF_AN_INTENT = 5_000;

    /** How often in a row customers are read again and still nothing at all is sent. */
    private static final int ROUNDS_IN_VAIN = 3;

    private final LazyPlatform platform;
    private final AuditTrail trail;
    private final FencedTransaction transaction;
    private final CaseRecorder recorder;
    private final FailureBrake brake;
    private final Admission admission;
    private final StandingInterventions interventions;

    Journal(
            LazyPlatform platform,
            AuditTrail trail,
            FencedTransaction transaction,
            CaseRecorder recorder,
            FailureBrake brake,
            RunGuard guard,
            StandingInterventions interventions) {
        this.platform = platform;
        this.trail = trail;
        this.transaction = transaction;
        this.recorder = recorder;
        this.brake = brake;
        this.admission = guard;
        this.interventions = interventions;
    }

    /**
     * What is wanted of one customer.
     *
     * @param basis what it was decided on; null where it is not bound to anything
     * @param before by subscription, what was to happen at the ends of terms before this program changed that
     */
    record Wanted(
            UUID customerId,
            List<PlannedWrite> writes,
            @Nullable DecisionBasis basis,
            Map<String, TermInstruction> before) {

        Wanted(UUID customerId, List<PlannedWrite> writes, @Nullable DecisionBasis basis) {
            this(customerId, writes, basis, Map.of());
        }

        Write write(Action action, String target, int attempt) {
            return new Write(
                    customerId,
                    action,
                    target,
                    attempt,
                    UUID.randomUUID(),
                    basis,
                    action == Action.REACTIVATE ? before.get(target) : null);
        }
    }

    /**
     * What became of it.
     *
     * @param last the last outcome of each write, by customer, in the order in which they were wanted; not of those that are open
     * @param open customers of whom a write has no outcome yet, because the run was asked to stop before; it is looked up later
     * @param events the outcomes that are not in the trail yet
     * @param gone why the platform could not be used any more; writes without an outcome then stay open, to be looked up
     */
    record Performed(
            Map<UUID, List<WriteOutcome>> last,
            Set<UUID> open,
            List<NewEvent> events,
            @Nullable RuntimeException gone) {

        List<WriteOutcome> of(UUID customerId) {
            return last.getOrDefault(customerId, List.of());
        }

        /** Whether somebody has asked meanwhile that something is not written, and it was not sent. */
        boolean somethingWasForbidden() {
            return last.values().stream().flatMap(List::stream).anyMatch(WriteOutcome::isForbidden);
        }

        /** Whether something was not sent in the end because the customer kept changing: that is not a failure. */
        boolean keptChanging(UUID customerId) {
            return of(customerId).stream().anyMatch(WriteOutcome::stale);
        }
    }

    /**
     * What is made of it.
     *
     * @param moved those of which the trail says how they are by now
     * @param gone why the platform could not be used any more, then or since
     */
    record Concluded(
            Collection<? extends OffboardingCase> cases,
            Collection<? extends OffboardingCase> moved,
            @Nullable RuntimeException gone) {}

    /** Writes of one action, of many customers: one event before they are sent. */
    private record Intent(Action action, List<Group> groups) {
        NewEvent event() {
            Map<String, Object> data = new LinkedHashMap<>();
            // first: by this it is known, without reading the writes, whether each of them has its outcome
            data.put("customers", groups.size());
            data.put("writes", groups.stream().flatMap(Group::intended).toList());
            return new NewEvent(EventKind.INTENT, null, action, null, data);
        }

        static List<Intent> of(List<Group> groups) {
            List<Intent> intents = new ArrayList<>();
            Map<Action, Intent> last = new EnumMap<>(Action.class);
            Map<Action, Integer> writes = new EnumMap<>(Action.class);
            for (Group group : groups) {
                int all = writes.merge(group.action(), group.writes().size(), Integer::sum);
                if (all > WRITES_OF_AN_INTENT || !last.containsKey(group.action())) {
                    Intent next = new Intent(group.action(), new ArrayList<>());
                    intents.add(next);
                    last.put(group.action(), next);
                    writes.put(group.action(), group.writes().size());
                }
                Objects.requireNonNull(last.get(group.action())).groups().add(group);
            }
            return intents;
        }
    }

    /** Writes for one customer and of one action: one event after they were answered. */
    private record Group(UUID customerId, Action action, List<Write> writes) {
        Stream<Map<String, Object>> intended() {
            return writes.stream().map(write -> {
                Map<String, Object> intended = new LinkedHashMap<>();
                intended.put("customer_id", customerId.toString());
                intended.putAll(asked(write));
                return intended;
            });
        }

        NewEvent outcome(long intent, List<WriteOutcome> outcomes) {
            return new NewEvent(
                    EventKind.OUTCOME,
                    customerId,
                    action,
                    intent,
                    Map.of("writes", outcomes.stream().map(Journal::answered).toList()));
        }

        private static Map<String, Object> asked(Write write) {
            Map<String, Object> asked = new LinkedHashMap<>();
            asked.put("target", write.target());
            asked.put("attempt", write.attempt());
            asked.put("correlation_id", write.correlationId().toString());
            return asked;
        }
    }

    static Map<String, @Nullable Object> answered(WriteOutcome outcome) {
        Map<String, @Nullable Object> answered = new LinkedHashMap<>(Group.asked(outcome.write()));
        answered.put("at", outcome.at().truncatedTo(ChronoUnit.MICROS).toString());
        answered.put("result", outcome.result().name());
        answered.put("before", outcome.before());
        answered.put("after", outcome.after());
        answered.put("message", outcome.message());
        return answered;
    }

    /**
     * Writes, and records what became of it in one transaction with what is made of it.
     *
     * @throws PlatformUnavailableException only then, if the platform could not be used to the end
     * @throws CancelledException only then, if the run is to end
     */
    void perform(List<Wanted> wanted, Renewal renewal, Function<Performed, Concluded> conclude) {
        Performed performed = send(wanted, (customerId, outcomes) -> {}, renewal);
        Concluded concluded = conclude.apply(performed);
        record(performed, List.of(), concluded);
        throwIfGone(concluded);
    }

    /** The same of what a second look leaves of the plan, under the eyes of the failure brake. */
    void perform(Stage stage, SecondLook look, Function<Performed, Concluded> conclude) {
        FailureBrake.Watch watch = brake.watch(stage);
        Performed performed = send(look.wanted(), watch::ended, look);
        Concluded concluded = conclude.apply(performed);
        record(performed, look.decided(), concluded);
        // of whom nothing was asked, and who has changed, nothing could fail
        brake.count(
                watch,
                look.cases.values().stream()
                        .filter(c -> !look.hasMoreThanPlanned(c))
                        .filter(c -> !performed.keptChanging(c.customerId()))
                        .toList());
        throwIfGone(concluded);
    }

    private void record(Performed performed, List<NewEvent> decided, Concluded concluded) {
        List<NewEvent> events = CaseEvents.moved(performed.events(), concluded.moved());
        events.addAll(decided);
        recorder.record(concluded.cases(), events);
    }

    private static void throwIfGone(Concluded concluded) {
        if (concluded.gone() != null) {
            throw concluded.gone();
        }
    }

    /** Is notified when a customer's writes have come to an end, and will not be tried again. */
    interface Ended {
        void ended(UUID customerId, List<WriteOutcome> outcomes);
    }

    /** Reads customers again of whom something was not sent because what it was decided on was old, and decides again. */
    interface Renewal {
        /** What is still wanted of them; a customer of whom nothing is wanted any more is left out. */
        List<Wanted> of(Set<UUID> customers);
    }

    /** @param each may stop the run, so that nothing more is sent */
    private Performed send(List<Wanted> wanted, Ended each, Renewal renewal) {
        Map<UUID, Map<String, WriteOutcome>> last = new LinkedHashMap<>();
        Set<UUID> open = new HashSet<>();
        List<NewEvent> unrecorded = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (Wanted customer : wanted) {
            for (PlannedWrite write : customer.writes()) {
                writes.add(customer.write(write.action(), write.target(), 1));
            }
        }
        int roundsInVain = 0;
        while (!writes.isEmpty()) {
            List<Group> groups = groups(writes);
            List<NewEvent> events = new ArrayList<>(unrecorded);
            List<Intent> intents = Intent.of(groups);
            intents.forEach(intent -> events.add(intent.event()));
            recorder.check();
            long next = transaction.get(() -> trail.append(events)) + unrecorded.size();
            Map<Group, Long> intentOf = new IdentityHashMap<>();
            for (Intent intent : intents) {
                for (Group group : intent.groups()) {
                    intentOf.put(group, next);
                }
                next++;
            }
            unrecorded = new ArrayList<>();

            List<WriteOutcome> answers;
            try {
                answers = platform.get().perform(writes, telling(each));
            } catch (PlatformUnavailableException | CancelledException e) {
                writes.forEach(write -> open.add(write.customerId()));
                return new Performed(byCustomer(last), open, unrecorded, e);
            }
            Map<Write, WriteOutcome> outcomes = new HashMap<>();
            answers.forEach(outcome -> outcomes.put(outcome.write(), outcome));
            List<Write> again = new ArrayList<>();
            for (Group group : groups) {
                List<WriteOutcome> ofGroup = group.writes().stream()
                        .map(write -> outcomeOf(write, outcomes))
                        .toList();
                if (ofGroup.stream().anyMatch(outcome -> outcome.result() == WriteOutcome.Result.OPEN)) {
                    // a customer has one outcome of an intent: what is known about its others is read again with the
                    // rest
                    open.add(group.customerId());
                    continue;
                }
                unrecorded.add(group.outcome(Objects.requireNonNull(intentOf.get(group)), ofGroup));
                for (WriteOutcome outcome : ofGroup) {
                    last.computeIfAbsent(group.customerId(), id -> new LinkedHashMap<>())
                            .put(
                                    outcome.write().action() + " "
                                            + outcome.write().target(),
                                    outcome);
                    if (triedAgain(outcome)) {
                        Write write = outcome.write();
                        again.add(new Write(
                                write.customerId(),
                                write.action(),
                                write.target(),
                                write.attempt() + 1,
                                UUID.randomUUID(),
                                write.basis() == null ? null : write.basis().after(ofGroup),
                                write.before()));
                    }
                }
            }
            RuntimeException gone = gone(answers);
            if (gone != null) {
                return new Performed(byCustomer(last), open, unrecorded, gone);
            }
            roundsInVain = answers.stream().allMatch(WriteOutcome::stale) ? roundsInVain + 1 : 0;
            if (roundsInVain < ROUNDS_IN_VAIN && admission.mayStart()) {
                try {
                    again.addAll(renewed(answers, renewal));
                } catch (PlatformUnavailableException | CancelledException e) {
                    return new Performed(byCustomer(last), open, unrecorded, e);
                }
            }
            writes = again;
        }
        return new Performed(byCustomer(last), open, unrecorded, null);
    }

    private static boolean triedAgain(WriteOutcome outcome) {
        return outcome.worthRetrying() && outcome.write().attempt() < ATTEMPTS;
    }

    /** What was not sent for its age and is wanted still: it was no attempt. */
    private static List<Write> renewed(List<WriteOutcome> answers, Renewal renewal) {
        List<Write> stale = answers.stream()
                .filter(WriteOutcome::stale)
                .map(WriteOutcome::write)
                .toList();
        if (stale.isEmpty()) {
            return List.of();
        }
        Map<UUID, Wanted> wanted = new HashMap<>();
        renewal.of(stale.stream().map(Write::customerId).collect(Collectors.toCollection(LinkedHashSet::new)))
                .forEach(it -> wanted.put(it.customerId(), it));
        List<Write> renewed = new ArrayList<>();
        for (Write write : stale) {
            Wanted of = wanted.get(write.customerId());
            if (of != null && of.writes().contains(new PlannedWrite(write.action(), write.target()))) {
                renewed.add(of.write(write.action(), write.target(), write.attempt()));
            }
        }
        return renewed;
    }

    private Admission telling(Ended each) {
        return new Admission() {
            @Override
            public boolean mayStart() {
                return admission.mayStart();
            }

            @Override
            public Map<Write, String> forbidden(Collection<Write> writes) {
                return interventions.forbidden(writes);
            }

            @Override
            public void ended(UUID customerId, List<WriteOutcome> outcomes) {
                boolean again = outcomes.stream().anyMatch(it -> it.stale() || triedAgain(it));
                boolean begun =
                        outcomes.stream().anyMatch(it -> it.result() != WriteOutcome.Result.NOT_SENT || it.withheld());
                if (!again && begun) {
                    each.ended(customerId, outcomes);
                }
            }
        };
    }

    /** What is not sent though it may be says that the platform cannot be used. */
    private @Nullable PlatformUnavailableException gone(List<WriteOutcome> answers) {
        for (WriteOutcome answer : answers) {
            if (answer.result() == WriteOutcome.Result.NOT_SENT && !answer.withheld() && admission.mayStart()) {
                return new PlatformUnavailableException(answer.message(), null);
            }
        }
        return null;
    }

    private static Map<UUID, List<WriteOutcome>> byCustomer(Map<UUID, Map<String, WriteOutcome>> last) {
        Map<UUID, List<WriteOutcome>> byCustomer = new LinkedHashMap<>();
        last.forEach((customerId, outcomes) -> byCustomer.put(customerId, List.copyOf(outcomes.values())));
        return byCustomer;
    }

    private static WriteOutcome outcomeOf(Write write, Map<Write, WriteOutcome> outcomes) {
        WriteOutcome outcome = outcomes.get(write);
        if (outcome == null) {
            throw new IllegalStateException("the platform gave no outcome for " + write);
        }
        return outcome;
    }

    private static List<Group> groups(List<Write> writes) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (Write write : writes) {
            groups.computeIfAbsent(
                            write.customerId() + " " + write.action(),
                            key -> new Group(write.customerId(), write.action(), new ArrayList<>()))
                    .writes()
                    .add(write);
        }
        return List.copyOf(groups.values());
    }
}
