package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.LoggedRemovals;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Removed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Microsoft's own log of what was done: a second witness, which proves no effect; a removal in it keeps a customer that has been
 * re-established from being removed again. Its records come late, not every cloud has it,
 * and it is one listing for all customers, read again every few minutes at the most.
 */
final class ActivityLog {

    /**
     * @param from the first day that was asked for
     * @param flaw why it was not read to its end; null if it was
     * @param cutOff whether it can be read, and is longer than was read of it
     */
    private record Listing(
            LocalDate from,
            Map<String, List<JsonNode>> byCustomer,
            @Nullable String flaw,
            boolean cutOff,
            Instant at) {}

    private static final String PATH = "/v1/auditrecords";
    private static final int MOST_PAGES = 40;
    /** Of a single customer. */
    private static final int MOST_PAGES_OF_ONE = 10;

    private static final Duration REUSED_FOR = Duration.ofMinutes(3);
    /** What cannot be read is left alone for long: it is not worth the requests. */
    private static final Duration LEFT_ALONE_FOR = Duration.ofMinutes(30);
    /** A removal is confirmed within a night, as a rule; and nights have midnights in them. */
    private static final int DAYS_BACK = 2;
    /** Records are kept for 90 days, and a request for an older one is refused; a day less, as two clocks are never one. */
    private static final int MOST_DAYS_BACK = 89;
    /** How many records of a customer are named, first those of a removal. */
    private static final int NAMED = 20;

    private static final String REMOVAL = "remove_partner_customer_relationship";

    private static final Set<String> OPERATIONS = Set.of(
            REMOVAL,
            "update_subscription",
            "update_order",
            "delete_customer",
            "delete_tip_customer",
            "dap_admin_relationship_terminated",
            "dap_admin_relationship_terminated_by_microsoft",
            "granular_admin_relationship_termination_requested",
            "granular_admin_relationship_terminated",
            "granular_admin_relationship_expired",
            "granular_admin_relationship_cleaned_up");

    private final Pages pages;
    private final Clock clock;
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Listing listing;

    ActivityLog(Pages pages, Clock clock) {
        this.pages = pages;
        this.clock = clock;
    }

    /** Remembers a correlation id that goes out with a write, so that its record is recognised. */
    void sending(UUID correlationId) {
        sent.add(correlationId.toString());
    }

    /**
     * What the log says about a customer.
     *
     * @param removedAt when its relationship was last removed; null where there is no record of that
     */
    record Testimony(String words, @Nullable Instant removedAt) {}

    /**
     * When the relationships of these customers were last removed. A reseller's log of three months may be longer than is read each night:
     * then those of whom it has shown no removal are asked for one by one, by the filter that Microsoft documents for that.
     *
     * @param since from when on that is of interest, by customer; not empty
     */
    LoggedRemovals removals(Map<UUID, Instant> since) {
        Listing ofAll = listing(Collections.min(since.values()));
        Map<UUID, Instant> removals = new HashMap<>();
        boolean asksEach = ofAll.cutOff();
        String flaw = asksEach ? null : ofAll.flaw();
        for (Map.Entry<UUID, Instant> customer : since.entrySet()) {
            UUID id = customer.getKey();
            Instant at = removedAt(ofAll, id);
            if (at == null && asksEach) {
                // from its own day on: the list may not go back as far
                Listing own = read(from(customer.getValue()), filter(id), MOST_PAGES_OF_ONE);
                at = removedAt(own, id);
                if (own.flaw() != null) {
                    flaw = own.flaw();
                    // one customer's long log says nothing of the next one's; that the log cannot be read does
                    asksEach = own.cutOff();
                }
            }
            if (at != null) {
                removals.put(id, at);
            }
        }
        return new LoggedRemovals(removals, flaw);
    }

    private static String filter(UUID customer) {
        ObjectNode filter = PartnerCenterJson.newObject()
                .put("Field", "CustomerId")
                .put("Value", customer.toString())
                .put("Operator", "equals");
        return "&filter=" + URLEncoder.encode(filter.toString(), StandardCharsets.UTF_8);
    }

