package dev.offboarding.run.nights;

import static dev.offboarding.run.PartnerCenterScene.actions;
import static dev.offboarding.run.PartnerCenterScene.outcome;
import static dev.offboarding.run.PartnerCenterScene.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder;
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
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nights of customers with new-commerce terms, as these end since May 2026; with transfers, savings plans and other resellers. */
@Execution(ExecutionMode.CONCURRENT)
class NewCommerceNightsTest {

    private static final Instant FIRST_NIGHT = Instant.parse("2026-08-10T02:30:00Z");

    private final Scene scene = Scene.set();
    private final String secret = PartnerCenterScene.secretOfItsOwn();
    private final StandInSettings settings = StandInSettings.standard();
    private PartnerCenterStandIn standIn;
    private Clock clock = night(0);
    private int lists;

    @BeforeEach
    void aJobForPartnerCenter() {
        standIn = PartnerCenterStandIn.start(settings.clock(clock));
        PartnerCenterScene.connect(scene, standIn, secret);
        scene.with("partner-center.new-commerce", "end-at-term");
        standIn.customer("Bystander").licence("E1", "active");
    }

    @AfterEach
    void noBreachOfProtocol() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
        scene.close();
    }

    /** Continues on its own, from that night on. */
    private static Clock night(int days) {
        Instant night = FIRST_NIGHT.plus(Duration.ofDays(days));
        return Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), night));
    }

    private Instant in(int days) {
        return FIRST_NIGHT.plus(Duration.ofDays(days));
    }

    private void listed(CustomerBuilder customer) {
        lists++;
        scene.inboxFile(
                "list-" + lists + ".csv",
                "Microsoft ID,Company name,Primary domain name,ticket\n%s,%s,%s,T-%d\n"
                        .formatted(customer.id(), customer.companyName(), customer.domain(), lists));
    }

    /** So many days after the first night, whatever happens before it. */
    private void later(int days) {
        clock = night(days);
        standIn.settings().clock(clock);
        standIn.clearRecords();
    }

    private Scene.Report runs(ExitCode expected) {
        return runs(Mode.RUN, expected);
    }

    private Scene.Report runs(Mode mode, ExitCode expected) {
        RunResult result = TestRuns.of(
                        scene.read(), mode, scene.folder().resolve(".offboarding"), clock, Progress.NONE, Duration.ZERO)
                .start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(expected);
        return Scene.report(result);
    }

    private Scene.Report runs(int days, ExitCode expected) {
        later(days);
        return runs(expected);
    }

    private String scheduled(CustomerBuilder customer) {
        return standIn.autoRenew(customer.idOf("Teams")) + " " + standIn.scheduledAtTermEnd(customer.idOf("Teams"));
    }

    /** What the report of its removal says was lost; * for what cannot be made active again. */
    private static List<String> lost(Scene.Report report, CustomerBuilder customer) {
        return row(report, customer)
                .get("way_back")
                .valueStream()
                .map(it -> it.get("id").asString() + (it.get("again").asBoolean() ? "" : " *"))
                .toList();
    }

    private CustomerBuilder teams(int termEnd) {
        CustomerBuilder customer = standIn.customer("Adatum").newCommerce("Teams", "active", in(termEnd), null);
        listed(customer);
        return customer;
    }

    /** By somebody whose machine's clock is behind that of the runs. */
    private void withdrawn(CustomerBuilder customer) {
        assertThat(scene.asks(
                                InterventionKind.WITHDRAW,
                                new InterventionOrder.Target.Customer(UUID.fromString(customer.id())),
                                "they stay")
                        .exitCode())
                .isEqualTo(ExitCode.OK);
    }

    /** Accepted, and shown minutes later: it is put back then, and what is withdrawn does not end before. */
    @Test
    void theEndOfATermThatDoesNotShowYetIsPutBackOnceItDoes() {
        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ofMinutes(3));
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer = teams(10);
        assertThat(actions(runs(ExitCode.NEEDS_ATTENTION))).containsExactly("AUTO_RENEW_OFF DONE");
        withdrawn(customer);

        assertThat(outcome(runs(Mode.WITHDRAW, ExitCode.OK), customer)).isEqualTo("HELD PENDING_OPERATION");

        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ZERO);
        clock = Clock.offset(clock, Duration.ofSeconds(200));
        standIn.settings().clock(clock);
        Scene.Report later = runs(ExitCode.OK);
        assertThat(outcome(later, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(later)).containsExactly("REACTIVATE DONE");
        assertThat(scheduled(customer)).startsWith("true");
    }

    /** And without a withdrawal it is watched from then on: somebody changing it days later is somebody's decision. */
    @Test
    void theEndOfATermThatShowedOnlyLaterIsWatchedLikeAnother() {
        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ofMinutes(3));
        scene.with("verification.give-up-after", "1s");
        CustomerBuilder customer = teams(10);
        runs(ExitCode.NEEDS_ATTENTION);
        settings.lag(Lag.SUBSCRIPTION_READ, Duration.ZERO);
        assertThat(outcome(runs(1, ExitCode.OK), customer)).isEqualTo("HELD TERM_COMMITMENT");
        later(4);
        standIn.renewAgain(customer.idOf("Teams"));

        Scene.Report changed = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(changed, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(actions(changed)).isEmpty();
    }

    /** Incident 36: nothing but auto-renew was switched off, and the term went on as a paid extended term. */
    @Test
    void autoRenewWasSwitchedOffAndNothingElseAndTheTermWentOn() {
        CustomerBuilder customer = teams(10);

        Scene.Report first = runs(ExitCode.OK);

        assertThat(outcome(first, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(row(first, customer).get("hold_until").asString()).isEqualTo("2026-08-21");
        assertThat(actions(first)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(first.json().get("actions").get(0).get("after").asString())
                .isEqualTo("auto-renew off, cancelled at the end of the term");
        assertThat(standIn.writes()).hasSize(1);
        // nobody switches it on again, and it is looked at every night
        for (int day : new int[] {1, 2, 9}) {
            Scene.Report night = runs(day, ExitCode.OK);
            assertThat(actions(night)).isEmpty();
            assertThat(standIn.requests()).anyMatch(it -> it.path().contains(customer.id()));
            assertThat(scheduled(customer)).isEqualTo("false cancel");
        }
        Scene.Report afterTheTerm = runs(11, ExitCode.OK);
        assertThat(outcome(afterTheTerm, customer)).isEqualTo("OFFBOARDED");
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("expired");
        assertThat(lost(afterTheTerm, customer)).containsExactly(customer.idOf("Teams") + " *");
    }

    /** A customer is withdrawn whose term this program lets end: what was to happen at its end is put back as it was. */
    @ParameterizedTest
    @CsvSource({"true, RenewToNewTerm, auto-renew on", "false, RenewToExtendedServiceTerm, auto-renew off"})
    void whatWasToHappenAtTheEndOfATermIsPutBack(boolean autoRenew, String action, String after) {
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", in(100), null)
                .atTermEnd(autoRenew, action);
        listed(customer);
        String before = scheduled(customer);
        runs(ExitCode.OK);
        assertThat(scheduled(customer)).isEqualTo("false cancel");
        later(1);
        withdrawn(customer);

        Scene.Report withdrawal = runs(Mode.WITHDRAW, ExitCode.OK);

        assertThat(scheduled(customer)).isEqualTo(before);
        assertThat(outcome(withdrawal, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(withdrawal)).containsExactly("REACTIVATE DONE");
        assertThat(withdrawal.json().get("actions").get(0).get("after").asString())
                .isEqualTo(after);
        assertThat(withdrawal.json().get("reactivated").asInt()).isZero();
        assertThat(actions(runs(2, ExitCode.OK))).isEmpty();
    }

    @Test
    void whatWasScheduledIsChangedSoonAfterAndPutRightOnceAndReported() {
        CustomerBuilder customer = teams(100);
        runs(ExitCode.OK);
        later(1);
        standIn.renewAgain(customer.idOf("Teams"));

        Scene.Report repaired = runs(ExitCode.OK);

        assertThat(outcome(repaired, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(actions(repaired)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(row(repaired, customer).get("message").asString())
                .contains("was changed since: it is scheduled once more");
        assertThat(scheduled(customer)).isEqualTo("false cancel");
        assertThat(actions(runs(2, ExitCode.OK))).isEmpty();
    }

    @Test
    void whatWasScheduledIsChangedForTheSecondTimeWhichIsSomebodysDecision() {
        CustomerBuilder customer = teams(100);
        runs(ExitCode.OK);
        later(1);
        standIn.renewAgain(customer.idOf("Teams"));
        runs(ExitCode.OK);
        later(2);
        standIn.renewAgain(customer.idOf("Teams"));

        Scene.Report second = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(second, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(row(second, customer).get("message").asString()).contains("for the second time");
        assertThat(standIn.writes()).isEmpty();
        assertThat(scheduled(customer)).isEqualTo("true renewtonewterm");
        assertThat(outcome(runs(3, ExitCode.OK), customer)).isEqualTo("HELD REACTIVATED");
        // listed again it begins again
        later(4);
        listed(customer);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        later(5);
        standIn.renewAgain(customer.idOf("Teams"));
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
    }

    /** What an offboarding that began again found scheduled was its own, and stayed so when the customer was withdrawn. */
    @Test
    void whatWasScheduledBeforeTheCustomerWasListedAgainIsPutBackToo() {
        CustomerBuilder customer = teams(100).newCommerce("Visio", "active", in(100), null);
        String visio = customer.idOf("Visio");
        String before = standIn.autoRenew(visio) + " " + standIn.scheduledAtTermEnd(visio);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE", "AUTO_RENEW_OFF DONE");
        later(3);
        standIn.renewAgain(customer.idOf("Teams"));
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
        later(4);
        listed(customer);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        later(5);
        withdrawn(customer);

        Scene.Report withdrawal = runs(Mode.WITHDRAW, ExitCode.OK);

        assertThat(outcome(withdrawal, customer)).isEqualTo("WITHDRAWN");
        assertThat(actions(withdrawal)).containsExactly("REACTIVATE DONE", "REACTIVATE DONE");
        assertThat(standIn.autoRenew(visio) + " " + standIn.scheduledAtTermEnd(visio))
                .isEqualTo(before);
    }

    private CustomerBuilder teamsAndVisioAreScheduledAndTeamsIsChanged() {
        CustomerBuilder customer = teams(100).newCommerce("Visio", "active", in(100), null);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE", "AUTO_RENEW_OFF DONE");
        later(3);
        standIn.renewAgain(customer.idOf("Teams"));
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
        return customer;
    }

    @Test
    void whatWasScheduledBeforeTheCustomerWasListedAgainAndIsChangedDaysLaterWasScheduledOnceMore() {
        CustomerBuilder customer = teamsAndVisioAreScheduledAndTeamsIsChanged();
        later(4);
        listed(customer);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        later(10);
        standIn.renewAgain(customer.idOf("Visio"));

        Scene.Report changed = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(changed, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(row(changed, customer).get("message").asString()).contains("(" + customer.idOf("Visio") + ")");
        assertThat(actions(changed)).isEmpty();
        assertThat(standIn.writes()).isEmpty();
    }

    /** Both were changed by the time somebody listed the customer again: then both are to end. */
    @Test
    void everyTermThatRenewsOnTheNightOnWhichTheCustomerIsListedAgainIsScheduled() {
        CustomerBuilder customer = teamsAndVisioAreScheduledAndTeamsIsChanged();
        later(4);
        standIn.renewAgain(customer.idOf("Visio"));
        listed(customer);

        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE", "AUTO_RENEW_OFF DONE");
    }

    /** Within 48 hours of this program's own write, though in the offboarding before this one. */
    @Test
    void whatWasScheduledBeforeTheCustomerWasListedAgainIsPutRightOnceSoonAfterItsOwnWrite() {
        CustomerBuilder customer = teams(100).newCommerce("Visio", "active", in(100), null);
        String visio = customer.idOf("Visio");
        String before = standIn.autoRenew(visio) + " " + standIn.scheduledAtTermEnd(visio);
        runs(ExitCode.OK);
        clock = Clock.offset(clock, Duration.ofHours(12));
        standIn.settings().clock(clock);
        standIn.renewAgain(customer.idOf("Teams"));
        runs(ExitCode.OK);
        clock = Clock.offset(clock, Duration.ofHours(2));
        standIn.settings().clock(clock);
        standIn.renewAgain(customer.idOf("Teams"));
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
        clock = Clock.offset(clock, Duration.ofHours(2));
        standIn.settings().clock(clock);
        listed(customer);
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        clock = Clock.offset(clock, Duration.ofHours(2));
        standIn.settings().clock(clock);
        standIn.renewAgain(visio);
        Scene.Report repaired = runs(ExitCode.OK);
        assertThat(actions(repaired)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(row(repaired, customer).toString()).contains("it is scheduled once more");
        clock = Clock.offset(clock, Duration.ofHours(2));
        standIn.settings().clock(clock);
        standIn.renewAgain(visio);
        Scene.Report second = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(outcome(second, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(actions(second)).isEmpty();
        assertThat(standIn.autoRenew(visio) + " " + standIn.scheduledAtTermEnd(visio))
                .isEqualTo(before);
    }

    /** It begins again, and the limits count it as what is begun, though all that it had scheduled still stands. */
    @Test
    void anOffboardingThatBeginsAgainIsBegunOnceMoreForTheLimitsThoughAllItsTermsStillEnd() {
        CustomerBuilder customer = teams(100);
        runs(ExitCode.OK);
        later(3);
        customer.newCommerce("Visio", "active", in(100), null);
        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
        later(4);
        listed(customer);
        scene.with("limits.max-customers", "0");

        assertThat(actions(runs(ExitCode.STOPPED_BY_LIMIT))).isEmpty();
    }

    /** What is pending when the first of it is written becomes active on its own: nobody has decided anything since. */
    @Test
    void aLicenceThatWasPendingWhenTheFirstTermWasScheduledHoldsNobodyOnceItIsActive() {
        CustomerBuilder customer = teams(10).licence("E1", "pending");
        assertThat(actions(runs(ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        standIn.changeStatus(customer.idOf("E1"), "active");

        assertThat(outcome(runs(1, ExitCode.OK), customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(outcome(runs(11, ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aLicenceThatWasSuspendedWhenTheFirstTermWasScheduledAndIsActiveLaterHoldsTheCustomer() {
        CustomerBuilder customer = teams(10).licence("E1", "suspended");
        runs(ExitCode.OK);
        standIn.changeStatus(customer.idOf("E1"), "active");

        assertThat(outcome(runs(1, ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD REACTIVATED");
    }

    /** The term is shown, because it has a date; it has reminders of its own, 30 and 7 days before it renews, which use up nobody else's. */
    @Test
    void aPurchaseThatSomebodyHasToCancelIsRemindedOfAlsoBesideATermThatRenewsItself() {
        scene.with("partner-center.new-commerce", "hold");
        CustomerBuilder customer = teams(75).marketplace("SaaS", "active", null);
        Scene.Report first = runs(ExitCode.NEEDS_ATTENTION);
        assertThat(outcome(first, customer)).isEqualTo("HELD TERM_COMMITMENT");
        Map<Integer, ExitCode> nights = new TreeMap<>();
        for (int day : new int[] {1, 13, 15, 41, 43, 46, 57, 69}) {
            nights.put(day, ExitCode.OK);
        }
        for (int day : new int[] {14, 28, 42, 45, 56, 68, 70}) {
            nights.put(day, ExitCode.NEEDS_ATTENTION);
        }

        nights.forEach(this::runs);
    }

    @Test
    void whatWasScheduledIsChangedDaysLaterWhichIsSomebodysDecision() {
        CustomerBuilder customer = teams(100);
        customer.licence("E1", "active");
        runs(ExitCode.OK);
        later(3);
        standIn.renewAgain(customer.idOf("Teams"));

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, customer)).isEqualTo("HELD REACTIVATED");
        assertThat(row(report, customer).get("message").asString()).contains("(" + customer.idOf("Teams") + ")");
        assertThat(standIn.writes()).isEmpty();
    }

    /** As an earlier version of this program left it: auto-renew is off, and nothing is scheduled. */
    @Test
    void autoRenewThatIsOffWithoutACancellationCountsAsRenewing() {
        scene.with("partner-center.new-commerce", "hold");
        CustomerBuilder customer = teams(100).notRenewing();

        Scene.Report held = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(row(held, customer).get("message").asString()).contains("paid extended service term");
        // what the page advises does not lead there
        assertThat(held.text("report.html"))
                .contains("Schedule their cancellation at the end of the term before that day")
                .doesNotContain("Switch auto-renew off");
        scene.with("partner-center.new-commerce", "end-at-term");
        assertThat(actions(runs(1, ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(scheduled(customer)).isEqualTo("false cancel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"end-at-term", "cancel"})
    void anExtendedTermIsCancelledOnAnyDay(String newCommerce) {
        scene.with("partner-center.new-commerce", "hold");
        CustomerBuilder customer = teams(5).notRenewing();
        runs(ExitCode.NEEDS_ATTENTION);
        // it went on, and the month began nine days ago
        Scene.Report held = runs(14, ExitCode.NEEDS_ATTENTION);
        assertThat(row(held, customer).get("message").asString()).contains("may be cancelled on any day");
        scene.with("partner-center.new-commerce", newCommerce);

        Scene.Report report = runs(15, ExitCode.OK);

        assertThat(actions(report)).containsExactly("CANCEL DONE", "REMOVE DONE");
        assertThat(outcome(report, customer)).isEqualTo("OFFBOARDED");
    }

    /** What .NET writes where no date was set: it is no month that may be cancelled until its end. */
    @Test
    void aTermWhoseEndWasNeverSetIsLookedAtBySomebodyAndNotCancelled() {
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", in(30), in(5))
                .saying("termDuration", "P1M");
        standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.SUBSCRIPTION_LIST
                ? body.replaceAll(
                        "\"commitmentEndDate\":\"2026-09[^\"]*\"", "\"commitmentEndDate\":\"0001-01-01T00:00:00Z\"")
                : body);
        listed(customer);

        assertThat(outcome(runs(ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD UNKNOWN_STATUS");

        assertThat(standIn.writes()).isEmpty();
    }

    /** A month that never ends is none: what may be cancelled on any day is not in an extended service term for that. */
    @Test
    void aTermWithoutAnEndIsNoExtendedTerm() {
        Instant never = Instant.parse("9999-12-14T00:00:00Z");
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", never, never)
                .saying("termDuration", "P1M");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("active");
    }

    /** Its end was fitted to that of another subscription: it may be cancelled until then because that comes so soon. */
    @ParameterizedTest
    @ValueSource(strings = {"creationDate", "effectiveStartDate"})
    void aShortFirstMonthIsNoExtendedTerm(String begun) {
        CustomerBuilder customer = standIn.customer("Adatum")
                .newCommerce("Teams", "active", in(3), in(3))
                .saying("termDuration", "P1M")
                .saying(begun, in(-4).toString());
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(actions(report)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(outcome(report, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("active");
    }

    private void cancelledWithThreeDaysOfGrace() {
        scene.with("partner-center.new-commerce", "cancel").with("grace-period", "3d");
    }

    private CustomerBuilder teamsCancellable(int termEnd, int cancellableUntil) {
        CustomerBuilder customer =
                standIn.customer("Adatum").newCommerce("Teams", "active", in(termEnd), in(cancellableUntil));
        listed(customer);
        return customer;
    }

    private void isRefusedOnce(Endpoint write) {
        standIn.faults()
                .inject(InjectedFault.REFUSED)
                .on(write)
                .answering(400, 800002)
                .once();
    }

    private String state(CustomerBuilder customer) {
        return scene.jdbc()
                .sql("select state from offboarding.offboarding_case where customer_id = ?::uuid")
                .param(customer.id())
                .query(String.class)
                .single();
    }

    @Test
    void aTermIsCancelledOnTheLastDayOfTheGracePeriodAndNotOnTheNightOfTheSuspension() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5).licence("E1", "active");

        Scene.Report first = runs(ExitCode.OK);

        assertThat(actions(first)).containsExactly("SUSPEND DONE");
        assertThat(outcome(first, customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
        assertThat(row(first, customer).get("hold_until").asString()).isEqualTo("2026-08-13");
        assertThat(row(first, customer).get("message").asString())
                .isEqualTo(
                        "everything else is suspended; on 2026-08-13, not before, the relationship is removed and this is cancelled: Teams (%s)",
                        customer.idOf("Teams"));
        // something is active still
        assertThat(state(customer)).isEqualTo("MARKED");
        for (int day : new int[] {1, 2}) {
            Scene.Report night = runs(day, ExitCode.OK);
            assertThat(actions(night)).isEmpty();
            assertThat(outcome(night, customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
            assertThat(row(night, customer).get("hold_until").asString()).isEqualTo("2026-08-13");
        }
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("active");
        assertThat(standIn.autoRenew(customer.idOf("Teams"))).isTrue();
        Scene.Report last = runs(3, ExitCode.OK);
        assertThat(actions(last)).containsExactly("CANCEL DONE", "REMOVE DONE");
        assertThat(outcome(last, customer)).isEqualTo("OFFBOARDED");
        assertThat(lost(last, customer)).containsExactly(customer.idOf("E1"), customer.idOf("Teams") + " *");
    }

    /** Cancelled in one night, removed in another: the report of the removal names it as well. */
    @Test
    void whatWasCancelledInAnEarlierNightIsNamedAmongWhatIsLost() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5).licence("E1", "active");
        runs(ExitCode.OK);
        later(3);
        isRefusedOnce(Endpoint.CUSTOMER_WRITE);
        assertThat(actions(runs(ExitCode.NEEDS_ATTENTION))).containsExactly("CANCEL DONE", "REMOVE REFUSED");

        Scene.Report removed = runs(4, ExitCode.OK);

        assertThat(actions(removed)).containsExactly("REMOVE DONE");
        assertThat(lost(removed, customer)).containsExactly(customer.idOf("E1"), customer.idOf("Teams") + " *");
    }

    @Test
    void aTermThatIsAllACustomerHoldsIsCancelledOnTheLastDayOfTheGracePeriod() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5);

        Scene.Report first = runs(ExitCode.OK);

        assertThat(actions(first)).isEmpty();
        assertThat(outcome(first, customer)).isEqualTo("HELD GRACE_PERIOD");
        assertThat(row(first, customer).get("hold_until").asString()).isEqualTo("2026-08-13");
        assertThat(state(customer)).isEqualTo("MARKED");
        Scene.Report second = runs(1, ExitCode.OK);
        assertThat(actions(second)).isEmpty();
        assertThat(row(second, customer).get("hold_until").asString()).isEqualTo("2026-08-13");
        assertThat(actions(runs(3, ExitCode.OK))).containsExactly("CANCEL DONE", "REMOVE DONE");
    }

    @Test
    void aTermWhoseWindowClosesBeforeTheGracePeriodEndsIsHeldAndNeverCancelled() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(10, 2).licence("E1", "active");

        Scene.Report first = runs(ExitCode.OK);

        assertThat(actions(first)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(outcome(first, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(row(first, customer).get("hold_until").asString()).isEqualTo("2026-08-21");
        assertThat(row(first, customer).get("message").asString())
                .contains("its cancellation window closes at 2026-08-12T02:30:00Z, before the grace period ends");
        assertThat(standIn.status(customer.idOf("E1"))).isEqualTo("active");
        for (int day : new int[] {1, 3}) {
            Scene.Report night = runs(day, ExitCode.OK);
            assertThat(actions(night)).isEmpty();
            assertThat(outcome(night, customer)).isEqualTo("HELD TERM_COMMITMENT");
        }
        assertThat(scheduled(customer)).isEqualTo("false cancel");
        // the term has ended, and the grace period begins
        Scene.Report afterTheTerm = runs(11, ExitCode.OK);
        assertThat(actions(afterTheTerm)).containsExactly("SUSPEND DONE");
        assertThat(row(afterTheTerm, customer).get("hold_until").asString()).isEqualTo("2026-08-24");
        assertThat(actions(runs(14, ExitCode.OK))).containsExactly("REMOVE DONE");
    }

    @Test
    void noRunOnTheLastDayOfTheGracePeriodAndTheWindowHasClosedSince() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5).licence("E1", "active");
        runs(ExitCode.OK);

        Scene.Report late = runs(6, ExitCode.OK);

        assertThat(actions(late)).containsExactly("AUTO_RENEW_OFF DONE");
        assertThat(outcome(late, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(standIn.status(customer.idOf("Teams"))).isEqualTo("active");
    }

    @Test
    void aTermThatSomebodyCancelsDuringTheGracePeriodDoesNotBeginItAgain() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5).licence("E1", "active");
        assertThat(actions(runs(ExitCode.OK))).containsExactly("SUSPEND DONE");
        later(1);
        standIn.changeStatus(customer.idOf("Teams"), "deleted");

        Scene.Report second = runs(ExitCode.OK);

        assertThat(actions(second)).isEmpty();
        assertThat(outcome(second, customer)).isEqualTo("SUSPENDED GRACE_PERIOD");
        assertThat(row(second, customer).get("hold_until").asString()).isEqualTo("2026-08-13");
        assertThat(state(customer)).isEqualTo("SUSPENDED");
        assertThat(actions(runs(3, ExitCode.OK))).containsExactly("REMOVE DONE");
    }

    @Test
    void theCancellationOnTheLastDayIsRefusedAndTriedAgainTheNextNight() {
        cancelledWithThreeDaysOfGrace();
        CustomerBuilder customer = teamsCancellable(300, 5).licence("E1", "active");
        runs(ExitCode.OK);
        later(3);
        isRefusedOnce(Endpoint.SUBSCRIPTION_WRITE);

        Scene.Report refused = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(refused, customer)).isEqualTo("FAILED");
        assertThat(actions(refused)).containsExactly("CANCEL REFUSED");
        assertThat(standIn.relationship(customer.id())).isEqualTo("reseller");
        assertThat(actions(runs(4, ExitCode.OK))).containsExactly("CANCEL DONE", "REMOVE DONE");
    }

    /** Its month ends, and the next one begins, before the grace period is over. */
    @ParameterizedTest
    @ValueSource(strings = {"end-at-term", "cancel"})
    void anExtendedTermIsCancelledOnTheLastDayOfTheGracePeriod(String newCommerce) {
        scene.with("partner-center.new-commerce", "hold").with("grace-period", "3d");
        CustomerBuilder customer = teams(5).notRenewing();
        runs(ExitCode.NEEDS_ATTENTION);
        runs(33, ExitCode.NEEDS_ATTENTION);
        scene.with("partner-center.new-commerce", newCommerce);

        Scene.Report first = runs(34, ExitCode.OK);

        assertThat(outcome(first, customer)).isEqualTo("HELD GRACE_PERIOD");
        assertThat(actions(first)).isEmpty();
        Scene.Report last = runs(37, ExitCode.OK);
        assertThat(actions(last)).containsExactly("CANCEL DONE", "REMOVE DONE");
        assertThat(outcome(last, customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anotherPartnerAsksForWhatTheCustomerHolds() {
        CustomerBuilder customer = teams(100).licence("E1", "active");
        customer.transferTo("99999999-1111-4222-8333-444455556666", "Northwind", "Pending");

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("HELD TRANSFER_PENDING");
        assertThat(row(report, customer).get("hold_until").asString()).isEqualTo("2026-09-09");
        assertThat(row(report, customer).get("message").asString())
                .contains("Northwind (tenant 99999999-1111-4222-8333-444455556666)")
                .contains("lapses on 2026-09-09");
        assertThat(standIn.writes()).isEmpty();
        // what nobody answered has lapsed
        assertThat(outcome(runs(29, ExitCode.OK), customer)).isEqualTo("HELD TRANSFER_PENDING");
        assertThat(actions(runs(30, ExitCode.OK))).containsExactly("AUTO_RENEW_OFF DONE");
    }

    @Test
    void aTransferThatIsOverOrToUsHoldsNobody() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        for (String over : List.of("Complete", "Completed", "Rejected", "Expired", "Canceled")) {
            customer.transferTo("99999999-1111-4222-8333-444455556666", "Northwind", over);
        }
        customer.transferFrom("99999999-1111-4222-8333-444455556666", "Pending");
        listed(customer);

        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    /** In Auckland the next day began more than eight hours before it lapses. */
    @Test
    void aTransferOfWhichTheLastDayIsOverInTheJobsZoneOnlyHasNotLapsed() {
        scene.with("zone", "Pacific/Auckland");
        clock = Clock.offset(night(0), Duration.ofHours(18));
        standIn.settings().clock(clock);
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        customer.transferTo("99999999-1111-4222-8333-444455556666", "Northwind", "Pending");
        listed(customer);
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("HELD TRANSFER_PENDING");
        clock = Clock.offset(night(30), Duration.ofHours(13));
        standIn.settings().clock(clock);

        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("HELD TRANSFER_PENDING");

        assertThat(standIn.writes()).isEmpty();
        assertThat(outcome(runs(31, ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aTransferThatIsUnderWayHasNoDay() {
        CustomerBuilder customer = standIn.customer("Adatum").licence("E1", "active");
        customer.transferTo("99999999-1111-4222-8333-444455556666", "Northwind", "InProgress");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);
        assertThat(outcome(report, customer)).isEqualTo("HELD TRANSFER_PENDING");
        assertThat(row(report, customer).get("hold_until").isNull()).isTrue();
        later(1);
        standIn.changeTransferStatus(customer.id(), "Complete");
        assertThat(outcome(runs(ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aSavingsPlanIsHeldLikeAReservation() {
        CustomerBuilder customer =
                standIn.customer("Adatum").licence("E1", "active").savingsPlan("Compute", "active");
        listed(customer);

        Scene.Report report = runs(ExitCode.OK);

        assertThat(outcome(report, customer)).isEqualTo("HELD RESERVED_INSTANCE");
        // what is said of a reservation cannot be done to it
        assertThat(row(report, customer).get("message").asString())
                .contains(
                        "is a savings plan that has not ended: end it in the Azure portal, where that is possible, or wait for it to end");
        assertThat(standIn.writes()).isEmpty();
    }

    @Test
    void aSubscriptionOfAnotherResellerHoldsItsCustomer() {
        standIn.settings().account(StandInSettings.Account.INDIRECT_PROVIDER);
        scene.with("partner-center.account", "indirect-provider").with("partner-center.resellers[0]", "4847383");
        CustomerBuilder ours = standIn.customer("Adatum").licence("E1", "active");
        CustomerBuilder others = standIn.customer("Bellows")
                .licence("E1", "active")
                .licence("E3", "active")
                .saying("partnerId", "7654321");
        CustomerBuilder nobodys =
                standIn.customer("Contoso").licence("E1", "active").saying("partnerId", "");
        CustomerBuilder over =
                standIn.customer("Datum").licence("E1", "deleted").saying("partnerId", "7654321");
        List.of(ours, others, nobodys, over).forEach(this::listed);

        Scene.Report report = runs(ExitCode.NEEDS_ATTENTION);

        assertThat(outcome(report, ours)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, over)).isEqualTo("OFFBOARDED");
        assertThat(outcome(report, others)).isEqualTo("HELD OTHER_RESELLER");
        assertThat(row(report, others).get("message").asString()).contains("partner id 7654321");
        assertThat(outcome(report, nobodys)).isEqualTo("HELD OTHER_RESELLER");
        assertThat(standIn.status(others.idOf("E1"))).isEqualTo("active");
        assertThat(standIn.status(nobodys.idOf("E1"))).isEqualTo("active");
    }

    @Test
    void theEndOfATermIsProcessedADayLater() {
        standIn.settings().lag(Lag.RENEWAL, Duration.ofHours(30));
        CustomerBuilder customer = teams(10);
        runs(ExitCode.OK);

        Scene.Report dayAfter = runs(11, ExitCode.OK);

        assertThat(outcome(dayAfter, customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(row(dayAfter, customer).get("hold_until").asString()).isEqualTo("2026-08-21");
        assertThat(row(dayAfter, customer).get("message").asString()).contains("does not show yet");
        assertThat(outcome(runs(12, ExitCode.OK), customer)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aTermWhoseEndDoesNotShowForFourDaysIsLookedAtBySomebody() {
        standIn.settings().lag(Lag.RENEWAL, Duration.ofDays(30));
        CustomerBuilder customer = teams(10);
        runs(ExitCode.OK);

        assertThat(outcome(runs(13, ExitCode.OK), customer)).isEqualTo("HELD TERM_COMMITMENT");
        assertThat(outcome(runs(14, ExitCode.NEEDS_ATTENTION), customer)).isEqualTo("HELD UNKNOWN_STATUS");
    }

    /** It is read weekly, and on these days. */
    @ParameterizedTest
    @CsvSource({"hold, 4", "end-at-term, 0"})
    void somebodyIsRemindedThirtyAndSevenDaysBeforeATermRenews(String newCommerce, int code) {
        scene.with("partner-center.new-commerce", newCommerce);
        ExitCode reminded = code == 0 ? ExitCode.OK : ExitCode.NEEDS_ATTENTION;
        teams(38);

        runs(0, reminded);
        runs(1, ExitCode.OK);
        runs(7, ExitCode.OK);
        runs(8, reminded);
        runs(9, ExitCode.OK);
        runs(30, ExitCode.OK);
        runs(31, reminded);
        runs(32, ExitCode.OK);
    }
}
