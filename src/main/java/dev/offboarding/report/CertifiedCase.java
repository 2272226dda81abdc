package dev.offboarding.report;

import dev.offboarding.kit.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
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
        List<Event> events) {

    /** Kinds of subscriptions under which somebody may hold Azure roles. */
    private static final Set<String> AZURE = Set.of("USAGE", "AZURE_PLAN", "RESERVED_INSTANCE");

    /** One event of the trail. */
    record Event(
            long sequence,
            Instant at,
            String runId,
            String kind,
            @Nullable String action,
            String data,
            String hash) {}

    /**
     * Reads it.
     *
     * @param identity which ledger or tenant is meant: what happened on another one says nothing of this one. Null where that is not known
     * @throws NoCertificateException if the customer has no such case
     */
    static CertifiedCase read(JdbcTemplate jdbc, String platform, @Nullable String identity, UUID customerId) {
        List<String> identities = jdbc.queryForList("""
                select distinct platform_identity from offboarding.offboarding_case
                 where platform = ? and customer_id = ? and platform_identity is not null order by 1
                """, String.class, platform, customerId);
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
                            hadAzure(jdbc, platform, customerId),
                            events(jdbc, platform, customerId, row.getLong("case_id")));
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
    private static boolean hadAzure(JdbcTemplate jdbc, String platform, UUID customerId) {
        // in a text of its own each of these quotes would have a backslash before it
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "select exists (select from offboarding.event where customer_id = ? and platform = ? and data ~ ?)",
                Boolean.class,
                customerId,
                platform,
                "\"kind\":\"(%s)\"".formatted(String.join("|", AZURE))));
    }

    /**
     * Those of the runs from the one that opened it to the one that closed it: a run's id is its start, so that they sort. Not of runs that
     * worked this customer's case on another ledger or tenant meanwhile.
     */
    private static List<Event> events(JdbcTemplate jdbc, String platform, UUID customerId, long caseId) {
        List<Event> events = new ArrayList<>();
        jdbc.query(
                """
                select e.sequence, e.at, e.run_id, e.kind, e.action, e.data, e.hash
                  from offboarding.event e join offboarding.offboarding_case c on c.case_id = ?
                 where e.customer_id = ? and e.platform = ?
                   and e.run_id >= c.opened_run collate "C" and e.run_id <= c.closed_run collate "C"
                   and not exists (
                     select from offboarding.run u join offboarding.offboarding_case other on other.platform_identity = u.platform_identity
                      where u.run_id = e.run_id and u.platform_identity <> c.platform_identity
                        and other.platform = c.platform and other.customer_id = c.customer_id
                        and other.opened_run <= e.run_id collate "C"
                        and (other.closed_run is null or other.closed_run >= e.run_id collate "C"))
                 order by e.sequence
                """,
                (RowCallbackHandler) row -> events.add(new Event(
                        row.getLong("sequence"),
                        row.getObject("at", java.time.OffsetDateTime.class).toInstant(),
                        row.getString("run_id"),
                        row.getString("kind"),
                        row.getString("action"),
                        row.getString("data"),
                        Sha256.hex(row.getBytes("hash")))),
                caseId,
                customerId,
                platform);
        return events;
    }
}
