package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.RunLock;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A lock whose session is gone, while its server was away and while it was not. */
class HeldLockTest {

    private static final String JOB = "nightly";

    private final TestDatabase database = TestDatabase.createEmpty();
    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();
    private final RetryPolicy retryPolicy =
            new RetryPolicy(Duration.ofSeconds(10), CancellationToken.pausing(time -> {}));

    /** Its server seems to have been started again as often as a test says, and is away for one call where it says so. */
    private final DataSource direct = new DelegatingDataSource(database.direct()) {
        @Override
        public Connection getConnection() throws SQLException {
            if (away.getAndSet(false)) {
                throw new SQLException("nobody there", "08001");
            }
            return restarted(Connection.class, super.getConnection());
        }
    };

    @AfterEach
    void close() {
        database.close();
    }

    private <T> T restarted(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object[] given = arguments;
                    if (method.getName().equals("executeQuery")
                            && arguments != null
                            && String.valueOf(arguments[0]).contains("pg_postmaster_start_time()")) {
                        given = new Object[] {arguments[0] + " + interval '%d h'".formatted(restarts.get())};
                    }
                    try {
                        Object answer = method.invoke(real, given);
                        return method.getName().equals("createStatement")
                                ? restarted(Statement.class, (Statement) answer)
                                : answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static class OpenRow implements HeldLock.Row {
        @Override
        public boolean isKeptBy(RunLock lock) {
            return true;
        }
    }

    private HeldLock held(HeldLock.Row row) throws SQLException {
        return new HeldLock(RunLock.tryAcquire(direct, JOB).orElseThrow(), direct, JOB, row, retryPolicy);
    }

    private void endTheSession() throws SQLException {
        RunLock.Holder holder = RunLock.holder(database.dataSource(), JOB).orElseThrow();
        database.jdbc()
                .sql("select pg_terminate_backend(?, 10000)")
                .param(holder.pid())
                .query(Boolean.class)
                .single();
    }

    @Test
    void afterARestartASessionThatAloneIsEndedIsTheEndOfTheRunAsBefore() throws SQLException {
        try (HeldLock held = held(new OpenRow())) {
            restarts.incrementAndGet();
            endTheSession();
            assertThat(held.getAsBoolean()).isTrue();

            endTheSession();

            assertThat(held.getAsBoolean()).isFalse();
            assertThat(RunLock.holder(database.dataSource(), JOB)).isEmpty();
        }
    }

    @Test
    void aLockThatIsNotKeptIsFreeAtOnce() throws SQLException {
        HeldLock.Row unreadable = new OpenRow() {
            @Override
            public boolean isKeptBy(RunLock lock) {
                throw new InvalidDataAccessResourceUsageException("no right to read it");
            }
        };
        try (HeldLock held = held(unreadable)) {
            endTheSession();
            away.set(true);

            assertThat(held.getAsBoolean()).isFalse();

            assertThat(RunLock.holder(database.dataSource(), JOB)).isEmpty();
        }
    }
}
