package dev.offboarding.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        List<Event> events) {

    /** One event of the trail. */
    record Event(
            long sequence,
            Instant at,
            String runId,
            String kind,
            @Nullable String action,
            String data,
            String hash) {}

    /** @throws NoCertificateException if the customer has no such case */
    static CertifiedCase read(JdbcTemplate jdbc, String platform, UUID customerId) {
        List<CertifiedCase> last = jdbc.query(
                """
                select *, count(*) filter (where closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED')) over () as times
                  from offboarding.offboarding_case where platform = ? and customer_id = ?
                 order by case_id desc limit 1
                """,
                (row, n) -> {
                    String closedAs = row.getString("closed_as");
                    Instant closedAt = Values.instant(row, "closed_at");
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
                            Values.instant(row, "removed_at"),
                            closedAt,
                            closedRun,
                            effects(customerId, row.getString("effects")),
                            row.getLong("times"),
                            events(jdbc, platform, customerId, row.getString("opened_run"), closedRun));
                },
                platform,
                customerId);
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
        JsonNode all = Json.MAPPER.readTree(stored);
        Map<String, JsonNode> effects = new LinkedHashMap<>();
        for (String effect : List.of("customer_list", "support_contact", "delegated_admin", "purchasing")) {
            JsonNode reading = all.path(effect);
            if (!"CONFIRMED".equals(Json.text(reading.path("result")))) {
                throw new NoCertificateException(
                        "The effect %s of customer %s is not confirmed by its closed case; what stands there is: %s. That needs looking at."
                                .formatted(effect, customerId, reading));
            }
            effects.put(effect, reading);
        }
        return effects;
    }

    /** A run's id is its start, so that they sort. */
    private static List<Event> events(
            JdbcTemplate jdbc, String platform, UUID customerId, String openedRun, String closedRun) {
        List<Event> events = new ArrayList<>();
        jdbc.query(
                """
                select sequence, at, run_id, kind, action, data, hash from offboarding.event
                 where customer_id = ? and platform = ? and run_id >= ? collate "C" and run_id <= ? collate "C"
                 order by sequence
                """,
                (RowCallbackHandler) row -> events.add(new Event(
                        row.getLong("sequence"),
                        row.getObject("at", java.time.OffsetDateTime.class).toInstant(),
                        row.getString("run_id"),
                        row.getString("kind"),
                        row.getString("action"),
                        row.getString("data"),
                        Hashes.hex(row.getBytes("hash")))),
                customerId,
                platform,
                openedRun,
                closedRun);
        return events;
    }
}
