package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Cases that their job's new name, or a ledger's move, would leave behind are taken over on somebody's word. */
@Execution(ExecutionMode.CONCURRENT)
class AdoptCommandTest {

    private final Scene scene = Scene.set();
    private final StringWriter said = new StringWriter();

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String... args) {
        said.getBuffer().setLength(0);
        return CommandLineProgram.execute(new PrintWriter(said, true), new PrintWriter(said, true), args);
    }

    private int adopt(String... options) {
        List<String> args = new ArrayList<>(List.of("adopt", scene.jobFile().toString()));
        args.addAll(List.of(options));
        return type(args.toArray(String[]::new));
    }

    private String jobOfTheCase() {
        return scene.jdbc()
                .sql("select string_agg(job || ' ' || platform_identity, ',') from offboarding.offboarding_case")
                .query(String.class)
                .single();
    }

    private String identity() {
        return scene.jdbc()
                .sql("select max(platform_identity) from offboarding.run")
                .query(String.class)
                .single();
    }

    private String identityHere() {
        return scene.jdbc()
                .sql("select platform_identity from offboarding.run where platform_identity <> 'elsewhere/1' limit 1")
                .query(String.class)
                .single();
    }

    /** One that waits for somebody to cancel a marketplace purchase. */
    private void anOpenCaseOf(String job) {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.with("job", job).listed(1);
        assertThat(type("run", scene.jobFile().toString())).as(said.toString()).isZero();
    }

    /** Incident 49: a renamed job left its cases behind. */
    @Test
    void aRenamedJobTakesOverItsCasesAndContinuesWithThem() {
        anOpenCaseOf("nightly");
        scene.with("job", "renamed");

        assertThat(adopt("--job", "nightly", "--reason", "the job was renamed", "--by", "Ada"))
                .as(said.toString())
                .isZero();

        assertThat(said.toString())
                .contains("1 open case was taken over by job renamed on " + identity() + ": " + Scene.id(1));
        assertThat(jobOfTheCase()).isEqualTo("renamed " + identity());
        assertThat(scene.jdbc()
                        .sql("select data from offboarding.event where kind = 'ADOPTED'")
                        .query(String.class)
                        .list())
                .singleElement()
                .asString()
                .contains(
                        "\"from_job\":\"nightly\"",
                        "\"to_job\":\"renamed\"",
                        "\"reason\":\"the job was renamed\"",
                        "\"by\":\"Ada\"",
                        "\"by_is_a_claim\":true");

        scene.sql("update ledger.subscription set status = 'deleted'");
        assertThat(type("run", scene.jobFile().toString())).as(said.toString()).isZero();
        assertThat(said.toString()).contains("1 offboarded");
        List<String> folders = new ArrayList<>(List.of("verify-report"));
        scene.reports().forEach(folder -> folders.add(folder.toString()));
        assertThat(type(folders.toArray(String[]::new))).as(said.toString()).isZero();
    }

    /** It is suspended, and the process is gone before it was written down that it is. */
    private UUID suspendedByARunThatDied() {
        scene.customers(1, 5);
        UUID licence = scene.subscription(1, "license", "active");
        scene.with("job", "nightly").with("grace-period", "7d").listed(1);
        assertThat(type("plan", scene.jobFile().toString())).as(said.toString()).isZero();
        aRunDies();
        assertThat(scene.statusOf(licence)).isEqualTo("suspended");
        return licence;
    }

    private void aRunDies() {
        scene.sql(
                "create function public.die() returns trigger language plpgsql as 'begin raise exception ''dead''; end'");
        scene.sql("create trigger die before insert on offboarding.event for each row "
                + "when (new.kind = 'OUTCOME') execute function public.die()");
        assertThat(type("run", scene.jobFile().toString())).isNotZero();
        scene.sql("drop trigger die on offboarding.event");
    }

    private void takesOverTheCasesOfNightly() {
        assertThat(adopt("--job", "nightly", "--reason", "the job was renamed"))
                .as(said.toString())
                .isZero();
    }

    private void isPutBack(UUID licence) {
        assertThat(type("withdraw", scene.jobFile().toString(), Scene.id(1).toString(), "--reason", "they stay"))
                .as(said.toString())
                .isZero();
        assertThat(scene.statusOf(licence)).isEqualTo("active");
        assertThat(scene.count("offboarding.open_intent")).isZero();
    }

    /** Nobody looked up what it had suspended: the customer was withdrawn, and stayed suspended without a word. */
    @Test
    void casesOfARunThatDiedAreTakenOverOnceItIsTakenUp() {
        UUID licence = suspendedByARunThatDied();
        scene.with("job", "renamed");

        assertThat(adopt("--job", "nightly", "--reason", "the job was renamed")).isEqualTo(2);

        assertThat(said.toString())
                .contains("of job nightly did not come to its end: what became of 1 of its writes is not known");
        assertThat(jobOfTheCase()).startsWith("nightly ");
        scene.with("job", "nightly");
        type("run", scene.jobFile().toString());
        assertThat(said.toString()).contains("Taken up: run ");
        scene.with("job", "renamed");
        takesOverTheCasesOfNightly();
        isPutBack(licence);
    }

    /** The night that takes it up may write nothing, where the job is paused. */
    @Test
    void aRunThatDiedIsTakenUpByAPausedJobWhichWritesNothing() {
        UUID licence = suspendedByARunThatDied();
        UUID another = scene.subscription(2, "license", "active");
        scene.with("job", "renamed");
        assertThat(adopt("--job", "nightly", "--reason", "renamed")).isEqualTo(2);
        assertThat(said.toString()).contains("a night like any other, with its writes", "pause JOBFILE --all");

        scene.with("job", "nightly").listed(2);
        String nightly = scene.jobFile().toString();
        assertThat(type("pause", nightly, "--all", "--reason", "to be renamed")).isZero();
        type("run", nightly);

        assertThat(said.toString()).contains("1 of its writes were looked up");
        assertThat(scene.count("offboarding.open_intent")).isZero();
        assertThat(scene.statusOf(another)).isEqualTo("active");
        assertThat(type("resume", nightly, "--all", "--reason", "it is taken up"))
                .as(said.toString())
                .isZero();
        scene.with("job", "renamed");
        takesOverTheCasesOfNightly();
        isPutBack(licence);
    }

    /** What it asked for there nobody asks about here, and the case there stays where it is. */
    @Test
    void aRunThatDiedElsewhereKeepsNoCaseHereFromBeingTakenOver() {
        suspendedByARunThatDied();
        scene.unwrite("update offboarding.run set platform_identity = 'elsewhere/1'");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        scene.listed(1);
        type("run", scene.jobFile().toString());
        assertThat(scene.count("offboarding.offboarding_case"))
                .as(said.toString())
                .isEqualTo(2);
        scene.with("job", "renamed");

        takesOverTheCasesOfNightly();

        assertThat(jobOfTheCase()).contains("nightly elsewhere/1", "renamed " + identityHere());
    }

    /** Its report is still to be written, by a run of its job, and says nothing of what is here. */
    @Test
    void aRunThatDiedElsewhereWithoutAReportKeepsNoCaseHereFromBeingTakenOver() {
        anOpenCaseOf("nightly");
        scene.subscription(2, "license", "active");
        scene.with("grace-period", "7d").listed(2);
        aRunDies();
        scene.unwrite(
                "update offboarding.run set platform_identity = 'elsewhere/1', reported_at = null, manifest_sha256 = null where not settled");
        scene.sql(
                "update offboarding.offboarding_case set platform_identity = 'elsewhere/1' where customer_id = ?",
                Scene.id(2));
        scene.with("job", "renamed");

        takesOverTheCasesOfNightly();

        assertThat(jobOfTheCase()).contains("nightly elsewhere/1", "renamed " + identityHere());
    }

    /** Where it was sent nobody works any more, and on the copy it was not looked up either. */
    @Test
    void whatARunThatDiedHadAskedForIsLookedUpOnTheLedgerThatWasMovedHere() {
        UUID licence = suspendedByARunThatDied();
        scene.unwrite("update offboarding.run set platform_identity = 'elsewhere/1'");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        type("run", scene.jobFile().toString());
        assertThat(said.toString()).contains("its writes were sent to ledger elsewhere/1");

        assertThat(adopt("--platform", "elsewhere/1", "--reason", "the ledger was moved"))
                .as(said.toString())
                .isZero();
        // before that was looked up, another name has to wait
        scene.with("job", "renamed");
        assertThat(adopt("--job", "nightly", "--reason", "the job was renamed")).isEqualTo(2);
        scene.with("job", "nightly");

        isPutBack(licence);
    }

    /** The way out of incident 24: the ledger was moved by a logical copy. */
    @Test
    void aLedgerThatWasMovedTakesItsCasesAlong() {
        anOpenCaseOf("nightly");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");

        assertThat(adopt("--platform", "elsewhere/1", "--reason", "the ledger was moved"))
                .as(said.toString())
                .isZero();

        assertThat(jobOfTheCase()).isEqualTo("nightly " + identity());
    }

    /** Incident 49: under its new name the job must not take for new what it accepted under the old one. */
    @Test
    void theSameRowUnderTheNewNameAndOnTheMovedLedgerListsNobodyAgain() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        String rows = "customer_id,domain\n%s,customer-1.example\n%s,customer-2.example\n"
                .formatted(Scene.id(1), Scene.id(2));
        scene.with("job", "nightly").inboxFile("monday.csv", rows);
        assertThat(type("run", scene.jobFile().toString())).as(said.toString()).isZero();
        // the ledger is moved, and customer 2 comes back
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        scene.sql("update offboarding.accepted_row set platform_identity = 'elsewhere/1'");
        scene.sql("update ledger.customer set relationship = 'reseller', relationship_ended_at = null");

        assertThat(adopt("--platform", "elsewhere/1", "--reason", "the ledger was moved"))
                .as(said.toString())
                .isZero();
        scene.with("job", "renamed");
        takesOverTheCasesOfNightly();
        scene.inboxFile("tuesday.csv", rows + Scene.id(3) + ",customer-3.example\n");
        type("run", scene.jobFile().toString());

        assertThat(said.toString()).contains("2 rows are nothing new");
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    /** A night on the logical copy said OTHER_PLATFORM, and the commands beside it what the case had waited for before. */
    @Test
    void casesAndExplainSayThatACaseWasOpenedElsewhereUntilItIsAdopted() {
        anOpenCaseOf("nightly");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        String job = scene.jobFile().toString();

        assertThat(type("cases", job)).isZero();
        assertThat(said.toString()).contains("OTHER_PLATFORM", "opened on ledger elsewhere/1", identity());
        assertThat(said.toString()).doesNotContain("MARKETPLACE");
        type("cases", job, "--hold", "OTHER_PLATFORM");
        assertThat(said.toString()).contains(Scene.id(1).toString());
        type("cases", job, "--hold", "MARKETPLACE");
        assertThat(said.toString()).contains("No open cases");
        type("explain", job, Scene.id(1).toString());
        assertThat(said.toString()).contains("held: OTHER_PLATFORM: its case was opened on ledger elsewhere/1");

        adopt("--platform", "elsewhere/1", "--reason", "the ledger was moved");
        type("cases", job);
        assertThat(said.toString()).contains("MARKETPLACE").doesNotContain("OTHER_PLATFORM");
        type("explain", job, Scene.id(1).toString());
        assertThat(said.toString()).doesNotContain("OTHER_PLATFORM");
    }

    @Test
    void whatMakesNoSenseChangesNothing() {
        anOpenCaseOf("nightly");
        String before = jobOfTheCase();

        assertThat(adopt("--job", "nightly", "--reason", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("job nightly is this job itself", "Nothing was changed");
        assertThat(adopt("--platform", identity(), "--reason", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("this job works on " + identity() + " already");
        assertThat(adopt("--platform", "elsewhere/1", "--reason", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("has no open case on elsewhere/1");
        scene.with("job", "renamed");
        assertThat(adopt("--job", "nihgtly", "--reason", "x")).isEqualTo(2);
        assertThat(said.toString()).contains("job nihgtly has no open case", "there are some of nightly");
        assertThat(adopt("--job", "nightly", "--reason", " ")).isEqualTo(2);
        assertThat(adopt("--job", "nightly", "--platform", "x", "--reason", "x"))
                .isEqualTo(2);
        assertThat(adopt("--reason", "x")).isEqualTo(2);
        assertThat(adopt("--job", "nightly")).isEqualTo(2);

        assertThat(jobOfTheCase()).isEqualTo(before);
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.event where kind = 'ADOPTED'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aCustomerWithAnOpenCaseInBothPlacesIsNamed() {
        anOpenCaseOf("nightly");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        scene.sql("delete from offboarding.taken_content");
        scene.listed(1);
        assertThat(type("run", scene.jobFile().toString())).isLessThan(5);

        assertThat(adopt("--platform", "elsewhere/1", "--reason", "x"))
                .as(said.toString())
                .isEqualTo(2);

        assertThat(said.toString())
                .contains(
                        "1 customer already has an open case on " + identity() + ", and can have only one",
                        Scene.id(1).toString());
    }
}
