package dev.offboarding.platform.partnercenter;

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
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Relationships of delegated administration (GDAP), from Graph: one listing for all customers where that is fewer requests, else each
 * customer by itself. A listing is shown to a customer once; the next time it is asked about it is read afresh.
 */
final class Delegations {

    static final String PATH = "/v1.0/tenantRelationships/delegatedAdminRelationships";

    private static final String ALL = PATH + "?$top=300";
    private static final Set<String> ENDS_BY_ITSELF =
            Set.of("approvalpending", "terminationrequested", "terminating", "terminated", "expired");
    private static final Duration REUSED_FOR = Duration.ofMinutes(1);

    /** @param flaw why it says nothing; null if it does */
    record Seen(List<Delegation> delegations, @Nullable String flaw, Instant at) {}

    private record Listing(Map<String, List<Delegation>> byTenant, Instant at, Set<UUID> shownTo) {}

    private final Pages pages;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Listing listing;
    /** More pages than this the listing is known to have. */
    private int morePagesThan;
    /** Graph has let this program look. */
    private boolean readable;

    Delegations(Pages pages, Clock clock) {
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

    /** Whatever can be read at once; a customer that is missing has to be read by itself, with {@link #of}. */
    Map<UUID, Seen> together(List<UUID> customers) {
        lock.lock();
        try {
            Listing known = listing;
            boolean young = known != null && clock.instant().isBefore(known.at().plus(REUSED_FOR));
            if (known == null || !young || customers.stream().anyMatch(known.shownTo()::contains)) {
                known = customers.size() > morePagesThan ? list(customers.size()) : null;
                listing = known;
            }
            Map<UUID, Seen> all = new HashMap<>();
            if (known != null) {
                for (UUID customer : customers) {
                    known.shownTo().add(customer);
                    all.put(
                            customer,
                            new Seen(known.byTenant().getOrDefault(customer.toString(), List.of()), null, known.at()));
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
            throw Trouble.graph(all.refused());
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
            String tenant = Json.text(Json.get(it, "customer"), "tenantId", "").toLowerCase(Locale.ROOT);
            byTenant.computeIfAbsent(tenant, key -> new ArrayList<>()).add(delegation(it));
        }
        return new Listing(byTenant, all.at(), new HashSet<>());
    }

    /** One customer's, now. */
    Seen of(UUID customer) {
        String filter = Request.segment("customer/tenantId eq '%s'".formatted(customer));
        Pages.Collection own = pages.all(Quota.GRAPH, PATH + "?$filter=" + filter);
        return new Seen(
                own.items().stream().map(Delegations::delegation).toList(),
                own.flaw() == null ? null : "its delegated administration: " + own.flaw(),
                own.at());
    }

    /** Neither ended nor about to end by itself. */
    static boolean toBeEnded(Delegation delegation) {
        return !ENDS_BY_ITSELF.contains(delegation.status().toLowerCase(Locale.ROOT));
    }

    static String path(String id) {
        return PATH + "/" + Request.segment(id);
    }

    static Delegation delegation(JsonNode it) {
        return new Delegation(
                Json.text(it, "id", ""),
                Fault.line(Json.text(it, "displayName", "(no name)")),
                Fault.line(Json.text(it, "status", "")));
    }
}
