package dev.offboarding.platform.ledger;

import static java.util.stream.Collectors.toCollection;

import dev.offboarding.platform.Customer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Removes the reseller relationship: ends it and deletes the rows of the three other tables, in one transaction for a chunk.
 *
 * <p>It must not succeed while a subscription is active, whoever else writes at that moment. A condition in the statement is
 * not enough: a subscription that another transaction has inserted or reactivated, but not yet committed, is invisible to it.
 * So {@code ledger.subscription} is locked first, in share mode. That waits for everyone who has written to it and keeps others
 * from writing until this transaction ends; only then the statement begins and sees, in a snapshot of its own, all there is. On a
 * view the server locks the tables beneath it (a foreign table cannot be locked: there the condition is all there is).
 *
 * <p>Another system may do the same things in another order: lock a customer, then want a subscription. In a deadlock the
 * server ends the transaction that finds out first, after {@code deadlock_timeout}, and that must not be the other system's. So
 * the table is waited for while nothing is held, when no one can be waiting for us; and once it is held, customers that others
 * have locked are skipped, and whatever else has to be waited for is given up well before {@code deadlock_timeout} and tried
 * again. The first wait is a little longer than {@code deadlock_timeout}, since an autovacuum makes way only after it.
 */
final class RelationshipRemovals implements SetWrite {
    private static final int SIZE = 1_000;

    /** Holding the table for this long, or less, is as good as not at all. */
    private static final Duration SHORT = Duration.ofMillis(50);

    private static final List<String> OTHER_TABLES =
            List.of("support_contact", "delegated_admin", "purchase_authority");

    /** Whoever gets it makes the whole transaction again. */
    private static final String SERIALIZATION_FAILURE = "40001";

    private static final String LOCK = "lock table ledger.subscription in share mode";

    private static final String CANDIDATES = """
            select customer_id from ledger.customer
            where customer_id = any(?) and relationship::text = 'reseller' order by customer_id""";

    private static final String STILL_OPEN =
            "(s.status is null or s.status::text not in ('suspended', 'deleted', 'expired', 'disabled'))";

    private static final String END = """
            update ledger.customer c set relationship = 'none', relationship_ended_at = ?
            where c.customer_id = any(?) and c.relationship::text = 'reseller'
              and not exists (select from ledger.subscription s where s.customer_id = c.customer_id and %s)
              and c.customer_id not in (""".formatted(STILL_OPEN) + AsReadCondition.CHANGED + ")";

    private static final String FOUND =
            "select customer_id, relationship::text as relationship from ledger.customer where customer_id = any(?)";

    private static final String OPEN = """
            select s.customer_id, count(*) as subscriptions, string_agg(distinct coalesce(s.status::text, ''), ', ') as statuses
            from ledger.subscription s where s.customer_id = any(?) and %s group by s.customer_id""".formatted(STILL_OPEN);

    private static final String LEFT = OTHER_TABLES.stream()
            .map(table -> "select customer_id, 'ledger." + table + "' as place from ledger." + table
                    + " where customer_id = any(?)")
            .reduce((one, other) -> one + " union " + other)
            .orElseThrow();

    /** Behind a view, a foreign table or a policy rows may be hidden by the very fact that the relationship has ended. */
    private static final String VIEWS = """
            select true as found from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'ledger' and (c.relkind in ('v', 'f') or c.relrowsecurity) and c.relname = any(array['%s']) limit 1""".formatted(String.join("', '", OTHER_TABLES));

    private record Row(UUID customer, String text) {}

    private record Open(UUID customer, long subscriptions, String statuses) {}

