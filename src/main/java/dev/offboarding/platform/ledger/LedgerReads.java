package dev.offboarding.platform.ledger;

import static java.util.stream.Collectors.groupingBy;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.EffectReading.Result;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Population;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Verification;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the ledger, with an open mind: what no one has heard of, and what is not there at all, is read, too. */
final class LedgerReads {
    private static final int TIMEOUTS = 14;

    private static final String WRITERS =
            "select exists (select from pg_stat_activity where datname = current_database() and application_name = ?) as found";

    private static final String IDENTITY = """
            select system_identifier || '/' || (select oid from pg_database where datname = current_database()) as identity
              from pg_control_system()""";

    private static final String POPULATION =
            "select count(distinct customer_id) as size from ledger.customer where relationship::text = 'reseller'";

    private static final String RESELLERS = """
            select distinct customer_id from ledger.customer
            where customer_id = any(?) and relationship::text = 'reseller'""";

    private static final String CUSTOMERS = """
            select c.customer_id, c.company_name::text as company_name, c.domain::text as domain,
                   c.relationship::text as relationship, k.contacts
            from ledger.customer c
            left join (select customer_id, string_agg(contact::text, ', ' order by contact::text) as contacts
                       from ledger.support_contact where customer_id = any(?) group by customer_id) k
              on k.customer_id = c.customer_id
            where c.customer_id = any(?)""";

    private static final String ANYBODY = "select exists (select from ledger.customer) as found";

    private static final String SUBSCRIPTIONS = """
            select customer_id, subscription_id::text as subscription_id, name::text as name, kind::text as kind,
                   status::text as status, term_end::date as term_end, cancellable_until::timestamptz as cancellable_until,
                   parent_subscription_id::text as parent_subscription_id
            from ledger.subscription where customer_id = any(?) order by customer_id, subscription_id""";

    private static final String EFFECTS = """
            select a.customer_id, c.relationships, c.every_none, c.any_reseller, (select exists (select from ledger.customer)) as anybody,
                   coalesce(k.n, 0) as support_contact, coalesce(d.n, 0) as delegated_admin, coalesce(p.n, 0) as purchase_authority
            from unnest(?::uuid[]) as a (customer_id)
            left join (select customer_id, string_agg(distinct coalesce(relationship::text, ''), ', ') as relationships,
                              bool_and(relationship is not null and relationship::text = 'none') as every_none,
                              bool_or(relationship is not null and relationship::text = 'reseller') as any_reseller
                       from ledger.customer where customer_id = any(?) group by customer_id) c on c.customer_id = a.customer_id
            left join (select customer_id, count(*) as n from ledger.support_contact
                       where customer_id = any(?) group by customer_id) k on k.customer_id = a.customer_id
            left join (select customer_id, count(*) as n from ledger.delegated_admin
                       where customer_id = any(?) group by customer_id) d on d.customer_id = a.customer_id
            left join (select customer_id, count(*) as n from ledger.purchase_authority
                       where customer_id = any(?) group by customer_id) p on p.customer_id = a.customer_id""";

    /** A view that is broken for a night is empty, too, and so is someone else's ledger. */
    private static final String NOBODY =
            "ledger.customer has no row at all: where no one is shown, that a customer is missing proves nothing";

    private record Row(
            UUID id,
            String companyName,
            String domain,
            String relationship,
            @Nullable String contacts) {}

    private record Held(UUID customer, Subscription subscription) {}

    private record Snapshot(List<Row> customers, List<Held> subscriptions, boolean anybody) {}

    private final Transactions transactions;
    private final Clock clock;

