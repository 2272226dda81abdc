package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;

import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.Scene;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** On the ledger, which writes down what changes. */
final class WatchedLedger implements WatchedReseller {

    private final Scene scene;
    private final LedgerChanges changes;

    /** @param changes of this scene's ledger */
    WatchedLedger(Scene scene, LedgerChanges changes) {
        this.scene = scene;
        this.changes = changes;
        changes.forget();
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
        changes.forget();
    }

    @Override
    public List<Change> changes() {
        return changes.all().stream()
                .map(it ->
                        new Change(SecondThoughtsTest.number(it.customer().toString()), it.what(), it.subscription()))
                .toList();
    }

    @Override
    public void close() {
        // the scene is used again
    }
}
