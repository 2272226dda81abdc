package dev.offboarding.platform.ledger;

import static java.util.stream.Collectors.groupingBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes subscriptions from one status to another: suspends and reactivates. Its conditions are part of the statement that
 * writes, so that what someone else did in between is not overwritten; what became of it is read back in the same transaction.
 */
final class StatusChanges implements SetWrite {
    /** A thousand customers have some thousands of subscriptions. */
    private static final int SIZE = 5_000;

    private static final Set<String> KINDS = Set.of("license", "usage");

    private static final String READ = """
            select subscription_id, customer_id, kind::text as kind, status::text as status
            from ledger.subscription where subscription_id = any(?) order by subscription_id""";

    private static final String WRITE = """
            update ledger.subscription s set status = '%s', changed_at = ?
            from unnest(?::uuid[], ?::uuid[]) as asked (subscription_id, customer_id)
            where s.subscription_id = asked.subscription_id and s.customer_id = asked.customer_id
              and s.kind::text in ('license', 'usage') and s.status::text = '%s' and s.customer_id not in (""" + AsReadCondition.CHANGED + ")";

    /** Another program that changes the customer meanwhile comes before or after. */
    private static final String CUSTOMERS =
            "select customer_id from ledger.customer where customer_id = any(?) order by customer_id";

    private record Found(UUID id, UUID customer, String kind, String status) {}

    private final String from;
    private final String to;

