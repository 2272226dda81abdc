package dev.offboarding.database;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class RunLockTest {
    private static TestDatabase database;

    @BeforeAll
    static void database() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void ofTwoRunsThatStartAtOnceOneGetsTheLock() throws Exception {
        int starts = 8;
        CyclicBarrier gate = new CyclicBarrier(starts);
        Callable<Optional<RunLock>> start = () -> {
            gate.await();
            return take("at-once");
        };
        ExecutorService threads = Executors.newFixedThreadPool(starts);
        try {
            List<Optional<RunLock>> taken = new ArrayList<>();
            for (Future<Optional<RunLock>> future : threads.invokeAll(java.util.Collections.nCopies(starts, start))) {
                taken.add(future.get());
            }
            assertThat(taken).filteredOn(Optional::isPresent).hasSize(1);
            taken.stream().flatMap(Optional::stream).forEach(RunLock::close);
        } finally {
            threads.shutdownNow();
        }
        assertThat(RunLock.holder(database.direct(), "at-once")).isEmpty();
    }

    @Test
    void theLoserLearnsWhoHasItAndSinceWhen() throws SQLException {
        Instant before = Instant.now().minusSeconds(5);
        try (RunLock lock = take("nightly").orElseThrow()) {
            assertThat(lock.isHeld()).isTrue();
            assertThat(take("nightly")).isEmpty();
            RunLock.Holder holder = RunLock.holder(database.direct(), "nightly").orElseThrow();
            assertThat(holder.name()).isEqualTo("offboarding nightly");
            assertThat(holder.since()).isBetween(before, Instant.now().plusSeconds(5));
            assertThat(holder.address()).isEqualTo("127.0.0.1");
            assertThat(holder.toString())
                    .isEqualTo("database session %d from 127.0.0.1, since %s", holder.pid(), holder.since());
        }
        take("nightly").orElseThrow().close();
    }

    @Test
    void jobsOfOtherNamesDoNotStandInEachOthersWay() throws SQLException {
        try (RunLock one = take("one").orElseThrow();
                RunLock two = take("two").orElseThrow()) {
            assertThat(one.isHeld()).isTrue();
            assertThat(two.isHeld()).isTrue();
        }
    }

    @Test
    void theSameNameOnAnotherDatabaseIsAnotherLock() throws SQLException {
        try (TestDatabase other = TestDatabase.createEmpty();
                RunLock here = take("same").orElseThrow();
                RunLock there = RunLock.tryAcquire(other.direct(), "same").orElseThrow()) {
            assertThat(here.isHeld()).isTrue();
            assertThat(there.isHeld()).isTrue();
            assertThat(RunLock.holder(other.direct(), "same")).isNotEqualTo(RunLock.holder(database.direct(), "same"));
        }
    }

    @Test
    void aLockDoesNotRunOutUnderALivingRunButItsLossIsNoticed() throws SQLException {
        try (RunLock lock = take("lost").orElseThrow()) {
            int pid = RunLock.holder(database.direct(), "lost").orElseThrow().pid();
            database.jdbc()
                    .sql("select pg_terminate_backend(?, 5000)")
                    .param(pid)
                    .query(Boolean.class)
                    .single();
            assertThat(lock.isHeld()).isFalse();
            try (RunLock successor = take("lost").orElseThrow()) {
                assertThat(successor.isHeld()).isTrue();
                assertThat(lock.isHeld()).isFalse();
                lock.close();
                assertThat(successor.isHeld()).isTrue();
            }
        }
    }

    @Test
    void aClosedLockIsNotHeld() throws SQLException {
        RunLock lock = take("closed").orElseThrow();
        lock.close();
        lock.close();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void aLockDoesNotOutliveAConnectionThatBreaks() throws Exception {
        try (Wire wire = new Wire(URI.create(database.url().substring(5)).getPort())) {
            String url = database.url().replaceFirst(":\\d+/", ":" + wire.port() + "/");
            RunLock lock = RunLock.tryAcquire(new SimpleDriverDataSource(new Driver(), url), "broken")
                    .orElseThrow();
            assertThat(lock.isHeld()).isTrue();
            wire.cut();
            assertThat(lock.isHeld()).isFalse();
            await().atMost(10, SECONDS)
                    .until(() -> RunLock.holder(database.direct(), "broken").isEmpty());
        }
    }

    @Test
    void aDatabaseThatNoLongerAnswersIsNotWaitedForLong() throws Exception {
        try (Wire wire = new Wire(URI.create(database.url().substring(5)).getPort())) {
            String url = database.url().replaceFirst(":\\d+/", ":" + wire.port() + "/");
            RunLock lock = RunLock.tryAcquire(
                            new SimpleDriverDataSource(new Driver(), url), "silent", Duration.ofMillis(500))
                    .orElseThrow();
            wire.fallSilent();
            long start = System.nanoTime();
            assertThat(lock.isHeld()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        }
    }

    private static Optional<RunLock> take(String name) throws SQLException {
        return RunLock.tryAcquire(database.direct(), name);
    }

    /** A way to the server that can break, or take everything and bring nothing back. */
    private static final class Wire implements AutoCloseable {
        private final ServerSocket entrance = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final List<Socket> ends = new CopyOnWriteArrayList<>();
        private volatile boolean silent;

        Wire(int target) throws IOException {
            run(() -> {
                while (true) {
                    Socket in = entrance.accept();
                    Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
                    ends.add(in);
                    ends.add(out);
                    run(() -> carry(in.getInputStream(), out.getOutputStream()));
                    run(() -> carry(out.getInputStream(), in.getOutputStream()));
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void run(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // that is how it ends
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        private void carry(InputStream from, OutputStream to) throws IOException {
            byte[] buffer = new byte[8192];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                if (!silent) {
                    to.write(buffer, 0, read);
                    to.flush();
                }
            }
        }

        int port() {
            return entrance.getLocalPort();
        }

        void fallSilent() {
            silent = true;
        }

        void cut() throws IOException {
            for (Socket end : ends) {
                end.close();
            }
        }

        @Override
        public void close() throws IOException {
            entrance.close();
            cut();
        }
    }
}