    @Override
    public Attempt attempt(
            Session session, List<NumberedWrite> asked, Map<String, String> locks, Instant at, boolean again)
            throws SQLException {
        String lock = locks.getOrDefault("ledger.customer", "");
        List<UUID> ids = asked.stream().map(NumberedWrite::id).toList();

        session.waitLongForLocks();
        lockSubscriptions(session);
        long locked = System.nanoTime();
        session.waitBrieflyForLocks(Duration.ZERO);

        Set<UUID> candidates =
                new HashSet<>(session.query(CANDIDATES + lock, row -> row.getObject("customer_id", UUID.class), ids));
        Map<UUID, String> changed = new HashMap<>(AsReadCondition.of(asked).changed(session));
        candidates.removeAll(changed.keySet());
        Set<UUID> emptied = new TreeSet<>();
        Map<UUID, String> hiddenLater = Map.of();
        if (!candidates.isEmpty()
                && !session.query(VIEWS, row -> row.getBoolean("found")).isEmpty()) {
            emptied.addAll(candidates);
            emptied.removeAll(open(session, candidates).keySet());
            deleteOtherRows(session, emptied, locked);
            hiddenLater = leftBehind(session, emptied);
        }
        long written = 0;
        if (!candidates.isEmpty()) {
            List<Object> arguments = new ArrayList<>(List.of(at, candidates));
            arguments.addAll(asRead(asked, candidates).arguments());
            written = session.update(END, arguments.toArray());
        }
        Map<UUID, String> now = relationships(session, ids);
        Set<UUID> ended = candidates.stream()
                // a view may stop showing the row by the very fact that the relationship has ended
                .filter(id -> Customer.NONE.equals(now.getOrDefault(id, Customer.NONE)))
                // sorted: two jobs that delete in the same order do not get in each other's way
                .collect(toCollection(TreeSet::new));
        // Someone else may have made it so right before the statement, which has not counted it then. A customer that
        // is read
        // again is not a candidate any more; one that still is, and vanishes once more, vanishes by the write.
        if (written != ended.size() && !now.keySet().containsAll(ended) && !again) {
            throw new UnprovenException();
        }
        deleteOtherRows(session, ended, locked);
        Set<UUID> passedOver = new HashSet<>(candidates);
        passedOver.removeAll(ended);
        // where nothing can be locked someone may have come right before the statement
        Map<UUID, String> since = asRead(asked, passedOver).changed(session);
        if (!since.isEmpty() && written > ended.size()) {
            // or the statement itself has made something else of them, by a trigger: that is not to stay
            throw again ? madeSomethingElse(asked, since.keySet(), now) : new UnprovenException();
        }
        changed.putAll(since);
        Map<UUID, String> left = new HashMap<>(hiddenLater);
        left.putAll(leftBehind(session, ended));
        Attempt attempt = judge(asked, candidates, ended, changed, now, whyNot(session, ids, ended), left);
        if (!ended.containsAll(emptied)) {
            throw new SQLException(
                    "a customer was changed between two statements of its removal", SERIALIZATION_FAILURE);
        }
        return attempt;
    }

    private static void deleteOtherRows(Session session, Set<UUID> customers, long locked) throws SQLException {
        if (customers.isEmpty()) {
            return;
        }
        for (String table : OTHER_TABLES) {
            Duration held = Duration.ofNanos(System.nanoTime() - locked);
            if (held.compareTo(SHORT) > 0) {
                session.waitBrieflyForLocks(held);
            }
            session.update("delete from ledger." + table + " where customer_id = any(?)", customers);
        }
    }

    private static AsReadCondition asRead(List<NumberedWrite> asked, Set<UUID> of) {
        return AsReadCondition.of(
                asked.stream().filter(one -> of.contains(one.id())).toList());
    }

    private static void lockSubscriptions(Session session) throws SQLException {
        try {
            session.execute(LOCK);
        } catch (SQLException e) {
            throw LedgerErrors.busy(e) ? new TableBusyException(e) : e;
        }
    }

