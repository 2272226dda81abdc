package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Incident 22: two jobs at one minute removed nine customers each where ten are allowed. However many jobs begin in whatever order, with
 * whatever lists, together they attempt no more customers than each limit allows. A seed that failed is tried again with
 * {@code -Dsweep.seed=} and {@code -Dsweep.points=1}; {@code -Psweep} tries others.
 */
@Tag("sweep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsTogetherTest {

    private static final int POINTS = Integer.getInteger("sweep.points", 6);
    private static final long SEED = Long.getLong("sweep.seed", System.currentTimeMillis());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Scene scene = Scene.set();
    private int stopped;
    private int allowed;

    /** A job and its own limits. */
    private record Job(String name, Path inbox, int maxCustomers, int share, int floor) {
        int allowed(int population) {
            return Math.min(maxCustomers, Math.max(floor, population * share / 100));
        }
    }

    @BeforeAll
    void prepareTheLedger() {
        scene.customers(1, 1).plans(ExitCode.OK);
        scene.gateBefore("update on ledger.customer", "true");
    }

    @AfterEach
    void openTheGate() {
        scene.openTheGate();
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    void howeverManyJobsBeginBesideEachOtherTheyStayWithinEachLimitTogether() {
        SoftAssertions seeds = new SoftAssertions();
        for (long seed = SEED; seed < SEED + POINTS; seed++) {
            long next = seed;
            seeds.check(() -> tryOut(next));
        }
        seeds.assertAll();
        if (POINTS > 1) {
            assertThat(stopped).as("runs that a limit has stopped").isPositive();
            assertThat(allowed).as("runs that have written").isPositive();
        }
    }

    private void tryOut(long seed) throws Exception {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        scene.reset().sql("update public.gate set open = false");
        int population = 20 + random.nextInt(100);
        int per30Days = 5 + random.nextInt(25);
        scene.customers(1, population).with("limits.per-30-days", per30Days + "%");
        List<Job> jobs = new ArrayList<>();
        int ofThem = 2 + random.nextInt(3);
        for (int i = 1; i <= ofThem; i++) {
            jobs.add(new Job(
                    "job-" + i,
                    lists("inbox-%d-%d".formatted(seed, i), random, population),
                    3 + random.nextInt(20),
                    3 + random.nextInt(20),
                    random.nextInt(8)));
        }
        String what = "seed %d: %d customers, %d%% in 30 days, %s".formatted(seed, population, per30Days, jobs);

        // all that may write wait before their first removal: they are under way beside each other
        List<CompletableFuture<RunResult>> runs = new ArrayList<>();
        for (Job job : jobs) {
            OffboardingRun run = loaded(job);
            runs.add(CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run")));
            // not in one millisecond, which is a run's name; half of them begin while another is still at its beginning
            awaitUntil(() -> hasBegun(job));
            if (random.nextBoolean()) {
                awaitUntil(() -> atTheGate() + over(runs) == runs.size());
            }
            scene.clock.pass(Duration.ofMillis(5));
        }
        awaitUntil(() -> atTheGate() + over(runs) == runs.size());
        scene.openTheGate();

        int together = 0;
        int most = 0;
        for (int i = 0; i < jobs.size(); i++) {
            RunResult result = runs.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            int attempted = attempted(jobs.get(i)).size();
            together += attempted;
            if (attempted > 0) {
                most = Math.max(most, jobs.get(i).allowed(population));
            }
            expect(result, attempted, what);
        }
        assertThat(together).as(what).isLessThanOrEqualTo(most);
        assertThirtyDays(population, per30Days, what);

        // and one after the other, as often as they like
        scene.clock.pass(Duration.ofHours(1));
        List<Job> later = new ArrayList<>(jobs);
        Collections.shuffle(later, random);
        for (Job job : later) {
            Set<String> before = attempted(job);
            RunResult result = loaded(job).start();
            int attempted = attempted(job).size() - before.size();
            expect(result, attempted, what);
            assertThat(attempted).as(what).isLessThanOrEqualTo(job.allowed(population));
            scene.clock.pass(Duration.ofMinutes(1));
        }
        assertThirtyDays(population, per30Days, what);
    }

    private void expect(RunResult result, int attempted, String what) {
        if (result.exitCode() == ExitCode.STOPPED_BY_LIMIT) {
            stopped++;
            assertThat(attempted).as(what).isZero();
        } else {
            allowed += attempted > 0 ? 1 : 0;
            assertThat(result.exitCode()).as("%s: %s", what, result).isIn(ExitCode.OK, ExitCode.NEEDS_ATTENTION);
        }
    }

    private void assertThirtyDays(int population, int per30Days, String what) {
        assertThat(count("select count(distinct customer_id) from offboarding.intent where sent"))
                .as(what)
                .isLessThanOrEqualTo(Math.max(10, population * per30Days / 100));
    }

    private static Path inbox(Scene scene, String name) throws Exception {
        return Files.createDirectories(scene.folder().resolve(name));
    }

    private Path lists(String name, Random random, int population) throws Exception {
        Path inbox = inbox(scene, name);
        Set<Integer> listed = new TreeSet<>();
        int size = 1 + random.nextInt(16);
        while (listed.size() < size) {
            listed.add(1 + random.nextInt(population));
        }
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        listed.forEach(n -> csv.append("%s,customer-%d.example%n".formatted(Scene.id(n), n)));
        Files.writeString(inbox.resolve("list.csv"), csv);
        return inbox;
    }

    private OffboardingRun loaded(Job job) {
        return scene.with("job", job.name())
                .with("list.csv.inbox", job.inbox().toString())
                .with("limits.max-customers", String.valueOf(job.maxCustomers()))
                .with("limits.max-share", job.share() + "%")
                .with("limits.floor", String.valueOf(job.floor()))
                .loaded();
    }

    private Set<String> attempted(Job job) {
        return new TreeSet<>(
                scene.jdbc().sql("""
                        select e.customer_id::text from offboarding.intent e join offboarding.run r using (run_id)
                         where r.job = ? and e.sent
                        """).param(job.name()).query(String.class).list());
    }

    private boolean hasBegun(Job job) {
        return count("select count(*) from offboarding.run where job = '%s'".formatted(job.name())) == 1;
    }

    private int atTheGate() {
        return count(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    }

    private static int over(List<CompletableFuture<RunResult>> runs) {
        return (int) runs.stream().filter(CompletableFuture::isDone).count();
    }

    private int count(String sql) {
        return scene.jdbc().sql(sql).query(Integer.class).single();
    }

    private static void awaitUntil(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(condition);
    }
}
