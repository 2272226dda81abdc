package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.actions;
import static dev.offboarding.run.PartnerCenterScene.outcome;
import static dev.offboarding.run.PartnerCenterScene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StandInSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whole runs over Partner Center, over real HTTP and in real time. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterNightsTest {

    private final Scene scene = Scene.set();
    private final String secret = PartnerCenterScene.secretOfItsOwn();
    private PartnerCenterStandIn standIn = PartnerCenterStandIn.start();
    private Clock clock = Clock.systemUTC();
    private int lists;

    @BeforeEach
    void aJobForPartnerCenter() {
        job(StandInSettings.standard().lag(Lag.SUBSCRIPTION_READ, Duration.ofMillis(500)));
    }

    private void job(StandInSettings settings) {
        standIn.close();
        standIn = PartnerCenterStandIn.start(settings.lag(Lag.CUSTOMER_LIST, Duration.ofMillis(1500)));
        PartnerCenterScene.connect(scene, standIn, secret);
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
        scene.close();
    }

    private void listed(CustomerBuilder... customers) {
        StringBuilder csv = new StringBuilder("Microsoft ID,Company name,Primary domain name,ticket\n");
        lists++;
        for (CustomerBuilder it : customers) {
            csv.append("%s,%s,%s,T-%d\n".formatted(it.id(), it.companyName(), it.domain(), lists));
        }
        scene.inboxFile("list-" + lists + ".csv", csv.toString());
    }

    private Scene.Report runs(ExitCode expected) {
        return runs(Mode.RUN, expected);
    }

    private Scene.Report runs(Mode mode, ExitCode expected) {
        return runs(mode, expected, Progress.NONE);
    }

    private Scene.Report runs(Mode mode, ExitCode expected, Progress progress) {
        RunResult result = TestRuns.of(
                        scene.read(), mode, scene.folder().resolve(".offboarding"), clock, progress, Duration.ZERO)
                .start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    @Test
    void aNightWithOneOfEachKind() {
        CustomerBuilder plain = standIn.customer("Adatum")
                .licence("E3", "active")
                .addOn("Audio", "active")
                .usage("Azure", "active")
                .gdap("Support", "active")
                .gdap("Draft", "created");
        CustomerBuilder renewing =
                standIn.customer("Bellows").newCommerce("Teams", "active").licence("E1", "active");
        CustomerBuilder reserved =
                standIn.customer("Contoso").licence("E1", "active").reservation("VM", true);
        CustomerBuilder azure = standIn.customer("Fabrikam").azurePlan("Plan", "active", "active");
        CustomerBuilder idle = standIn.customer("Litware").azurePlan("Plan", "active", "deleted");
        CustomerBuilder busy = standIn.customer("Proseware").licence("E3", "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .about(busy.id())
                .answering(409, 900278)
                .always();
        listed(plain, renewing, reserved, azure, idle, busy);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, plain)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, idle)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, renewing)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(row(report, renewing).get("message").asString()).contains("renews itself");
        assertThat(outcome(report, reserved)).isEqualTo("HELD RESERVED_INSTANCE");
        assertThat(outcome(report, azure)).isEqualTo("HELD AZURE_PLAN");
        assertThat(outcome(report, busy)).isEqualTo("HELD PENDING_OPERATION");
        assertThat(standIn.gdapStatus(plain.idOf("Support"))).isEqualTo("terminated");
        assertThat(standIn.gdapStatus(plain.idOf("Draft"))).isEqualTo("gone");
        assertThat(standIn.status(renewing.idOf("E1"))).isEqualTo("active");
        assertThat(standIn.status(reserved.idOf("E1"))).isEqualTo("active");
        assertThat(actions(report))
                .contains("TERMINATE_GDAP DONE", "DELETE_GDAP DONE", "REMOVE DONE", "SUSPEND REFUSED");

        // reported once: from then on it is waited for
        runs(ExitCode.OK);
    }

    @Test
    void autoRenewIsSwitchedOffAndTheTermWaitedFor() {
        scene.with("partner-center.new-commerce", "end-at-term");
        CustomerBuilder customer =
                standIn.customer("Adatum").newCommerce("Teams", "active").licence("E1", "active");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(actions(report)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isFalse();
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("active");
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo("active");
    }

    /** Else it would be looked at again a week later, and may have renewed itself by then. */
    @Test
    void autoRenewIsSwitchedOffByTheNextRunWhereTheFirstDidNotGetToIt() {
        scene.with("partner-center.new-commerce", "end-at-term").with("limits.max-customers", "0");
        CustomerBuilder customer = standIn.customer("Adatum").newCommerce("Teams", "active");
        listed(customer);
        runs(ExitCode.STOPPED_BY_LIMIT);
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isTrue();
        scene.with("limits.max-customers", "10");

        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isFalse();
        // and from then on it is looked at every night
        standIn.clearRecords();
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(standIn.requests()).anyMatch(it -> it.path().contains(customer.id()));
        assertThat(standIn.writes()).isEmpty();
    }

    /** What the report advises is done the next night: a week later the term may have renewed itself. */
    @ParameterizedTest
    @ValueSource(strings = {"end-at-term", "cancel"})
    void autoRenewIsSwitchedOffByTheNextRunOnceTheJobFileSaysSo(String newCommerce) {
        CustomerBuilder customer = renewingInThreeDays();
        listed(customer);

        autoRenewIsSwitchedOffOnceTheJobFileSays(newCommerce, customer);
    }

    @Test
    void autoRenewIsSwitchedOffByTheNextRunThoughTheRowOfADatabaseIsTheSame() {
        CustomerBuilder customer = renewingInThreeDays();
        scene.listedBy("select '%s' as customer_id, '%s' as domain".formatted(customer.id(), customer.domain()));

        autoRenewIsSwitchedOffOnceTheJobFileSays("end-at-term", customer);
    }

    /** The window is days long, and what waits with a date is read once a week. */
    @Test
    void aTermThatWaitsIsCancelledByTheNextRunOnceTheJobFileSaysSo() {
        scene.with("partner-center.new-commerce", "end-at-term");
        Instant now = Instant.now();
        CustomerBuilder open = standIn.customer("Adatum")
                .newCommerce("Teams", "active", now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(1)));
        CustomerBuilder over = standIn.customer("Bellows")
                .newCommerce("Teams", "active", now.plus(Duration.ofDays(350)), now.minus(Duration.ofDays(1)));
        listed(open, over);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE", "AUTO_RENEW_OFF DONE");
        scene.with("partner-center.new-commerce", "cancel");
        standIn.clearRecords();

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, open)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, over)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(standIn.writes()).noneMatch(it -> it.path().contains(over.id()));
    }

    private CustomerBuilder renewingInThreeDays() {
        Instant now = Instant.now();
        return standIn.customer("Adatum")
                .newCommerce("Teams", "active", now.plus(Duration.ofDays(3)), now.minus(Duration.ofDays(1)));
    }

    private void autoRenewIsSwitchedOffOnceTheJobFileSays(String newCommerce, CustomerBuilder customer) {
        assertThat(row(runs(ExitCode.NEEDS_ATTENTION), customer).get("message").asString())
                .contains("renews itself");
        scene.with("partner-center.new-commerce", newCommerce);

        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isFalse();
    }

    /** Every request counts: a hold with a date is read a week later, or on that date if it comes first, and not before. */
    @Test
    void aHoldWithADateIsReadAgainAWeekLaterOrOnItsDate() {
        clock = nightsLater(0);
        job(StandInSettings.standard().clock(clock));
        CustomerBuilder far = standIn.customer("Adatum").reservation("VM", true);
        // the plan keeps it held: what a removal is verified by is read of others, too
        CustomerBuilder near = standIn.customer("Bellows")
                .reservation("VM", true, Scene.TONIGHT.plus(Duration.ofDays(4)))
                .azurePlan("Plan", "active", "active");
        listed(far, near);
        Scene.Report first = runs(ExitCode.OK);
        assertThat(outcome(first, far)).isEqualTo("HELD RESERVED_INSTANCE");
        assertThat(row(first, near).get("hold_until").asString()).isEqualTo("2026-03-15");

        assertThat(readAfter(4, far, near)).isEmpty();
        assertThat(readAfter(5, far, near)).containsExactly(near);
        assertThat(readAfter(6, far)).isEmpty();
        assertThat(readAfter(7, far)).containsExactly(far);
    }

    /** Continues on its own, from the first night's beginning or that many days after it: a test may run around midnight. */
    private static Clock nightsLater(int days) {
        Instant night = Scene.TONIGHT.plus(Duration.ofDays(days));
        return Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), night));
    }

    /** Whom of these a run reads that many days after the first night. */
    private List<CustomerBuilder> readAfter(int days, CustomerBuilder... customers) {
        clock = nightsLater(days);
        standIn.settings().clock(clock);
        standIn.clearRecords();
        runs(ExitCode.OK);
        return Stream.of(customers)
                .filter(it -> standIn.requests().stream()
                        .anyMatch(request -> request.path().contains(it.id())))
                .toList();
    }

    @Test
    void aTermIsCancelledInsideItsWindowAndTheCustomerOffboarded() {
        scene.with("partner-center.new-commerce", "cancel");
        Instant now = Instant.now();
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(1)))
                .licence("E1", "active");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(report)).containsExactly("CANCEL DONE", "SUSPEND DONE", "REMOVE DONE");
        assertThat(report.json()
                        .get("totals")
                        .get("subscriptions")
                        .get("cancelled")
                        .asInt())
                .isEqualTo(1);
    }

    /** Its relationship stays, perhaps for a year: it is not left without what it has paid for. */
    @Test
    void ofACustomerWhoseTermCannotBeCancelledNothingIsSuspended() {
        scene.with("partner-center.new-commerce", "cancel");
        Instant now = Instant.now();
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", now.plus(Duration.ofDays(360)), now.plus(Duration.ofDays(1)))
                .licence("E1", "active")
                .licence("E3", "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(400, 900117)
                .once();
        listed(customer);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).isEqualTo("FAILED");
        assertThat(actions(report)).containsExactly("CANCEL REFUSED", "SUSPEND NOT_SENT", "SUSPEND NOT_SENT");
        assertThat(report.text("actions.csv")).contains("was not cancelled, so nothing of this customer is suspended");
        assertThat(standIn.writes()).hasSize(1);
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo("active");
        assertThat(standIn.status(customer.idOf("E3"))).isEqualTo("active");
    }

    /** Incident 6: the platform answers 200 and changes nothing. */
    @Test
    void successIsReportedAndNothingDone() {
        CustomerBuilder removed = standIn.customer("Adatum").licence("E3", "suspended");
        CustomerBuilder suspended = standIn.customer("Bellows").licence("E3", "active");
        standIn.faults()
                .inject(InjectedFault.NO_EFFECT)
                .on(Endpoint.CUSTOMER_WRITE)
                .always();
        standIn.faults()
                .inject(InjectedFault.NO_EFFECT)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .always();
        listed(removed, suspended);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, removed)).isEqualTo("REMOVED");
        assertThat(outcome(report, suspended)).isEqualTo("FAILED");
        JsonNode totals = report.json().get("totals").get("subscriptions");
        assertThat(totals.get("suspended").asInt()).isZero();
        assertThat(totals.get("failed").asInt()).isEqualTo(1);
    }

    /** Incident 13: exit 0 after giving up. */
    @Test
    void effectsThatDoNotShowEndTheRunWithFive() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        standIn.settings().lag(Lag.CUSTOMER_READ, Duration.ofMinutes(10));
        listed(customer);

        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), customer)).isEqualTo("REMOVED");

        standIn.settings().lag(Lag.CUSTOMER_READ, Duration.ZERO);
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    /** It is known again when it shows, for the day on which somebody takes it back. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSuspensionThatShowsOnlyAfterTheNightIsThisProgramsNevertheless(boolean shownAsPending) {
        Duration takes = Duration.ofSeconds(30);
        job(StandInSettings.standard()
                .asyncShare(1)
                .asyncShownAsPending(shownAsPending)
                .lag(Lag.ASYNC_UPDATE, takes));
        scene.with("verification.give-up-after", "1s").with("grace-period", "1d");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer);
        Scene.Report first = runs(shownAsPending ? ExitCode.OK : ExitCode.NEEDS_ATTENTION);
        assertThat(outcome(first, customer)).isEqualTo(shownAsPending ? "HELD PENDING_OPERATION" : "FAILED");
        assertThat(row(first, customer).get("state").asString()).isEqualTo("MARKED");
        assertThat(standIn.status(customer.idOf("E3"))).isEqualTo("active");

        standIn.settings().clock(Clock.offset(Clock.systemUTC(), takes));
        Scene.Report second = runs(ExitCode.OK);
        assertThat(outcome(second, customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
        assertThat(actions(second)).isEmpty();
        standIn.changeStatus(customer.idOf("E3"), "active");

        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
        assertThat(standIn.writes()).hasSize(1);
    }

    /** While others can be read with the same token, it is about this one, whatever the platform means by it. */
    @Test
    void aCustomerWhoseReadsAreAnswered401EndsNobodyElsesNight() {
        scene.with("verification.give-up-after", "5s");
        standIn.customer("Who can be read");
        CustomerBuilder odd = standIn.customer("Adatum").licence("E3", "active");
        CustomerBuilder other = standIn.customer("Bellows").licence("E3", "active");
        CustomerBuilder unread = standIn.customer("Contoso").licence("E3", "active");
        answered401(unread);
        listed(odd, other, unread);

        Scene.Report first =
                runs(Mode.RUN, ExitCode.NEEDS_ATTENTION, new WhenStepBegins("verify", () -> answered401(odd)));

        assertThat(outcome(first, other)).isEqualTo("OFFBOARDED");
        assertThat(outcome(first, odd)).isEqualTo("REMOVED");
        for (String effect : List.of("customer_list", "support_contact", "purchasing")) {
            assertThat(row(first, odd).get(effect).asString()).isEqualTo("INCONCLUSIVE");
        }
        assertThat(outcome(first, unread)).isEqualTo("FAILED");
        assertThat(row(first, unread).get("message").asString()).contains("answered 401");
        assertThat(standIn.status(unread.idOf("E3"))).isEqualTo("active");
        // once: those that come after it in the same minute are not signed in anew for it
        assertThat(standIn.signIn().exchanges()).isLessThan(5);

        standIn.faults().clear();
        Scene.Report second = runs(ExitCode.OK);
        assertThat(outcome(second, odd)).isEqualTo("OFFBOARDED");
        assertThat(outcome(second, unread)).isEqualTo("OFFBOARDED");
    }

    private void answered401(CustomerBuilder customer) {
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.SUPPORT_CONTACT)
                .about(customer.id())
                .answering(401, 400)
                .always();
    }

    /** Of a customer of whom nothing was suspended only the trail knows a subscription, the night after. */
    @Test
    void theSupportContactIsReadAgainTheNextNight() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder suspended = standIn.customer("Adatum").licence("E3", "active");
        CustomerBuilder idle =
                standIn.customer("Bellows").reservation("VM", false).licence("E3", "suspended");
        standIn.faults()
                .inject(InjectedFault.FORBIDDEN)
                .on(Endpoint.SUPPORT_CONTACT)
                .always();
        listed(suspended, idle);
        Scene.Report first = runs(ExitCode.TO_BE_CONFIRMED);
        standIn.faults().clear();
        scene.with("verification.give-up-after", "6s");

        Scene.Report second = runs(ExitCode.OK);

        for (CustomerBuilder it : List.of(suspended, idle)) {
            assertThat(row(first, it).get("support_contact").asString()).isEqualTo("INCONCLUSIVE");
            assertThat(outcome(second, it)).isEqualTo("OFFBOARDED");
            assertThat(row(second, it).toString())
                    .contains("its support contact's read (subscription %s) answered 403".formatted(it.idOf("E3")));
        }
    }

    @Test
    void aSignInThatIsLostInMidRunEndsItWithSevenAndLosesNothing() {
        CustomerBuilder[] customers = new CustomerBuilder[6];
        for (int i = 0; i < customers.length; i++) {
            customers[i] = standIn.customer("Customer " + i).licence("E3", "active");
        }
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_WRITE)
                .answering(401, 900421)
                .after(3)
                .always();
        listed(customers);

        Scene.Report first = runs(ExitCode.UNAVAILABLE);

        assertThat(actions(first)).filteredOn("REMOVE DONE"::equals).hasSize(3);
        standIn.faults().clear();
        Scene.Report second = runs(ExitCode.OK);
        for (CustomerBuilder it : customers) {
            assertThat(outcome(second, it)).isEqualTo("OFFBOARDED");
        }
    }

    @Test
    void aRefreshTokenThatIsLostInMidRunLeavesTheRestUntouchedForTheNextNight() {
        scene.with("partner-center.in-flight", "1");
        CustomerBuilder[] customers = new CustomerBuilder[6];
        for (int i = 0; i < customers.length; i++) {
            customers[i] = standIn.customer("Customer " + i).licence("E3", "active");
        }
        listed(customers);

        Scene.Report first = runs(Mode.RUN, ExitCode.UNAVAILABLE, new WhenStepBegins("remove", () -> {
            standIn.faults()
                    .inject(InjectedFault.TOKEN_DIES)
                    .on(Endpoint.CUSTOMER_WRITE)
                    .after(3)
                    .once();
            standIn.signIn().refusedFrom(Instant.EPOCH, 50173);
        }));

        assertThat(first.text("report.json")).contains("AADSTS50173", "revoked", "refresh-token-file");
        assertThat(actions(first)).filteredOn("SUSPEND DONE"::equals).hasSize(6);
        assertThat(actions(first)).filteredOn("REMOVE DONE"::equals).hasSize(3);
        for (CustomerBuilder it : customers) {
            boolean removed = standIn.relationship(it.id()).equals("none");
            // the one whose removal met the dead token failed, those after it were not begun
            assertThat(outcome(first, it)).isIn(removed ? List.of("REMOVED") : List.of("FAILED", "SUSPENDED"));
            assertThat(row(first, it).get("state").asString()).isEqualTo(removed ? "REMOVED" : "SUSPENDED");
        }

        standIn.signIn().mended();
        signedInAgain();
        Scene.Report second = runs(ExitCode.OK);

        assertThat(actions(second)).containsOnly("REMOVE DONE").hasSize(3);
        for (CustomerBuilder it : customers) {
            assertThat(outcome(second, it)).isEqualTo("OFFBOARDED");
        }
    }

    /** What {@code plan} is for on the first day: it signs in, and says who has to do what where that fails. */
    @ParameterizedTest
    @EnumSource(names = {"RUN", "PLAN"})
    void aSignInThatIsRefusedStopsBeforeTheFirstCustomer(Mode mode) {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer);
        standIn.signIn().refusedFrom(Instant.EPOCH, 700082);

        Scene.Report report = runs(mode, ExitCode.UNAVAILABLE);

        assertThat(report.text("report.json"))
                .contains("AADSTS700082", "not used for 90 days", "refresh-token-file")
                .doesNotContain(standIn.signIn().clientSecret());
        assertThat(outcome(report, customer)).isEqualTo("NOT_READ");
        assertThat(standIn.requests()).allMatch(it -> it.endpoint() == Endpoint.LOGIN);

        standIn.signIn().mended();
        signedInAgain();
        assertThat(outcome(runs(mode, ExitCode.OK), customer)).isEqualTo(mode == Mode.RUN ? "OFFBOARDED" : "PLANNED");
    }

    /** Also with nothing listed: what {@code plan} finds in order, the first night with a customer can use. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGraphThatRefusesStopsBeforeTheFirstCustomer(boolean somebodyListed) {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        if (somebodyListed) {
            listed(customer);
        }
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_READ)
                .answering(403, 2032)
                .always();

        Scene.Report report = runs(Mode.PLAN, ExitCode.UNAVAILABLE);

        assertThat(report.text("report.json"))
                .contains("Microsoft Graph answered 403", "DelegatedAdminRelationship.ReadWrite.All");
        assertThat(standIn.requests()).noneMatch(it -> it.path().contains(customer.id()));
        standIn.faults().clear();
        runs(Mode.PLAN, ExitCode.OK);
    }

    private String certificate(CustomerBuilder customer) throws IOException {
        assertThat(CommandLineProgram.execute("certificate", scene.jobFile().toString(), customer.id()))
                .isZero();
        try (Stream<Path> files = Files.list(scene.folder().resolve("reports/nightly/certificates"))) {
            return Files.readString(files.findFirst().orElseThrow());
        }
    }

    @Test
    void whoWasOffboardedIsCertifiedWithTheSecondWitness() throws Exception {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        listed(customer);
        Scene.Report report = runs(ExitCode.OK);
        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
        String removal = report.table("actions.csv").stream()
                .filter(it -> "REMOVE".equals(it.get("action")))
                .findFirst()
                .orElseThrow()
                .get("correlation_id");

        assertThat(certificate(customer))
                .contains("Adatum", "Subscription suspended", "Reseller relationship removed", "A second witness")
                .contains(customer.idOf("E3"), customer.idOf("Support"))
                .contains("remove_partner_customer_relationship succeeded at", "with correlation id " + removal)
                .doesNotContain(standIn.signIn().clientSecret());
        // the link by which the customer is asked again names the partner, and nothing else does
        assertThat(certificate(customer).replaceAll("https://admin\\.microsoft\\.com/\\S+", ""))
                .doesNotContain(standIn.signIn().tenantId());
    }

    /** US Government and 21Vianet: addresses and audiences are configuration; 21Vianet has no activity log. */
    @Test
    void anotherCloudIsAskedWithItsOwnAudiences() {
        job(StandInSettings.standard().audiences("https://api.partnercenter.example.cn", "https://graph.example.cn"));
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.AUDIT)
                .answering(404, 0)
                .always();
        listed(customer);

        assertThat(runs(ExitCode.UNAVAILABLE).text("report.json")).contains("api-audience");

        scene.with("partner-center.api-audience", "https://api.partnercenter.example.cn")
                .with("partner-center.graph-audience", "https://graph.example.cn");
        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(report)).containsExactlyInAnyOrder("SUSPEND DONE", "REMOVE DONE", "TERMINATE_GDAP DONE");
    }

    @Test
    void aRemovalThatWasAcceptedAndHadNoEffectIsHeldFromTheNextNightOnAndNotMadeAgainUnasked() {
        clock = nightsLater(0);
        job(StandInSettings.standard().clock(clock));
        scene.with("verification.give-up-after", "500ms");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        listed(customer);
        standIn.faults()
                .inject(InjectedFault.NO_EFFECT)
                .on(Endpoint.CUSTOMER_WRITE)
                .once();
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), customer)).isEqualTo("REMOVED");
        night(1);
        assertThat(outcome(runs(Mode.PLAN, ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD NO_EFFECT");

        Scene.Report second = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(second, customer)).isEqualTo("HELD NO_EFFECT");
        // what was seen, and by which it is known
        assertThat(row(second, customer).get("customer_list").asString()).isEqualTo("PENDING");
        assertThat(actions(second)).isEmpty();
        night(2);
        Scene.Report third = runs(ExitCode.OK);
        assertThat(outcome(third, customer)).isEqualTo("HELD NO_EFFECT");
        assertThat(actions(third)).isEmpty();
        listed(customer);
        scene.with("verification.give-up-after", "6s");

        Scene.Report last = runs(ExitCode.OK);

        assertThat(outcome(last, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(last)).containsExactly("REMOVE DONE");
    }

    /** Incident 21: even with three effects confirmed it was suspended and removed again. */
    @Test
    void aCustomerThatCameBackAfterThreeEffectsWereConfirmedIsNotRemovedAgainUnasked() {
        clock = nightsLater(0);
        job(StandInSettings.standard().clock(clock));
        scene.with("verification.give-up-after", "500ms");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        standIn.settings().lag(Lag.GDAP_TERMINATION, Duration.ofDays(30));
        listed(customer);
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), customer)).isEqualTo("REMOVED");
        standIn.reestablish(customer.id());
        customer.licence("E5", "active");

        // its delegated administration takes its time, also this time
        comesBackAndIsLeftAlone(customer, "E5", ExitCode.TO_BE_CONFIRMED);
    }

    /** Incident 21: before anything of the removal was looked at. */
    @Test
    void aCustomerThatCameBackBeforeTheFirstLookIsNotRemovedAgainUnasked() {
        clock = nightsLater(0);
        job(StandInSettings.standard().clock(clock));
        scene.with("verification.give-up-after", "500ms");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "active");
        listed(customer);
        List<OffboardingRun> runs = new ArrayList<>();
        Progress stopping = new WhenStepBegins("verify", () -> runs.get(0).stop());
        runs.add(TestRuns.of(
                scene.read(), Mode.RUN, scene.folder().resolve(".offboarding"), clock, stopping, Duration.ZERO));
        assertThat(runs.get(0).start().exitCode()).isEqualTo(ExitCode.STOPPED_EARLY);
        standIn.reestablish(customer.id());
        customer.licence("E5", "active");

        comesBackAndIsLeftAlone(customer, "E5", ExitCode.OK);
    }

    private void comesBackAndIsLeftAlone(CustomerBuilder customer, String bought, ExitCode listedAgain) {
        standIn.clearRecords();
        for (int night = 1; night <= 3; night++) {
            night(night);
            Scene.Report report = runs(night == 1 ? ExitCode.NEEDS_ATTENTION : ExitCode.OK);
            assertThat(outcome(report, customer))
                    .isEqualTo(night == 1 ? "RE_ESTABLISHED RE_ESTABLISHED" : "HELD RE_ESTABLISHED");
            assertThat(actions(report)).isEmpty();
        }
        assertThat(standIn.writes()).isEmpty();
        assertThat(standIn.relationship(customer.id())).isEqualTo("reseller");
        assertThat(standIn.status(customer.idOf(bought))).isEqualTo("active");

        listed(customer);
        scene.with("verification.give-up-after", "6s");
        Scene.Report again = runs(listedAgain);
        assertThat(actions(again)).contains("REMOVE DONE");
        assertThat(standIn.relationship(customer.id())).isEqualTo("none");
    }

    private void night(int days) {
        clock = nightsLater(days);
        standIn.settings().clock(clock);
    }

    /** Records of a removal are as old as the removal; many of one night's may be those of weeks. */
    @Test
    void theActivityLogIsReadFromTheFirstRemovalOfAllThatAreVerified() {
        clock = nightsLater(0);
        job(StandInSettings.standard().clock(clock).lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ofDays(30)));
        scene.with("verification.give-up-after", "500ms");
        CustomerBuilder early = standIn.customer("Adatum").licence("E3", "suspended");
        CustomerBuilder late = standIn.customer("Bellows").licence("E3", "suspended");
        listed(early);
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), early)).isEqualTo("REMOVED");
        night(3);
        listed(late);
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), late)).isEqualTo("REMOVED");
        night(10);
        standIn.settings().lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ZERO);

        Scene.Report third = runs(ExitCode.OK);

        for (CustomerBuilder it : List.of(early, late)) {
            assertThat(outcome(third, it)).isEqualTo("OFFBOARDED");
            assertThat(row(third, it).get("second_witness").asString())
                    .contains("read from 2026-03-09 on")
                    .contains("remove_partner_customer_relationship succeeded at")
                    .contains("sent by another run, and then in the trail, or by someone else");
        }
    }

    private void signedInAgain() {
        scene.write(
                scene.folder().resolve("refresh-token"),
                standIn.signIn().newRefreshToken(true).getBytes(StandardCharsets.UTF_8));
    }

    /** Incident 16, where the platform itself can no longer say what became of it. */
    @Test
    void aRemovalOfWhichNothingIsKnownIsOurOwnWhenTheCustomerIsGoneTheNextNight() throws Exception {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Support", "active");
        standIn.populate(10);
        listed(customer);
        standIn.faults()
                .inject(InjectedFault.ANSWER_LOST)
                .on(Endpoint.CUSTOMER_WRITE)
                .once();
        standIn.faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .after(2)
                .always();

        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(first, customer)).isEqualTo("FAILED");
        assertThat(actions(first)).containsExactly("REMOVE LOST");
        standIn.faults().clear();

        Scene.Report second = runs(ExitCode.OK);

        assertThat(outcome(second, customer)).isEqualTo("ALREADY_OFFBOARDED");
        assertThat(actions(second)).containsExactly("TERMINATE_GDAP DONE");
        assertThat(standIn.writes())
                .filteredOn(it -> it.endpoint() == Endpoint.CUSTOMER_WRITE)
                .hasSize(1);
        assertThat(certificate(customer))
                .contains("Reseller relationship removed", "sent, its answer was lost; found afterwards")
                .contains("What the reseller did before is listed below")
                .doesNotContain("Nothing of it was changed");
    }

    @Test
    void removalsWhoseAnswersWereLostAreNoFallOfThePopulation() {
        CustomerBuilder[] customers = new CustomerBuilder[3];
        for (int i = 0; i < customers.length; i++) {
            customers[i] = standIn.customer("Customer " + i).licence("E3", "suspended");
        }
        CustomerBuilder another = standIn.customer("Bellows").licence("E3", "suspended");
        listed(customers);
        standIn.faults()
                .inject(InjectedFault.ANSWER_LOST)
                .on(Endpoint.CUSTOMER_WRITE)
                .always();
        for (CustomerBuilder it : customers) {
            standIn.faults()
                    .inject(InjectedFault.SERVER_ERROR_BEFORE)
                    .on(Endpoint.CUSTOMER_READ)
                    .about(it.id())
                    .always();
        }
        // who they are the list says, so that only what became of the removals cannot be read
        runs(ExitCode.NEEDS_ATTENTION);
        standIn.faults().clear();
        listed(another);

        Scene.Report second = runs(ExitCode.OK);

        assertThat(second.text("report.json"))
                .contains(
                        "2 reseller customers, 5 when a run was last allowed to write, 3 of them removed by this program since");
        assertThat(outcome(second, another)).isEqualTo("OFFBOARDED");
    }

    /** A week later, or after the term's last day, would be too late. */
    @Test
    void anAutoRenewThatCouldNotBeSwitchedOffIsTriedAgainTheNextNight() {
        scene.with("partner-center.new-commerce", "end-at-term");
        CustomerBuilder customer = standIn.customer("Adatum").newCommerce("Teams", "active");
        listed(customer);
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(400, 800003)
                .once();

        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).startsWith("FAILED");
        Scene.Report second = runs(ExitCode.OK);

        assertThat(outcome(second, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(actions(second)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isFalse();
    }

    /** Two requests for each active subscription, its read and its change, and twelve that the rules ask for. */
    @Test
    void aCustomerCostsNoMoreRequestsThanItHasTo() {
        for (Lag lag : Lag.values()) {
            standIn.settings().lag(lag, Duration.ZERO);
        }
        int[] active = {0, 1, 2, 5, 9};
        CustomerBuilder[] customers = new CustomerBuilder[active.length];
        for (int i = 0; i < active.length; i++) {
            customers[i] = standIn.customer("Customer " + i).licence("old", "expired");
            for (int n = 0; n < active[i]; n++) {
                customers[i].licence("E" + n, "active");
            }
        }
        listed(customers);

        runs(ExitCode.OK);

        for (int i = 0; i < active.length; i++) {
            String id = customers[i].id();
            List<String> asked = standIn.requests().stream()
                    .filter(it -> it.path().contains(id))
                    .map(it -> it.method() + " " + it.path())
                    .toList();
            // of nothing that was suspended nothing is read back, but then it is read before the removal
            assertThat(asked).hasSize(active[i] + 9);
        }
        Stream<RecordedRequest> shared = standIn.requests().stream()
                .filter(it ->
                        Stream.of(customers).noneMatch(customer -> it.path().contains(customer.id())));
        // lists to see who they are, the population, and to remove and verify by, with a control customer; Graph's
        // listing, and Microsoft's log
        assertThat(shared.map(RecordedRequest::endpoint))
                .containsOnly(
                        Endpoint.LOGIN,
                        Endpoint.CUSTOMER_LIST,
                        Endpoint.CUSTOMER_READ,
                        Endpoint.GDAP_READ,
                        Endpoint.AUDIT,
                        Endpoint.OTHER);
        assertThat(standIn.requests().stream()
                        .filter(it -> it.endpoint() == Endpoint.OTHER)
                        .map(RecordedRequest::path))
                .as("the link by which to ask for relationships anew, once a run")
                .containsExactly("/v1/customers/relationshiprequests");
    }

    /** The answer is lost, and Graph with it, so that this run cannot find out what became of it: the next one reads first. */
    @Test
    void anEndOfDelegatedAdministrationWhoseAnswerIsLostIsNotAskedForTwice() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Support", "active");
        standIn.faults()
                .inject(InjectedFault.ANSWER_LOST)
                .on(Endpoint.GDAP_WRITE)
                .once();
        // after it was read to observe, to remove, and right before the write
        standIn.faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .after(3)
                .always();
        listed(customer);

        Scene.Report first = runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(actions(first)).containsExactly("REMOVE DONE", "TERMINATE_GDAP LOST");
        assertThat(first.json().get("actions").get(1).get("after").isNull()).isTrue();
        assertThat(outcome(first, customer)).isEqualTo("REMOVED");
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("terminated");
        standIn.faults().clear();

        Scene.Report second = runs(ExitCode.OK);

        assertThat(outcome(second, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(second)).isEmpty();
        assertThat(writesToGraph()).isEqualTo(1);
    }

    /** A request that nobody has approved gives no access, so that no effect shows that it is still there. */
    @Test
    void aRequestForDelegatedAdministrationThatCouldNotBeDeletedIsDeletedOnALaterNight() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Draft", "created");
        standIn.faults()
                .inject(InjectedFault.CONNECTION_LOST)
                .on(Endpoint.GDAP_WRITE)
                .always();
        listed(customer);

        Scene.Report first = runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(outcome(first, customer)).isEqualTo("REMOVED");
        assertThat(row(first, customer).get("message").asString())
                .contains("a request for delegated administration is still to be deleted");

        Scene.Report second = runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(outcome(second, customer)).isEqualTo("REMOVED");
        standIn.faults().clear();

        // a night that may write nothing must not close the case: nobody would delete the request any more
        listed(standIn.customer("Bellows").licence("E3", "suspended"));
        scene.with("limits.max-customers", "0");
        waitsWithItsRequest(runs(ExitCode.STOPPED_BY_LIMIT), customer);
        scene.with("limits.max-customers", "10").with("approval", "required");
        waitsWithItsRequest(runs(ExitCode.STOPPED_BY_LIMIT), customer);
        scene.without("approval").without("verification.give-up-after");

        Scene.Report last = runs(ExitCode.OK);

        assertThat(outcome(last, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(last)).containsExactlyInAnyOrder("REMOVE DONE", "DELETE_GDAP DONE");
        assertThat(standIn.gdapStatus(customer.idOf("Draft"))).isEqualTo("gone");
    }

    @Test
    void aRequestForDelegatedAdministrationThatCannotBeReadRightBeforeItsDeletionIsDeletedOnALaterNight() {
        CustomerBuilder customer = removedWithARequest();

        Scene.Report unread = runs(
                Mode.RUN,
                ExitCode.TO_BE_CONFIRMED,
                new WhenStepBegins(Map.of(
                        "remove",
                        () -> standIn.faults()
                                .inject(InjectedFault.REFUSED)
                                .on(Endpoint.GDAP_READ)
                                .answering(403, 0)
                                .always(),
                        "verify",
                        () -> standIn.faults().clear())));

        waitsWithItsRequest(unread, customer);
        deletesItsRequestAndCloses(customer);
    }

    private void waitsWithItsRequest(Scene.Report report, CustomerBuilder customer) {
        assertThat(actions(report)).isEmpty();
        isStillToBeDeleted(report, customer);
    }

    private void isStillToBeDeleted(Scene.Report report, CustomerBuilder customer) {
        String draft = customer.idOf("Draft");
        assertThat(outcome(report, customer)).isEqualTo("REMOVED");
        assertThat(row(report, customer).get("message").asString())
                .isEqualTo(
                        "the relationship is gone; a request for delegated administration is still to be deleted: Draft (%s)",
                        draft);
        assertThat(standIn.gdapStatus(draft)).isEqualTo("created");
    }

    @Test
    void aRequestForDelegatedAdministrationThatThePlatformRefusesToDeleteKeepsNobodysCaseOpen() {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Draft", "created");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(400, 2000)
                .always();
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(report)).containsExactly("REMOVE DONE", "DELETE_GDAP REFUSED");
    }

    /** Of a removal of an earlier night, which left this request behind. */
    private CustomerBuilder removedWithARequest() {
        scene.with("verification.give-up-after", "500ms");
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        listed(customer);
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), customer)).isEqualTo("REMOVED");
        standIn.settings().lag(Lag.CUSTOMER_LIST, Duration.ZERO);
        return customer.gdap("Draft", "created");
    }

    private void deletesItsRequestAndCloses(CustomerBuilder customer) {
        Scene.Report last = runs(ExitCode.OK);

        assertThat(outcome(last, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(last)).containsExactly("DELETE_GDAP DONE");
        assertThat(standIn.gdapStatus(customer.idOf("Draft"))).isEqualTo("gone");
    }

    /** Nothing can be planned then, and by the time that its effects are read it shows. */
    @ParameterizedTest
    @EnumSource(
            value = Endpoint.class,
            names = {"GDAP_READ", "CUSTOMER_READ"})
    void aRequestForDelegatedAdministrationThatIsNotPlannedToBeDeletedBecauseOfAFailedReadKeepsTheCaseOpen(
            Endpoint unread) {
        CustomerBuilder customer = removedWithARequest();
        standIn.faults().inject(InjectedFault.SERVER_ERROR_BEFORE).on(unread).always();

        Scene.Report night = runs(
                Mode.RUN,
                ExitCode.TO_BE_CONFIRMED,
                new WhenStepBegins("check-limits", () -> standIn.faults().clear()));

        waitsWithItsRequest(night, customer);
        deletesItsRequestAndCloses(customer);
    }

    @Test
    void aRemovedCustomerWhoseDelegatedAdministrationCouldNotBeReadAtFirstIsThroughOnceItShowsThatNothingIsLeft() {
        CustomerBuilder customer = removedWithARequest();
        standIn.faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .always();

        Scene.Report night = runs(Mode.RUN, ExitCode.OK, new WhenStepBegins("check-limits", () -> {
            standIn.faults().clear();
            standIn.changeGdapStatus(customer.idOf("Draft"), "expired");
        }));

        assertThat(outcome(night, customer)).isEqualTo("OFFBOARDED");
        assertThat(actions(night)).isEmpty();
    }

    /** Nothing is written to it, so nobody deletes the request. */
    @ParameterizedTest
    @ValueSource(strings = {"the customer", "the job"})
    void aPauseKeepsACaseOpenWhoseRequestForDelegatedAdministrationStands(String paused) {
        CustomerBuilder customer = removedWithARequest();
        InterventionOrder.Target whom = paused.equals("the job")
                ? new InterventionOrder.Target.All()
                : new InterventionOrder.Target.Customer(UUID.fromString(customer.id()));
        scene.asks(InterventionKind.PAUSE, whom, "an audit");

        waitsWithItsRequest(runs(ExitCode.TO_BE_CONFIRMED), customer);

        scene.asks(InterventionKind.RESUME, whom, "it is over");
        deletesItsRequestAndCloses(customer);
    }

    @Test
    void aProtectionKeepsACaseOpenWhoseRequestForDelegatedAdministrationStands() {
        CustomerBuilder customer = removedWithARequest();
        scene.protectedBy("Microsoft ID\n" + customer.id() + "\n");

        waitsWithItsRequest(runs(ExitCode.TO_BE_CONFIRMED), customer);

        scene.protectedBy("Microsoft ID\n" + Scene.id(99) + "\n");
        deletesItsRequestAndCloses(customer);
    }

    /** Of a standing list, beside somebody whose turn does not come. */
    @Test
    void aRowThatIsGoneKeepsACaseOpenWhoseRequestForDelegatedAdministrationStands() {
        CustomerBuilder other = standIn.customer("Bellows").licence("E3", "suspended");
        String rows = "Microsoft ID,Company name,effective_date\n%s,Bellows,2199-01-01\n".formatted(other.id());
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        Path list = scene.folder().resolve("standing.csv");
        scene.write(list, (rows + customer.id() + ",Adatum,\n").getBytes(StandardCharsets.UTF_8));
        scene.without("list.csv.inbox").with("list.csv.file", list.toString());
        scene.with("verification.give-up-after", "500ms");
        assertThat(outcome(runs(ExitCode.TO_BE_CONFIRMED), customer)).isEqualTo("REMOVED");
        standIn.settings().lag(Lag.CUSTOMER_LIST, Duration.ZERO);
        customer.gdap("Draft", "created");
        scene.write(list, rows.getBytes(StandardCharsets.UTF_8));

        waitsWithItsRequest(runs(ExitCode.TO_BE_CONFIRMED), customer);

        scene.write(list, (rows + customer.id() + ",Adatum,\n").getBytes(StandardCharsets.UTF_8));
        deletesItsRequestAndCloses(customer);
    }

    @Test
    void aDeletionWithoutEffectKeepsTheCaseOpenUntilTheRequestForDelegatedAdministrationIsGone() {
        CustomerBuilder customer = removedWithARequest();
        standIn.faults().inject(InjectedFault.NO_EFFECT).on(Endpoint.GDAP_WRITE).once();

        Scene.Report night = runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(actions(night)).containsExactly("DELETE_GDAP DONE");
        isStillToBeDeleted(night, customer);
        deletesItsRequestAndCloses(customer);
    }

    /** A token that nobody accepts says nothing of this request. */
    @Test
    void aRequestForDelegatedAdministrationIsNotGivenUpBecauseThePlatformRefusedEverybody() {
        CustomerBuilder customer = removedWithARequest();
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(401, 0)
                .always();
        runs(ExitCode.UNAVAILABLE);
        standIn.faults().clear();
        scene.asks(InterventionKind.PAUSE, new InterventionOrder.Target.All(), "an audit");

        waitsWithItsRequest(runs(ExitCode.TO_BE_CONFIRMED), customer);
    }

    /** Once it is known, it counts on nights that do not try again, too. */
    @Test
    void aRequestThatThePlatformRefusesToDeleteKeepsNobodysCaseOpenOnLaterNightsEither() {
        CustomerBuilder customer = removedWithARequest();
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(400, 2000)
                .always();
        Scene.Report refused = runs(
                Mode.RUN,
                ExitCode.TO_BE_CONFIRMED,
                new WhenStepBegins(
                        "verify",
                        () -> standIn.faults()
                                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                                .on(Endpoint.CUSTOMER_READ)
                                .always()));
        assertThat(actions(refused)).containsExactly("DELETE_GDAP REFUSED");
        assertThat(outcome(refused, customer)).isEqualTo("REMOVED");
        standIn.faults().clear();
        scene.asks(InterventionKind.PAUSE, new InterventionOrder.Target.All(), "an audit");

        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void somebodyReactivatesRightBeforeTheRemoval() throws InterruptedException {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        CustomerBuilder other = standIn.customer("Bellows").licence("E3", "active");
        listed(customer, other);
        standIn.faults()
                .inject(InjectedFault.SLOW)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .taking(Duration.ofMillis(1500))
                .once();
        Thread somebody = new Thread(() -> {
            try {
                standIn.awaitHeld(1, Duration.ofSeconds(20));
                standIn.changeStatus(customer.idOf("E3"), "active");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        somebody.start();

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);
        somebody.join();

        // nothing of it was active when it was read, so nothing was written: it is somebody's decision nevertheless
        assertThat(outcome(report, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(standIn.relationship(customer.id())).isEqualTo("reseller");
        assertThat(outcome(report, other)).isEqualTo("OFFBOARDED");
    }

    /** Whose removal it was cannot be known: this program has sent one, so its own history explains that the customer is gone. */
    @Test
    void somebodyElseRemovesItWhileItsRemovalIsOnItsWay() throws InterruptedException {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        standIn.populate(10);
        listed(customer);
        standIn.faults()
                .inject(InjectedFault.SLOW)
                .on(Endpoint.CUSTOMER_WRITE)
                .taking(Duration.ofMillis(1500))
                .once();
        Thread somebody = new Thread(() -> {
            try {
                standIn.awaitHeld(1, Duration.ofSeconds(20));
                standIn.vanish(customer.id());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        somebody.start();

        Scene.Report report = runs(ExitCode.OK);
        somebody.join();

        assertThat(outcome(report, customer)).isEqualTo("ALREADY_OFFBOARDED");
        assertThat(actions(report)).containsExactly("SUSPEND DONE", "REMOVE REFUSED", "TERMINATE_GDAP DONE");
    }

    /** A removal that was accepted, and a delegated administration whose end the platform refused that night. */
    private Scene.Report nightOnWhichDelegatedAdministrationStays(CustomerBuilder... customers) {
        standIn.settings().lag(Lag.CUSTOMER_LIST, Duration.ZERO);
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(400, 0)
                .always();
        listed(customers);
        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);
        standIn.faults().clear();
        standIn.clearRecords();
        for (CustomerBuilder it : customers) {
            assertThat(outcome(report, it)).isEqualTo("FAILED");
            assertThat(row(report, it).get("state").asString()).isEqualTo("REMOVED");
            assertThat(row(report, it).get("message").asString()).contains("its end was refused: it answered 400");
        }
        return report;
    }

    private long writesToGraph() {
        return standIn.writes().stream()
                .filter(it -> it.endpoint() == Endpoint.GDAP_WRITE)
                .count();
    }

    @Test
    void delegatedAdministrationWhoseEndWasRefusedIsEndedByTheNextRun() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        Scene.Report first = nightOnWhichDelegatedAdministrationStays(customer);
        assertThat(actions(first)).contains("REMOVE DONE", "TERMINATE_GDAP REFUSED");
        scene.with("verification.give-up-after", "6s");

        Scene.Report second = runs(ExitCode.OK);

        assertThat(actions(second)).containsExactly("TERMINATE_GDAP DONE");
        assertThat(row(second, customer).get("second_witness").asString())
                .contains("remove_partner_customer_relationship succeeded");
        assertThat(writesToGraph()).isEqualTo(1);
        assertThat(outcome(second, customer)).isEqualTo("OFFBOARDED");
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("terminated");
    }

    @Test
    void aRunThatEndsBetweenTheRemovalAndTheEndOfDelegatedAdministrationLeavesItToTheNext() {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "active").gdap("Support", "active");
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(401, 0)
                .always();
        listed(customer);
        runs(ExitCode.UNAVAILABLE);
        assertThat(standIn.relationship(customer.id())).isEqualTo("none");
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("active");
        standIn.faults().clear();
        standIn.clearRecords();

        Scene.Report second = runs(ExitCode.OK);

        assertThat(actions(second)).containsExactly("TERMINATE_GDAP DONE");
        assertThat(writesToGraph()).isEqualTo(1);
        assertThat(outcome(second, customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aCustomerThatIsGoneAlreadyLosesTheDelegatedAdministrationThatLivesOn() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E3", "suspended");
        listed(customer);
        runs(ExitCode.OK);
        customer.gdap("Support", "active").gdap("Draft", "created").gdap("Invitation", "approvalPending");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("ALREADY_OFFBOARDED");
        assertThat(actions(report)).containsExactlyInAnyOrder("TERMINATE_GDAP DONE", "DELETE_GDAP DONE");
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("terminated");
        assertThat(standIn.gdapStatus(customer.idOf("Draft"))).isEqualTo("gone");
    }

    @Test
    void theEndsOfDelegatedAdministrationThatAreLeftShowInAPlanAndCountAgainstNoLimitOnceMore() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder one =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Support", "active");
        CustomerBuilder two =
                standIn.customer("Bellows").licence("E3", "suspended").gdap("Support", "active");
        nightOnWhichDelegatedAdministrationStays(one, two);

        Scene.Report plan = runs(Mode.PLAN, ExitCode.OK);

        assertThat(outcome(plan, one)).isEqualTo("PLANNED");
        assertThat(outcome(plan, two)).isEqualTo("PLANNED");
        assertThat(row(plan, one).get("planned").get(0).get("action").asString())
                .isEqualTo("TERMINATE_GDAP");
        assertThat(row(plan, one).get("message").asString()).contains("delegated administration");
        assertThat(customersBegun(plan)).isZero();
        assertThat(writesToGraph()).isZero();

        // what continues an offboarding that was begun counts no more
        scene.with("limits.max-customers", "1").with("verification.give-up-after", "6s");
        Scene.Report report = runs(ExitCode.OK);
        assertThat(customersBegun(report)).isZero();
        assertThat(writesToGraph()).isEqualTo(2);
    }

    private static long customersBegun(Scene.Report report) {
        return report.json()
                .get("limits")
                .valueStream()
                .filter(it -> it.get("limit").asString().equals("max-customers"))
                .findFirst()
                .orElseThrow()
                .get("figure")
                .asLong();
    }

    @Test
    void delegatedAdministrationOfARelationshipThatIsThereAgainIsLeftAlone() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Support", "active");
        nightOnWhichDelegatedAdministrationStays(customer);
        standIn.reestablish(customer.id());

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).startsWith("RE_ESTABLISHED");
        assertThat(actions(report)).isEmpty();
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("active");
    }

    @Test
    void aProtectedCustomersDelegatedAdministrationIsLeftAloneAfterItsRemovalToo() {
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E3", "suspended").gdap("Support", "active");
        nightOnWhichDelegatedAdministrationStays(customer);
        scene.protectedBy("Microsoft ID\n" + customer.id() + "\n");

        Scene.Report report = runs(ExitCode.TO_BE_CONFIRMED);

        assertThat(actions(report)).isEmpty();
        assertThat(standIn.gdapStatus(customer.idOf("Support"))).isEqualTo("active");
    }
}