    LedgerReads(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    String identity() {
        try {
            return transactions
                    .read(session -> session.query(IDENTITY, row -> row.getString("identity")))
                    .get(0);
        } catch (SQLException e) {
            if (LedgerErrors.state(e).equals("42501")) {
                throw new PlatformUnavailableException(
                        "Which ledger this is could not be read: the database refuses pg_control_system() to this role. Let it:"
                                + " grant execute on function pg_control_system() to the role, in the ledger's database. The database says: "
                                + LedgerErrors.words(e),
                        null);
            }
            throw LedgerErrors.unavailable(e);
        }
    }

    Population population() {
        try {
            return new Population(
                    transactions
                            .read(session -> session.query(POPULATION, row -> row.getLong("size")))
                            .get(0),
                    true);
        } catch (SQLException e) {
            throw LedgerErrors.unavailable(e);
        }
    }

    Set<UUID> resellersAmong(List<UUID> ids) {
        try {
            return new HashSet<>(transactions.read(
                    session -> session.query(RESELLERS, row -> row.getObject("customer_id", UUID.class), ids)));
        } catch (SQLException e) {
            throw LedgerErrors.unavailable(e);
        }
    }

    /** Whether any server process is in the middle of a write of this program, whichever run began it. */
    boolean anybodyWrites() {
        try {
            return transactions
                    .read(session -> session.query(WRITERS, row -> row.getBoolean("found"), Session.WRITER))
                    .get(0);
        } catch (SQLException e) {
            throw LedgerErrors.unavailable(e);
        }
    }

    List<Observation> observe(List<UUID> ids) {
        Map<UUID, Observation> seen = new HashMap<>();
        new Chunk<Observation>(this::look, (id, e) -> new Observation.Unreadable(id, clock.instant(), why(e)))
                .read(ids.stream().distinct().toList(), seen);
        return ids.stream().map(seen::get).toList();
    }

    List<Verification> verify(List<UUID> ids) {
        Map<UUID, Verification> seen = new HashMap<>();
        new Chunk<Verification>(this::effects, this::inconclusive)
                .read(ids.stream().distinct().toList(), seen);
        return ids.stream().map(seen::get).toList();
    }

    private interface Read<T> {
        Map<UUID, T> of(List<UUID> ids) throws SQLException;
    }

    /** Reads a chunk at once; where the ledger objects, by halves, until what it objects to is alone. */
    private static final class Chunk<T> {
        private final Read<T> whole;
        private final BiFunction<UUID, SQLException, T> alone;
        private int timeouts;

        Chunk(Read<T> whole, BiFunction<UUID, SQLException, T> alone) {
            this.whole = whole;
            this.alone = alone;
        }

        void read(List<UUID> ids, Map<UUID, T> seen) {
            if (ids.isEmpty()) {
                return;
            }
            try {
                seen.putAll(whole.of(ids));
            } catch (SQLException e) {
                if (LedgerErrors.notALedger(e)) {
                    throw LedgerErrors.unavailable(e);
                }
                if (ids.size() == 1 || (LedgerErrors.tookTooLong(e) && ++timeouts > TIMEOUTS)) {
                    ids.forEach(id -> seen.put(id, alone.apply(id, e)));
                } else {
                    Waves.cut(ids, (ids.size() + 1) / 2).forEach(half -> read(half, seen));
                }
            }
        }
    }

    private Map<UUID, Observation> look(List<UUID> ids) throws SQLException {
        Snapshot snapshot = transactions.read(session -> {
            List<Row> customers = session.query(CUSTOMERS, LedgerReads::row, ids, ids);
            return new Snapshot(
                    customers,
                    session.query(SUBSCRIPTIONS, LedgerReads::held, ids),
                    !customers.isEmpty()
                            || session.query(ANYBODY, row -> row.getBoolean("found"))
                                    .get(0));
        });
        Instant at = clock.instant();
        Map<UUID, List<Row>> rows = snapshot.customers().stream().collect(groupingBy(Row::id));
        Map<UUID, List<Held>> held = snapshot.subscriptions().stream().collect(groupingBy(Held::customer));
        Map<UUID, Observation> seen = new HashMap<>();
        for (UUID id : ids) {
            List<Row> own = rows.getOrDefault(id, List.of());
            seen.put(
                    id,
                    switch (own.size()) {
                        case 0 -> unknown(id, at, snapshot.anybody());
                        case 1 -> found(own.get(0), subscriptions(held.get(id)), at);
                        default ->
                            new Observation.Unreadable(
                                    id,
                                    at,
                                    "ledger.customer has " + own.size() + " rows with this id; there must be one.");
                    });
        }
        return seen;
    }

    /** As they are within a transaction; who has no row, or several, is left out. */
    static Map<UUID, Customer> customers(Session session, List<UUID> ids) throws SQLException {
        Map<UUID, List<Row>> rows =
                session.query(CUSTOMERS, LedgerReads::row, ids, ids).stream().collect(groupingBy(Row::id));
        Map<UUID, List<Held>> held =
                session.query(SUBSCRIPTIONS, LedgerReads::held, ids).stream().collect(groupingBy(Held::customer));
        Map<UUID, Customer> customers = new HashMap<>();
        rows.forEach((id, own) -> {
            if (own.size() == 1) {
                customers.put(id, customer(own.get(0), subscriptions(held.get(id))));
            }
        });
        return customers;
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getObject("customer_id", UUID.class),
                ColumnValues.text(row, "company_name"),
                ColumnValues.text(row, "domain"),
                ColumnValues.text(row, "relationship"),
                row.getString("contacts"));
    }

    private static Observation unknown(UUID id, Instant at, boolean anybody) {
        return anybody
                ? new Observation.Unknown(id, at, "no row in ledger.customer")
                : new Observation.Unknown(id, at, NOBODY, null, true);
    }

