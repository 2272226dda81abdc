package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Admission;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.LoggedRemovals;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Outlook;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Population;
import dev.offboarding.platform.RelationshipRequest;
import dev.offboarding.platform.RemainingDelegation;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Microsoft's Partner Center and Graph, over REST. Customers are worked on side by side, with at most {@code in-flight} calls under
 * way; the writes of one customer are made one after another.
 *
 * <p>What was read of a customer is used again for up to ten minutes, unless something was written to it since; but all of its
 * subscriptions are read after they were changed, and at most 30 seconds before its relationship is removed.
 *
 * <p>{@link PlatformUnavailableException}: the sign-in, the network or the account is at fault. Once that has happened every later
 * call ends with it; {@link #perform} itself first answers for all its writes.
 */
public final class PartnerCenterPlatform implements ResellerPlatform {

    private static final Duration LISTED_LATELY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(PartnerCenterPlatform.class);
    private static final int SMALLEST_CHUNK = 64;
    private static final int LONGEST_LINK = 2_000;

    private final PartnerCenterSettings settings;
    private final CancellationToken cancellation;
    private final VerificationSettings verification;
    private final Clock clock;
    private final WaitTimes waitTimes;
    private final Client client;
    private final CustomerReads reads;
    private final ReadingCache readings;
    private final CustomerList list;
    private final SharedList shared;
    private final DelegationReads delegations;
    private final CustomerWrites writes;
    private final Verifier verifier;
    private final ActivityLog log;
    private final Window window;
    private final RateLimits paces;
    /** Writes that were sent and have no answer. */
    private final Set<String> answersLost = ConcurrentHashMap.newKeySet();

    private final AtomicReference<@Nullable RuntimeException> broken = new AtomicReference<>();
    /** Those of the list that was counted tonight, if that was complete. */
    private volatile Set<UUID> counted = Set.of();
    /** The list in which a customer that may vouch was last looked for. */
    private volatile CustomerList.@Nullable Snapshot listed;

    private PartnerCenterPlatform(
            PartnerCenterSettings settings,
            VerificationSettings verification,
            Clock clock,
            CancellationToken cancellation,
            RequestListener traffic) {
        this.cancellation = cancellation;
        this.settings = settings;
        this.verification = verification;
        this.clock = clock;
        waitTimes = WaitTimes.of(settings, verification);
        Http http = new Http(settings.connectTimeout(), settings.readTimeout(), cancellation);
        SignIn signIn = new SignIn(settings, http, clock, cancellation, traffic);
        paces = RateLimits.join(settings, clock);
        client = new Client(settings, http, signIn, paces, clock, cancellation, traffic);
        Pages pages = new Pages(client, settings, clock);
        readings = new ReadingCache(clock);
        ListedResources listed = new ListedResources(clock);
        reads = new CustomerReads(client, pages, readings, listed, settings.tenantId(), clock);
        list = new CustomerList(pages, reads, readings);
        shared = new SharedList(list, clock);
        delegations = new DelegationReads(client, pages, clock);
        LostWrites settling = new LostWrites(clock, cancellation, waitTimes);
        DelegationWrites endings = new DelegationWrites(client, settling, clock);
        writes = new CustomerWrites(
                new SubscriptionWrites(client, reads, readings, listed, settling, waitTimes, clock, cancellation),
                new Removal(client, reads, readings, shared, id -> besides(Set.of(id)), settling, clock, cancellation),
                endings,
                cancellation);
        verifier = new Verifier(reads, endings, clock);
        log = new ActivityLog(pages, clock);
        window = new Window(settings.inFlight());
    }

    /**
     * Opens it; nothing is sent before it is first asked for something.
     *
     * @param cancellation ends waiting when the run is asked to stop
     * @param traffic counts its requests, for {@code customer}, {@code subscription}, {@code other}, {@code graph} and {@code sign-in}
     */
    public static PartnerCenterPlatform open(
            PartnerCenterSettings settings,
            VerificationSettings verification,
            Clock clock,
            CancellationToken cancellation,
            RequestListener traffic) {
        return new PartnerCenterPlatform(settings, verification, clock, cancellation, traffic);
    }

    /** {@link #chunkSize()}, known before it is opened. */
    public static int chunkSize(PartnerCenterSettings settings) {
        // at the end of a chunk all wait for its slowest answer, which speaks for long ones; and there what was done is
        // recorded, which
        // speaks for those that take a minute or so: a step asks for a handful of requests per customer
        int recordedSoon = settings.requestsPerMinute() / 4;
        int inFlight = settings.inFlight();
        return Math.max(SMALLEST_CHUNK, Math.min(64 * inFlight, Math.max(16 * inFlight, recordedSoon)));
    }

    /** {@link #identity()}, known before it is opened. */
    public static String identity(PartnerCenterSettings settings) {
        return settings.tenantId().toLowerCase(Locale.ROOT);
    }

    @Override
    public String identity() {
        return identity(settings);
    }

    @Override
    public int chunkSize() {
        return chunkSize(settings);
    }

    @Override
    public List<Outlook> outlooks(ZoneId zone, long subscriptions, long customers) {
        return new Outlooks(settings, clock).of(zone, clockAhead(), subscriptions, customers);
    }

    @Override
    public @Nullable Duration clockAhead() {
        return client.clockAhead();
    }

    @Override
    public Population population() {
        return guarded(() -> {
            // every run counts, also one that has nothing to do: it shows whether the next one could do it
            delegations.check();
            CustomerList.Snapshot snapshot = list.read(Set.of());
            Set<UUID> resellers = snapshot.resellers();
            counted = snapshot.complete() ? resellers : Set.of();
            shared.has(snapshot.pages());
            return new Population(resellers.size(), snapshot.complete());
        });
    }

    @Override
    public void recall(Supplier<Map<UUID, Set<String>>> held) {
        held.get().forEach(readings::recall);
    }

    @Override
    public List<Observation> observe(List<UUID> customerIds) {
        if (customerIds.isEmpty()) {
            return List.of();
        }
        return guarded(() -> {
            Map<UUID, DelegationReads.Seen> together = delegations.together(customerIds);
            int unknown = Math.toIntExact(
                    customerIds.stream().filter(id -> reads.young(id) == null).count());
            CustomerList.Snapshot snapshot =
                    unknown == 0 ? null : shared.since(clock.instant().minus(LISTED_LATELY), unknown);
            return window.each(
                    customerIds,
                    id -> guarded(() -> alone(
                            id,
                            () -> observe(id, snapshot, together.get(id)),
                            why -> new Observation.Unreadable(id, clock.instant(), why))));
        });
    }

    /** Whatever is shown of one customer, however odd, is that customer's trouble alone. */
    private <T> T alone(UUID id, Supplier<T> read, Function<String, T> otherwise) {
        try {
            return read.get();
        } catch (PlatformUnavailableException | CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            try (MDC.MDCCloseable customer = MDC.putCloseable("customer", id.toString())) {
                LOG.error("a read failed unexpectedly", e);
            }
            return otherwise.apply("what the platform shows of it could not be understood; the log file says where");
        }
    }

    private Observation observe(
            UUID id, CustomerList.@Nullable Snapshot snapshot, DelegationReads.@Nullable Seen known) {
        CustomerReads.Look look =
                reads.look(id, shared.who(snapshot, id), snapshot == null ? Instant.MIN : snapshot.begun());
        if (look instanceof CustomerReads.Look.Unreadable unreadable) {
            return new Observation.Unreadable(id, clock.instant(), unreadable.why());
        }
        String proof = null;
        if (look instanceof CustomerReads.Look.Gone gone) {
            proof = proof(id, gone);
            if (proof == null) {
                return new Observation.Unreadable(
                        id,
                        clock.instant(),
                        gone.proof() + ", and no other customer could be read with the same token");
            }
        }
        DelegationReads.Seen seen = known == null ? delegations.of(id) : known;
        if (proof != null) {
            return new Observation.Unknown(
                    id, clock.instant(), proof, seen.flaw() == null ? seen.delegations() : null, false);
        }
        CustomerReading reading = ((CustomerReads.Look.Seen) look).reading();
        return seen.flaw() == null
                ? found(reading, seen)
                : new Observation.Unreadable(id, clock.instant(), seen.flaw());
    }

    /** That it is gone; null where that is not certain. */
    private @Nullable String proof(UUID id, CustomerReads.Look.Gone gone) {
        String proof = besides(Set.of(id)).proof(gone.proof(), gone.answer());
        if (proof != null) {
            readings.notAlive(id);
        }
        return proof;
    }

    /** As old as the oldest part of it. */
    private static Observation.Found found(CustomerReading reading, DelegationReads.Seen seen) {
        Instant at = seen.at().isBefore(reading.wholeAt()) ? seen.at() : reading.wholeAt();
        return new Observation.Found(reading.customer(seen.delegations()), at);
    }

    @Override
    public List<Observation> observedLately(List<UUID> customerIds) {
        Map<UUID, Observation> seen = new HashMap<>();
        for (UUID id : customerIds) {
            CustomerReading young = readings.young(id);
            DelegationReads.Seen delegated = delegations.lately(id);
            if (young != null && delegated != null) {
                seen.put(id, found(young, delegated));
            }
        }
        observe(customerIds.stream().filter(id -> !seen.containsKey(id)).toList())
                .forEach(observation -> seen.put(observation.customerId(), observation));
        return customerIds.stream().map(seen::get).toList();
    }

    @Override
    public List<WriteOutcome> perform(List<Write> all, Admission admission) {
        if (all.isEmpty()) {
            return List.of();
        }
        if (!cancellation.isCancelled()) {
            failIfBroken();
        }
        all.forEach(write -> log.sending(write.correlationId()));
        Map<UUID, List<Integer>> byCustomer = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            byCustomer
                    .computeIfAbsent(all.get(i).customerId(), id -> new ArrayList<>())
                    .add(i);
        }
        int removals = Math.toIntExact(
                all.stream().filter(write -> write.action() == Action.REMOVE).count());
        WriteContext performance = new WriteContext(clock, admission, removals, broken, answersLost);
        Map<Write, WriteOutcome> outcomes = new HashMap<>();
        window.each(
                        List.copyOf(byCustomer.values()),
                        indexes -> make(
                                performance,
                                admission,
                                indexes.stream().map(all::get).toList()))
                .forEach(outcomes::putAll);
        return all.stream().map(write -> outcomeOf(write, outcomes)).toList();
    }

    private Map<Write, WriteOutcome> make(WriteContext performance, Admission admission, List<Write> ofCustomer) {
        Map<Write, WriteOutcome> outcomes = writes.make(performance, ofCustomer);
        admission.ended(
                ofCustomer.get(0).customerId(),
                ofCustomer.stream().map(write -> outcomeOf(write, outcomes)).toList());
        return outcomes;
    }

    @Override
    public Map<UUID, RemainingDelegation> leftovers(List<UUID> customerIds) {
        if (customerIds.isEmpty()) {
            return Map.of();
        }
        return guarded(() -> {
            Map<UUID, DelegationReads.Seen> together = delegations.together(customerIds);
            Control control = besides(Set.copyOf(customerIds));
            Map<UUID, RemainingDelegation> leftovers = new HashMap<>();
            window.each(
                            customerIds,
                            id -> guarded(() -> alone(
                                    id,
                                    () -> leftover(id, together.get(id), control),
                                    why -> Map.<UUID, RemainingDelegation>of())))
                    .forEach(leftovers::putAll);
            return leftovers;
        });
    }

    /** Customers that may vouch for others, who are not asked themselves. */
    private Control besides(Set<UUID> lookedAt) {
        return new Control(reads, () -> {
            Set<UUID> alive = readings.aliveWithout(lookedAt);
            return alive.isEmpty() ? listedBesides(lookedAt) : alive;
        });
    }

    /** The list may lag behind, and show those that were removed a moment ago: they cannot vouch. */
    private @Nullable Collection<UUID> listedBesides(Set<UUID> lookedAt) {
        Collection<UUID> resellers = Control.resellers(listedLately(lookedAt), lookedAt);
        return resellers == null
                ? null
                : resellers.stream().filter(id -> !readings.isGone(id)).toList();
    }

    /** A customer that is asked is read anyway, so a list need not be the newest. */
    private CustomerList.Snapshot listedLately(Set<UUID> expectedGone) {
        CustomerList.Snapshot known = listed;
        if (known == null || clock.instant().isAfter(known.at().plus(LISTED_LATELY))) {
            known = list.read(expectedGone);
            listed = known;
        }
        return known;
    }

    private Map<UUID, RemainingDelegation> leftover(UUID id, DelegationReads.@Nullable Seen known, Control control) {
        DelegationReads.Seen seen = known == null ? delegations.of(id) : known;
        if (seen.flaw() != null || seen.delegations().stream().noneMatch(DelegationReads::toBeEnded)) {
            return Map.of();
        }
        Reply own = reads.readCustomer(id);
        boolean gone = own instanceof Reply.Accepted accepted
                ? CustomerReads.relationship(accepted.body()).equals(Customer.NONE)
                : own instanceof Reply.Refused refused
                        && refused.maySayGone()
                        && control.vouches(refused.at(), refused.token()) != null;
        return Map.of(id, new RemainingDelegation(seen.delegations(), gone));
    }

    private static WriteOutcome outcomeOf(Write write, Map<Write, WriteOutcome> outcomes) {
        WriteOutcome outcome = outcomes.get(write);
        if (outcome == null) {
            throw new IllegalStateException("no outcome for " + write);
        }
        return outcome;
    }

    @Override
    public List<Verification> verify(List<Removed> customers) {
        if (customers.isEmpty()) {
            return List.of();
        }
        List<Verification> looks = look(customers);
        // last of all: the effects are read side by side, and do not wait for it
        Map<UUID, ActivityLog.Testimony> witnesses = log.testimonies(customers);
        return looks.stream()
                .map(look -> {
                    ActivityLog.Testimony witness = witnesses.get(look.customerId());
                    return witness == null ? look : look.with(witness.words(), witness.removedAt());
                })
                .toList();
    }

    @Override
    public LoggedRemovals removalsLogged(Map<UUID, Instant> since) {
        return since.isEmpty() ? LoggedRemovals.NONE : guarded(() -> log.removals(since));
    }

    /** Not {@link #guarded}: without it everything else can still be done. */
    @Override
    public RelationshipRequest relationshipRequest() {
        try {
            Reply reply = client.read(Request.get(Quota.OTHER, "/v1/customers/relationshiprequests"));
            if (reply instanceof Reply.Accepted accepted && accepted.body() != null) {
                String link = PartnerCenterJson.text(accepted.body(), "url", "");
                return link.startsWith("https://") && link.length() <= LONGEST_LINK
                        ? new RelationshipRequest(link, null)
                        : new RelationshipRequest(null, "what was answered is not a link");
            }
            return new RelationshipRequest(null, reply.words());
        } catch (PlatformUnavailableException | CancelledException e) {
            // whether the platform can be used is for its users to say
            return new RelationshipRequest(null, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Set<UUID> resellersAmong(Collection<UUID> customerIds) {
        return customerIds.stream().filter(counted::contains).collect(Collectors.toSet());
    }

    private List<Verification> look(List<Removed> customers) {
        List<UUID> customerIds = customers.stream().map(Removed::customerId).toList();
        return guarded(() -> {
            Set<UUID> lookedAt = new HashSet<>(customerIds);
            CustomerList.Snapshot snapshot = list.read(lookedAt);
            Map<UUID, DelegationReads.Seen> together = delegations.together(customerIds);
            Control control = new Control(reads, snapshot, lookedAt);
            return window.each(
                    customers,
                    customer -> guarded(() -> alone(
                            customer.customerId(),
                            () -> look(customer, snapshot, control, together.get(customer.customerId())),
                            why -> verifier.inconclusive(customer.customerId(), why))));
        });
    }

    private Verification look(
            Removed customer, CustomerList.Snapshot list, Control control, DelegationReads.@Nullable Seen known) {
        UUID id = customer.customerId();
        DelegationReads.Seen seen = delegations.whole(id, known == null ? delegations.of(id) : known);
        return verifier.look(customer, list, control, seen);
    }

    private <T> T guarded(Supplier<T> work) {
        cancellation.check();
        failIfBroken();
        try {
            return work.get();
        } catch (PlatformUnavailableException | CancelledException e) {
            broken.compareAndSet(null, e);
            throw e;
        }
    }

    private void failIfBroken() {
        RuntimeException why = broken.get();
        if (why != null) {
            throw new PlatformUnavailableException(String.valueOf(why.getMessage()), why);
        }
    }

    @Override
    public Duration settlingTime() {
        return waitTimes.settling();
    }

    @Override
    public Duration showsWithin() {
        return WaitTimes.SHOWING;
    }

    @Override
    public Duration firstLookAfter() {
        return verification.firstAfter();
    }

    @Override
    public Duration giveUpAfter() {
        return verification.giveUpAfter();
    }

    @Override
    public void close() {
        window.close();
        paces.close();
    }
}
