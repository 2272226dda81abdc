package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.Program;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Runs whose database goes away, cuts their connections or does not commit, on both platforms: their job is started again until it is
 * through, and then nothing is lost nor done twice.
 */
@Tag("loss")
class DatabaseLossTest {

    private static final int POINTS = Math.max(1, Integer.getInteger("sweep.points", 10) / 10);
    private static final long SEED = Long.getLong("sweep.seed", System.currentTimeMillis());
    private static final int RUNS = 40;
    private static final Executor OWN_THREAD = new SimpleAsyncTaskExecutor("a run");

    private final Random random = new Random(SEED);
    private final List<String> story = new ArrayList<>(List.of("seed " + SEED));

    @BeforeEach
    void theSecret() {
        System.setProperty(Program.SECRET, SweptPartnerCenter.SECRET);
    }

    @AfterEach
    void noSecret() {
        System.clearProperty(Program.SECRET);
    }

    private CompletableFuture<RunResult> start(Swept world) {
        return CompletableFuture.supplyAsync(world.scene().loaded()::start, OWN_THREAD);
    }

    private RunResult end(CompletableFuture<RunResult> run) throws Exception {
        RunResult result = run.get(120, TimeUnit.SECONDS);
        story.add(result.exitCode() + " " + result.failures());
        return result;
    }

    /** Nothing stands in the way any more. */
    private void untilItIsThrough(Swept world) throws Exception {
        for (int i = 0; i < RUNS; i++) {
            ExitCode exitCode = end(start(world)).exitCode();
            if (exitCode == ExitCode.OK || exitCode == ExitCode.NEEDS_ATTENTION) {
                return;
            }
        }
        throw new AssertionError("it does not get through: " + story);
    }

    private void assertThrough(Swept world, Aftermath.Undisturbed undisturbed) throws Exception {
        try {
            // what failed on the way, and was reported, is over
            assertThat(end(start(world)).exitCode()).isIn(ExitCode.OK, ExitCode.NEEDS_ATTENTION);
            new Aftermath(world).assertIsAsIfNothingHadHappened(null, undisturbed);
        } catch (AssertionError e) {
            throw new AssertionError(story + ": " + e.getMessage(), e);
        }
    }