    private static List<Subscription> subscriptions(@Nullable List<Held> held) {
        return held == null ? List.of() : held.stream().map(Held::subscription).toList();
    }

    private static Observation found(Row row, List<Subscription> subscriptions, Instant at) {
        String twice = activeTwice(subscriptions);
        if (twice != null) {
            return new Observation.Unreadable(
                    row.id(),
                    at,
                    "ledger.subscription has several rows with the id " + twice
                            + ", and it is not clear which is meant; there must be one.");
        }
        return new Observation.Found(customer(row, subscriptions), at);
    }

    private static Customer customer(Row row, List<Subscription> subscriptions) {
        return new Customer(
                row.id(),
                row.companyName(),
                row.domain(),
                row.relationship(),
                subscriptions,
                List.of(),
                row.contacts());
    }

    /** The id of a subscription that is there more than once and would be written to; what has no id is not. */
    private static @Nullable String activeTwice(List<Subscription> subscriptions) {
        Map<String, List<Subscription>> rows =
                subscriptions.stream().filter(it -> !it.id().isEmpty()).collect(groupingBy(Subscription::id));
        return rows.entrySet().stream()
                .filter(one ->
                        one.getValue().size() > 1 && one.getValue().stream().anyMatch(Subscription::active))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static Held held(ResultSet row) throws SQLException {
        String id = ColumnValues.text(row, "subscription_id");
        String kind = ColumnValues.text(row, "kind");
        String status = ColumnValues.text(row, "status");
        return new Held(
                row.getObject("customer_id", UUID.class),
                new Subscription(
                        id,
                        ColumnValues.text(row, "name"),
                        // what has no id cannot be written to: it is left for a person to look at
                        id.isEmpty() ? Kind.UNKNOWN : known(kind, Kind.values(), Kind.UNKNOWN),
                        kind,
                        known(status, Status.values(), Status.UNKNOWN),
                        status,
                        ColumnValues.day(row, "term_end"),
                        ColumnValues.moment(row, "cancellable_until"),
                        null,
                        row.getString("parent_subscription_id"),
                        null));
    }

    /** To the letter: what is nearly a known word may mean anything. */
    private static <E extends Enum<E>> E known(String text, E[] words, E unknown) {
        for (E word : words) {
            if (word != unknown && word.name().toLowerCase(Locale.ROOT).equals(text)) {
                return word;
            }
        }
        return unknown;
    }

    private Map<UUID, Verification> effects(List<UUID> ids) throws SQLException {
        Instant at = clock.instant();
        Map<UUID, Verification> seen = new HashMap<>();
        transactions
                .read(session -> session.query(EFFECTS, row -> verification(row, at), ids, ids, ids, ids, ids))
                .forEach(one -> seen.put(one.customerId(), one));
        return seen;
    }

    private static Verification verification(ResultSet row, Instant at) throws SQLException {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        if (!row.getBoolean("anybody")) {
            for (Effect effect : Effect.values()) {
                effects.put(effect, new EffectReading(Result.INCONCLUSIVE, at, NOBODY));
            }
            return new Verification(row.getObject("customer_id", UUID.class), effects, false);
        }
        String relationships = row.getString("relationships");
        boolean gone = relationships == null || row.getBoolean("every_none");
        effects.put(
                Effect.CUSTOMER_LIST,
                new EffectReading(
                        gone ? Result.CONFIRMED : Result.FAILED,
                        at,
                        relationships == null
                                ? "no row in ledger.customer"
                                : "ledger.customer.relationship is '" + relationships + "'"));
        effects.put(Effect.SUPPORT_CONTACT, rows(row.getLong("support_contact"), "ledger.support_contact", at));
        effects.put(Effect.DELEGATED_ADMIN, rows(row.getLong("delegated_admin"), "ledger.delegated_admin", at));
        effects.put(Effect.PURCHASING, rows(row.getLong("purchase_authority"), "ledger.purchase_authority", at));
        return new Verification(
                row.getObject("customer_id", UUID.class),
                effects,
                relationships != null && row.getBoolean("any_reseller"));
    }

    private static EffectReading rows(long rows, String table, Instant at) {
        String count = rows == 0 ? "no row" : rows == 1 ? "1 row" : rows + " rows";
        return new EffectReading(rows == 0 ? Result.CONFIRMED : Result.FAILED, at, count + " in " + table);
    }

    private Verification inconclusive(UUID id, SQLException e) {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        for (Effect effect : Effect.values()) {
            effects.put(effect, new EffectReading(Result.INCONCLUSIVE, clock.instant(), why(e)));
        }
        return new Verification(id, effects, false);
    }

    private static String why(SQLException e) {
        return "The ledger could not read this customer: " + LedgerErrors.words(e);
    }
}
