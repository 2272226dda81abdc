package dev.offboarding.audit;

import dev.offboarding.platform.WriteOutcome;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * What the trail says about the past of customers: by any run of any job, of the same platform, that worked on the same ledger or tenant, or
 * on one that was adopted as that, or may have.
 */
public final class CustomerHistory {

    /** Events on this ledger or tenant, as {@code e}: asks for the platform and for the run that asks. */
    private static final String HERE = """
            from offboarding.event e left join offboarding.runs r on r.run_id = e.run_id
             where e.platform = ?
               and (r.platform_identity is null
                 or r.platform_identity = any ((
                   select offboarding.with_adopted(me.platform_identity) from offboarding.runs me where me.run_id = ?)::text[]))""";

    private final JdbcTemplate jdbc;
    private final String runId;
    private final String platform;

    /** @param runId of the run that asks: whose ledger or tenant counts */
    public CustomerHistory(JdbcTemplate jdbc, String runId, String platform) {
        this.jdbc = jdbc;
        this.runId = runId;
        this.platform = platform;
    }

    /**
     * When a removal whose answer was lost was last noted of these customers; whatever was found right afterwards, which may have been too
     * early. A customer is missing where there was none.
     */
    public Map<UUID, Instant> removalsLost(Collection<UUID> customerIds) {
        Map<UUID, Instant> lost = new HashMap<>();
        query(
                customerIds,
                "customer_id, max(at)",
                """
                kind = 'OUTCOME' and action = 'REMOVE' and data::jsonb @@ '$.writes[*].result == "LOST"' group by customer_id""",
                row -> lost.put(
                        row.getObject(1, UUID.class),
                        row.getObject(2, OffsetDateTime.class).toInstant()));
        return lost;
    }

    /**
     * Which of these customers a removal was sent for that may have taken effect.
     *
     * @param refusedToo also where it was refused, which may be said of one that arrived twice
     */
    public Set<UUID> removalsSent(Collection<UUID> customerIds, boolean refusedToo) {
        Set<UUID> sent = new HashSet<>();
        query(
                customerIds,
                "distinct customer_id",
                """
                kind = 'OUTCOME' and action = 'REMOVE'
                and jsonb_path_exists(data::jsonb, '$.writes[*] ? (@.result == "DONE" || @.result == "LOST"%s)')""".formatted(refusedToo ? " || @.result == \"REFUSED\"" : ""),
                row -> sent.add(row.getObject(1, UUID.class)));
        return sent;
    }

    /** The targets of suspensions that were accepted, or whose answers were lost, and that did not show then, by customer. */
    public Map<UUID, Set<String>> suspensionsNotShown(Collection<UUID> customerIds) {
        Map<UUID, Set<String>> targets = new HashMap<>();
        query(
                customerIds,
                """
                customer_id, jsonb_path_query(data::jsonb,
                  '$.writes[*] ? ((@.result == "DONE" || @.result == "LOST") && @.after != "suspended").target') #>> '{}'""",
                "kind = 'OUTCOME' and action = 'SUSPEND'",
                row -> targets.computeIfAbsent(row.getObject(1, UUID.class), id -> new HashSet<>())
                        .add(row.getString(2)));
        return targets;
    }

    /**
     * A change to a subscription that was accepted, or whose answer was lost, and whose effect was not seen.
     *
     * @param unread whether nothing at all was read of it afterwards
     */
    public record OnItsWay(String target, boolean unread) {}

    /**
     * The suspensions, cancellations and scheduled ends that were sent since this time, and whose effect may still be to come. By customer;
     * what was put back afterwards is missing.
     */
    public Map<UUID, Map<String, OnItsWay>> changesOnTheirWay(Collection<UUID> customerIds, Instant since) {
        Map<UUID, Map<String, OnItsWay>> changes = new HashMap<>();
        query(
                customerIds,
                """
                customer_id, action, w #>> '{target}', w #>> '{after}'""",
                """
                cross join jsonb_path_query(data::jsonb, '$.writes[*] ? (@.result == "DONE" || @.result == "LOST")') w
                 where kind = 'OUTCOME' and action in ('SUSPEND', 'CANCEL', 'AUTO_RENEW_OFF', 'REACTIVATE') order by sequence""",
                row -> {
                    String target = row.getString(3);
                    String after = row.getString(4);
                    String wanted = switch (row.getString(2)) {
                        case "SUSPEND" -> "suspended";
                        case "CANCEL" -> "deleted";
                        case "AUTO_RENEW_OFF" -> WriteOutcome.ENDS_WITH_TERM;
                        default -> null;
                    };
                    Map<String, OnItsWay> ofOne =
                            changes.computeIfAbsent(row.getObject(1, UUID.class), id -> new HashMap<>());
                    if (wanted == null || wanted.equals(after)) {
                        ofOne.remove(target);
                    } else {
                        ofOne.put(target, new OnItsWay(target, after == null));
                    }
                },
                since);
        return changes;
    }

    /**
     * A subscription of each of these customers, as it was last seen there: one of those that are read one by one, which reservations and
     * perpetual software are not. A customer is missing where none was ever seen.
     */
    public Map<UUID, String> subscriptionsSeen(Collection<UUID> customerIds) {
        Map<UUID, String> seen = new HashMap<>();
        query(customerIds, """
                customer_id, jsonb_path_query_first(data::jsonb,
                  '$.seen.subscriptions[*] ? (@.kind != "RESERVED_INSTANCE" && @.kind != "SOFTWARE").id') #>> '{}'""", "kind = 'DECIDED' order by sequence", row -> {
            if (row.getString(2) != null) {
                seen.put(row.getObject(1, UUID.class), row.getString(2));
            }
        });
        return seen;
    }

    /**
     * The subscriptions, by id, that were not over when each of these customers was last seen with the relationship in place: those that are
     * read one by one, which have a GUID for an id. A customer is missing where there were none.
     */
    public Map<UUID, Set<String>> subscriptionsHeld(Collection<UUID> customerIds) {
        Map<UUID, Set<String>> held = new HashMap<>();
        if (!customerIds.isEmpty()) {
            jdbc.query(
                    """
                    select asked.id, jsonb_path_query(last.data::jsonb,
                             '$.seen.subscriptions[*] ? (@.status != "DELETED" && @.status != "EXPIRED").id
                                ? (@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")') #>> '{}'
                      from unnest(?::uuid[]) asked (id)
                     cross join lateral (
                       select e.data %s and e.customer_id = asked.id and e.kind = 'DECIDED'
                          and e.data::json #>> '{seen,relationship}' = 'reseller'
                        order by e.sequence desc limit 1) last
                    """.formatted(HERE),
                    row -> {
                        held.computeIfAbsent(row.getObject(1, UUID.class), id -> new HashSet<>())
                                .add(row.getString(2));
                    },
                    customerIds.toArray(UUID[]::new),
                    platform,
                    runId);
        }
        return held;
    }

    private void query(Collection<UUID> customerIds, String what, String which, RowCallbackHandler each) {
        query(customerIds, what, "where " + which, each, Instant.EPOCH);
    }

    private void query(Collection<UUID> customerIds, String what, String rest, RowCallbackHandler each, Instant since) {
        if (customerIds.isEmpty()) {
            return;
        }
        jdbc.query(
                """
                select %s
                  from (select e.* %s and e.customer_id = any(?) and e.at > ?) here
                 %s
                """.formatted(what, HERE, rest),
                each,
                platform,
                runId,
                customerIds.toArray(UUID[]::new),
                Timestamp.from(since));
    }
}