    StatusChanges(String from, String to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public Attempt attempt(
            Session session, List<NumberedWrite> asked, Map<String, String> locks, Instant at, boolean again)
            throws SQLException {
        AsReadCondition asRead = AsReadCondition.of(asked);
        Set<UUID> inTheWay = lockedByOthers(session, asRead, locks.getOrDefault("ledger.customer", ""));
        List<UUID> ids = asked.stream().map(NumberedWrite::id).toList();
        String lock = locks.getOrDefault("ledger.subscription", "");
        Map<UUID, List<Found>> mine = read(session, READ + lock, ids);
        Set<UUID> missing = new HashSet<>(ids);
        missing.removeAll(mine.keySet());
        Map<UUID, List<Found>> others = lock.isEmpty() || missing.isEmpty() ? Map.of() : read(session, READ, missing);
        Map<UUID, String> changed = asRead.changed(session);

        List<LedgerAnswer> verdicts = new ArrayList<>();
        List<NumberedWrite> busy = new ArrayList<>();
        List<NumberedWrite> ready = new ArrayList<>();
        for (NumberedWrite one : asked) {
            List<Found> rows = mine.getOrDefault(one.id(), others.getOrDefault(one.id(), List.of()));
            String change = changed.get(one.customer());
            LedgerAnswer refusal = refusal(one, rows);
            if (change != null) {
                verdicts.add(LedgerAnswer.stale(
                        one, rows.isEmpty() ? null : rows.get(0).status(), change));
            } else if (refusal != null) {
                verdicts.add(refusal);
            } else if (mine.containsKey(one.id()) && !inTheWay.contains(one.customer())) {
                ready.add(one);
            } else {
                busy.add(one);
            }
        }
        if (!ready.isEmpty()) {
            List<Object> arguments = new ArrayList<>();
            arguments.add(at);
            arguments.add(ready.stream().map(NumberedWrite::id).toList());
            arguments.add(ready.stream().map(NumberedWrite::customer).toList());
            arguments.addAll(AsReadCondition.of(ready).arguments());
            long written = session.update(WRITE.formatted(to, from), arguments.toArray());
            verdicts.addAll(readBack(session, ready, written, again));
        }
        return new Attempt(verdicts, busy);
    }

    private static Set<UUID> lockedByOthers(Session session, AsReadCondition asRead, String lock) throws SQLException {
        if (asRead.isEmpty() || lock.isEmpty()) {
            return Set.of();
        }
        Set<UUID> others = new HashSet<>(asRead.ids());
        session.query(CUSTOMERS + lock, row -> row.getObject("customer_id", UUID.class), asRead.ids())
                .forEach(others::remove);
        return others;
    }

    private @Nullable LedgerAnswer refusal(NumberedWrite asked, List<Found> rows) {
        if (rows.isEmpty()) {
            return LedgerAnswer.withheld(asked, null, "ledger.subscription has no row with this id.");
        }
        if (rows.size() > 1) {
            return LedgerAnswer.withheld(
                    asked,
                    null,
                    "ledger.subscription has " + rows.size() + " rows with this id; it is not clear which is meant.");
        }
        Found row = rows.get(0);
        if (!asked.customer().equals(row.customer())) {
            return LedgerAnswer.withheld(
                    asked, row.status(), "In the ledger this subscription belongs to another customer.");
        }
        if (!KINDS.contains(row.kind())) {
            return LedgerAnswer.withheld(
                    asked, row.status(), "Only license and usage can be changed; this is " + quoted(row.kind()) + ".");
        }
        if (row.status().equals("pending")) {
            return LedgerAnswer.pending(asked, row.status(), "Another operation on this subscription is under way.");
        }
        return row.status().equals(from)
                ? null
                : LedgerAnswer.withheld(asked, row.status(), "It is " + quoted(row.status()) + ", not '" + from + "'.");
    }

    /**
     * A view may show what is active only. What does not show any more is hidden by the write if the statement has counted it; a lock
     * proves nothing, for whether a view shows a row may be written in another table.
     *
     * @param written how many rows the statement has counted
     */
    private List<LedgerAnswer> readBack(Session session, List<NumberedWrite> ready, long written, boolean again)
            throws SQLException {
        Map<UUID, List<Found>> now =
                read(session, READ, ready.stream().map(NumberedWrite::id).toList());
        Map<UUID, String> changed = changedRightBefore(session, ready, now);
        List<LedgerAnswer> done = new ArrayList<>();
        List<NumberedWrite> hidden = new ArrayList<>();
        List<LedgerAnswer> stale = new ArrayList<>();
        List<LedgerAnswer> swallowed = new ArrayList<>();
        for (NumberedWrite asked : ready) {
            List<String> statuses = now.getOrDefault(asked.id(), List.of()).stream()
                    .map(Found::status)
                    .toList();
            String change = changed.get(asked.customer());
            if (statuses.isEmpty()) {
                hidden.add(asked);
            } else if (statuses.equals(List.of(to))) {
                done.add(LedgerAnswer.done(asked, from, to));
            } else if (change != null) {
                stale.add(LedgerAnswer.stale(asked, statuses.get(0), change));
            } else {
                swallowed.add(notPassedOn(asked, statuses.get(0)));
            }
        }
        if (!swallowed.isEmpty()) {
            throw new WriteSwallowedException(swallowed);
        }
        boolean counted = written == done.size() + hidden.size();
        // what looks changed by others, and is counted: a trigger has made something else of it, and that is not to
        // stay
        boolean madeSomethingElse = !stale.isEmpty() && written > done.size() + hidden.size();
        if (!again && (madeSomethingElse || !counted && !hidden.isEmpty())) {
            throw new UnprovenException();
        }
        if (madeSomethingElse) {
            throw new WriteSwallowedException(stale.stream()
                    .map(it -> notPassedOn(it.asked(), Objects.requireNonNull(it.after())))
                    .toList());
        }
        hidden.forEach(asked -> done.add(counted ? LedgerAnswer.done(asked, from, to) : untold(asked, written)));
        done.addAll(stale);
        return done;
    }

    private LedgerAnswer notPassedOn(NumberedWrite asked, String shown) {
        return LedgerAnswer.refused(
                asked,
                from,
                "The ledger took the change to '" + to + "' without an error, but then showed " + quoted(shown)
                        + ". A trigger, a rule or a view in place of ledger.subscription does not pass it on. Nothing was changed.");
    }

    private LedgerAnswer untold(NumberedWrite asked, long written) {
        return LedgerAnswer.untold(
                asked,
                from,
                "What became of the change to '" + to
                        + "' cannot be determined: the subscription is not shown any more, and the ledger"
                        + " says that it has changed " + written
                        + " of this customer's rows. It was not sent again. Where a view in"
                        + " place of ledger.subscription hides what is not '" + from
                        + "', its trigger has to return the row that"
                        + " it has written.");
    }

    /** Where nothing can be locked: the statement has passed over all that a customer holds, or over nothing. */
    private Map<UUID, String> changedRightBefore(Session session, List<NumberedWrite> ready, Map<UUID, List<Found>> now)
            throws SQLException {
        Set<UUID> asRead = new HashSet<>();
        for (NumberedWrite asked : ready) {
            List<Found> rows = now.getOrDefault(asked.id(), List.of());
            // for what is hidden the count decides
            if (rows.isEmpty() || rows.stream().anyMatch(it -> it.status().equals(to))) {
                asRead.add(asked.customer());
            }
        }
        return AsReadCondition.of(ready.stream()
                        .filter(asked -> !asRead.contains(asked.customer()))
                        .toList())
                .changed(session);
    }

    @Override
    public Map<UUID, String> found(Session session, List<NumberedWrite> asked) throws SQLException {
        Map<UUID, String> statuses = new HashMap<>();
        read(session, READ, asked.stream().map(NumberedWrite::id).toList())
                .forEach((id, rows) -> statuses.put(id, rows.get(0).status()));
        return statuses;
    }

    @Override
    public List<String> tables() {
        return List.of("ledger.customer", "ledger.subscription");
    }

    @Override
    public String untouched() {
        return from;
    }

    @Override
    public int size() {
        return SIZE;
    }

    private static Map<UUID, List<Found>> read(Session session, String sql, Collection<UUID> ids) throws SQLException {
        return session
                .query(
                        sql,
                        row -> new Found(
                                row.getObject("subscription_id", UUID.class),
                                ColumnValues.uuidOrNil(row, "customer_id"),
                                ColumnValues.text(row, "kind"),
                                ColumnValues.text(row, "status")),
                        ids)
                .stream()
                .collect(groupingBy(Found::id));
    }

    private static String quoted(String text) {
        return text.isEmpty() ? "empty" : "'" + text + "'";
    }
}
