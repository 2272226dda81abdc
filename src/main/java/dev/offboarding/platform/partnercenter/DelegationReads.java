package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.PlatformUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Relationships of delegated administration (GDAP), from Graph: one listing for all customers where that is fewer requests, else each
 * customer separately. A listing is shown to a customer once; the next time it is asked about, it is read afresh.
 */
final class DelegationReads {

    private static final Logger LOG = LoggerFactory.getLogger(DelegationReads.class);

    static final String PATH = "/v1.0/tenantRelationships/delegatedAdminRelationships";

    private static final String ALL = PATH + "?$top=300";
    private static final Set<String> ENDS_BY_ITSELF =
            Set.of("approvalpending", "terminationrequested", "terminating", "terminated", "expired");
    private static final Duration REUSED_FOR = Duration.ofMinutes(1);

    /** @param flaw why it says nothing; null if it does */
    record Seen(List<Delegation> delegations, @Nullable String flaw, Instant at) {}

    private record Listing(Map<String, List<Delegation>> byTenant, Instant at, Set<UUID> shownTo) {}

    private final Client client;
    private final Pages pages;
    private final Clock clock;
    /** The ids of what each customer was seen with. */
    private final Map<UUID, Set<String>> known = new ConcurrentHashMap<>();

    /** What each customer was seen with the last time. */
    private final Map<UUID, Seen> latest = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Listing listing;
    /** More pages than this the listing is known to have. */
    private int morePagesThan;
    /** Graph has let this program look. */
    private boolean readable;

    DelegationReads(Client client, Pages pages, Clock clock) {
        this.client = client;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * Shows that Graph lets this program look, unless it has before.
     *
     * @throws PlatformUnavailableException where it does not, whoever the customer is
     */
    void check() {
        lock.lock();
        try {
            if (!readable) {
                list(1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whatever can be read at once; a customer that is missing has to be read separately, with {@link #of}. */
    Map<UUID, Seen> together(List<UUID> customers) {
        lock.lock();
        try {
            Listing latest = listing;
            boolean young =
                    latest != null && clock.instant().isBefore(latest.at().plus(REUSED_FOR));
            if (latest == null || !young || customers.stream().anyMatch(latest.shownTo()::contains)) {
                latest = customers.size() > morePagesThan ? list(customers.size()) : null;
                listing = latest;
            }
            Map<UUID, Seen> all = new HashMap<>();
            if (latest != null) {
                for (UUID customer : customers) {
                    latest.shownTo().add(customer);
                    List<Delegation> own = latest.byTenant().getOrDefault(customer.toString(), List.of());
                    all.put(customer, seen(customer, own, null, latest.at()));
                }
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Listing list(int customers) {
        Pages.Collection all = pages.all(Quota.GRAPH, ALL, customers);
        if (all.refused() != null && !readable) {
            throw ServiceErrors.graph(all.refused());
        }
        readable |= all.complete() || !all.items().isEmpty();
        if (!all.complete()) {
            if (Pages.moreThan(customers).equals(all.flaw())) {
                morePagesThan = customers;
            }
            return null;
        }
        Map<String, List<Delegation>> byTenant = new HashMap<>();
        for (JsonNode it : all.items()) {
            String tenant = PartnerCenterJson.guid(PartnerCenterJson.get(it, "customer"), "tenantId");
            if (tenant == null) {
                // it may be anyone's: each customer is asked about separately
                LOG.info("the listing of delegated administration shows one that does not say whose it is");
                return null;
            }
            byTenant.computeIfAbsent(tenant, key -> new ArrayList<>()).add(delegation(it));
        }
        return new Listing(byTenant, all.at(), new HashSet<>());
    }

    /** One customer's, now. */
    Seen of(UUID customer) {
        String filter = Request.segment("customer/tenantId eq '%s'".formatted(customer));
        Pages.Collection own = pages.all(Quota.GRAPH, PATH + "?$filter=" + filter);
        return seen(
                customer,
                own.items().stream().map(DelegationReads::delegation).toList(),
                own.flaw() == null ? null : "its delegated administration: " + own.flaw(),
                own.at());
    }

    private Seen seen(UUID customer, List<Delegation> delegations, @Nullable String flaw, Instant at) {
        if (!delegations.isEmpty()) {
            known.computeIfAbsent(customer, key -> ConcurrentHashMap.newKeySet())
                    .addAll(delegations.stream()
                            .map(Delegation::id)
                            .filter(id -> !id.isEmpty())
                            .toList());
        }
        Seen seen = new Seen(delegations, flaw, at);
        if (flaw == null) {
            latest.put(customer, seen);
        }
        return seen;
    }

    /** What a customer was seen with within the last ten minutes; null where it was not read. */
    @Nullable
    Seen lately(UUID customer) {
        Seen seen = latest.get(customer);
        return seen == null || clock.instant().isAfter(seen.at().plus(DecisionBasis.GOOD_FOR)) ? null : seen;
    }

    /**
     * The same with what it leaves out, read one by one: relationships that have ended stay in Graph's lists, so one that was there before
     * and is not shown may be anything.
     */
    Seen whole(UUID customer, Seen seen) {
        Set<String> missing = new TreeSet<>(known.getOrDefault(customer, Set.of()));
        seen.delegations().forEach(it -> missing.remove(it.id()));
        if (seen.flaw() != null || missing.isEmpty()) {
            return seen;
        }
        List<Delegation> all = new ArrayList<>(seen.delegations());
        for (String id : missing) {
            Reply reply = client.read(Request.get(Quota.GRAPH, path(id)));
            if (reply instanceof Reply.Accepted accepted && accepted.body() != null) {
                all.add(delegation(accepted.body()));
            } else if (DelegationWrites.notFound(reply)) {
                // it was only drafted, and deleted
                known.getOrDefault(customer, Set.of()).remove(id);
            } else {
                String flaw =
                        "its delegated administration %s was there before, is not shown now, and could not be read: %s"
                                .formatted(ErrorBody.line(id), reply.words());
                return new Seen(seen.delegations(), flaw, seen.at());
            }
        }
        return new Seen(List.copyOf(all), null, clock.instant());
    }

    /** Neither ended nor about to end on its own. */
    static boolean toBeEnded(Delegation delegation) {
        return !ENDS_BY_ITSELF.contains(delegation.status().toLowerCase(Locale.ROOT));
    }

    static String path(String id) {
        return PATH + "/" + Request.segment(id);
    }

    static Delegation delegation(JsonNode it) {
        return new Delegation(
                ErrorBody.line(PartnerCenterJson.text(it, "id", "")),
                ErrorBody.line(PartnerCenterJson.text(it, "displayName", "(no name)")),
                ErrorBody.line(PartnerCenterJson.text(it, "status", "")));
    }
}
