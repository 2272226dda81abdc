package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;

import dev.offboarding.run.Scene;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** On the ledger, by triggers. */
final class WatchedLedger implements WatchedReseller {

    private final Scene scene;

    WatchedLedger(Scene scene) {
        this.scene = scene;
        scene.sql("truncate public.written");
    }

    /** Once for a scene. */
    static void writesDownWhatChanges(Scene scene) {
        scene.sql("create table public.written (n serial, customer_id uuid, what text, subscription_id uuid)");
        scene.sql("""
                create function public.write_it_down() returns trigger language plpgsql as $$
                begin
                  if tg_table_name = 'customer' then
                    insert into public.written (customer_id, what) values (new.customer_id, old.relationship || ' to ' || new.relationship);
                  elsif old.status <> new.status then
                    insert into public.written (customer_id, what, subscription_id)
                    values (new.customer_id, old.status || ' to ' || new.status, new.subscription_id);
                  end if;
                  return null;
                end $$
                """);
        for (String table : List.of("customer", "subscription")) {
            scene.sql(
                    "create trigger write_it_down after update on ledger.%s for each row execute function public.write_it_down()"
                            .formatted(table));
        }
    }

    @Override
    public Clock clock() {
        return scene.clock;
    }

    @Override
    public void pass(Duration time) {
        scene.clock.pass(time);
    }

    @Override
    public void customer(int n) {
        scene.customer(n, "reseller");
    }

    @Override
    public void subscription(int customer, String status) {
        scene.subscription(customer, "license", status);
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
        Map<UUID, String> statuses = new LinkedHashMap<>();
        scene.jdbc()
                .sql("select subscription_id, status from ledger.subscription")
                .query(row -> {
                    statuses.put(row.getObject(1, UUID.class), row.getString(2));
                });
        return statuses;
    }

    @Override
    public long active(int customer) {
        return scene.count(
                "ledger.subscription where status = 'active' and customer_id = '%s'".formatted(id(customer)));
    }

    @Override
    public void forgetChanges() {
        scene.sql("truncate public.written");
    }

    @Override
    public List<Change> changes() {
        return scene.jdbc()
                .sql("select * from public.written order by n")
                .query((row, i) -> new Change(
                        SecondThoughtsTest.number(row.getString("customer_id")),
                        row.getString("what"),
                        row.getObject("subscription_id", UUID.class)))
                .list();
    }

    @Override
    public void close() {
        // the scene is used again
    }
}
