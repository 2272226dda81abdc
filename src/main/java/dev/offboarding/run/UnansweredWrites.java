package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.CustomerHistory;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.audit.OpenIntent;
import dev.offboarding.cases.Adoptions;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import dev.offboarding.platform.WriteOutcome.Result;
import dev.offboarding.runs.Runs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks up what became of writes of an earlier run whose answers it never recorded. */
final class UnansweredWrites {

    private static final Logger LOG = LoggerFactory.getLogger(UnansweredWrites.class);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final RunContext context;
    private final JdbcTemplate jdbc;
    private final LazyPlatform platform;
    private final Runs runs;
    private final TransactionTemplate transaction;

    UnansweredWrites(
            RunContext context, JdbcTemplate jdbc, LazyPlatform platform, Runs runs, TransactionTemplate transaction) {
        this.context = context;
        this.jdbc = jdbc;
        this.platform = platform;
        this.runs = runs;
        this.transaction = transaction;
    }

    /**
     * What of it is to be looked up where this run works: all, if that run worked there, too; otherwise what it asked for of those customers
     * whose cases somebody has adopted, because the ledger was moved here.
     */
    List<OpenIntent> sentHere(Runs.Unfinished dead, List<OpenIntent> open) {
        String here = platform.identity();
        if (!dead.platform().equals(context.run().jobFile().platform().text())) {
            return List.of();
        }
        if (here.equals(dead.identity())) {
            return open;
        }
        Set<UUID> adopted = new Adoptions(jdbc)
                .at(
                        here,
                        dead.runId(),
                        open.stream().map(OpenIntent::customerId).toList());
        return open.stream()
                .filter(intent -> adopted.contains(intent.customerId()))
                .toList();
    }

    /**
     * Waits until what was sent can no longer take effect, looks it up, and records it.
     *
     * @param noted whether what is found is noted in this run's report
     */
    void settle(String runId, List<OpenIntent> open, boolean noted) throws InterruptedException {
        ResellerPlatform opened = platform.get();
        Instant last = open.stream().map(OpenIntent::at).max(Instant::compareTo).orElseThrow();
        // a sender that lives and only lost its lock may have sent until this run began
        Instant sent =
                last.isAfter(context.run().startedAt()) ? last : context.run().startedAt();
        if (sent.isAfter(context.clock().instant())) {
            // the clock was set back since; and by now its fence is shut
            sent = context.clock().instant();
        }
        while (!opened.settled(sent, context.clock().instant())) {
            if (!context.guard().mayStart()) {
                LOG.info("asked to stop before the lost writes of run {} could be looked up", runId);
                throw new CancelledException();
            }
            context.guard().waitUntil(context.clock().instant().plus(LOOK_AGAIN), context.guard()::mayStart);
        }
        Cases cases = new Cases(jdbc, runId, true);
        AuditTrail trail = trailOf(runId);
        // all of a customer at once: what became of it depends on all that was asked for
        Map<UUID, List<OpenIntent>> byCustomer = open.stream()
                .collect(Collectors.groupingBy(OpenIntent::customerId, LinkedHashMap::new, Collectors.toList()));
        List<List<OpenIntent>> customers = List.copyOf(byCustomer.values());
        for (int from = 0; from < customers.size(); from += platform.chunkSize()) {
            settle(
                    opened,
                    cases,
                    trail,
                    customers.subList(from, Math.min(customers.size(), from + platform.chunkSize())).stream()
                            .flatMap(List::stream)
                            .toList(),
                    noted ? runId : null);
        }
    }

    /** Of a run that is not this one: its part of the trail. */
    private AuditTrail trailOf(String runId) {
        JobFile jobFile = context.run().jobFile();
        return new AuditTrail(
                jdbc, context.clock(), jobFile.job(), runId, jobFile.platform().text());
    }

    private static String line(String runId, WriteOutcome outcome) {
        Write write = outcome.write();
        return "run %s, customer %s: its %s of %s (correlation id %s) had no answer; looked up now, %s"
                .formatted(
                        runId,
                        write.customerId(),
                        write.action(),
                        write.target(),
                        write.correlationId(),
                        outcome.after() == null
                                ? "what became of it does not show"
                                : "it was found " + outcome.after());
    }

