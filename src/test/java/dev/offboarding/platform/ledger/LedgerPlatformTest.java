package dev.offboarding.platform.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.ResellerPlatformContract;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** The ledger keeps to what every platform keeps to, on one connection that it never holds on to. */
class LedgerPlatformTest extends ResellerPlatformContract {

    @AfterEach
    void noConnectionIsHeld() {
        assertThat(LedgerDatabase.dataSource().getHikariPoolMXBean().getActiveConnections())
                .isZero();
    }

    @Override
    protected World newWorld() {
        LedgerDatabase.emptyTables();
        LedgerDatabase.sql().execute("""
                        create table crm.changes (n bigint generated always as identity);
                        create table crm.failing (customer_id uuid);
                        create function crm.change() returns trigger language plpgsql as $$
                        begin
                          if exists (select from crm.failing f where f.customer_id = old.customer_id) then
                            raise exception 'credit check of % is not answering', old.customer_id;
                          end if;
                          insert into crm.changes default values;
                          return coalesce(new, old);
                        end $$;
                        create trigger change before update or delete on ledger.customer for each row execute function crm.change();
                        create trigger change before update or delete on ledger.subscription for each row execute function crm.change();
                        create trigger change before delete on ledger.support_contact for each row execute function crm.change();
                        create trigger change before delete on ledger.delegated_admin for each row execute function crm.change();
                        """);
        ResellerPlatform platform =
                new LedgerPlatform(LedgerDatabase.dataSource(), Clock.systemUTC(), CancellationToken.none());
        return new World() {
            @Override
            public ResellerPlatform platform() {
                return platform;
            }

            @Override
            public UUID customer(String relationship) {
                return LedgerDatabase.customer(relationship);
            }

            @Override
            public String subscription(UUID customer, String kind, String status) {
                return LedgerDatabase.subscription(customer, kind, status);
            }

            @Override
            public void change(UUID customer, String subscription, String status) {
                LedgerDatabase.sql()
                        .update(
                                "update ledger.subscription set status = ? where subscription_id = ?::uuid",
                                status,
                                subscription);
            }

            @Override
            public String status(UUID customer, String subscription) {
                return LedgerDatabase.status(subscription);
            }

            @Override
            public String relationship(UUID customer) {
                return LedgerDatabase.relationship(customer);
            }

            @Override
            public void failFor(UUID customer) {
                LedgerDatabase.sql().update("insert into crm.failing values (?)", customer);
            }

            @Override
            public long changes() {
                return LedgerDatabase.count("select count(*) from crm.changes");
            }
        };
    }
}
