package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.cases.KnownCases;
import dev.offboarding.kit.JsonText;
import dev.offboarding.runs.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/**
 * The last case of a customer, which is closed as offboarded with all four effects confirmed, and the trail's events of that case.
 *
 * @param times how often this customer was offboarded
 */
record CertifiedCase(
        String job,
        @Nullable String companyName,
        @Nullable String domain,
        String closedAs,
        Instant openedAt,
        @Nullable Instant removedAt,
        Instant closedAt,
        String closedRun,
        Map<String, JsonNode> effects,
        @Nullable Instant returnedAt,
        long times,
        boolean hadAzure,
        @Nullable String relationshipRequest,
        List<AuditEvents.OfCustomer> events) {

    /** Kinds of subscriptions under which Azure roles may be held. */
    private static final Pattern AZURE = Pattern.compile("\"kind\":\"(USAGE|AZURE_PLAN|RESERVED_INSTANCE)\"");

    /**
     * Reads it.
     *
     * @param identity which ledger or tenant is meant: what happened on another one says nothing about this one. Null where that is not known
     * @throws NoCertificateException if the customer has no such case
     */
    static CertifiedCase read(JdbcTemplate jdbc, String platform, @Nullable String identity, UUID customerId) {
        List<KnownCase> cases = new KnownCases(jdbc).of(platform, customerId);
        List<String> identities = cases.stream()
                .map(KnownCase::platformIdentity)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
        List<AuditEvents.OfCustomer> events = new ArrayList<>();
        new AuditEvents(jdbc).ofCustomer(platform, customerId, events::add);
        if (identity == null && identities.size() > 1) {
            throw new NoCertificateException(
                    "Customer %s has cases on more than one %s (%s), and which of them this job works on could not be read. Try again once it can be reached."
                            .formatted(customerId, platform, String.join(", ", identities)));
        }
        List<KnownCase> here = cases.stream()
                .filter(it -> identity == null
                        || it.platformIdentity() == null
                        || it.platformIdentity().equals(identity))
                .toList();
        if (here.isEmpty() && !identities.isEmpty()) {
            throw new NoCertificateException(
                    "Customer %s has no case on %s %s, on which this job works; what is known about it belongs to %s. Name a job file that works there."
                            .formatted(customerId, platform, identity, String.join(", ", identities)));
        }
        if (here.isEmpty()) {
            throw new NoCertificateException(
                    "Nothing is known of customer %s on %s: it was never listed. Check the id, and that the job file names the right database."
                            .formatted(customerId, platform));
        }
        KnownCase last = here.get(here.size() - 1);
        Instant closedAt = last.closedAt();
        String closedRun = last.closedRun();
        String closedAs = last.closedAs();
        if (closedAt == null || closedRun == null || closedAs == null || !last.offboarded()) {
            throw notOffboarded(last);
        }
        List<AuditEvents.OfCustomer> ofCase = ofCase(events, cases, last, closedRun);
        return new CertifiedCase(
                last.job(),
                last.listing().companyName(),
                last.listing().domain(),
                closedAs,
                last.openedAt(),
                last.removedAt(),
                closedAt,
                closedRun,
                effects(customerId, readings(last, ofCase)),
                Returned.after(last, events),
                here.stream().filter(KnownCase::offboarded).count(),
                hadAzure(events),
                relationshipRequest(jdbc, ofCase),
                ofCase);
    }

    /** As the last run of the case has read it; null where none has. */
    private static @Nullable String relationshipRequest(JdbcTemplate jdbc, List<AuditEvents.OfCustomer> events) {
        Runs runs = new Runs(jdbc);
        return events.stream()
                .map(it -> it.event().runId())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .map(run -> runs.find(run).map(WayBack::of).map(WayBack::link).orElse(null))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static NoCertificateException notOffboarded(KnownCase last) {
        String hold = last.holdReason();
        return new NoCertificateException(
                last.closedAs() != null
                        ? "Customer %s is not offboarded: its last case was closed as %s."
                                .formatted(last.customerId(), last.closedAs())
                        : "Customer %s is not offboarded yet: its case is open, in state %s%s. There is a certificate once all four effects are confirmed."
                                .formatted(last.customerId(), last.state(), hold == null ? "" : ", held: " + hold));
    }

    /**
     * As the case has them. Of a customer that came back later, and was reported, an earlier version took them out of it: then as the trail has
     * them.
     */
    private static JsonNode readings(KnownCase last, List<AuditEvents.OfCustomer> events) {
        JsonNode stored = ReportJson.MAPPER.readTree(last.effects());
        return stored.isEmpty()
                ? events.stream()
                        .map(AuditEvents.OfCustomer::event)
                        .filter(event -> event.is(EventKind.VERIFIED))
                        .map(event -> ReportJson.MAPPER.readTree(event.data()).path("effects"))
                        .reduce(stored, (earlier, later) -> later)
                : stored;
    }

    private static Map<String, JsonNode> effects(UUID customerId, JsonNode all) {
        Map<String, JsonNode> effects = new LinkedHashMap<>();
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            JsonNode reading = all.path(effect);
            if (!"CONFIRMED".equals(JsonText.of(reading.path("result")))) {
                throw new NoCertificateException(
                        "The effect %s of customer %s is not confirmed by its closed case; what it says is: %s. That needs to be looked into."
                                .formatted(effect, customerId, reading));
            }
            effects.put(effect, reading);
        }
        return effects;
    }

    /** In whatever case it was seen: who was gone before the last one began shows nothing any more, and access to it stays nevertheless. */
    private static boolean hadAzure(List<AuditEvents.OfCustomer> events) {
        return events.stream().anyMatch(it -> AZURE.matcher(it.event().data()).find());
    }

    /**
     * Those of the runs from the one that opened it to the one that closed it. Not of runs that worked this customer's case on another
     * ledger or tenant meanwhile.
     */
    private static List<AuditEvents.OfCustomer> ofCase(
            List<AuditEvents.OfCustomer> events, List<KnownCase> cases, KnownCase it, String closedRun) {
        String identity = it.platformIdentity();
        return events.stream()
                .filter(event -> worked(it.openedRun(), closedRun, event))
                .filter(event -> identity == null
                        || identity.equals(event.platformIdentity())
                        || cases.stream()
                                .noneMatch(other -> other.platformIdentity() != null
                                        && other.platformIdentity().equals(event.platformIdentity())
                                        && worked(other.openedRun(), other.closedRun(), event)))
                .toList();
    }

    /** By a run from one to the other: a run's id is its start. */
    private static boolean worked(String from, @Nullable String to, AuditEvents.OfCustomer event) {
        String runId = event.event().runId();
        return from.compareTo(runId) <= 0 && (to == null || to.compareTo(runId) >= 0);
    }
}