    private void settle(
            ResellerPlatform platform,
            Cases cases,
            AuditTrail trail,
            List<OpenIntent> open,
            @Nullable String notedRun) {
        List<UUID> customerIds =
                open.stream().map(OpenIntent::customerId).distinct().toList();
        Map<UUID, Observation> found = new HashMap<>();
        RunInfo run = context.run();
        CustomerHistory history =
                new CustomerHistory(jdbc, run.runId(), run.jobFile().platform().text());
        platform.recall(() -> history.subscriptionsHeld(customerIds));
        platform.observe(customerIds).forEach(observation -> found.put(observation.customerId(), observation));
        Map<UUID, List<Subscription>> seenBefore = cases.seenBefore(customerIds);
        Instant now = context.clock().instant();
        Map<UUID, List<WriteOutcome>> outcomes = new LinkedHashMap<>();
        List<NewEvent> events = new ArrayList<>();
        for (OpenIntent intent : open) {
            Observation observation = found.get(intent.customerId());
            List<Subscription> before = seenBefore.getOrDefault(intent.customerId(), List.of());
            List<WriteOutcome> ofIntent = intent.writes().stream()
                    .map(write -> lost(write, before(write, before), observation, now))
                    .toList();
            outcomes.computeIfAbsent(intent.customerId(), id -> new ArrayList<>())
                    .addAll(ofIntent);
            events.add(new NewEvent(
                    EventKind.OUTCOME,
                    intent.customerId(),
                    intent.action(),
                    intent.sequence(),
                    Map.of("writes", ofIntent.stream().map(Journal::answered).toList())));
        }
        List<OffboardingCase> touched = new ArrayList<>(cases.of(customerIds));
        Set<UUID> workedSince = cases.adoptedAndWorkedSince(customerIds);
        Map<OffboardingCase, Set<String>> suspended = new LinkedHashMap<>();
        for (OffboardingCase c : touched) {
            Set<String> before = Set.copyOf(c.suspendedIds());
            if (found.get(c.customerId()) instanceof Observation.Found shown) {
                c.notShownAnyMore(
                        outcomes.getOrDefault(c.customerId(), List.of()),
                        shown.customer().subscriptions());
            }
            c.lookedUp(outcomes.getOrDefault(c.customerId(), List.of()), now.plus(platform.firstLookAfter()));
            if (workedSince.contains(c.customerId())) {
                Set<String> more = new LinkedHashSet<>(c.suspendedIds());
                more.removeAll(before);
                suspended.put(c, more);
            }
        }
        // what that run had made of them is not what they are any more
        touched.removeAll(suspended.keySet());
        transaction.executeWithoutResult(status -> {
            cases.save(touched, now);
            suspended.forEach(cases::addSuspended);
            if (notedRun != null) {
                runs.notedToo(
                        context.run().runId(),
                        outcomes.values().stream()
                                .flatMap(List::stream)
                                .map(outcome -> line(notedRun, outcome))
                                .toList());
            }
            trail.append(CaseEvents.moved(events, touched));
        });
    }

    private static WriteOutcome lost(Write write, @Nullable String before, @Nullable Observation found, Instant now) {
        String after = after(write, found);
        return new WriteOutcome(
                write,
                Result.LOST,
                now,
                before,
                after,
                "its answer was not recorded"
                        + (after == null ? whyNotKnown(write, found) : "; this is what was found afterwards"),
                Obstacle.NONE,
                false);
    }

    private static String whyNotKnown(Write write, @Nullable Observation found) {
        return found instanceof Observation.Found && ofSubscription(write.action())
                ? ", and it is not shown any more: this may be this write's doing or someone else's"
                : ", and what became of it could not be read";
    }

    private static boolean ofSubscription(Action action) {
        return switch (action) {
            case SUSPEND, CANCEL, AUTO_RENEW_OFF, REACTIVATE -> true;
            case REMOVE, TERMINATE_GDAP, DELETE_GDAP -> false;
        };
    }

    /** What that run had read: it asks for a removal only of a customer that is the reseller's. */
    private static @Nullable String before(Write write, List<Subscription> seen) {
        return switch (write.action()) {
            case REMOVE -> Customer.RESELLER;
            case SUSPEND, CANCEL, AUTO_RENEW_OFF, REACTIVATE -> shown(write, seen);
            case TERMINATE_GDAP, DELETE_GDAP -> null;
        };
    }

    /** Null where it is not shown. */
    private static @Nullable String shown(Write write, List<Subscription> subscriptions) {
        return subscriptions.stream()
                .filter(subscription -> subscription.id().equals(write.target()))
                // of a new-commerce term it is what is to happen at its end that is put back
                .map(subscription -> write.action() == Action.AUTO_RENEW_OFF
                                || write.action() == Action.REACTIVATE
                                        && subscription.kind() == Subscription.Kind.NEW_COMMERCE
                        ? atTermEnd(subscription)
                        : subscription.statusText())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String after(Write write, @Nullable Observation found) {
        if (found instanceof Observation.Unknown gone) {
            if (write.action() == Action.REMOVE) {
                return gone.nobodyIsShown() ? null : Customer.NONE;
            }
            return delegation(write, gone.delegations());
        }
        if (!(found instanceof Observation.Found seen)) {
            return null;
        }
        Customer customer = seen.customer();
        return switch (write.action()) {
            case REMOVE -> customer.relationship();
            case SUSPEND, CANCEL, AUTO_RENEW_OFF, REACTIVATE -> shown(write, customer.subscriptions());
            case TERMINATE_GDAP, DELETE_GDAP -> delegation(write, customer.delegations());
        };
    }

    private static String atTermEnd(Subscription subscription) {
        if (subscription.atTermEnd() == Subscription.AtTermEnd.ENDS) {
            return WriteOutcome.ENDS_WITH_TERM;
        }
        return Boolean.FALSE.equals(subscription.autoRenew()) ? WriteOutcome.RENEWS_NOT : WriteOutcome.RENEWS;
    }

    /** It outlives the relationship, so it shows whether or not the customer still does. */
    private static @Nullable String delegation(Write write, @Nullable List<Delegation> read) {
        if (read == null) {
            return null;
        }
        return read.stream()
                .filter(delegation -> delegation.id().equals(write.target()))
                .map(Delegation::status)
                .findFirst()
                .orElse(write.action() == Action.DELETE_GDAP ? Delegation.DELETED : null);
    }
}