    private static Attempt judge(
            List<NumberedWrite> asked,
            Set<UUID> candidates,
            Set<UUID> ended,
            Map<UUID, String> changed,
            Map<UUID, String> now,
            Map<UUID, Open> open,
            Map<UUID, String> leftBehind) {
        List<LedgerAnswer> verdicts = new ArrayList<>();
        List<LedgerAnswer> swallowed = new ArrayList<>();
        List<NumberedWrite> busy = new ArrayList<>();
        for (NumberedWrite one : asked) {
            UUID id = one.id();
            String relationship = now.get(id);
            Open obstacle = open.get(id);
            if (ended.contains(id)) {
                String left = leftBehind.get(id);
                if (left == null) {
                    verdicts.add(LedgerAnswer.done(one, Customer.RESELLER, Customer.NONE));
                } else {
                    swallowed.add(notPassedOn(one, "rows of this customer are still in " + left, left));
                }
            } else if (changed.containsKey(id)) {
                verdicts.add(LedgerAnswer.stale(one, relationship, changed.get(id)));
            } else if (relationship == null) {
                verdicts.add(LedgerAnswer.withheld(one, null, "ledger.customer has no row with this id."));
            } else if (!relationship.equals(Customer.RESELLER)) {
                LedgerAnswer refusal = LedgerAnswer.withheld(
                        one, relationship, "The relationship is '" + relationship + "', not 'reseller'.");
                if (candidates.contains(id)) {
                    swallowed.add(notPassedOn(one, "the relationship is '" + relationship + "'", "ledger.customer"));
                } else {
                    verdicts.add(refusal);
                }
            } else if (obstacle != null) {
                String message = obstacle.subscriptions() + " of the customer's subscriptions are not ended: "
                        + (obstacle.statuses().isEmpty() ? "without status" : obstacle.statuses()) + ".";
                verdicts.add(
                        obstacle.statuses().equals("pending")
                                ? LedgerAnswer.pending(one, relationship, message)
                                : LedgerAnswer.withheld(one, relationship, message));
            } else if (candidates.contains(id)) {
                swallowed.add(notPassedOn(one, "the relationship is still 'reseller'", "ledger.customer"));
            } else {
                busy.add(one);
            }
        }
        if (!swallowed.isEmpty()) {
            throw new WriteSwallowedException(swallowed);
        }
        return new Attempt(verdicts, busy);
    }

    private static WriteSwallowedException madeSomethingElse(
            List<NumberedWrite> asked, Set<UUID> customers, Map<UUID, String> now) {
        return new WriteSwallowedException(asked.stream()
                .filter(one -> customers.contains(one.id()))
                .map(one -> notPassedOn(one, "the relationship is '" + now.get(one.id()) + "'", "ledger.customer"))
                .toList());
    }

    private static LedgerAnswer notPassedOn(NumberedWrite asked, String what, String where) {
        return LedgerAnswer.refused(
                asked,
                Customer.RESELLER,
                "The ledger took the removal without an error, but then " + what
                        + ". A trigger, a rule or a view in place of " + where
                        + " does not pass it on. Nothing was changed.");
    }

    private static Map<UUID, Open> whyNot(Session session, List<UUID> ids, Set<UUID> ended) throws SQLException {
        return ended.size() == ids.size() ? Map.of() : open(session, ids);
    }

    private static Map<UUID, Open> open(Session session, Collection<UUID> ids) throws SQLException {
        Map<UUID, Open> open = new HashMap<>();
        session.query(
                        OPEN,
                        row -> new Open(
                                row.getObject("customer_id", UUID.class),
                                row.getLong("subscriptions"),
                                ColumnValues.text(row, "statuses")),
                        ids)
                .forEach(one -> open.put(one.customer(), one));
        return open;
    }

    private static Map<UUID, String> leftBehind(Session session, Set<UUID> ended) throws SQLException {
        if (ended.isEmpty()) {
            return Map.of();
        }
        Map<UUID, String> left = new HashMap<>();
        session.query(
                        LEFT,
                        row -> new Row(row.getObject("customer_id", UUID.class), ColumnValues.text(row, "place")),
                        ended,
                        ended,
                        ended)
                .forEach(row -> left.merge(row.customer(), row.text(), (one, other) -> one + ", " + other));
        return left;
    }

    /** Of several rows for one customer, which only a view can have, all count: gone is what is gone in each. */
    private static Map<UUID, String> relationships(Session session, List<UUID> ids) throws SQLException {
        Map<UUID, String> relationships = new HashMap<>();
        session.query(
                        FOUND,
                        row -> new Row(
                                row.getObject("customer_id", UUID.class), ColumnValues.text(row, "relationship")),
                        ids)
                .forEach(row -> relationships.merge(
                        row.customer(), row.text(), (one, other) -> one.equals(Customer.NONE) ? other : one));
        return relationships;
    }

    @Override
    public Map<UUID, String> found(Session session, List<NumberedWrite> asked) throws SQLException {
        return relationships(session, asked.stream().map(NumberedWrite::id).toList());
    }

    @Override
    public List<String> tables() {
        return List.of("ledger.customer");
    }

    @Override
    public String untouched() {
        return Customer.RESELLER;
    }

    @Override
    public int size() {
        return SIZE;
    }
}
