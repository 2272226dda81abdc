package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.offboarding.platform.Action;
import dev.offboarding.run.Progress;
import dev.offboarding.run.QuickClock;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.crash.Fuse;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A customer of whom nothing was active waits in its grace period, and buys something. That holds it; but of a case of an earlier version
 * nobody knows what its customer held, so that it is suspended. It has a grace period of its own then, however that night ends.
 */
class GracePeriodNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private void waitsInItsGracePeriod() {
        scene.customers(1, 3).with("grace-period", "2d").listed(1);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
    }

    private void andItsCaseIsOfAnEarlierVersion() {
        scene.sql(
                "update offboarding.offboarding_case set facts = (facts::jsonb - 'held_before' - 'inactive_before')::json");
    }

    @Test
    void whatItBoughtIsNotSuspendedUnlessItIsListedAgain() {
        waitsInItsGracePeriod();
        UUID bought = scene.subscription(1, "license", "active");
        Scene.Report night = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(night.hold(1)).isEqualTo("REACTIVATED");
        assertThat(night.actions()).isEmpty();

        scene.clock.pass(Duration.ofDays(1));
        night = scene.listed(1).runs(ExitCode.OK);
        assertThat(night.actions()).containsExactly("SUSPEND " + bought);
        assertThat(night.hold(1)).isEqualTo("GRACE_PERIOD");
    }

    /** What it suspended was found by the next run, or was not shown to it any more, on the last day of the grace period before. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunThatDiedBeforeItHadRecordedASuspensionLeftItNoGracePeriod(boolean hides) {
        waitsInItsGracePeriod();
        andItsCaseIsOfAnEarlierVersion();
        if (hides) {
            scene.hidesWhatIsSuspended();
        }
        scene.subscription(1, "license", "active");
        Fuse fuse = Fuse.in(scene.jdbc());
        fuse.lay();
        fuse.blowAtOutcome(Action.SUSPEND);
        assertThat(catchThrowable(scene::run)).isNotNull();
        assertThat(fuse.takenOut()).isTrue();
        assertThat(scene.jdbc()
                        .sql("select status from ledger.%s".formatted(hides ? "kept" : "subscription"))
                        .query(String.class)
                        .single())
                .isEqualTo("suspended");

        scene.clock.pass(Duration.ofDays(1));
        Scene.Report night = Scene.report(TestRuns.of(
                        scene.read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        new QuickClock(scene.clock),
                        Progress.NONE,
                        List.of(),
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5))
                .start());
        assertThat(night.actions()).isEmpty();
        assertThat(night.hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Of two one could not be suspended, and by the next night somebody else had done that. */
    @Test
    void aSuspensionBesideOneThatFailedWasLeftWithoutAGracePeriod() {
        waitsInItsGracePeriod();
        andItsCaseIsOfAnEarlierVersion();
        UUID bought = scene.subscription(1, "license", "active");
        UUID refused = scene.subscription(1, "license", "active");
        scene.sql(
                "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$");
        scene.sql(
                "create trigger refuse before update on ledger.subscription for each row when (old.subscription_id = '%s') execute function public.refuse()"
                        .formatted(refused));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("FAILED");
        assertThat(List.of(scene.statusOf(bought), scene.statusOf(refused))).containsExactly("suspended", "active");

        scene.sql("drop trigger refuse on ledger.subscription");
        scene.sql("update ledger.subscription set status = 'suspended' where subscription_id = ?", refused);
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report night = scene.runs(ExitCode.OK);
        assertThat(night.actions()).isEmpty();
        assertThat(night.hold(1)).isEqualTo("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Of two the second was not sent, because a third had come meanwhile; that was decided before the first was counted. */
    @Test
    void ofASuspensionBesideOneThatWasNotSentAfterAllRowAndTrailSayTheSame() {
        waitsInItsGracePeriod();
        andItsCaseIsOfAnEarlierVersion();
        scene.subscription(1, "license", "active");
        scene.subscription(1, "license", "active");
        scene.sql("create sequence public.tries");
        scene.sql("""
                create function public.meddle() returns trigger language plpgsql as $$
                declare n bigint := nextval('public.tries');
                begin
                  if n = 1 then raise exception 'not together'; end if;
                  if n = 2 then
                    insert into ledger.subscription (subscription_id, customer_id, name, kind, status)
                    values (gen_random_uuid(), old.customer_id, 'a third', 'license', 'active');
                  end if;
                  return new;
                end $$""");
        scene.sql(
                "create trigger meddle before update on ledger.subscription for each row execute function public.meddle()");

        Scene.Report night = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(night.actions()).hasSize(2);
        assertThat(night.outcome(1)).isEqualTo("HELD");
        assertThat(night.hold(1)).isEqualTo("REACTIVATED");
        assertThat(night.customer(1).get("suspended_at").asString()).startsWith("2026-03-");
    }
}
