package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;

import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.QuickClock;
import dev.offboarding.run.Scene;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** On the ledger, which writes down what changes. */
final class WatchedLedger implements WatchedReseller {

    private final Scene scene;
    private final LedgerChanges changes;
    /** Whoever waits until what was sent can have no effect any more waits for it. */
    private final Clock clock;

    /** @param changes of this scene's ledger */
    WatchedLedger(Scene scene, LedgerChanges changes) {
        this.scene = scene;
        this.changes = changes;
        clock = new QuickClock(scene.clock);
        scene.with("platform", "ledger");
        changes.forget();
        scene.sql("create table if not exists public.clings (customer_id uuid)");
        scene.sql("truncate public.clings");
        scene.sql("""
                create or replace function public.cling() returns trigger language plpgsql as $$
                begin
                  insert into ledger.delegated_admin
                  select customer_id, 'helpdesk' from public.clings where customer_id = new.customer_id;
                  return null;
                end $$
                """);
        // once the removal is committed, as another system would that does not know of it yet
        scene.sql("drop trigger if exists cling on ledger.customer");
        scene.sql(
                "create constraint trigger cling after update on ledger.customer deferrable initially deferred for each row when (new.relationship = 'none') execute function public.cling()");
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void pass(Duration time) {
        scene.clock.pass(time);
        scene.sql("""
                delete from ledger.delegated_admin d using ledger.customer c
                 where c.customer_id = d.customer_id and c.relationship = 'none' and c.relationship_ended_at < ?
                """, scene.clock.instant().minus(Duration.ofHours(30)).atOffset(ZoneOffset.UTC));
    }

    @Override
    public void customer(int n) {
        scene.customer(n, "reseller");
    }

    @Override
    public UUID subscription(int customer, String status) {
        return scene.subscription(customer, "license", status);
    }

    @Override
    public void clings(int customer) {
        scene.sql("insert into public.clings values (?)", id(customer));
    }

    @Override
    public boolean isGone(int customer) {
        return scene.relationshipOf(customer).equals("none");
    }

    @Override
    public void comesBack(int customer) {
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", id(customer));
        scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", id(customer));
        scene.sql("insert into ledger.purchase_authority values (?)", id(customer));
    }

    @Override
    public void othersChange(int customer, String from, String to) {
        scene.jdbc()
                .sql("update ledger.subscription set status = ? where customer_id = ? and status = ?")
                .params(to, id(customer), from)
                .update();
    }

    @Override
    public Map<UUID, String> statuses() {
        return statuses("");
    }

    @Override
    public Map<UUID, String> statuses(int customer) {
        return statuses(" where customer_id = '%s'".formatted(id(customer)));
    }

    private Map<UUID, String> statuses(String where) {
        Map<UUID, String> statuses = new LinkedHashMap<>();
        scene.jdbc()
                .sql("select subscription_id, status from ledger.subscription" + where)
                .query(row -> {
                    statuses.put(row.getObject(1, UUID.class), row.getString(2));
                });
        return statuses;
    }

    @Override
    public void forgetChanges() {
        changes.forget();
    }

    @Override
    public List<Change> changes() {
        return changes.all().stream()
                .map(it -> Change.of(Person.number(it.customer().toString()), it.from(), it.to(), it.subscription()))
                .toList();
    }

    @Override
    public void close() {
        // the scene is used again
    }
}
