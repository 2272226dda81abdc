package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.Backoff;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A commit whose answer is lost, whatever became of it. */
class RetryingTransactionsTest {

    /** What a commit comes to before its answer is lost. */
    private interface Lost {
        void in(Connection connection) throws SQLException;
    }

    private final TestDatabase database = TestDatabase.createEmpty();
    private final Deque<Lost> lost = new ArrayDeque<>();
    private final List<Connection> underWay = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private int pauses;
    private int endsAtPause;

    private final DataSource dataSource = new DelegatingDataSource(database.direct()) {
        @Override
        public Connection getConnection() throws SQLException {
            return losing(super.getConnection());
        }
    };

    private final RetryingTransactions transactions = new RetryingTransactions(
            dataSource,
            new RetryPolicy(
                    4,
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)),
                    CancellationToken.pausing(time -> pause())));

    @BeforeEach
    void aTable() {
        sql().execute("create table made (n int)");
    }

    @AfterEach
    void close() throws SQLException {
        for (Connection connection : underWay) {
            connection.close();
        }
        database.close();
    }

    private JdbcTemplate sql() {
        return new JdbcTemplate(database.direct());
    }

    private Connection losing(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && !lost.isEmpty()) {
                        lost.remove().in(real);
                        throw new SQLException("the connection is gone", "08006");
                    }
                    if (underWay.contains(real)) {
                        // not even a rollback gets there
                        throw new SQLException("the connection is gone", "08006");
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void pause() {
        if (++pauses == endsAtPause) {
            try {
                underWay.get(0).commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private int make() {
        return transactions.execute(status -> {
            new JdbcTemplate(dataSource).update("insert into made values (1)");
            return made.incrementAndGet();
        });
    }

    private long rows() {
        return JdbcClient.create(database.direct())
                .sql("select count(*) from made")
                .query(Long.class)
                .single();
    }

    /** Two that take the same rows in another order: one of them gives way. */
    @Test
    void aTransactionThatGaveWayToAnotherOneIsMadeAgain() {
        sql().execute("create sequence tries");

        transactions.executeWithoutResult(status -> {
            JdbcTemplate within = new JdbcTemplate(dataSource);
            within.execute("insert into made values (1)");
            within.execute("""
                    do $$ begin
                      if nextval('tries') < 3 then
                        raise exception 'deadlock detected' using errcode = '40P01';
                      end if;
                    end $$
                    """);
        });

        assertThat(sql().queryForObject("select count(*) from made", Long.class))
                .isEqualTo(1);
        assertThat(pauses).isEqualTo(2);
    }

    @Test
    void whatWasCommittedIsNotMadeAgain() {
        lost.add(Connection::commit);

        assertThat(make()).isEqualTo(1);

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void whatWasNotCommittedIsMadeAgain() {
        lost.add(Connection::rollback);
        lost.add(Connection::rollback);

        assertThat(make()).isEqualTo(3);

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void whileItsServerProcessIsStillAtItTheAnswerIsWaitedFor() {
        lost.add(underWay::add);
        endsAtPause = 3;

        assertThat(make()).isEqualTo(1);

        assertThat(rows()).isEqualTo(1);
        assertThat(pauses).isEqualTo(3);
    }

    @Test
    void whatBecameOfItIsNotGuessed() {
        lost.add(underWay::add);

        assertThatThrownBy(this::make)
                .isInstanceOf(DataAccessException.class)
                .hasRootCauseMessage("the connection is gone");

        assertThat(made).hasValue(1);
    }

    @Test
    void whatDoesNotPassIsNotMadeAgain() {
        assertThatThrownBy(() -> transactions.execute(status -> {
                    made.incrementAndGet();
                    return sql().update("insert into nowhere values (1)");
                }))
                .isInstanceOf(DataAccessException.class);

        assertThat(made).hasValue(1);
        assertThat(pauses).isZero();
    }
}
