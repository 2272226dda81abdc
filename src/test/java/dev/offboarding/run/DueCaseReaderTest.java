package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.database.TestDatabase;
import dev.offboarding.platform.Admission;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Execution(ExecutionMode.CONCURRENT)
class DueCaseReaderTest {

    private static final String RUN = "20260615T013000Z-1";
    private static final List<Long> POSITIONS = List.of(1L, 2L, 3L, 7L, 8L, 30L);

    private interface Hindrance {
        void hinder() throws SQLException;
    }

    private TestDatabase database;
    /** Of whoever reads before it is asked to. */
    private volatile Hindrance hindrance = () -> {};

    private volatile boolean stopped;

    @BeforeEach
    void casesThatWait() {
        database = TestDatabase.create();
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        for (long position : POSITIONS) {
            jdbc.update(
                    "insert into offboarding.run_listing (run_id, position, source, line, others, contents) values (?, ?, 'list.csv', 2, '{}', '')",
                    RUN,
                    position);
            jdbc.update(
                    "insert into offboarding.run_case (run_id, position, customer_id, next_step, listed, listed_anew, state, outcome)"
                            + " values (?, ?, ?, 'observe', true, true, 'MARKED', 'PLANNED')",
                    RUN,
                    position,
                    UUID.randomUUID());
        }
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private DueCaseReader reader(int page) {
        Thread steps = Thread.currentThread();
        JdbcTemplate jdbc = new JdbcTemplate(new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                if (Thread.currentThread() != steps) {
                    hindrance.hinder();
                }
                return super.getConnection();
            }
        });
        Admission admission = () -> !stopped;
        return new DueCaseReader(new Cases(jdbc, RUN, true), Stage.OBSERVE, page, admission);
    }

    private static List<Long> positions(DueCaseReader reader) {
        List<Long> positions = new ArrayList<>();
        for (OffboardingCase c = reader.read(); c != null; c = reader.read()) {
            positions.add(c.position());
        }
        return positions;
    }

    @Test
    void eachCaseIsHandedOutOnceInTheOrderOfPositions() {
        for (int page = 1; page <= POSITIONS.size() + 1; page++) {
            assertThat(positions(reader(page))).as("pages of %d", page).isEqualTo(POSITIONS);
        }
    }

    @Test
    void theNextPageIsReadWhileOneIsWorkedOn() {
        CountDownLatch read = new CountDownLatch(1);
        hindrance = read::countDown;
        DueCaseReader reader = reader(2);

        try {
            reader.read();

            Awaitility.await().until(() -> read.getCount() == 0);
        } finally {
            reader.close();
        }
    }

    @Test
    void whatCouldNotBeReadBeforeItWasNeededIsReadThen() {
        hindrance = () -> {
            throw new SQLException("the database is away", "08006");
        };

        assertThat(positions(reader(2))).isEqualTo(POSITIONS);
    }

    @Test
    void aStepIsNotOverBeforeNobodyReadsAnyMore() {
        CountDownLatch away = new CountDownLatch(1);
        AtomicBoolean back = new AtomicBoolean();
        hindrance = () -> {
            try {
                away.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
            back.set(true);
        };
        DueCaseReader reader = reader(2);
        reader.read();
        reader.read();
        stopped = true;
        assertThat(reader.read()).as("after the page that was begun").isNull();
        Thread step = Thread.currentThread();
        CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(() -> {
            Awaitility.await().until(() -> step.getState() == Thread.State.WAITING);
            away.countDown();
        });

        reader.close();

        assertThat(back).isTrue();
        assertThat(meanwhile).succeedsWithin(Duration.ofMinutes(1));
    }
}
