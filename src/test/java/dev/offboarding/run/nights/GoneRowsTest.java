package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.run.Adoption;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.StandingList;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What makes a row gone, in both kinds of lists that are the whole truth. Whoever is gone and back is listed again, and whose row is gone
 * waits: each is a way in which a list that is broken does harm.
 */
@Execution(ExecutionMode.CONCURRENT)
class GoneRowsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String[] row(int n) {
        return new String[] {Scene.id(n).toString(), "customer-" + n + ".example", "T"};
    }

    private static List<String[]> rows(int... customers) {
        return IntStream.of(customers).mapToObj(GoneRowsTest::row).toList();
    }

    private static List<String[]> rowsFrom(int first, int last) {
        return rows(IntStream.rangeClosed(first, last).toArray());
    }

    private static List<String[]> with(List<String[]> rows, String... row) {
        List<String[]> all = new ArrayList<>(rows);
        all.add(row);
        return all;
    }

    private void aNightPasses() {
        scene.clock.pass(Duration.ofDays(1));
    }

    /** What another system does when a customer signs up again. */
    private void comesBack(int n) {
        scene.sql(
                "update ledger.customer set relationship = 'reseller', relationship_ended_at = null where customer_id = ?",
                Scene.id(n));
    }

    private long removals() {
        return scene.count("offboarding.intent where action = 'REMOVE'");
    }

    /** 29, 45 */
    @ParameterizedTest
    @EnumSource
    void aListThatSaysNothingOfWhoIsListedMadeEverybodyGone(StandingList source) {
        scene.customers(1, 30);
        // open, and held for something else
        scene.subscription(10, "marketplace", "active");
        source.set(scene, rowsFrom(1, 10));
        scene.runs(ExitCode.OK);
        IntStream.rangeClosed(1, 9).forEach(this::comesBack);
        assertThat(removals()).isEqualTo(9);
        Map<String, Runnable> broken = new LinkedHashMap<>();
        broken.put("empty", () -> source.set(scene, List.of()));
        broken.put("refused", () -> source.set(scene, with(rowsFrom(2, 9), row(2)[0], "else.example", "U")));
        broken.put("lost too many", () -> source.set(scene, rowsFrom(3, 8)));
        broken.put(
                "set aside",
                () -> source.set(scene, with(with(rowsFrom(2, 9), row(1)[0], "", "T"), row(10)[0], "", "T")));
        broken.put(
                "set aside without a valid id",
                () -> source.set(
                        scene,
                        with(
                                with(rowsFrom(2, 9), "a" + row(1)[0], row(1)[1], "T"),
                                "a" + row(10)[0],
                                row(10)[1],
                                "T")));
        broken.put("unreadable", () -> source.breakIt(scene));
        // of whom two would be written to
        broken.put("stopped by a limit", () -> {
            source.set(scene, with(with(rowsFrom(2, 9), row(20)), row(21)));
            scene.with("limits.max-customers", "1");
        });
        broken.forEach((what, list) -> {
            aNightPasses();
            list.run();
            RunResult result = scene.run();
            if (!what.equals("stopped by a limit") && result.summary() != null) {
                assertThat(Scene.report(result).holds(10)).as(what).doesNotContain("NOT_LISTED");
            }
            aNightPasses();
            scene.with("limits.max-customers", "1000");
            source.set(scene, rowsFrom(1, 10));
            Scene.Report whole = Scene.report(scene.run());
            assertThat(whole.actions()).as(what).isEmpty();
            assertThat(whole.holds(10)).as(what).doesNotContain("NOT_LISTED");
        });
        assertThat(removals()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource
    void aListThatStayedBrokenForNightsListsNobodyAgainOnceItIsCorrected(StandingList source) {
        scene.customers(1, 12);
        source.set(scene, rowsFrom(1, 10));
        scene.runs(ExitCode.OK);
        IntStream.rangeClosed(1, 10).forEach(this::comesBack);
        for (int night = 1; night <= 3; night++) {
            aNightPasses();
            source.set(scene, rowsFrom(5, 8));
            scene.run();
        }

        aNightPasses();
        source.set(scene, rowsFrom(1, 10));
        scene.run();

        assertThat(removals()).isEqualTo(10);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    /** A list that lost too many is not believed the first time; it need not grow again before one is. */
    @ParameterizedTest
    @EnumSource
    void aListThatReallyShrankIsBelievedFromItsSecondNightOn(StandingList source) {
        scene.customers(1, 12).with("grace-period", "9d");
        IntStream.rangeClosed(1, 10).forEach(n -> scene.subscription(n, "license", "active"));
        source.set(scene, rowsFrom(1, 10));
        scene.runs(ExitCode.OK);

        aNightPasses();
        source.set(scene, rowsFrom(5, 8));
        Scene.Report fell = scene.runs(ExitCode.OK);
        assertThat(fell.holds(1)).containsExactly("GRACE_PERIOD");
        assertThat(fell.text("report.json"))
                .contains("6 of the 10 rows of the list that was accepted before are missing tonight")
                .contains("6 open cases");

        aNightPasses();
        Scene.Report stayed = scene.runs(ExitCode.OK);
        assertThat(stayed.holds(1)).contains("NOT_LISTED");
        assertThat(stayed.holds(5)).doesNotContain("NOT_LISTED");
        assertThat(stayed.text("report.json")).doesNotContain("are missing tonight");

        aNightPasses();
        source.set(scene, rowsFrom(6, 8));
        assertThat(scene.runs(ExitCode.OK).holds(5)).contains("NOT_LISTED");

        // what is gone stays so in a night without a list
        aNightPasses();
        source.set(scene, List.of());
        RunResult empty = scene.run();
        assertThat(Scene.report(empty).holds(5)).contains("NOT_LISTED");
        assertThat(Scene.report(empty).holds(6)).doesNotContain("NOT_LISTED");

        aNightPasses();
        source.set(scene, rowsFrom(1, 10));
        Scene.Report back = scene.runs(ExitCode.OK);
        assertThat(back.holds(1)).containsExactly("GRACE_PERIOD");
        assertThat(back.holds(5)).containsExactly("GRACE_PERIOD");
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatWasSetAsideHeldItsOpenCase(StandingList source) {
        scene.customers(1, 6).with("grace-period", "1d");
        UUID licence = scene.subscription(1, "license", "active");
        scene.subscription(2, "license", "active");
        scene.subscription(3, "license", "active");
        source.set(scene, rowsFrom(1, 4));
        scene.runs(ExitCode.OK);
        aNightPasses();
        // one of which the domain, one of which the id cannot be read, and one that is gone
        source.set(scene, with(with(rows(4), row(1)[0], "", "T"), "a" + row(2)[0], row(2)[1], "T"));

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(report.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(report.hold(3)).isEqualTo("NOT_LISTED");
        // while some row's customer cannot be determined, no one becomes gone for good
        comesBack(2);
        aNightPasses();
        source.set(scene, rowsFrom(1, 4));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(2)).isEqualTo("RE_ESTABLISHED");
    }

    /** Most rows of a good night go by our own done statement: whoever was taken off beside them went on, and was removed. */
    @Test
    void rowsThatDoneHasTakenOutMadeAListLookBrokenAndWhoWasTakenOffWentOn() {
        scene.customers(1, 30);
        UUID eleven = scene.subscription(11, "marketplace", "active");
        UUID twelve = scene.subscription(12, "marketplace", "active");
        StandingList.DATABASE.set(scene, rowsFrom(1, 12));
        scene.listedBy("select customer_id, domain, ticket from crm.to_offboard order by n")
                .with("list.database.done", "delete from crm.to_offboard where customer_id = :customer_id");
        scene.runs(ExitCode.OK);
        assertThat(scene.count("crm.to_offboard")).isEqualTo(2);

        aNightPasses();
        scene.sql(
                "delete from crm.to_offboard where customer_id = ?",
                Scene.id(11).toString());
        for (UUID subscription : List.of(eleven, twelve)) {
            scene.sql("update ledger.subscription set status = 'deleted' where subscription_id = ?", subscription);
        }
        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.hold(11)).isEqualTo("NOT_LISTED");
        assertThat(scene.relationshipOf(11)).isEqualTo("reseller");
        assertThat(report.outcome(12)).isEqualTo("OFFBOARDED");
        assertThat(report.text("report.json")).doesNotContain("are missing tonight");
    }

    /** A list in which no one is new, and which a limit stops, because of what has become due on its own. */
    @ParameterizedTest
    @EnumSource
    void aListThatALimitStoppedTookAnOpenCaseOff(StandingList source) {
        scene.customers(1, 6).with("grace-period", "2d");
        IntStream.rangeClosed(1, 5).forEach(n -> scene.subscription(n, "license", "active"));
        source.set(scene, rowsFrom(1, 3));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, with(with(rows(2, 3), row(4)), row(5)));
        scene.with("limits.max-customers", "1").runs(ExitCode.STOPPED_BY_LIMIT);

        // and in the night on which it is due there is no list at all
        aNightPasses();
        source.set(scene, List.of());
        scene.with("limits.max-customers", "1000");

        assertThat(Scene.report(scene.run()).outcome(1)).isEqualTo("OFFBOARDED");
    }

    // ---- only what was there can be gone

    private void inItsGracePeriod(int... customers) {
        scene.with("grace-period", "10d");
        IntStream.of(customers).forEach(n -> scene.subscription(n, "license", "active"));
    }

    private Scene.Report goOnInTheirGracePeriod(int... customers) {
        Scene.Report report = scene.runs(ExitCode.OK);
        IntStream.of(customers)
                .forEach(n -> assertThat(report.holds(n)).as("customer %d", n).containsExactly("GRACE_PERIOD"));
        assertThat(report.actions()).noneMatch(action -> action.startsWith("REACTIVATE"));
        assertThat(scene.count("offboarding.intervention where kind = 'WITHDRAW'"))
                .isZero();
        return report;
    }

    /** Eight of eight were reactivated: none of their rows had ever been in that list. */
    @ParameterizedTest
    @EnumSource
    void whomAnInboxHadListedGoesOnUnderAStandingListThatItsRowWasNeverIn(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1, 2, 3, 4, 5, 6, 7, 8);
        scene.listed(1, 2, 3, 4, 5, 6, 7, 8).runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, rows(9));

        goOnInTheirGracePeriod(1, 8);
        scene.with("withdraw-when-unlisted", "true");
        for (int night = 1; night <= 2; night++) {
            aNightPasses();
            goOnInTheirGracePeriod(1, 8);
        }

        // one of them was in it, and is not any more
        scene.with("withdraw-when-unlisted", "false");
        source.set(scene, rows(9, 8));
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).holds(8)).containsExactly("GRACE_PERIOD");
        source.set(scene, rows(9));
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).holds(8)).contains("NOT_LISTED");
        // and is listed by a file since
        scene.without("list.csv.file")
                .without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString());
        scene.listed(8);
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).holds(8)).containsExactly("GRACE_PERIOD");
        source.set(scene, rows(9));
        aNightPasses();
        assertThat(scene.runs(ExitCode.OK).holds(8)).containsExactly("GRACE_PERIOD");
        scene.clock.pass(Duration.ofDays(10));
        Scene.Report due = scene.runs(ExitCode.OK);
        assertThat(due.outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(due.outcome(8)).isEqualTo("OFFBOARDED");
    }

    @ParameterizedTest
    @EnumSource
    void casesOfAnInboxThatAJobWithAStandingListAdoptsGoOn(StandingList source) {
        scene.customers(1, 30).with("withdraw-when-unlisted", "true");
        inItsGracePeriod(1, 2, 3, 4, 5, 6, 7, 8);
        scene.listed(1, 2, 3, 4, 5, 6, 7, 8).runs(ExitCode.OK);
        aNightPasses();
        scene.renamed("crm");
        source.set(scene, rows(9));
        scene.runs(ExitCode.NEEDS_ATTENTION);
        Adoption.Result adopted = new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                .adopt(new Adoption.Request("nightly", null, "renamed", "Ada"));
        assertThat(adopted.exitCode()).as("%s", adopted.lines()).isEqualTo(ExitCode.OK);

        for (int night = 1; night <= 2; night++) {
            aNightPasses();
            goOnInTheirGracePeriod(1, 8);
        }
    }

    private static final List<String> DATED = List.of("customer_id", "domain", "ticket", "effective_date");

    private static String[] due(int n, String date) {
        String[] row = row(n);
        return new String[] {row[0], row[1], row[2], date};
    }

    private void listedByTheOtherJob(String name, String csv) {
        aNightPasses();
        scene.with("job", "other")
                .without("list.csv.file")
                .without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString());
        scene.inboxFile(name, csv);
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");
        scene.with("job", "nightly");
    }

    /** It was suspended in the night after the other job had listed it, and not listed any more from the next one on. */
    @ParameterizedTest
    @EnumSource
    void whomAnotherJobHasListedSinceItsRowWasGoneIsOffboarded(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1);
        source.set(scene, DATED, List.of(due(1, "2030-01-01"), due(2, "2030-01-01"), due(3, "2030-01-01")));
        assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("NOT_DUE");
        aNightPasses();
        Runnable without = () -> source.set(scene, DATED, List.of(due(2, "2030-01-01"), due(3, "2030-01-01")));
        without.run();
        assertThat(scene.runs(ExitCode.OK).holds(1)).contains("NOT_LISTED");

        listedByTheOtherJob(
                "urgent.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,2026-03-10\n".formatted(Scene.id(1)));

        without.run();
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("SUSPENDED");
        scene.with("withdraw-when-unlisted", "true");
        for (int night = 1; night <= 2; night++) {
            aNightPasses();
            goOnInTheirGracePeriod(1);
        }
        scene.clock.pass(Duration.ofDays(10));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Neither job did anything: the one that has its case took it for gone, the other one for worked elsewhere. */
    @ParameterizedTest
    @EnumSource
    void whomAnotherJobHasListedAsItWasSinceItsRowWasGoneIsOffboarded(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1);
        source.set(scene, rows(1, 2, 3));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, rows(2, 3));
        assertThat(scene.runs(ExitCode.OK).holds(1)).contains("NOT_LISTED");

        listedByTheOtherJob("same.csv", "customer_id,domain,ticket\n" + String.join(",", row(1)) + "\n");

        source.set(scene, rows(2, 3));
        goOnInTheirGracePeriod(1);
        scene.clock.pass(Duration.ofDays(10));
        source.set(scene, rows(2, 3));
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** The one customer has something to be put back, the other nothing, so that its case would be closed at once. */
    @ParameterizedTest
    @EnumSource
    void whomAnotherJobListedWhileTheNightThatWithdrewThemAsGoneWasObservingTheyWereWithdrawn(StandingList source) {
        scene.customers(1, 30).with("withdraw-when-unlisted", "true");
        inItsGracePeriod(1);
        scene.subscription(2, "marketplace", "active");
        source.set(scene, rowsFrom(1, 12));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, rowsFrom(3, 12));
        LoadedJobFile nightly = scene.read();
        scene.with("job", "other")
                .without("list.csv.file")
                .without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString());
        scene.inboxFile(
                "same.csv",
                "customer_id,domain,ticket\n" + String.join(",", row(1)) + "\n" + String.join(",", row(2)) + "\n");
        Runnable theOtherJob = () -> assertThat(scene.runs(ExitCode.OK).hold(1)).isEqualTo("OTHER_JOB");

        Scene.Report night = Scene.report(TestRuns.of(
                        nightly,
                        Mode.RUN,
                        scene.folder().resolve(".offboarding"),
                        scene.clock,
                        new WhenStepBegins("check-limits", theOtherJob),
                        Duration.ZERO)
                .start());

        assertThat(night.json().get("exit_code").asInt()).isZero();
        assertThat(night.actions()).isEmpty();
        assertThat(List.of(night.outcome(1), night.outcome(2))).containsExactly("SUSPENDED", "HELD");
        assertThat(night.customer(2).get("message").asString()).contains("another job");
        assertThat(scene.count("offboarding.intervention")).isZero();
        assertThat(scene.count("offboarding.offboarding_case where closed_at is null and customer_id <= '%s'"
                        .formatted(Scene.id(2))))
                .isEqualTo(2);
        scene.with("job", "nightly").with("withdraw-when-unlisted", "true");
        source.set(scene, rowsFrom(3, 12));
        aNightPasses();
        night = scene.runs(ExitCode.OK);
        assertThat(List.of(night.hold(1), night.hold(2))).containsExactly("GRACE_PERIOD", "MARKETPLACE");
    }

    /** Cases that had waited as not listed were closed while they were observed, whatever the limit said afterwards. */
    @ParameterizedTest
    @EnumSource
    void whatALimitStoppedFromBeingWithdrawnWasWithdrawnNevertheless(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1);
        scene.subscription(2, "marketplace", "active");
        scene.subscription(3, "marketplace", "active");
        source.set(scene, rowsFrom(1, 12));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, rowsFrom(4, 12));
        assertThat(scene.runs(ExitCode.OK).holds(1)).contains("NOT_LISTED");
        scene.with("withdraw-when-unlisted", "true").with("limits.max-customers", "2");
        aNightPasses();

        Scene.Report night = scene.runs(ExitCode.STOPPED_BY_LIMIT);

        assertThat(scene.count(
                        "offboarding.offboarding_case where closed_at is null and holds::text like '%NOT_LISTED%'"))
                .isEqualTo(3);
        assertThat(List.of(night.outcome(1), night.outcome(2))).containsExactly("PLANNED", "HELD");
    }

    /** Whoever takes a row off after the other job's file was taken means it. */
    @ParameterizedTest
    @EnumSource
    void whomAnotherJobHadListedWhileItsRowWasThereWaitsOnceItIsGone(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1);
        source.set(scene, rows(1, 2, 3));
        scene.runs(ExitCode.OK);
        listedByTheOtherJob(
                "other.csv", "customer_id,domain,ticket\n%s,customer-1.example,T-9\n".formatted(Scene.id(1)));
        for (int night = 1; night <= 2; night++) {
            aNightPasses();
            source.set(scene, rows(1, 2, 3));
            assertThat(scene.runs(ExitCode.OK).holds(1)).containsExactly("GRACE_PERIOD");
        }

        aNightPasses();
        source.set(scene, rows(2, 3));

        assertThat(scene.runs(ExitCode.OK).holds(1)).contains("NOT_LISTED");
    }

    // ---- whoever was withdrawn as gone, and is back

    private UUID withdrawnByItsList(StandingList source, Runnable gone) {
        scene.customers(1, 30).with("withdraw-when-unlisted", "true");
        inItsGracePeriod(1, 2, 3, 4);
        UUID licence = scene.subscription(5, "license", "active");
        source.set(scene, rowsFrom(1, 12));
        scene.runs(ExitCode.OK);
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        aNightPasses();
        gone.run();
        assertThat(scene.statusOf(licence)).isEqualTo("active");
        aNightPasses();
        source.set(scene, rowsFrom(1, 12));
        return licence;
    }

    private void fiveIsGoneAndTheRowOfSevenBroken(StandingList source, String domain) {
        source.set(scene, with(rows(1, 2, 3, 4, 6, 8, 9, 10, 11, 12), "nobody", domain, "T"));
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatWasGoneBesideABrokenOneWithdrewItsCaseAndListsItsCustomerAgainOnceItIsBack(StandingList source) {
        UUID licence = withdrawnByItsList(source, () -> {
            fiveIsGoneAndTheRowOfSevenBroken(source, "customer-7.example");
            assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(5)).isEqualTo("WITHDRAWN");
        });

        Scene.Report back = scene.runs(ExitCode.OK);

        assertThat(back.holds(5)).containsExactly("GRACE_PERIOD");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        // what was broken was not gone
        assertThat(back.holds(7)).containsExactly("GRACE_PERIOD");
        assertThat(back.text("report.json")).contains("11 rows are nothing new");
    }

    /** Whose row it is nobody can tell: whoever is missing waits, and only the next list withdraws whom it is without. */
    @ParameterizedTest
    @EnumSource
    void aRowThatWasGoneBesideABrokenOneThatMayBeAnybodysWithdrewItsCaseOnlyOnceThatWasCorrected(StandingList source) {
        UUID licence = withdrawnByItsList(source, () -> {
            fiveIsGoneAndTheRowOfSevenBroken(source, "x.example");
            Scene.Report broken = scene.runs(ExitCode.NEEDS_ATTENTION);
            assertThat(broken.hold(5)).isEqualTo("NOT_LISTED");
            assertThat(broken.hold(7)).isEqualTo("NOT_LISTED");
            assertThat(broken.actions()).isEmpty();
            aNightPasses();
            source.set(scene, rows(1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12));
            Scene.Report corrected = scene.runs(ExitCode.OK);
            assertThat(corrected.outcome(5)).isEqualTo("WITHDRAWN");
            assertThat(corrected.holds(7)).containsExactly("GRACE_PERIOD");
        });

        Scene.Report back = scene.runs(ExitCode.OK);

        assertThat(back.holds(5)).containsExactly("GRACE_PERIOD");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatAListLostTooManyOfWithdrewTheirCasesInItsSecondNightAndListThemAgainOnceTheyAreBack(
            StandingList source) {
        UUID licence = withdrawnByItsList(source, () -> {
            source.set(scene, rows(1, 2, 3, 4, 6, 7, 8));
            assertThat(scene.runs(ExitCode.OK).holds(5)).containsExactly("GRACE_PERIOD");
            aNightPasses();
            assertThat(scene.runs(ExitCode.OK).outcome(5)).isEqualTo("WITHDRAWN");
        });

        Scene.Report back = scene.runs(ExitCode.OK);

        assertThat(back.holds(5)).containsExactly("GRACE_PERIOD");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        assertThat(back.text("report.json")).contains("11 rows are nothing new");
    }

    /** Someone has to look at it, and a row that is back says that it is to go. */
    @ParameterizedTest
    @EnumSource
    void aCaseThatWaitedAsNotListedIsListedAgainOnceItsRowIsBack(StandingList source) {
        scene.customers(1, 30);
        inItsGracePeriod(1, 2, 3, 4);
        UUID licence = scene.subscription(5, "license", "active");
        source.set(scene, rowsFrom(1, 12));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, with(rows(1, 2, 3, 4, 6, 8, 9, 10, 11, 12), "nobody", "customer-7.example", "T"));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).holds(5)).contains("NOT_LISTED");
        scene.sql("update ledger.subscription set status = 'active' where subscription_id = ?", licence);
        aNightPasses();
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).hold(5)).isEqualTo("REACTIVATED");

        aNightPasses();
        source.set(scene, rowsFrom(1, 12));

        assertThat(scene.runs(ExitCode.OK).outcome(5)).isEqualTo("SUSPENDED");
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
    }

    /** Of a customer who was offboarded, too: the broken row is known to be another one's. */
    @ParameterizedTest
    @EnumSource
    void aRowThatWasGoneBesideABrokenOneOfSomebodyElseListsACustomerAgainWhoWasOffboarded(StandingList source) {
        scene.customers(1, 30);
        source.set(scene, rowsFrom(1, 12));
        scene.runs(ExitCode.OK);
        aNightPasses();
        source.set(scene, with(rows(1, 2, 3, 4, 6, 8, 9, 10, 11, 12), "nobody", "customer-7.example", "T"));
        scene.runs(ExitCode.NEEDS_ATTENTION);
        comesBack(5);
        comesBack(7);
        aNightPasses();
        source.set(scene, rowsFrom(1, 12));

        Scene.Report back = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(back.outcome(5)).isEqualTo("OFFBOARDED");
        assertThat(back.outcome(7)).isEqualTo("RE_ESTABLISHED");
        assertThat(scene.relationshipOf(7)).isEqualTo("reseller");
    }
}
