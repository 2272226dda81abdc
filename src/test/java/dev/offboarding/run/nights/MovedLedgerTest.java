package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.offboarding.platform.Action;
import dev.offboarding.run.Adoption;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The ledger is moved by a logical copy, and its cases are adopted: the same customers, of whom the same program has written to some. */
class MovedLedgerTest {

    private static final String BEFORE = "before/1";
    private static final String BETWEEN = "between/2";
    private static final String HOW_IT_ENDED =
            "(state, closed_at, removed_at, suspended_ids, effects::text, facts::text)";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** As if the nights until now had been on another ledger. */
    private void theNightsUntilNowWereOn(String identity) {
        for (String table : new String[] {"run", "offboarding_case", "accepted_row", "reservation", "due_day_told"}) {
            scene.sql(
                    "update offboarding.%s set platform_identity = ? where platform_identity not in (?, ?)"
                            .formatted(table),
                    identity,
                    BEFORE,
                    BETWEEN);
        }
    }

    private void adopted(String from) {
        assertThat(new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                        .adopt(new Adoption.Request(null, from, "the ledger was moved", "Ada"))
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    private void tonightAreListed(int from, int to) {
        scene.clock.pass(Duration.ofDays(1));
        scene.listed(IntStream.rangeClosed(from, to).toArray());
    }

    private void diesOnceItHasAskedFor(Action action) {
        Fuse fuse = Fuse.in(scene.jdbc());
        fuse.lay();
        fuse.blowAtOutcome(action);
        assertThat(catchThrowable(scene::run)).isNotNull();
        assertThat(fuse.takenOut()).isTrue();
    }

    /** Another one, without a list, by a clock that goes on: what was lost is looked up once it can no longer take effect. */
    private Scene.Report night() {
        scene.clock.pass(Duration.ofDays(1));
        return Scene.report(TestRuns.of(
                        scene.read(),
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        new QuickClock(scene.clock),
                        Progress.NONE,
                        Duration.ZERO)
                .start());
    }

    /** Of each customer from the first on: a run dies once it has suspended it, and the ledger is moved. */
    private List<UUID> suspendedBeforeTheMove(int customers) {
        scene.customers(1, 5);
        List<UUID> licences = IntStream.rangeClosed(1, customers)
                .mapToObj(n -> scene.subscription(n, "license", "active"))
                .toList();
        tonightAreListed(1, customers);
        diesOnceItHasAskedFor(Action.SUSPEND);
        assertThat(licences).extracting(scene::statusOf).containsOnly("suspended");
        theNightsUntilNowWereOn(BEFORE);
        assertThat(night().text("report.json")).contains("its writes were sent to ledger before/1");
        return licences;
    }

    /** As by an earlier version, which never looked up what was sent to a ledger before it was moved. */
    private Scene.Report nightThatLooksNothingUp() {
        String dead = scene.jdbc()
                .sql("select run_id from offboarding.run where not settled")
                .query(String.class)
                .single();
        scene.sql("update offboarding.run set settled = true where run_id = ?", dead);
        Scene.Report night = night();
        scene.sql("update offboarding.run set settled = false where run_id = ?", dead);
        return night;
    }

    private String caseOf(int customer, String column) {
        return scene.jdbc()
                .sql("select %s::text from offboarding.offboarding_case where customer_id = ?".formatted(column))
                .param(Scene.id(customer))
                .query(String.class)
                .single();
    }

    /** As many again went within the 30 days. */
    @Test
    void whatWasAttemptedOnTheLedgerBeforeItWasMovedCountsFor30Days() {
        scene.customers(1, 60).with("limits.per-30-days", "10%");
        tonightAreListed(1, 10);
        scene.runs(ExitCode.OK);
        theNightsUntilNowWereOn(BEFORE);
        adopted(BEFORE);

        tonightAreListed(11, 11);
        assertThat(scene.runs(ExitCode.STOPPED_BY_LIMIT).text("report.json"))
                .contains("11 customers attempted in 30 days");
    }

    /** Moved twice, and the first time the job had another name. */
    @Test
    void aLedgerThatWasMovedTwiceHasTheMemoryOfBoth() {
        scene.customers(1, 60).with("limits.per-30-days", "10%");
        tonightAreListed(1, 10);
        scene.runs(ExitCode.OK);
        theNightsUntilNowWereOn(BEFORE);
        adopted(BEFORE);
        scene.sql("update offboarding.offboarding_case set platform_identity = ?", BETWEEN);
        theNightsUntilNowWereOn(BETWEEN);
        adopted(BETWEEN);

        tonightAreListed(11, 11);
        scene.runs(ExitCode.STOPPED_BY_LIMIT);
    }

    /** Half of the customers did not come along. */
    @Test
    void aPopulationThatFellWithTheMoveIsSeen() {
        scene.customers(1, 60);
        tonightAreListed(1, 1);
        scene.runs(ExitCode.OK);
        theNightsUntilNowWereOn(BEFORE);
        scene.sql("delete from ledger.customer where customer_id > ?", Scene.id(30));
        adopted(BEFORE);

        tonightAreListed(2, 2);
        assertThat(scene.runs(ExitCode.STOPPED_BY_LIMIT).text("report.json"))
                .contains("29 reseller customers, 60 when a run was last allowed to write");
    }

    @Test
    void whatWasBegunBeforeTheMoveContinuesAndBeginsNoMore() {
        scene.customers(1, 60).with("grace-period", "1d");
        scene.subscription(1, "license", "active");
        tonightAreListed(1, 1);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("GRACE_PERIOD");
        theNightsUntilNowWereOn(BEFORE);
        adopted(BEFORE);

        scene.with("limits.max-customers", "0").clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** The copy was made after the run had died: what became of its removal shows there, and nowhere else any more. */
    @Test
    void aWriteWithoutAnAnswerIsLookedUpOnTheLedgerThatWasAdopted() {
        scene.customers(1, 5);
        tonightAreListed(1, 1);
        diesOnceItHasAskedFor(Action.REMOVE);
        theNightsUntilNowWereOn(BEFORE);
        adopted(BEFORE);

        Scene.Report night = night();
        assertThat(night.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(night.text("report.json")).contains("1 of its writes were looked up");
    }

    /** It was carried over the case as the dead run had left it: open, and the customer, who is back, was removed once more. */
    @Test
    void aCaseThatLaterNightsClosedStaysAsTheyLeftIt() {
        suspendedBeforeTheMove(1);
        adopted(BEFORE);
        assertThat(nightThatLooksNothingUp().outcome(1)).isEqualTo("OFFBOARDED");
        nightThatLooksNothingUp();
        String closed = caseOf(1, HOW_IT_ENDED);
        scene.sql("update ledger.customer set relationship = 'reseller', relationship_ended_at = null");

        assertThat(night().text("report.json")).contains("1 of its writes were looked up");

        assertThat(caseOf(1, HOW_IT_ENDED)).isEqualTo(closed);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    /** What it was found to have suspended counts, and nothing else of it: the grace period began while it was not known. */
    @Test
    void aCaseThatLaterNightsWorkedGoesOnFromThereAndKnowsWhatWasSuspended() {
        scene.with("grace-period", "7d");
        UUID licence = suspendedBeforeTheMove(1).get(0);
        adopted(BEFORE);
        assertThat(nightThatLooksNothingUp().state(1)).isEqualTo("SUSPENDED");
        String until = caseOf(1, "hold_until");
        assertThat(caseOf(1, "suspended_ids")).isEqualTo("{}");

        Scene.Report night = night();

        assertThat(night.state(1)).isEqualTo("SUSPENDED");
        assertThat(caseOf(1, "hold_until")).isEqualTo(until);
        assertThat(caseOf(1, "suspended_ids")).isEqualTo("{" + licence + "}");
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    /** One of its cases is where it was opened: what was asked for there is not looked up here. */
    @Test
    void whatADeadRunAskedForIsLookedUpForThoseWhoseCasesWereAdopted() {
        scene.with("grace-period", "7d");
        UUID licence = suspendedBeforeTheMove(2).get(0);
        adopted(BEFORE);
        scene.sql(
                "update offboarding.offboarding_case set platform_identity = ? where customer_id = ?",
                BEFORE,
                Scene.id(2));

        assertThat(night().text("report.json"))
                .contains(
                        "1 of its writes were looked up, 1 of its writes were sent to ledger before/1 and are looked up once this job works there again, or its cases were adopted where it works");
        assertThat(caseOf(1, "suspended_ids")).isEqualTo("{" + licence + "}");
        assertThat(caseOf(2, "suspended_ids")).isEqualTo("{}");
        assertThat(scene.count("offboarding.open_intent")).isOne();

        adopted(BEFORE);
        assertThat(night().text("report.json")).contains("1 of its writes were looked up");
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    /** The customer has a case on a third ledger, and so a second row in the run that died. */
    @Test
    void aCaseElsewhereKeepsNothingFromBeingLookedUp() {
        scene.with("grace-period", "7d").customers(1, 1);
        scene.subscription(1, "marketplace", "active");
        tonightAreListed(1, 1);
        scene.runs(ExitCode.OK);
        theNightsUntilNowWereOn(BETWEEN);
        scene.sql("delete from ledger.subscription").sql("delete from ledger.support_contact");
        scene.sql("delete from ledger.delegated_admin").sql("delete from ledger.purchase_authority");
        scene.sql("delete from ledger.customer");
        suspendedBeforeTheMove(1);
        assertThat(scene.count(
                        "offboarding.run_case where run_id = (select run_id from offboarding.run where not settled)"))
                .isEqualTo(2);
        adopted(BEFORE);

        assertThat(night().text("report.json")).contains("1 of its writes were looked up");
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    /** A plan looks nothing up, and the customer was suspended before the move: it does not begin with its removal. */
    @Test
    void whatWasAskedForBeforeTheMoveIsNoBeginningForAPlan() {
        suspendedBeforeTheMove(1);
        adopted(BEFORE);

        scene.with("limits.max-customers", "0").clock.pass(Duration.ofDays(1));
        assertThat(scene.plans(ExitCode.OK).actions()).isEmpty();
    }
}
