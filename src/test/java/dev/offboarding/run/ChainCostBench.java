package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.platform.Action;
import dev.offboarding.run.MeasuredRun.Measured;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the chain costs of a run: the events of a whole run are appended once more, a thousand at a time, in turns with the chain (canonical
 * form, hash, locked head) and without it (the same rows, no hash, no head). The difference is compared with the time of the run.
 */
@Tag("bench")
class ChainCostBench {

    private static final int CUSTOMERS = Integer.getInteger("bench.customers", 20_000);
    private static final int CHUNK = 1_000;
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path folder;

    @Test
    void theChainTakesNoMoreThanATenthOfTheRun() throws IOException {
        try (BenchDatabase database = BenchDatabase.with(CUSTOMERS)) {
            String whole = database.copy("whole");
            Measured run = MeasuredRun.in(
                    256,
                    database.jobFile(
                            folder,
                            whole,
                            "offboarding.list.database.query: \"select customer_id::text, domain, company_name from ledger.customer\"",
                            ""));
            assertThat(run.outcomes()).isEqualTo("{OFFBOARDED=" + CUSTOMERS + "}");

            Appending chained = new Appending(database.url(database.copy("chained")));
            Appending plain = new Appending(database.url(database.copy("plain")));
            plain.jdbc.execute("create table public.plain (like offboarding.event including all)");
            plain.jdbc.execute("alter table public.plain drop column hash");
            AuditTrail trail = new AuditTrail(chained.jdbc, Clock.systemUTC(), "bench", "bench", "ledger");
            long last = 0;
            boolean chainFirst = true;
            while (true) {
                List<NewEvent> events = events(database, whole, last);
                if (events.isEmpty()) {
                    break;
                }
                long from = last + 1;
                Consumer<Boolean> append = withChain -> {
                    if (withChain) {
                        chained.time(() -> trail.append(events));
                    } else {
                        plain.time(() -> insert(plain.jdbc, events, from));
                    }
                };
                append.accept(chainFirst);
                append.accept(!chainFirst);
                chainFirst = !chainFirst;
                last += events.size();
            }
            assertThat(chained.jdbc.queryForObject("select last_sequence from offboarding.chain_head", Long.class))
                    .isEqualTo(last);
            assertThat(plain.jdbc.queryForObject("select count(*) from public.plain", Long.class))
                    .isEqualTo(last);
            double cost = chained.seconds() - plain.seconds();
            System.out.printf(
                    "%n%,d customers, %,d events: appended with the chain %.2f s, without it %.2f s; the chain costs %.2f s, %.1f %% of the run's %.1f s (report %.1f s)%n",
                    CUSTOMERS,
                    last,
                    chained.seconds(),
                    plain.seconds(),
                    cost,
                    100 * cost / run.seconds(),
                    run.seconds(),
                    run.seconds("report"));
            assertThat(cost).isLessThan(run.seconds() / 10);
        }
    }

    private static List<NewEvent> events(BenchDatabase database, String name, long after) {
        List<NewEvent> events = new ArrayList<>();
        database.jdbc(name)
                .sql("select * from offboarding.event where sequence > ? order by sequence limit ?")
                .params(after, CHUNK)
                .query(row -> {
                    String action = row.getString("action");
                    events.add(new NewEvent(
                            EventKind.valueOf(row.getString("kind")),
                            row.getObject("customer_id", UUID.class),
                            action == null ? null : Action.valueOf(action),
                            row.getObject("answers", Long.class),
                            JSON.readValue(row.getString("data"), Map.class)));
                });
        return events;
    }

    private static void insert(JdbcTemplate jdbc, List<NewEvent> events, long from) {
        jdbc.execute((Connection connection) -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    insert into public.plain (sequence, at, job, run_id, platform, customer_id, kind, action, answers, data)
                    select ? + n - 1, now(), 'bench', 'bench', 'ledger', customer_id, kind, action, answers, data
                      from unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::text[])
                        with ordinality as e (customer_id, kind, action, answers, data, n)
                    """)) {
                insert.setLong(1, from);
                insert.setArray(2, connection.createArrayOf("uuid", column(events, NewEvent::customerId)));
                insert.setArray(
                        3,
                        connection.createArrayOf(
                                "text", column(events, e -> e.kind().name())));
                insert.setArray(
                        4,
                        connection.createArrayOf(
                                "text",
                                column(
                                        events,
                                        e -> e.action() == null
                                                ? null
                                                : e.action().name())));
                insert.setArray(5, connection.createArrayOf("bigint", column(events, NewEvent::answers)));
                insert.setArray(
                        6, connection.createArrayOf("text", column(events, e -> JSON.writeValueAsString(e.data()))));
                return insert.executeUpdate();
            }
        });
    }

    private interface Cell {
        @Nullable
        Object of(NewEvent event);
    }

    private static @Nullable Object[] column(List<NewEvent> events, Cell cell) {
        @Nullable Object[] cells = new Object[events.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = cell.of(events.get(i));
        }
        return cells;
    }

    private static final class Appending {
        private final JdbcTemplate jdbc;
        private final TransactionTemplate transaction;
        private long nanos;

        Appending(String url) {
            SingleConnectionDataSource one = new SingleConnectionDataSource(url, true);
            one.setDriverClassName(Driver.class.getName());
            jdbc = new JdbcTemplate(one);
            transaction = new TransactionTemplate(new JdbcTransactionManager(one));
        }

        void time(Runnable work) {
            long begun = System.nanoTime();
            transaction.executeWithoutResult(status -> work.run());
            nanos += System.nanoTime() - begun;
        }

        double seconds() {
            return nanos / 1e9;
        }
    }
}
