package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.offboarding.database.RunLock;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** Many writes ask at one time. Nobody is told what was answered to a question from before. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverAsksMeanwhileIsAnsweredByTheNextQuestion(boolean lost) throws Exception {
        AtomicInteger questions = new AtomicInteger();
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        DataSource slow = new DelegatingDataSource(direct) {
            @Override
            public Connection getConnection() throws SQLException {
                return heldUp(super.getConnection(), questions, answered, told);
            }
        };
        try (HeldLock lock =
                new HeldLock(RunLock.tryAcquire(slow, JOB).orElseThrow(), direct, JOB, new OpenRow(), retryPolicy)) {
            questions.set(0);
            FutureTask<Boolean> first = new FutureTask<>(lock::getAsBoolean);
            new Thread(first).start();
            answered.await();
            List<FutureTask<Boolean>> others = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                FutureTask<Boolean> other = new FutureTask<>(lock::getAsBoolean);
                others.add(other);
                threads.add(new Thread(other));
            }
            threads.forEach(Thread::start);
            await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.BLOCKED));
            if (lost) {
                endTheSession();
            }
            told.countDown();

            assertThat(first.get()).isTrue();
            for (FutureTask<Boolean> other : others) {
                assertThat(other.get()).isEqualTo(!lost);
            }
            assertThat(questions).hasValue(2);
        }
    }

    /** The first question to this session is answered, and only then held up. */
    private static Connection heldUp(
            Connection real, AtomicInteger questions, CountDownLatch answered, CountDownLatch told) {
        return proxy(Connection.class, real, (method, arguments, answer) -> {
            if (!method.equals("prepareStatement")
                    || !String.valueOf(arguments[0]).contains("pg_backend_pid() =")) {
                return answer;
            }
            int number = questions.incrementAndGet();
            return proxy(PreparedStatement.class, answer, (called, with, result) -> {
                if (called.equals("executeQuery") && number == 1) {
                    answered.countDown();
                    told.await();
                }
                return result;
            });
        });
    }

    private interface Afterwards {
        Object of(String method, Object[] arguments, Object answer) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Object real, Afterwards afterwards) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return afterwards.of(method.getName(), arguments, method.invoke(real, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
