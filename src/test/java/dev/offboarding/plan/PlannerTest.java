package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.heldFor;
import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.DecisionAssert.suspend;
import static dev.offboarding.plan.Given.TODAY;
import static dev.offboarding.plan.Given.active;
import static dev.offboarding.plan.Given.customer;
import static dev.offboarding.plan.Given.license;
import static dev.offboarding.plan.Given.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {

    private static final Instant EARLIER = Instant.parse("2026-06-01T01:30:00Z");

    @Test
    void everythingActiveIsSuspendedAndThenTheRelationshipRemoved() {
        Decision decision = customer()
                .otherProtected()
                .holds(
                        license("b"),
                        active(Kind.USAGE, "a"),
                        subscription("c", Kind.LICENSE, Status.SUSPENDED),
                        subscription("d", Kind.NEW_COMMERCE, Status.EXPIRED))
                .decide();

        proceedsWith(decision, suspend("a"), suspend("b"), remove());
    }

    @Test
    void aCustomerWithoutSubscriptionsIsRemoved() {
        proceedsWith(customer().decide(), remove());
    }

    @Test
    void aSuspendedCaseIsRemoved() {
        proceedsWith(
                customer()
                        .state(CaseState.SUSPENDED)
                        .suspendedOn(TODAY)
                        .suspendedByUs("a")
                        .holds(subscription("a", Kind.LICENSE, Status.SUSPENDED))
                        .decide(),
                remove());
    }

    @Test
    void aCustomerWhoseRelationshipCannotBeRemovedIsNotHalfOffboarded() {
        heldFor(customer().holds(license("a"), active(Kind.MARKETPLACE, "b")).decide(), HoldReason.MARKETPLACE);
    }

    // protected

    @Test
    void aProtectedCustomerIsHeldWhateverItLooksLike() {
        Hold hold = heldFor(customer().isProtected().holds(license("a")).decide(), HoldReason.PROTECTED)
                .get(0);
        assertThat(hold.until()).isNull();
        assertThat(hold.message()).contains("list of protected customers").contains("list it again");

        heldFor(customer().isProtected().relationship("none").decide(), HoldReason.PROTECTED);
        heldFor(customer().isProtected().offboardedBefore().whenUnknown(), HoldReason.PROTECTED);
        heldFor(customer().isProtected().whenUnreadable(), HoldReason.PROTECTED);
    }

    // due

    @ParameterizedTest
    @CsvSource({
        // the clock goes forward in the night to the 29th
        "2026-03-29, 2026-03-28T22:59:59Z, false",
        "2026-03-29, 2026-03-28T23:00:00Z, true",
        "2026-03-30, 2026-03-29T21:59:59Z, false",
        "2026-03-30, 2026-03-29T22:00:00Z, true",
        // and back in the night to the 25th: half past two comes twice
        "2026-10-25, 2026-10-24T21:59:59Z, false",
        "2026-10-25, 2026-10-24T22:00:00Z, true",
        "2026-10-25, 2026-10-25T00:30:00Z, true",
        "2026-10-26, 2026-10-25T01:30:00Z, false",
        "2026-10-26, 2026-10-25T22:59:59Z, false",
        "2026-10-26, 2026-10-25T23:00:00Z, true"
    })
    void aDateAndATimeZoneDeletedADayEarly(LocalDate effective, Instant now, boolean due) {
        LocalDate today = now.atZone(ZoneId.of("Europe/Berlin")).toLocalDate();
        Decision decision =
                customer().effective(effective).today(today).holds(license("a")).decide();

        if (due) {
            proceedsWith(decision, suspend("a"), remove());
        } else {
            assertThat(heldFor(decision, HoldReason.NOT_DUE).get(0).until()).isEqualTo(effective);
        }
    }

    @Test
    void nothingHappensBeforeTheEffectiveDateNotEvenToACustomerThatIsGone() {
        LocalDate tomorrow = TODAY.plusDays(1);

        Hold hold = heldFor(customer().effective(tomorrow).decide(), HoldReason.NOT_DUE)
                .get(0);
        assertThat(hold.message()).isEqualTo("its effective date is 2026-06-16");
        heldFor(customer().effective(tomorrow).relationship("none").decide(), HoldReason.NOT_DUE);
        heldFor(customer().effective(tomorrow).offboardedBefore().whenUnknown(), HoldReason.NOT_DUE);
        heldFor(customer().effective(tomorrow).whenUnreadable(), HoldReason.NOT_DUE);
    }

    // listed

    @Test
    void aRowThatIsGoneFromTheListHoldsItsCaseAndUndoesNothing() {
        Hold hold = heldFor(customer().notListed().holds(license("a")).decide(), HoldReason.NOT_LISTED)
                .get(0);

        assertThat(hold.message()).contains("nothing is undone, and nothing continues");
        heldFor(customer().notListed().relationship("none").decide(), HoldReason.NOT_LISTED);
    }

    // what the platform knows

    @Test
    void theWrongKindOfIdPassedReview() {
        Hold unknown = heldFor(customer().whenUnknown(), HoldReason.NOT_A_RESELLER_CUSTOMER)
                .get(0);
        assertThat(unknown.message())
                .contains("the platform does not know this customer")
                .contains("check the id");

        heldFor(
                customer()
                        .live("Adatum Corp", "adatum.example")
                        .holds(license("a"))
                        .decide(),
                HoldReason.IDENTITY_MISMATCH);
    }

    @Test
    void ofAnUnknownCustomerWhoseSubscriptionsWeSuspendedItIsNotTheIdThatIsWrong() {
        assertThat(heldFor(customer().suspendedByUs("a").whenUnknown(), HoldReason.NOT_A_RESELLER_CUSTOMER)
                        .get(0)
                        .message())
                .contains("does not know this customer any more", "find out who did", "\"close\"")
                .doesNotContain("check the id");
    }

    @Test
    void whatWeOffboardedOurselvesMayBeUnknownToThePlatform() {
        assertThat(customer().offboardedBefore().whenUnknown())
                .isEqualTo(new Decision.AlreadyGone("no row in ledger.customer"));
    }

    @Test
    void whereNobodyAtAllIsShownItProvesNothingThatACustomerIsNot() {
        assertThat(customer().offboardedBefore().whenNobodyIsShown())
                .isEqualTo(new Decision.CannotTell("no row in ledger.customer"));
        heldFor(customer().offboardedBefore().isProtected().whenNobodyIsShown(), HoldReason.PROTECTED);
        heldFor(customer().whenNobodyIsShown(), HoldReason.NOT_A_RESELLER_CUSTOMER);
    }

    @Test
    void aCustomerThatIsBackAfterItWasOffboardedIsOffboardedAgain() {
        proceedsWith(customer().offboardedBefore().holds(license("a")).decide(), suspend("a"), remove());
    }

    @Test
    void aRelationshipThatIsGoneLeavesNothingToWriteWhateverIsActive() {
        Decision decision = customer()
                .relationship("none")
                .suspendedByUs("a")
                .graceDays(3)
                .holds(license("a"), subscription("b", Kind.UNKNOWN, Status.UNKNOWN), active(Kind.MARKETPLACE, "c"))
                .decide();

        assertThat(decision).isEqualTo(new Decision.AlreadyGone("relationship is none"));
    }

    @Test
    void aRelationshipThatIsGoneIsStillTheRightCustomers() {
        heldFor(
                customer()
                        .relationship("none")
                        .live("Adatum Corp", "adatum.example")
                        .decide(),
                HoldReason.IDENTITY_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"advisor", "", "Reseller", "reseller ", "None", "indirectReseller"})
    void aRelationshipThatIsNotOursIsNotOursToRemove(String relationship) {
        Decision decision =
                customer().relationship(relationship).holds(license("a")).decide();

        Hold hold = heldFor(decision, HoldReason.NOT_A_RESELLER_CUSTOMER).get(0);
        assertThat(hold.message()).contains("\"" + relationship + "\"");
    }

    @Test
    void aFailedReadWasTakenForGone() {
        assertThat(customer().offboardedBefore().whenUnreadable())
                .isEqualTo(new Decision.CannotTell("503 Service Unavailable"));
    }

    // what came back

    @Test
    void aSubscriptionThatIsActiveAgainIsNotSuspendedAgain() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedByUs("a", "b")
                .holds(license("a"), subscription("b", Kind.LICENSE, Status.SUSPENDED), license("c"))
                .decide();

        Hold hold = heldFor(decision, HoldReason.REACTIVATED).get(0);
        assertThat(hold.message())
                .startsWith("Product a (a) was suspended by this program and is active again")
                .contains("list the customer again");
    }

    @Test
    void aSubscriptionThatIsNewIsSuspended() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedByUs("a")
                .holds(subscription("a", Kind.LICENSE, Status.SUSPENDED), license("c"))
                .decide();

        proceedsWith(decision, suspend("c"), remove());
    }

    private static CaseFacts firstWrittenToHolding(String... subscriptions) {
        return new CaseFacts(
                EARLIER, EARLIER, List.of(subscriptions), List.of(subscriptions), null, null, null, null, null);
    }

    private static CaseFacts removalLostHolding(String... subscriptions) {
        return new CaseFacts(
                EARLIER, EARLIER, List.of(subscriptions), List.of(subscriptions), EARLIER, null, null, null, null);
    }

    @Test
    void aSubscriptionThatWasNotThereAtTheFirstWriteIsNotSuspended() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedByUs("a")
                .facts(firstWrittenToHolding("a", "b"))
                .holds(
                        subscription("a", Kind.LICENSE, Status.SUSPENDED),
                        license("b"),
                        license("c"),
                        subscription("d", Kind.LICENSE, Status.SUSPENDED))
                .decide();

        List<Hold> holds = heldFor(decision, HoldReason.REACTIVATED);
        assertThat(holds.get(0).message()).startsWith("Product c (c) is active and was not there");
    }

    /** Written to when it held these, of which the first were not active; of the last it is known that this program suspended them before. */
    private static CaseFacts begun(
            @Nullable Instant written, List<String> held, @Nullable List<String> inactive, List<String> before) {
        return new CaseFacts(
                EARLIER, written, held, null, null, null, null, null, null, null, before, null, null, inactive, null);
    }

    @Test
    void aSubscriptionThatWasNotActiveAtTheFirstWriteIsNotSuspended() {
        CaseFacts facts = begun(EARLIER, List.of("a", "b"), List.of("b"), List.of());
        Decision decision =
                customer().facts(facts).holds(license("a"), license("b")).decide();

        assertThat(heldFor(decision, HoldReason.REACTIVATED).get(0).message())
                .startsWith("Product b (b) is active and was not when its offboarding began")
                .contains("list the customer again");
    }

    @Test
    void aSubscriptionThatWasNotActiveIsSuspendedAsLongAsNothingHasBegun() {
        CaseFacts facts = begun(null, List.of("a", "b"), List.of("b"), List.of());

        proceedsWith(
                customer().facts(facts).holds(license("a"), license("b")).decide(),
                suspend("a"),
                suspend("b"),
                remove());
        heldFor(
                customer()
                        .facts(facts)
                        .state(CaseState.SUSPENDED)
                        .suspendedOn(TODAY)
                        .graceDays(2)
                        .holds(license("b"))
                        .decide(),
                HoldReason.REACTIVATED);
    }

    /** As an earlier version has left it. */
    @Test
    void whereItIsNotKnownWhatWasActiveAtTheFirstWriteOnlyWhatIsNewHolds() {
        CaseFacts facts = begun(EARLIER, List.of("a", "b"), null, List.of());

        proceedsWith(customer().facts(facts).holds(license("b")).decide(), suspend("b"), remove());
    }

    @Test
    void whatWasSuspendedBeforeTheOffboardingBeganAgainAndIsActiveIsNotSuspendedAgain() {
        CaseFacts facts = begun(null, List.of("a"), null, List.of("a"));

        assertThat(heldFor(customer().facts(facts).holds(license("a")).decide(), HoldReason.REACTIVATED)
                        .get(0)
                        .message())
                .startsWith("Product a (a) was suspended by this program and is active again");
        proceedsWith(
                customer()
                        .facts(facts)
                        .suspensionsOnTheirWay("a")
                        .holds(license("a"))
                        .decide(),
                suspend("a"),
                remove());
    }

    @Test
    void aRemovalWhoseAnswerWasLostIsPlannedAgainWhileTheCustomerHoldsWhatItHeldThen() {
        proceedsWith(
                customer()
                        .state(CaseState.SUSPENDED)
                        .facts(removalLostHolding("a", "b"))
                        .holds(
                                subscription("b", Kind.LICENSE, Status.DELETED),
                                subscription("a", Kind.LICENSE, Status.SUSPENDED))
                        .decide(),
                remove());
    }

    @Test
    void aRemovalWhoseAnswerWasLostIsNotPlannedAgainOnceSomethingIsNewOrActiveAgainOrMissing() {
        Subscription asItWas = subscription("a", Kind.LICENSE, Status.SUSPENDED);
        for (List<Subscription> now : List.of(
                List.of(asItWas, subscription("b", Kind.LICENSE, Status.SUSPENDED)),
                List.of(license("a")),
                List.<Subscription>of())) {
            Decision decision = customer()
                    .state(CaseState.SUSPENDED)
                    .facts(removalLostHolding("a"))
                    .holds(now.toArray(Subscription[]::new))
                    .decide();

            assertThat(heldFor(decision, HoldReason.RE_ESTABLISHED).get(0).message())
                    .contains("answer was lost", "list the customer again");
        }
    }

    @Test
    void aRelationshipThatWasSeenToEndIsNotRemovedAgain() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .facts(new CaseFacts(
                        EARLIER, EARLIER, List.of(), List.of(), null, EARLIER, "purchasing: 403", null, null))
                .decide();

        assertThat(heldFor(decision, HoldReason.RE_ESTABLISHED).get(0).message())
                .contains("purchasing: 403");
    }

    // several reasons

    @Test
    void whatSomebodyHasToLookAtIsShownBeforeWhatWaitsForAPersonBeforeTheLatestDate() {
        Decision decision = customer()
                .effective(LocalDate.of(2026, 12, 1))
                .live("Contoso GmbH", "other.example")
                .holds(
                        subscription("a", Kind.NEW_COMMERCE, Status.ACTIVE, LocalDate.of(2026, 8, 31)),
                        active(Kind.MARKETPLACE, "b"),
                        subscription("c", Kind.RESERVED_INSTANCE, Status.ACTIVE, LocalDate.of(2027, 12, 31)),
                        license("d"))
                .decide();

        List<Hold> holds = heldFor(
                decision,
                HoldReason.IDENTITY_MISMATCH,
                HoldReason.RESERVED_INSTANCE,
                HoldReason.MARKETPLACE,
                HoldReason.NOT_DUE,
                HoldReason.TERM_COMMITMENT);
        assertThat(holds)
                .extracting(Hold::until)
                .containsExactly(
                        null, LocalDate.of(2028, 1, 1), null, LocalDate.of(2026, 12, 1), LocalDate.of(2026, 9, 1));
    }

    @Test
    void everyReasonIsListed() {
        heldFor(
                customer()
                        .isProtected()
                        .notListed()
                        .relationship("advisor")
                        .live("x", "y")
                        .decide(),
                HoldReason.PROTECTED,
                HoldReason.IDENTITY_MISMATCH,
                HoldReason.NOT_A_RESELLER_CUSTOMER,
                HoldReason.NOT_LISTED);
        heldFor(customer().notListed().whenUnknown(), HoldReason.NOT_A_RESELLER_CUSTOMER, HoldReason.NOT_LISTED);
    }

    // grace

    @Test
    void withAGracePeriodEverythingIsSuspendedAndTheRemovalWaits() {
        Decision decision = customer().graceDays(14).holds(license("a")).decide();

        assertThat(decision)
                .isEqualTo(new Decision.Proceed(
                        List.of(suspend("a")),
                        new Hold(
                                HoldReason.GRACE_PERIOD,
                                LocalDate.of(2026, 6, 29),
                                "everything is suspended; the relationship is removed on 2026-06-29")));
    }

    @Test
    void withNothingActiveTheGracePeriodBeginsNevertheless() {
        Decision decision = customer().graceDays(1).decide();

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        assertThat(((Decision.Proceed) decision).writes()).isEmpty();
        assertThat(((Decision.Proceed) decision).afterwards())
                .isEqualTo(
                        Planner.grace(TODAY, List.of(), customer().graceDays(1).rules()));
    }

    @ParameterizedTest
    @CsvSource({"2026-06-01, true", "2026-06-02, true", "2026-06-07, true", "2026-06-08, false", "2026-06-09, false"})
    void theGracePeriodIsCountedFromTheDayOfTheSuspension(LocalDate today, boolean waits) {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedOn(LocalDate.of(2026, 6, 1))
                .suspendedByUs("a")
                .holds(subscription("a", Kind.LICENSE, Status.SUSPENDED))
                .graceDays(7)
                .today(today)
                .decide();

        if (waits) {
            assertThat(heldFor(decision, HoldReason.GRACE_PERIOD).get(0).until())
                    .isEqualTo(LocalDate.of(2026, 6, 8));
        } else {
            proceedsWith(decision, remove());
        }
    }

    @Test
    void whatIsSuspendedLaterBeginsAGracePeriodOfItsOwn() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedOn(TODAY.minusDays(30))
                .graceDays(7)
                .holds(license("late"))
                .decide();

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        Decision.Proceed proceed = (Decision.Proceed) decision;
        assertThat(proceed.writes()).containsExactly(suspend("late"));
        assertThat(proceed.afterwards()).isNotNull().extracting(Hold::until).isEqualTo(TODAY.plusDays(7));
    }

    @Test
    void aCaseThatWasHeldAfterItsSubscriptionsWereSuspendedHasItsGracePeriodBeforeIt() {
        Decision decision = customer()
                .state(CaseState.MARKED)
                .suspendedByUs("a")
                .holds(subscription("a", Kind.LICENSE, Status.SUSPENDED))
                .graceDays(7)
                .decide();

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        assertThat(((Decision.Proceed) decision).afterwards())
                .isNotNull()
                .extracting(Hold::until)
                .isEqualTo(TODAY.plusDays(7));
    }

    @Test
    void aSuspendedCaseThatDoesNotKnowSinceWhenWaitsFromToday() {
        Decision decision = customer().state(CaseState.SUSPENDED).graceDays(7).decide();

        assertThat(heldFor(decision, HoldReason.GRACE_PERIOD).get(0).until()).isEqualTo(TODAY.plusDays(7));
    }

    @Test
    void aGracePeriodThatIsTakenOutOfTheJobFileIsOver() {
        Decision decision = customer()
                .state(CaseState.SUSPENDED)
                .suspendedOn(TODAY)
                .graceDays(0)
                .decide();

        proceedsWith(decision, remove());
    }

    /** Nothing of it was active, so nothing was written. */
    @Test
    void whatIsNewHoldsACaseThatWasSuspendedWithoutAWriteAndNoOther() {
        CaseFacts facts = begun(null, List.of("a"), null, List.of());

        Hold hold = heldFor(
                        customer()
                                .facts(facts)
                                .state(CaseState.SUSPENDED)
                                .suspendedOn(TODAY)
                                .holds(license("b"))
                                .decide(),
                        HoldReason.REACTIVATED)
                .get(0);
        assertThat(hold.message()).startsWith("Product b (b) is active and was not there when nothing else was");
        proceedsWith(customer().facts(facts).holds(license("b")).decide(), suspend("b"), remove());
    }
}