    /** What the log says about customers; one testimony for each. */
    Map<UUID, Testimony> testimonies(List<Removed> customers) {
        Listing now = listing(customers.stream()
                .map(Removed::at)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null));
        Map<UUID, Testimony> testimonies = new HashMap<>();
        customers.forEach(it -> testimonies.put(
                it.customerId(), new Testimony(testimony(now, it.customerId()), removedAt(now, it.customerId()))));
        return testimonies;
    }

    private static @Nullable Instant removedAt(Listing now, UUID id) {
        return now.byCustomer().getOrDefault(id.toString(), List.of()).stream()
                .filter(it -> PartnerCenterJson.text(it, "operationType", "").equalsIgnoreCase(REMOVAL))
                .filter(it -> PartnerCenterJson.text(it, "operationStatus", "").equalsIgnoreCase("succeeded"))
                .map(it -> PartnerCenterJson.instant(it, "operationDate"))
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** @param since when the first customer was removed; null where that is not known about any */
    private Listing listing(@Nullable Instant since) {
        lock.lock();
        try {
            LocalDate from = from(since);
            Listing known = listing;
            if (known == null || !clock.instant().isBefore(known.at().plus(reusedFor(known)))) {
                known = read(from);
                listing = known;
            } else if (known.flaw() == null && from.isBefore(known.from())) {
                known = read(from);
                listing = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static Duration reusedFor(Listing known) {
        return known.flaw() == null ? REUSED_FOR : LEFT_ALONE_FOR;
    }

    /** The first day to be asked for. */
    private LocalDate from(@Nullable Instant since) {
        LocalDate usual = today().minusDays(DAYS_BACK);
        if (since == null) {
            return usual;
        }
        // what is known about a removal is when it was over: it may have begun before midnight
        LocalDate wanted = day(since).minusDays(1);
        LocalDate first = today().minusDays(MOST_DAYS_BACK);
        return wanted.isBefore(first) ? first : wanted.isBefore(usual) ? wanted : usual;
    }

    private LocalDate today() {
        return day(clock.instant());
    }

    private static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    private Listing read(LocalDate from) {
        return read(from, "", MOST_PAGES);
    }

    private Listing read(LocalDate from, String filter, int mostPages) {
        Map<String, List<JsonNode>> byCustomer = new HashMap<>();
        boolean cutOff = false;
        String flaw;
        try {
            Pages.Collection all = pages.all(
                    Quota.OTHER, "%s?startDate=%s&endDate=%s%s".formatted(PATH, from, today(), filter), mostPages);
            flaw = all.flaw();
            cutOff = !all.complete() && !all.items().isEmpty();
            for (JsonNode it : all.items()) {
                String operation =
                        PartnerCenterJson.text(it, "operationType", "").toLowerCase(Locale.ROOT);
                if (OPERATIONS.contains(operation)) {
                    List<JsonNode> records = byCustomer.computeIfAbsent(
                            PartnerCenterJson.text(it, "customerId", "").toLowerCase(Locale.ROOT),
                            key -> new ArrayList<>());
                    // not to be lost among those of many subscriptions
                    records.add(operation.equals(REMOVAL) ? 0 : records.size(), it);
                }
            }
        } catch (PlatformUnavailableException | CancelledException e) {
            // whether the platform can be used is for its users to say
            flaw = e.getMessage();
        }
        return new Listing(from, byCustomer, flaw, cutOff, clock.instant());
    }

    private String testimony(Listing now, UUID id) {
        List<JsonNode> records = now.byCustomer().getOrDefault(id.toString(), List.of());
        StringBuilder text =
                new StringBuilder("Microsoft's activity log, read from %s on at %s".formatted(now.from(), now.at()));
        if (records.isEmpty() && now.flaw() == null) {
            return text.append(", has no record of it; records come late").toString();
        }
        if (now.flaw() != null) {
            text.append(", could not be read to its end (").append(now.flaw()).append(')');
        }
        String separator = ": ";
        for (JsonNode it : records.subList(0, Math.min(NAMED, records.size()))) {
            text.append(separator).append(inWords(it));
            separator = "; ";
        }
        if (records.size() > NAMED) {
            text.append("; and ").append(records.size() - NAMED).append(" more");
        }
        return text.toString();
    }

    private String inWords(JsonNode it) {
        String correlation = ErrorBody.line(PartnerCenterJson.text(it, "originalCorrelationId", ""));
        boolean ours = sent.contains(correlation.toLowerCase(Locale.ROOT));
        return "%s %s at %s, %s"
                .formatted(
                        ErrorBody.line(PartnerCenterJson.text(it, "operationType", "")),
                        ErrorBody.line(PartnerCenterJson.text(it, "operationStatus", "(no status)")),
                        ErrorBody.line(PartnerCenterJson.text(it, "operationDate", "(no date)")),
                        ours
                                ? "with correlation id %s, which this run sent".formatted(correlation)
                                : "with correlation id %s, sent by another run, and then in the trail, or by someone else"
                                        .formatted(correlation));
    }
}
