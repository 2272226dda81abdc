package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Adoption;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Incident 49: a renamed job left its cases behind without a word. */
class RenamedJobTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private String notes(Scene.Report report) {
        return report.json().toString();
    }

    @Test
    void casesThatARenamedJobLeavesBehindAreReportedOnceAndThenNoted() throws Exception {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);

        scene.renamed("other");
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report planned = scene.plans(ExitCode.NEEDS_ATTENTION);
        assertThat(notes(planned)).contains("job nightly has 1 open case here", "adopt JOBFILE --job nightly");

        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.NEEDS_ATTENTION);

        scene.clock.pass(Duration.ofDays(1));
        assertThat(notes(scene.runs(ExitCode.OK))).contains("job nightly has 1 open case here");
    }

    /** With its file renamed as well, nobody heard of it for eight days. */
    @Test
    void aJobThatWasRenamedTogetherWithItsFileIsReportedToo() throws Exception {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);
        Path before = Path.of(scene.jdbc()
                .sql("select facts ->> 'job_file' from offboarding.run")
                .query(String.class)
                .single());

        scene.with("job", "other");
        Files.delete(before);
        scene.clock.pass(Duration.ofDays(1));

        assertThat(notes(scene.runs(ExitCode.NEEDS_ATTENTION)))
                .contains("job nightly has 1 open case here", "adopt JOBFILE --job nightly");
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);
    }

    @Test
    void aJobBesideAnotherIsNotTakenForItsSuccessor() throws Exception {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);

        scene.with("job", "beside");
        scene.clock.pass(Duration.ofDays(7));
        scene.runs(ExitCode.OK);

        scene.clock.pass(Duration.ofDays(7));
        scene.runs(ExitCode.NEEDS_ATTENTION);
    }

    /** The pause is of the job's name; its cases would have gone on under the other one with the next run. */
    @Test
    void casesOfAJobThatIsPausedAreNotTakenOverByOneThatIsNot() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);
        assertThat(scene.asks(InterventionKind.PAUSE, new Target.All(), "a dispute")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        scene.renamed("other");

        Adoption.Result refused = adopts();
        assertThat(refused.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(refused.lines().get(0))
                .contains("the whole job is paused by Ada", "a dispute", "job other", "resume");

        assertThat(scene.asks(InterventionKind.PAUSE, new Target.All(), "the same dispute")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        assertThat(adopts().exitCode()).isEqualTo(ExitCode.OK);
    }

    /** All of its cases were closed, and the customers whom it had offboarded were nobody's any more. */
    @Test
    void aRenamedJobWithoutAnOpenCaseTakesOverWhomItHadOffboardedAndReportsThemOnceTheyAreBack() {
        scene.customers(1, 4).listed(1, 2).runs(ExitCode.OK);
        assertThat(scene.asks(InterventionKind.PAUSE, new Target.All(), "it is over")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
        scene.renamed("other");

        Adoption.Result result = adopts();

        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
        assertThat(result.lines().get(0))
                .contains("2 customers that job nightly offboarded", "job other", Scene.id(1) + ", " + Scene.id(2));
        assertThat(scene.jdbc()
                        .sql("select customer_id::text from offboarding.event where kind = 'ADOPTED' order by sequence")
                        .query(String.class)
                        .list())
                .containsExactly(Scene.id(1).toString(), Scene.id(2).toString());
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(report.outcome(1)).isEqualTo("RE_ESTABLISHED");
        assertThat(report.text("customers.csv")).hasLineCount(2);
        assertThat(scene.runs(ExitCode.OK).text("customers.csv")).hasLineCount(1);
        assertThat(adopts().exitCode()).as("nothing is left to be taken over").isEqualTo(ExitCode.WRONG_USAGE);
    }

    /** As of a ledger that was moved once everybody on it was offboarded. */
    @Test
    void closedCasesOfAMovedLedgerAreTakenAlongToo() {
        scene.customers(1, 4).listed(1).runs(ExitCode.OK);
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");

        Adoption.Result result = new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                .adopt(new Adoption.Request(null, "elsewhere/1", "moved", "Ada"));

        assertThat(result.exitCode()).as("%s", result.lines()).isEqualTo(ExitCode.OK);
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        scene.clock.pass(Duration.ofDays(1));
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("RE_ESTABLISHED");
    }

    /** Nobody is to be watched: what was withdrawn is over. */
    @Test
    void aJobThatOnlyHasWithdrawnCasesHasNothingToBeTakenOver() {
        scene.customers(1, 3);
        scene.subscription(1, "marketplace", "active");
        scene.listed(1).runs(ExitCode.OK);
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("WITHDRAWN");
        scene.renamed("other");

        Adoption.Result result = adopts();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.lines().get(0)).contains("job nightly has no open case", "has offboarded nobody there");
    }

    private Adoption.Result adopts() {
        return new Adoption(scene.read(), scene.folder().resolve(".offboarding"), scene.clock)
                .adopt(new Adoption.Request("nightly", null, "renamed", "Ada"));
    }
}
