package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        long times,
        boolean hadAzure,
        List<AuditEvents.OfCustomer> events) {

    /** Kinds of subscriptions under which somebody may hold Azure roles. */
    private static final Pattern AZURE = Pattern.compile("\"kind\":\"(USAGE|AZURE_PLAN|RESERVED_INSTANCE)\"");

    /** Runs that worked a case of this customer, from the one that opened it to the one that closed it: a run's id is its start. */
    private record Period(
            String identity, String from, @Nullable String to) {
        boolean has(String runId) {
            return from.compareTo(runId) <= 0 && (to == null || to.compareTo(runId) >= 0);
        }
    }

    /**
     * Reads it.
     *
     * @param identity which ledger or tenant is meant: what happened on another one says nothing of this one. Null where that is not known
     * @throws NoCertificateException if the customer has no such case
     */
    static CertifiedCase read(JdbcTemplate jdbc, String platform, @Nullable String identity, UUID customerId) {
        List<Period> periods = jdbc.query(
                """
                select platform_identity, opened_run, closed_run from offboarding.offboarding_case
                 where platform = ? and customer_id = ? and platform_identity is not null order by 1
                """,
                (row, n) -> new Period(row.getString(1), row.getString(2), row.getString(3)),
                platform,
                customerId);
        List<String> identities =
                periods.stream().map(Period::identity).distinct().toList();
        List<AuditEvents.OfCustomer> events = new ArrayList<>();
        new AuditEvents(jdbc).ofCustomer(platform, customerId, events::add);
        if (identity == null && identities.size() > 1) {
            throw new NoCertificateException(
                    "Customer %s has cases on more than one %s (%s), and which of them this job works on could not be read. Try again once it can be reached."
                            .formatted(customerId, platform, String.join(", ", identities)));
        }
        List<CertifiedCase> last = jdbc.query(
                """
                select *, count(*) filter (where closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED')) over () as times
                  from offboarding.offboarding_case where platform = ? and customer_id = ? and coalesce(platform_identity = ?, true)
                 order by case_id desc limit 1
                """,
                (row, n) -> {
                    String closedAs = row.getString("closed_as");
                    Instant closedAt = ReportTimes.instant(row, "closed_at");
                    String closedRun = row.getString("closed_run");
                    if (closedAt == null
                            || closedRun == null
                            || closedAs == null
                            || !List.of("OFFBOARDED", "ALREADY_OFFBOARDED").contains(closedAs)) {
                        throw notOffboarded(customerId, row.getString("state"), closedAs, row.getString("hold_reason"));
                    }
                    return new CertifiedCase(
                            row.getString("job"),
                            row.getString("company_name"),
                            row.getString("domain"),
                            closedAs,
                            row.getObject("opened_at", java.time.OffsetDateTime.class)
                                    .toInstant(),
                            ReportTimes.instant(row, "removed_at"),
                            closedAt,
                            closedRun,
                            effects(customerId, row.getString("effects")),
                            row.getLong("times"),
                            hadAzure(events),
                            ofCase(
                                    events,
                                    periods,
                                    row.getString("platform_identity"),
                                    row.getString("opened_run"),
                                    closedRun));
                },
                platform,
                customerId,
                identity);
        if (last.isEmpty() && !identities.isEmpty()) {
            throw new NoCertificateException(
                    "Customer %s has no case on %s %s, on which this job works; what is known of it belongs to %s. Name a job file that works there."
                            .formatted(customerId, platform, identity, String.join(", ", identities)));
        }
        if (last.isEmpty()) {
            throw new NoCertificateException(
                    "Nothing is known of customer %s on %s: it was never listed. Check the id, and that the job file names the right database."
                            .formatted(customerId, platform));
        }
        return last.get(0);
    }

    private static NoCertificateException notOffboarded(
            UUID customerId, String state, @Nullable String closedAs, @Nullable String hold) {
        return new NoCertificateException(
                closedAs != null
                        ? "Customer %s is not offboarded: its last case was closed as %s."
                                .formatted(customerId, closedAs)
                        : "Customer %s is not offboarded yet: its case is open, in state %s%s. There is a certificate once all four effects are confirmed."
                                .formatted(customerId, state, hold == null ? "" : ", held: " + hold));
    }

    private static Map<String, JsonNode> effects(UUID customerId, String stored) {
        JsonNode all = ReportJson.MAPPER.readTree(stored);
        Map<String, JsonNode> effects = new LinkedHashMap<>();
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            JsonNode reading = all.path(effect);
            if (!"CONFIRMED".equals(ReportJson.text(reading.path("result")))) {
                throw new NoCertificateException(
                        "The effect %s of customer %s is not confirmed by its closed case; what stands there is: %s. That needs looking at."
                                .formatted(effect, customerId, reading));
            }
            effects.put(effect, reading);
        }
        return effects;
    }

    /** In whatever case it was seen: who was gone before the last one began shows nothing any more, and access to it stays all the same. */
    private static boolean hadAzure(List<AuditEvents.OfCustomer> events) {
        return events.stream().anyMatch(it -> AZURE.matcher(it.event().data()).find());
    }

    /**
     * Those of the runs from the one that opened it to the one that closed it. Not of runs that worked this customer's case on another
     * ledger or tenant meanwhile.
     */
    private static List<AuditEvents.OfCustomer> ofCase(
            List<AuditEvents.OfCustomer> events,
            List<Period> periods,
            @Nullable String identity,
            String openedRun,
            String closedRun) {
        return events.stream()
                .filter(it -> openedRun.compareTo(it.event().runId()) <= 0
                        && closedRun.compareTo(it.event().runId()) >= 0)
                .filter(it -> identity == null
                        || identity.equals(it.platformIdentity())
                        || periods.stream()
                                .noneMatch(period -> period.identity().equals(it.platformIdentity())
                                        && period.has(it.event().runId())))
                .toList();
    }
}
