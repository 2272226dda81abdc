package dev.offboarding.run;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A scene's ledger writes down every change that is committed, whoever makes it. */
public final class LedgerChanges {

    /**
     * An update of a row.
     *
     * @param from its relationship or status before
     * @param to the same afterwards; of an update that changes neither, as before
     * @param subscription null where it is a customer's row
     */
    public record Change(
            UUID customer, String from, String to, @Nullable UUID subscription) {
        public String what() {
            return from + " to " + to;
        }
    }

    private final Scene scene;

    private LedgerChanges(Scene scene) {
        this.scene = scene;
    }

    /** Of a scene whose ledger writes them down already. */
    public static LedgerChanges of(Scene scene) {
        return new LedgerChanges(scene);
    }

    /** Once for a scene: from here on. */
    public static LedgerChanges in(Scene scene) {
        scene.sql(
                "create table public.written (n serial, customer_id uuid, was text, becomes text, subscription_id uuid)");
        scene.sql("""
                create function public.write_it_down() returns trigger language plpgsql as $$
                begin
                  if tg_table_name = 'customer' then
                    insert into public.written (customer_id, was, becomes) values (new.customer_id, old.relationship, new.relationship);
                  else
                    insert into public.written (customer_id, was, becomes, subscription_id)
                    values (new.customer_id, old.status, new.status, new.subscription_id);
                  end if;
                  return null;
                end $$
                """);
        for (String table : List.of("customer", "subscription")) {
            scene.sql(
                    "create trigger write_it_down after update on ledger.%s for each row execute function public.write_it_down()"
                            .formatted(table));
        }
        return of(scene);
    }

    /** In their order. */
    public List<Change> all() {
        return scene.jdbc()
                .sql("select * from public.written order by n")
                .query((row, i) -> new Change(
                        row.getObject("customer_id", UUID.class),
                        row.getString("was"),
                        row.getString("becomes"),
                        row.getObject("subscription_id", UUID.class)))
                .list();
    }

    public void forget() {
        scene.sql("truncate public.written");
    }
}
