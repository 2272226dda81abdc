package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.SettableClock;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Runs over Partner Center that are stopped: whatever they wait for, the wait ends when they are asked to stop. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterStopsTest {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Scene scene = Scene.set();
    private final String secret = PartnerCenterScene.secretOfItsOwn();
    private final PartnerCenterStandIn standIn = PartnerCenterStandIn.start();

    @BeforeEach
    void aJobForPartnerCenter() {
        PartnerCenterScene.connect(scene, standIn, secret);
        scene.with("partner-center.read-timeout", "4s").with("verification.first-after", "100ms");
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
        scene.close();
    }

    private CustomerBuilder[] listed(int count, String status) {
        CustomerBuilder[] customers = new CustomerBuilder[count];
        StringBuilder csv = new StringBuilder("Microsoft ID,Company name,Primary domain name\n");
        for (int i = 0; i < count; i++) {
            customers[i] = standIn.customer("Customer " + i).licence("E3", status);
            csv.append("%s,%s,%s\n".formatted(customers[i].id(), customers[i].companyName(), customers[i].domain()));
        }
        scene.inboxFile("list.csv", csv.toString());
        return customers;
    }

    private OffboardingRun loaded() {
        return loaded(Clock.systemUTC());
    }

    private OffboardingRun loaded(Clock clock) {
        return TestRuns.of(
                scene.read(),
                Mode.RUN,
                scene.folder().resolve(".offboarding"),
                clock,
                Progress.NONE,
                List.of(),
                Duration.ZERO,
                GRACE,
                Duration.ofSeconds(20));
    }

    /** As soon as something waits for what was made to be waited for, the run is asked to stop, and then it does. */
    private Scene.Report askedToStop(Waits waits) throws Exception {
        OffboardingRun run = loaded();
        CompletableFuture<RunResult> running =
                CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
        waits.awaitIt();
        long told = System.nanoTime();
        run.stop();
        RunResult result = running.get(30, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(10));
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.failures()).isEmpty();
        standIn.letGo();
        standIn.faults().clear();
        return Scene.report(result);
    }

    private interface Waits {
        void awaitIt() throws Exception;
    }

    private Waits requests(Endpoint endpoint, int count) {
        return () -> Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> standIn.requests().stream()
                                .filter(it -> it.endpoint() == endpoint)
                                .count()
                        >= count);
    }

    private static List<String> actions(Scene.Report report) {
        return report.table("actions.csv").stream()
                .map(row -> row.get("action") + " " + row.get("result"))
                .toList();
    }

    private Scene.Report nextRunIsThrough(int customers) {
        RunResult result = loaded().start();
        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.OK);
        Scene.Report report = Scene.report(result);
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(customers);
        return report;
    }

    @Test
    void aPauseThatThePlatformAskedForIsNotWaitedFor() throws Exception {
        listed(2, "active");
        standIn.faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .taking(Duration.ofSeconds(300))
                .always();

        Scene.Report stopped = askedToStop(requests(Endpoint.SUBSCRIPTION_WRITE, 1));

        // the next run does not learn that the pause continues: it would ask too early, and be refused again
        assertThat(actions(stopped)).containsExactly("SUSPEND NOT_SENT", "SUSPEND NOT_SENT");
    }

    @Test
    void aTurnInASlowPaceIsNotWaitedFor() throws Exception {
        listed(2, "active");
        scene.with("partner-center.requests-per-minute", "3");

        Scene.Report stopped = askedToStop(requests(Endpoint.SUBSCRIPTION_LIST, 1));

        assertThat(actions(stopped)).isEmpty();
        assertThat(stopped.total("customers", "NOT_READ")).isEqualTo(2);
        scene.with("partner-center.requests-per-minute", "100000");
        nextRunIsThrough(2);
    }

    @Test
    void aWriteThatHangsIsCalledOffLeftOpenAndLookedUpByTheNextRun() throws Exception {
        CustomerBuilder[] customers = listed(2, "active");
        standIn.faults()
                .inject(InjectedFault.HANG_AFTER)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .about(customers[0].id())
                .taking(Duration.ofSeconds(60))
                .once();

        Scene.Report stopped = askedToStop(() -> {
            standIn.awaitHeld(1, Duration.ofSeconds(30));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> standIn.status(customers[1].idOf("E3")).equals("suspended"));
        });

        assertThat(actions(stopped)).containsExactlyInAnyOrder("SUSPEND LOST", "SUSPEND DONE");
        assertThat(stopped.text("actions.csv")).contains("Whether it took effect is not known yet");
        Scene.Report next = nextRunIsThrough(2);
        // its own report was written before anybody could know
        assertThat(next.text("report.json"))
                .contains("1 of its writes were looked up")
                .containsPattern(
                        "customer " + customers[0].id()
                                + ": its SUSPEND of [^ ]+ \\(correlation id [-0-9a-f]{36}\\) had no answer; looked up now, it was found suspended");
        assertThat(standIn.writes())
                .filteredOn(it -> it.endpoint() == Endpoint.SUBSCRIPTION_WRITE)
                .hasSize(2);
    }

    @Test
    void aReadThatHangsIsCalledOff() throws Exception {
        listed(2, "active");
        standIn.faults()
                .inject(InjectedFault.HANG_BEFORE)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .taking(Duration.ofSeconds(60))
                .always();

        Scene.Report stopped = askedToStop(() -> standIn.awaitHeld(2, Duration.ofSeconds(30)));

        assertThat(stopped.total("customers", "NOT_READ")).isEqualTo(2);
        nextRunIsThrough(2);
    }

    @Test
    void aSignInThatHangsIsCalledOff() throws Exception {
        listed(2, "active");
        standIn.faults()
                .inject(InjectedFault.HANG_BEFORE)
                .on(Endpoint.LOGIN)
                .taking(Duration.ofSeconds(60))
                .always();

        Scene.Report stopped = askedToStop(() -> standIn.awaitHeld(1, Duration.ofSeconds(30)));

        assertThat(stopped.total("customers", "NOT_READ")).isEqualTo(2);
        nextRunIsThrough(2);
    }

    @Test
    void effectsThatAreStillToShowAreLeftToTheNextRun() throws Exception {
        CustomerBuilder[] customers = listed(2, "suspended");
        scene.with("verification.first-after", "10m");

        Scene.Report stopped = askedToStop(this::awaitTwoThatAreVerified);

        assertThat(stopped.total("customers", "REMOVED")).isEqualTo(2);
        assertThat(standIn.relationship(customers[0].id())).isEqualTo("none");
        scene.with("verification.first-after", "100ms");
        nextRunIsThrough(2);
    }

    private void awaitTwoThatAreVerified() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> scene.count("offboarding.run_case where next_step = 'verify'") == 2);
    }

    @Test
    void theLongestDurationEndsAWaitOnItsOwn() throws Exception {
        listed(2, "suspended");
        scene.with("verification.first-after", "10m").with("max-duration", "5m");
        SettableClock clock = new SettableClock(Instant.now());
        OffboardingRun run = loaded(clock);
        CompletableFuture<RunResult> running =
                CompletableFuture.supplyAsync(run::start, new SimpleAsyncTaskExecutor("a run"));
        awaitTwoThatAreVerified();
        assertThat(running).isNotDone();

        clock.pass(Duration.ofMinutes(6));

        RunResult result = running.get(30, TimeUnit.SECONDS);

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped()).contains("max-duration");
        assertThat(Scene.report(result).total("customers", "REMOVED")).isEqualTo(2);
    }

    private static final int MANY = 24;

    /** Five calls are made at a time at the most: one under way, and four customers begun. */
    private void manyThatCannotBeSuspended() {
        scene.with("partner-center.in-flight", "1");
        listed(MANY, "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(400, 800002)
                .always();
    }

    private long suspensionsAsked() {
        return standIn.writes().stream()
                .filter(it -> it.endpoint() == Endpoint.SUBSCRIPTION_WRITE)
                .count();
    }

    @Test
    void theFailureBrakeActsWithinAChunk() {
        manyThatCannotBeSuspended();

        RunResult result = loaded().start();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.STOPPED_EARLY);
        assertThat(result.stopped()).contains("in suspend 5 customers failed in a row");
        assertThat(suspensionsAsked()).isBetween(5L, 8L);
        Scene.Report report = Scene.report(result);
        assertThat(report.total("customers", "FAILED")).isEqualTo((int) suspensionsAsked());
        assertThat(report.total("customers", "PLANNED")).isEqualTo(MANY - (int) suspensionsAsked());
        standIn.faults().clear();
        nextRunIsThrough(MANY);
    }

    @Test
    void withoutAFailureBrakeEachIsTried() {
        manyThatCannotBeSuspended();
        scene.with("failure-brake.in-a-row", "0").with("failure-brake.share", "100%");

        RunResult result = loaded().start();

        assertThat(result.exitCode()).describedAs("%s", result).isEqualTo(ExitCode.NEEDS_ATTENTION);
        assertThat(suspensionsAsked()).isEqualTo(MANY);
    }
}
