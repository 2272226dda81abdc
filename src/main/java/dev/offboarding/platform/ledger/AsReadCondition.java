package dev.offboarding.platform.ledger;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Subscription;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What customers were read as, as a condition of a statement: a customer of the reseller still, with the same name, the same domain
 * and the same holdings. Both sides are put into one pile, of which equal rows take each other out, so that a row too many or too
 * few counts, whatever a view shows. No common table expression: a view with a rule of several statements does not take one.
 */
final class AsReadCondition {

    /** Selects who is another; with {@link #arguments()}. Texts are compared byte by byte, whatever the column's collation says. */
    static final String CHANGED = """
            select pile.customer_id
              from (select w.customer_id, w.name collate "C" as name, w.domain collate "C" as domain, 'reseller' collate "C" as relationship,
                           1 as one
                      from unnest(?::uuid[], ?::text[], ?::text[]) as w (customer_id, name, domain)
                    union all
                    select c.customer_id, coalesce(c.company_name::text, '') collate "C", coalesce(c.domain::text, '') collate "C",
                           coalesce(c.relationship::text, '') collate "C", -1
                      from ledger.customer c where c.customer_id = any(?)) pile
             group by pile.customer_id, pile.name, pile.domain, pile.relationship having sum(pile.one) <> 0
            union
            select pile.customer_id
              from (select w.customer_id, w.subscription_id collate "C" as subscription_id, w.kind collate "C" as kind,
                           w.status collate "C" as status, w.term_end, w.cancellable_until, w.parent collate "C" as parent, 1 as one
                      from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::date[], ?::timestamptz[], ?::text[])
                           as w (customer_id, subscription_id, kind, status, term_end, cancellable_until, parent)
                    union all
                    select s.customer_id, coalesce(s.subscription_id::text, '') collate "C", coalesce(s.kind::text, '') collate "C",
                           coalesce(s.status::text, '') collate "C",
                           case when s.term_end is not null then
                             least(greatest(s.term_end::date, date '0001-01-01'), date '9999-12-31') end,
                           case when s.cancellable_until is not null then
                             least(greatest(s.cancellable_until::timestamptz, timestamptz '0001-01-01 00:00:00Z'),
                                   timestamptz '9999-12-31 23:59:59Z') end,
                           s.parent_subscription_id::text collate "C", -1
                      from ledger.subscription s where s.customer_id = any(?)) pile
             group by pile.customer_id, pile.subscription_id, pile.kind, pile.status, pile.term_end, pile.cancellable_until, pile.parent
            having sum(pile.one) <> 0""";

    private final Map<UUID, Customer> customers;

    private AsReadCondition(Map<UUID, Customer> customers) {
        this.customers = customers;
    }

    /** Of the customers of these writes, those that are bound to what was read. */
    static AsReadCondition of(Collection<NumberedWrite> asked) {
        Map<UUID, Customer> bound = new LinkedHashMap<>();
        for (NumberedWrite one : asked) {
            Customer read = one.asRead();
            if (read != null) {
                bound.put(one.customer(), read);
            }
        }
        return new AsReadCondition(bound);
    }

    Set<UUID> ids() {
        return customers.keySet();
    }

    boolean isEmpty() {
        return customers.isEmpty();
    }

    List<Object> arguments() {
        List<Map.Entry<UUID, Subscription>> held = new ArrayList<>();
        customers.forEach((id, customer) -> customer.subscriptions().forEach(it -> held.add(Map.entry(id, it))));
        return List.of(
                ids(),
                texts(customers.values(), Customer::companyName),
                texts(customers.values(), Customer::domain),
                ids(),
                held.stream().map(Map.Entry::getKey).toList(),
                texts(held, it -> it.getValue().id()),
                texts(held, it -> it.getValue().kindText()),
                texts(held, it -> it.getValue().statusText()),
                texts(held, it -> text(it.getValue().termEnd())),
                texts(held, it -> text(it.getValue().cancellableUntil())),
                texts(held, it -> it.getValue().parentId()),
                ids());
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static <T> Session.Texts texts(Collection<T> of, Function<T, @Nullable String> text) {
        @Nullable String[] texts = new String[of.size()];
        int i = 0;
        for (T one : of) {
            texts[i++] = text.apply(one);
        }
        return new Session.Texts(texts);
    }

    /** Who is another by now, and what is different, for people. */
    Map<UUID, String> changed(Session session) throws SQLException {
        if (customers.isEmpty()) {
            return Map.of();
        }
        List<UUID> ids = session.query(
                CHANGED,
                row -> row.getObject("customer_id", UUID.class),
                arguments().toArray());
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<UUID, Customer> now = LedgerReads.customers(session, ids);
        Map<UUID, String> changed = new HashMap<>();
        for (UUID id : ids) {
            List<String> what = differences(Objects.requireNonNull(customers.get(id)), now.get(id));
            changed.put(
                    id,
                    "The customer is no longer as it was read, so nothing was sent: "
                            + (what.isEmpty() ? "it is being changed at this moment" : String.join("; ", what)) + ".");
        }
        return changed;
    }

    private static List<String> differences(Customer read, @Nullable Customer now) {
        if (now == null) {
            return List.of("ledger.customer has no row for it, or several");
        }
        List<String> what = new ArrayList<>();
        if (!now.isResellerCustomer()) {
            what.add("its relationship is '" + now.relationship() + "'");
        }
        if (!now.companyName().equals(read.companyName())) {
            what.add("its company name has changed");
        }
        if (!now.domain().equals(read.domain())) {
            what.add("its domain has changed");
        }
        Map<String, Subscription> before = byId(read);
        Map<String, Subscription> after = byId(now);
        before.forEach((id, was) -> {
            Subscription is = after.get(id);
            if (is == null) {
                what.add("subscription " + id + " is gone");
            } else if (!is.statusText().equals(was.statusText())) {
                what.add("subscription %s is '%s', no longer '%s'".formatted(id, is.statusText(), was.statusText()));
            } else if (!sameBut(was, is)) {
                what.add("subscription " + id + " has another kind, term or parent");
            }
        });
        after.keySet().stream()
                .filter(id -> !before.containsKey(id))
                .forEach(id -> what.add("subscription " + id + " is new"));
        return what;
    }

    private static boolean sameBut(Subscription was, Subscription is) {
        return was.kindText().equals(is.kindText())
                && Objects.equals(was.termEnd(), is.termEnd())
                && Objects.equals(was.cancellableUntil(), is.cancellableUntil())
                && Objects.equals(was.parentId(), is.parentId());
    }

    private static Map<String, Subscription> byId(Customer customer) {
        return customer.subscriptions().stream()
                .collect(Collectors.toMap(Subscription::id, it -> it, (one, other) -> one, LinkedHashMap::new));
    }
}
