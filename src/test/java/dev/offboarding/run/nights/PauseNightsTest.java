package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What somebody has paused is not written to, and nothing of it is undone. */
@Execution(ExecutionMode.CONCURRENT)
class PauseNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Two customers, suspended tonight and removed two days later. */
    private void twoInTheirGracePeriod() {
        scene.customers(1, 4).with("grace-period", "2d").listed(1, 2);
        scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(2));
    }

    @Test
    void aPausedCustomerIsNotRemovedUntilItIsResumed() {
        twoInTheirGracePeriod();
        assertThat(scene.asks(InterventionKind.PAUSE, 1, "they may stay").exitCode())
                .isEqualTo(ExitCode.OK);

        Scene.Report night = scene.runs(ExitCode.OK);

        assertThat(night.outcome(1)).isEqualTo("HELD");
        assertThat(night.hold(1)).isEqualTo("PAUSED");
        assertThat(night.customer(1).get("message").asString())
                .contains("paused by Ada", "they may stay", "until it is resumed");
        assertThat(night.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");

        assertThat(scene.asks(InterventionKind.RESUME, 1, "they go after all").exitCode())
                .isEqualTo(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aPauseWithADateEndsOnThatDayInTheZoneOfTheJob() {
        twoInTheirGracePeriod();
        LocalDate until = LocalDate.of(2026, 3, 14);
        scene.asks(new InterventionOrder.Request(
                InterventionKind.PAUSE, new Target.Customer(Scene.id(1)), "a week of peace", null, until));

        Scene.Report paused = scene.runs(ExitCode.OK);
        assertThat(paused.customer(1).get("hold_until").asString()).isEqualTo("2026-03-14");

        // 23:30 in UTC on the 13th is the 14th in Berlin
        scene.clock.pass(Duration.ofHours(21 + 24));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** The one that lasts longer is what it waits for; whoever ends that one has to know of the other. */
    @Test
    void ofTwoPausesAtOnceTheOneWithoutADateIsShownAndBothAreListed() {
        twoInTheirGracePeriod();
        LocalDate until = LocalDate.of(2026, 3, 20);
        scene.asks(InterventionKind.PAUSE, new Target.All(), "an audit");
        scene.asks(new InterventionOrder.Request(
                InterventionKind.PAUSE, new Target.Customer(Scene.id(1)), "a week of peace", null, until));

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.hold(1)).isEqualTo("PAUSED");
        assertThat(report.customer(1).get("hold_until").isNull()).isTrue();
        assertThat(report.customer(1).get("message").asString()).contains("the whole job is paused", "an audit");
        assertThat(report.customer(1).get("holds").toString())
                .contains("an audit", "until it is resumed", "a week of peace", "before 2026-03-20");

        scene.asks(InterventionKind.RESUME, new Target.All(), "it is over");
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report next = scene.runs(ExitCode.OK);
        assertThat(next.customer(1).get("hold_until").asString()).isEqualTo("2026-03-20");
        assertThat(next.customer(1).get("holds").toString()).doesNotContain("an audit");
    }

    @Test
    void aPausedJobWritesNothingAndItsPlanShowsTheHolds() {
        twoInTheirGracePeriod();
        scene.subscription(3, "license", "active");
        scene.listed(3);
        scene.asks(InterventionKind.PAUSE, new Target.All(), "an audit");
        var ledger = scene.ledger();

        Scene.Report plan = scene.plans(ExitCode.OK);
        Scene.Report night = scene.runs(ExitCode.OK);

        for (Scene.Report report : List.of(plan, night)) {
            for (int n = 1; n <= 3; n++) {
                assertThat(report.hold(n)).as("customer %d", n).isEqualTo("PAUSED");
            }
            assertThat(report.actions()).isEmpty();
            assertThat(report.json().get("notes").toString()).contains("the whole job is paused by Ada", "an audit");
        }
        assertThat(scene.ledger()).isEqualTo(ledger);

        scene.asks(InterventionKind.RESUME, new Target.All(), "the audit is over");
        Scene.Report resumed = scene.runs(ExitCode.OK);
        assertThat(resumed.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(resumed.hold(3)).isEqualTo("GRACE_PERIOD");
    }

    /** The run was at work when somebody paused a customer: what was not sent by then is not sent. */
    @Test
    void aPauseWhileARunIsUnderWayStopsWhatWasNotSent() throws Exception {
        scene.customers(1, 4).listed(1, 2);
        UUID first = scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.gateBefore("update on ledger.subscription", "new.status = 'suspended'");
        CompletableFuture<RunResult> run = CompletableFuture.supplyAsync(scene::run);
        scene.awaitSomebodyAtTheGate();

        InterventionOrder.Result asked = scene.asks(InterventionKind.PAUSE, 1, "not this one");
        scene.openTheGate();
        Scene.Report report = Scene.report(run.get(60, TimeUnit.SECONDS));

        assertThat(asked.lines().toString()).contains("not by a run that is under way either");
        assertThat(scene.statusOf(first)).isEqualTo("suspended");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(report.outcome(1)).isEqualTo("HELD");
        assertThat(report.hold(1)).isEqualTo("PAUSED");
        assertThat(report.customer(1).get("message").asString()).contains("not this one");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
    }

    @Test
    void whatIsNotThereCannotBePausedOrResumed() {
        twoInTheirGracePeriod();

        InterventionOrder.Result nobody = scene.asks(InterventionKind.PAUSE, 4, "who is that");
        InterventionOrder.Result notPaused = scene.asks(InterventionKind.RESUME, 1, "go on");
        InterventionOrder.Result job = scene.asks(InterventionKind.RESUME, new Target.All(), "go on");
        InterventionOrder.Result noReason = scene.asks(InterventionKind.PAUSE, 1, " ");
        InterventionOrder.Result past = scene.asks(new InterventionOrder.Request(
                InterventionKind.PAUSE,
                new Target.Customer(Scene.id(1)),
                "a week of peace",
                null,
                LocalDate.of(2026, 3, 12)));

        assertThat(List.of(nobody, notPaused, job, noReason, past))
                .extracting(InterventionOrder.Result::exitCode)
                .containsOnly(ExitCode.WRONG_USAGE);
        assertThat(nobody.lines().toString()).contains("no open case");
        assertThat(notPaused.lines().toString()).contains("is not paused");
        assertThat(past.lines().toString()).contains("2026-03-12", "not after today");
        assertThat(scene.count("offboarding.intervention")).isZero();
    }
}