    private static void awaitMoment(long moment, Moments moments, CompletableFuture<RunResult> run) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> run.isDone() || moments.seen() >= moment);
    }

    // ---- the server is killed

    @ParameterizedTest
    @EnumSource
    void theServerIsKilledAndStartedAgain(SweptPlatform platform, @TempDir Path folder) throws Exception {
        Victim.Course course = Victim.Course.of(platform);
        try (OwnServer server = new OwnServer(folder)) {
            for (int point = 0; point < POINTS; point++) {
                String url = server.create("point_" + point);
                try (Swept world = platform.world(Scene.on(TestDatabase.at(url)), random.nextBoolean())) {
                    Moments moments = Moments.in(
                            world.scene().jdbc(), world.scene().database().direct());
                    assertThat(world.scene()
                                    .jdbc()
                                    .sql("show fsync")
                                    .query(String.class)
                                    .single())
                            .isEqualTo("on");
                    long moment = 1 + random.nextInt((int) course.moments());
                    story.add("killed at moment " + moment);
                    CompletableFuture<RunResult> run = start(world);
                    awaitMoment(moment, moments, run);
                    server.kill();
                    ExitCode exitCode = end(run).exitCode();
                    assertThat(exitCode)
                            .as("%s", story)
                            .isIn(ExitCode.UNAVAILABLE, ExitCode.OK, ExitCode.NEEDS_ATTENTION);
                    server.start();

                    untilItIsThrough(world);
                    assertThrough(world, course.end());
                }
            }
        }
    }

    /** A server whose data last, on one port. */
    private static final class OwnServer implements AutoCloseable {

        private final Path data;
        private EmbeddedPostgres running;
        private final int port;

        OwnServer(Path folder) throws IOException {
            data = folder.resolve("data");
            running = builder().start();
            port = running.getPort();
        }

        private EmbeddedPostgres.Builder builder() {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setLocaleConfig("locale", "C")
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on");
        }

        void start() throws IOException {
            running = builder().setPort(port).start();
        }

        String create(String database) throws Exception {
            try (var connection = running.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create database " + database);
            }
            return running.getJdbcUrl("postgres", database);
        }

        /** SIGKILL of the process that all others of the server belong to; it is gone once they have noticed. */
        void kill() throws IOException {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            List<ProcessHandle> all = new ArrayList<>();
            ProcessHandle.of(pid).ifPresent(it -> {
                it.children().forEach(all::add);
                all.add(it);
                it.destroyForcibly();
            });
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
            // which finds nobody to stop, and lets go of the folder
            running.close();
        }

        @Override
        public void close() throws IOException {
            running.close();
        }
    }

    // ---- connections are cut

    @ParameterizedTest
    @EnumSource
    void connectionsAreCut(SweptPlatform platform) throws Exception {
        Victim.Course course = Victim.Course.of(platform);
        for (int point = 0; point < POINTS; point++) {
            try (Swept world = platform.world(Scene.set(), random.nextBoolean());
                    Moments moments = Moments.in(
                            world.scene().jdbc(), world.scene().database().direct())) {
                for (int cuts = 0; cuts < 3; cuts++) {
                    long moment = moments.seen() + 1 + random.nextInt((int) course.moments());
                    boolean onlyTheLock = random.nextInt(3) == 0;
                    CompletableFuture<RunResult> run = start(world);
                    awaitMoment(moment, moments, run);
                    story.add("cut at moment %d: %d connections".formatted(moment, moments.cut(onlyTheLock, random)));
                    assertThat(end(run).exitCode())
                            .as("%s", story)
                            .isIn(ExitCode.UNAVAILABLE, ExitCode.OK, ExitCode.NEEDS_ATTENTION);
                }

                untilItIsThrough(world);
                assertThrough(world, course.end());
            }
        }
    }

    // ---- commits fail

    @ParameterizedTest
    @EnumSource
    void everyTenthCommitFails(SweptPlatform platform) throws Exception {
        Victim.Course course = Victim.Course.of(platform);
        for (int point = 0; point < POINTS; point++) {
            try (Swept world = platform.world(Scene.set(), random.nextBoolean())) {
                everyTenthCommitOf(world.scene(), 1 + random.nextInt(10));

                for (int i = 0; i < 6; i++) {
                    end(start(world));
                }
                assertThat(world.scene()
                                .jdbc()
                                .sql("select last_value from public.commits")
                                .query(Long.class)
                                .single())
                        .as("commits")
                        .isGreaterThan(10);
                world.scene().sql("delete from public.failing");
                untilItIsThrough(world);
                assertThrough(world, course.end());
            }
        }
    }

    /** Of the transactions that write to the trail, to cases or to the ledger. */
    private static void everyTenthCommitOf(Scene scene, int first) {
        scene.sql("create sequence public.commits start with " + first);
        scene.sql("create table public.failing (every int)");
        scene.sql("insert into public.failing values (10)");
        scene.sql("""
                create function public.fail_now_and_then() returns trigger language plpgsql as $$
                begin
                  if exists (select from public.failing)
                     and coalesce(current_setting('test.counted', true), '') <> pg_current_xact_id()::text then
                    perform set_config('test.counted', pg_current_xact_id()::text, false);
                    if nextval('public.commits') % 10 = 0 then
                      raise exception 'this commit fails';
                    end if;
                  end if;
                  return null;
                end $$
                """);
        for (String table : List.of(
                "offboarding.event",
                "offboarding.run_case",
                "offboarding.run_plan",
                "offboarding.offboarding_case",
                "ledger.customer",
                "ledger.subscription")) {
            scene.sql(
                    "create constraint trigger fail_now_and_then after insert or update on %s deferrable initially deferred for each row execute function public.fail_now_and_then()"
                            .formatted(table));
        }
    }
}
