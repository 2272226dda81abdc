package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.actions;
import static dev.offboarding.run.PartnerCenterScene.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Nights of customers whom somebody else has removed since their cases were opened, and who have come back before this program saw it: only
 * Microsoft's activity log knows of it.
 */
@Execution(ExecutionMode.CONCURRENT)
class RemovedByOthersTest {

    private static final String REMOVAL = "remove_partner_customer_relationship";

    private Clock clock = night(0);
    private final StandInSettings settings = StandInSettings.standard().clock(clock);
    private final PartnerCenterScene nights = new PartnerCenterScene(settings);
    private final Scene scene = nights.scene;
    private final PartnerCenterStandIn standIn = nights.standIn;
    private final CustomerBuilder bystander = standIn.customer("Bystander").licence("E1", "active");

    @AfterEach
    void noBreachOfProtocol() {
        nights.close();
        assertThat(standIn.violations()).isEmpty();
    }

    private static Clock night(int days) {
        return Clock.offset(
                Clock.systemUTC(), Duration.between(Instant.now(), Scene.TONIGHT.plus(Duration.ofDays(days))));
    }

    private void after(int days) {
        clock = night(days);
        settings.clock(clock);
    }

    private void listed(CustomerBuilder customer, String effectiveDate) {
        scene.inboxFile(
                "list.csv",
                "Microsoft ID,Company name,Primary domain name,effective_date\n%s,%s,%s,%s\n"
                        .formatted(customer.id(), customer.companyName(), customer.domain(), effectiveDate));
    }

    private Scene.Report runs(ExitCode expected) {
        RunResult result = nights.loaded(Mode.RUN, Progress.NONE, clock).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    private void othersRemove(CustomerBuilder customer) {
        standIn.recorded(customer.id(), REMOVAL, UUID.randomUUID().toString());
    }

    @Test
    void theEndOfATermIsNotScheduledForWhoCameBack() {
        CustomerBuilder customer = standIn.customer("Adatum").newCommerce("Teams", "active");
        listed(customer, "");
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD TERM_COMMITMENT");
        othersRemove(customer);
        after(1);
        // by now ends of terms are to be scheduled, which is done while the customer is held
        scene.with("partner-center.new-commerce", "end-at-term");

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).isEqualTo("RE_ESTABLISHED RE_ESTABLISHED");
        assertThat(actions(report)).isEmpty();
        assertThat(standIn.writes()).isEmpty();
    }

    /** Microsoft keeps its log for 90 days. */
    @Test
    void whatHappenedWhileItWaitedForItsDayIsKnownOnThatDay() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer, "2026-07-08");
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("HELD NOT_DUE");
        after(3);
        othersRemove(customer);
        after(8);
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).startsWith("RE_ESTABLISHED");
        // its token would not last as long
        after(60);
        runs(ExitCode.OK);
        after(121);

        Scene.Report due = runs(ExitCode.OK);

        assertThat(outcome(due, customer)).isEqualTo("HELD RE_ESTABLISHED");
        assertThat(actions(due)).isEmpty();
        assertThat(standIn.writes()).isEmpty();
    }

    @Test
    void aRemovalIsFoundInALogThatIsLongerThanIsReadEachNight() {
        settings.pages(200, 200, 1, 200);
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer, "2026-03-11");
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("HELD NOT_DUE");
        for (int record = 0; record < 60; record++) {
            standIn.recorded(
                    bystander.id(), "update_subscription", UUID.randomUUID().toString());
        }
        othersRemove(customer);
        after(1);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).isEqualTo("RE_ESTABLISHED RE_ESTABLISHED");
        assertThat(standIn.writes()).isEmpty();
        assertThat(report.text("report.json")).doesNotContain("log of removals could not be read");
    }

    @Test
    void aLogThatCannotBeReadIsSaid() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer, "2026-03-11");
        runs(ExitCode.OK);
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.AUDIT)
                .answering(400, 2000)
                .always();
        after(1);
        assertThat(CommandLineProgram.execute("explain", scene.jobFile().toString(), customer.id()))
                .isZero();
        assertThat(notesOfTheLog()).as("whoever explains writes nothing").isZero();

        Scene.Report report = runs(ExitCode.OK);

        assertThat(notesOfTheLog()).isEqualTo(1);
        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
        assertThat(report.json().get("notes").valueStream())
                .anySatisfy(note ->
                        assertThat(note.asString()).contains("log of removals could not be read", "answered 400"));
    }

    private long notesOfTheLog() {
        return scene.count("offboarding.run where notes::text like '%log of removals%'");
    }
}
