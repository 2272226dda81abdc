package dev.offboarding.plan;

import static dev.offboarding.plan.Given.ID;
import static dev.offboarding.plan.Given.TODAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.lists.Identifier;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.RemainingDelegation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What only Partner Center has: terms that renew themselves, windows in which they may be cancelled, delegated administration. */
class PartnerCenterRulesTest {

    private static final Instant NOW = TODAY.atTime(3, 0).toInstant(ZoneOffset.UTC);
    private static final LocalDate END = TODAY.plusDays(100);

    private static Subscription term(String id, AtTermEnd atTermEnd, @Nullable Instant cancellableUntil) {
        return term(id, Status.ACTIVE, atTermEnd, cancellableUntil);
    }

    private static Subscription term(
            String id, Status status, AtTermEnd atTermEnd, @Nullable Instant cancellableUntil) {
        return new Subscription(
                id,
                "Term " + id,
                Kind.NEW_COMMERCE,
                "new_commerce",
                status,
                status.name(),
                END,
                cancellableUntil,
                atTermEnd == AtTermEnd.RENEWS || atTermEnd == AtTermEnd.EXTENDED,
                null,
                null,
                atTermEnd,
                null);
    }

    private static Decision decide(NewCommerce policy, List<Delegation> delegations, Subscription... subscriptions) {
        return decide(policy, null, delegations, subscriptions);
    }

    private static Decision decide(
            NewCommerce policy,
            @Nullable LocalDate effective,
            List<Delegation> delegations,
            Subscription... subscriptions) {
        Customer customer =
                new Customer(ID, "Contoso", "contoso.example", "reseller", List.of(subscriptions), delegations, null);
        CaseView caseView = new CaseView(
                ID,
                CaseState.MARKED,
                "Contoso",
                null,
                effective,
                true,
                Set.of(),
                null,
                false,
                CaseFacts.NONE,
                Map.of());
        Rules rules = new Rules(Set.of(Identifier.values()), Set.of(), TODAY, 0, policy, null);
        return Planner.decide(caseView, new Observation.Found(customer, NOW), rules);
    }

    private static Decision inGrace(CaseState state, @Nullable LocalDate suspendedOn, Subscription... subscriptions) {
        Customer customer =
                new Customer(ID, "Contoso", "contoso.example", "reseller", List.of(subscriptions), List.of(), null);
        CaseView caseView = new CaseView(
                ID, state, "Contoso", null, null, true, Set.of("z"), suspendedOn, false, CaseFacts.NONE, Map.of());
        Rules rules = new Rules(Set.of(Identifier.values()), Set.of(), TODAY, 3, NewCommerce.CANCEL, null);
        return Planner.decide(caseView, new Observation.Found(customer, NOW), rules);
    }

    private static Decision.Held held(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Held.class);
        return (Decision.Held) decision;
    }

    private static PlannedWrite write(Action action, String target) {
        return new PlannedWrite(action, target);
    }

    private static final PlannedWrite REMOVE = write(Action.REMOVE, ID.toString());

    @Test
    void aTermThatRenewsItselfIsHeldAndSaysWhen() {
        Decision.Held decision = held(decide(NewCommerce.HOLD, List.of(), term("a", AtTermEnd.RENEWS, null)));

        assertThat(decision.writes()).isEmpty();
        Hold hold = decision.holds().get(0);
        assertThat(hold.reason()).isEqualTo(HoldReason.TERM_COMMITMENT);
        assertThat(hold.until()).isEqualTo(END.plusDays(1));
        assertThat(hold.renewsOn()).isEqualTo(END);
        assertThat(hold.message())
                .contains(END.toString())
                .contains("renews itself")
                .contains("end-at-term");
    }

    @ParameterizedTest
    @EnumSource
    void aTermThatDoesNotRenewIsOnlyWaitedFor(NewCommerce policy) {
        Decision.Held decision = held(decide(policy, List.of(), term("a", AtTermEnd.ENDS, null)));

        assertThat(decision.writes()).isEmpty();
        assertThat(decision.holds().get(0).renewsOn()).isNull();
        assertThat(decision.holds().get(0).message())
                .doesNotContain("renew")
                .endsWith("and its cancellation at the end of the term is scheduled");
    }

    /** For the day on which the job file says that such a term is cancelled. */
    @Test
    void aTermThatIsWaitedForSaysUntilWhenItMayBeCancelled() {
        Instant tomorrow = NOW.plus(Duration.ofDays(1));

        assertThat(held(decide(NewCommerce.HOLD, List.of(), term("a", AtTermEnd.ENDS, tomorrow)))
                        .holds())
                .extracting(Hold::cancellableUntil)
                .containsExactly(tomorrow);
    }

    @Test
    void whatIsPendingAfterwardsIsWaitedForAndNothingElse() {
        Customer customer = new Customer(
                ID,
                "Contoso",
                "contoso.example",
                "reseller",
                List.of(
                        Given.subscription("a", Kind.LICENSE, Status.SUSPENDED),
                        Given.subscription("b", Kind.LICENSE, Status.PENDING)),
                List.of(),
                null);

        assertThat(Planner.pending(customer)).singleElement().satisfies(hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.PENDING_OPERATION);
            assertThat(hold.message()).contains("(b)");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"END_AT_TERM", "CANCEL"})
    void autoRenewIsSwitchedOffThoughTheCaseIsHeldAndNothingIsSuspended(NewCommerce policy) {
        Decision.Held decision = held(decide(
                policy,
                List.of(),
                term("b", AtTermEnd.RENEWS, NOW),
                term("a", AtTermEnd.EXTENDS, null),
                Given.license("c")));

        assertThat(decision.writes())
                .containsExactly(write(Action.AUTO_RENEW_OFF, "a"), write(Action.AUTO_RENEW_OFF, "b"));
        assertThat(decision.holds()).extracting(Hold::reason).containsOnly(HoldReason.TERM_COMMITMENT);
        assertThat(decision.holds()).allMatch(hold -> hold.renewsOn() == null);
        assertThat(decision.holds())
                .filteredOn(hold -> hold.message().contains("(b)"))
                .singleElement()
                .satisfies(hold -> assertThat(hold.message())
                        .contains("this program schedules its cancellation at the end of the term"));
    }

    /** Incident 36: auto-renew was switched off, nothing else, and the term went on as a paid extended term. */
    @Test
    void aTermThatHasAutoRenewOffAndNoScheduledCancellationCountsAsRenewing() {
        Decision.Held decision = held(decide(NewCommerce.HOLD, List.of(), term("a", AtTermEnd.EXTENDS, null)));

        assertThat(decision.writes()).isEmpty();
        Hold hold = decision.holds().get(0);
        assertThat(hold.renewsOn()).isEqualTo(END);
        assertThat(hold.message()).contains("paid extended service term").contains("end-at-term");
        assertThat(held(decide(NewCommerce.END_AT_TERM, List.of(), term("a", AtTermEnd.EXTENDS, null)))
                        .writes())
                .containsExactly(write(Action.AUTO_RENEW_OFF, "a"));
    }

    @ParameterizedTest
    @EnumSource(names = {"END_AT_TERM", "CANCEL"})
    void anExtendedTermIsCancelledOnAnyDay(NewCommerce policy) {
        Instant end = END.atStartOfDay().toInstant(ZoneOffset.UTC);

        Decision decision = decide(policy, List.of(), Given.license("z"), term("a", AtTermEnd.EXTENDED, end));

        assertThat(decision)
                .isEqualTo(new Decision.Proceed(
                        List.of(write(Action.CANCEL, "a"), write(Action.SUSPEND, "z"), REMOVE), null));
    }

    @Test
    void anExtendedTermThatIsHeldSaysThatItMayBeCancelledOnAnyDay() {
        Instant end = END.atStartOfDay().toInstant(ZoneOffset.UTC);

        Decision.Held decision = held(decide(NewCommerce.HOLD, List.of(), term("a", AtTermEnd.EXTENDED, end)));

        assertThat(decision.writes()).isEmpty();
        assertThat(decision.holds().get(0).renewsOn()).isEqualTo(END);
        assertThat(decision.holds().get(0).message()).contains("may be cancelled on any day");
    }

    /** Nothing of it can be changed but that it is cancelled, and that waits until the customer can go. */
    @ParameterizedTest
    @EnumSource(names = {"END_AT_TERM", "CANCEL"})
    void anExtendedTermIsLeftAloneWhileSomethingElseStays(NewCommerce policy) {
        Instant end = END.atStartOfDay().toInstant(ZoneOffset.UTC);

        Decision.Held decision =
                held(decide(policy, List.of(), term("a", AtTermEnd.EXTENDED, end), term("b", AtTermEnd.ENDS, null)));

        assertThat(decision.writes()).isEmpty();
        assertThat(decision.holds()).hasSize(2);
        assertThat(decision.holds()).allMatch(hold -> hold.renewsOn() == null);
    }

    @Test
    void anEndlessTermIsNoTermThatRenewsItself() {
        Subscription endless = new Subscription(
                "a",
                "Term a",
                Kind.NEW_COMMERCE,
                "new_commerce",
                Status.ACTIVE,
                "active",
                LocalDate.of(9999, 12, 31),
                null,
                true,
                null,
                null,
                AtTermEnd.RENEWS,
                null);

        Hold hold = held(decide(NewCommerce.HOLD, List.of(), endless)).holds().get(0);

        assertThat(hold.renewsOn()).isNull();
        assertThat(hold.until()).isNull();
        assertThat(hold.message()).endsWith("is committed without an end");
    }

    @Test
    void aSuspendedTermDoesNotRenewItself() {
        Decision.Held decision =
                held(decide(NewCommerce.HOLD, List.of(), term("a", Status.SUSPENDED, AtTermEnd.RENEWS, null)));

        assertThat(decision.holds().get(0).renewsOn()).isNull();
    }

    @Test
    void aTermIsCancelledInsideItsWindow() {
        Decision decision = decide(
                NewCommerce.CANCEL,
                List.of(),
                Given.license("z"),
                term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofSeconds(1))));

        assertThat(decision)
                .isEqualTo(new Decision.Proceed(
                        List.of(write(Action.CANCEL, "a"), write(Action.SUSPEND, "z"), REMOVE), null));
    }

    @Test
    void withAGracePeriodATermIsCancelledOnItsLastDay() {
        Subscription open =
                term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(3)).plusSeconds(1));
        Subscription suspended = Given.subscription("z", Kind.LICENSE, Status.SUSPENDED);

        Decision.Proceed first = (Decision.Proceed) inGrace(CaseState.MARKED, null, open, Given.license("y"));
        assertThat(first.writes()).containsExactly(write(Action.SUSPEND, "y"));
        assertThat(first.afterwards()).isNotNull().extracting(Hold::until).isEqualTo(TODAY.plusDays(3));
        Decision.Held waiting = held(inGrace(CaseState.MARKED, TODAY.minusDays(2), open, suspended));
        assertThat(waiting.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.GRACE_PERIOD);
            assertThat(hold.until()).isEqualTo(TODAY.plusDays(1));
        });
        assertThat(waiting.writes()).isEmpty();
        assertThat(inGrace(CaseState.MARKED, TODAY.minusDays(3), open, suspended))
                .isEqualTo(new Decision.Proceed(List.of(write(Action.CANCEL, "a"), REMOVE), null));
    }

    @Test
    void aWindowThatClosesBeforeTheGracePeriodEndsHoldsTheCase() {
        Subscription closes = term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(3)));

        Decision.Held tonight = held(inGrace(CaseState.MARKED, null, closes, Given.license("y")));
        assertThat(tonight.writes()).containsExactly(write(Action.AUTO_RENEW_OFF, "a"));
        assertThat(tonight.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.TERM_COMMITMENT);
            assertThat(hold.until()).isEqualTo(END.plusDays(1));
            assertThat(hold.message()).contains("closes at 2026-06-18T03:00:00Z, before the grace period ends");
        });
        // with a day of it gone there is time enough
        assertThat(held(inGrace(CaseState.MARKED, TODAY.minusDays(1), closes)).holds())
                .extracting(Hold::reason)
                .containsExactly(HoldReason.GRACE_PERIOD);
    }

    @ParameterizedTest
    @EnumSource(names = {"HOLD", "END_AT_TERM"})
    void onlyThePolicyToCancelCancels(NewCommerce policy) {
        assertThat(held(decide(policy, List.of(), term("a", AtTermEnd.RENEWS, NOW.plusSeconds(60))))
                        .writes())
                .noneMatch(it -> it.action() == Action.CANCEL);
    }

    @Test
    void nothingIsCancelledWhileSomethingElseStays() {
        Decision.Held decision = held(decide(
                NewCommerce.CANCEL,
                List.of(),
                term("a", AtTermEnd.RENEWS, NOW.plusSeconds(60)),
                term("b", AtTermEnd.RENEWS, null)));

        assertThat(decision.holds()).hasSize(2);
        assertThat(decision.writes())
                .containsExactly(write(Action.AUTO_RENEW_OFF, "a"), write(Action.AUTO_RENEW_OFF, "b"));
    }

    @Test
    void aSuspendedTermIsNotCancelled() {
        Decision.Held decision = held(decide(
                NewCommerce.CANCEL, List.of(), term("a", Status.SUSPENDED, AtTermEnd.RENEWS, NOW.plusSeconds(60))));
        assertThat(decision.writes()).isEmpty();
    }

    @Test
    void nothingIsWrittenWhileSomebodyHasToLookOrTheDayHasNotCome() {
        Subscription unknown = Given.subscription("x", Kind.UNKNOWN, Status.ACTIVE);
        assertThat(held(decide(NewCommerce.END_AT_TERM, List.of(), term("a", AtTermEnd.RENEWS, null), unknown))
                        .writes())
                .isEmpty();
        assertThat(held(decide(
                                NewCommerce.END_AT_TERM,
                                TODAY.plusDays(1),
                                List.of(),
                                term("a", AtTermEnd.RENEWS, null)))
                        .writes())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "approved, TERMINATE_GDAP",
        "activating, TERMINATE_GDAP",
        "active, TERMINATE_GDAP",
        "expiring, TERMINATE_GDAP",
        "created, DELETE_GDAP",
        "approvalPending,",
        "terminationRequested,",
        "terminating,",
        "terminated,",
        "expired,",
        "unknownFutureValue,"
    })
    void delegatedAdministrationIsEndedAfterTheRemoval(String status, @Nullable Action action) {
        Decision decision = decide(NewCommerce.HOLD, List.of(new Delegation("g", "Support", status)));

        assertThat(decision)
                .isEqualTo(new Decision.Proceed(
                        action == null ? List.of(REMOVE) : List.of(REMOVE, write(action, "g")), null));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoNewCommerceIsSuspendedThoughItMayBeCancelledOrRenewsItself(NewCommerce policy) {
        Subscription license =
                Given.of(Kind.LICENSE, "a", Status.ACTIVE, END, AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(5)), null);

        assertThat(decide(policy, List.of(), license))
                .isEqualTo(new Decision.Proceed(List.of(write(Action.SUSPEND, "a"), REMOVE), null));
        assertThat(held(decide(policy, List.of(), license, term("b", AtTermEnd.ENDS, null)))
                        .writes())
                .isEmpty();
    }

    @ParameterizedTest(name = "window closes {0} from now")
    @CsvSource({"PT0S", "PT-1S", "P-200D"})
    void aTermWhoseWindowHasClosedIsEndedWithItsTermInstead(Duration closes) {
        Subscription closed = term("a", AtTermEnd.RENEWS, NOW.plus(closes));

        Decision.Held decision = held(decide(NewCommerce.CANCEL, List.of(), closed));
        assertThat(decision.writes()).containsExactly(write(Action.AUTO_RENEW_OFF, "a"));
        assertThat(decision.holds())
                .extracting(Hold::message)
                .containsExactly("Term a (a) is committed until " + END
                        + "; this program schedules its cancellation at the end of the term");
        assertThat(Planner.cancelledOnTheLastDay(holding(closed), grace(3, NewCommerce.CANCEL), NOW))
                .isEmpty();
    }

    /** The end of a month is only the beginning of the next one, and that may show a day later. */
    @ParameterizedTest
    @CsvSource({"END_AT_TERM, 0", "END_AT_TERM, 3", "CANCEL, 0", "CANCEL, 3"})
    void anExtendedTermIsCancelledAlsoWhileItsNextMonthDoesNotShowYet(NewCommerce policy, int daysAgo) {
        LocalDate end = TODAY.minusDays(daysAgo);
        Subscription extended = Given.term(
                "a", Status.ACTIVE, end, AtTermEnd.EXTENDED, end.atStartOfDay().toInstant(ZoneOffset.UTC));

        assertThat(decide(policy, List.of(), extended))
                .isEqualTo(new Decision.Proceed(List.of(write(Action.CANCEL, "a"), REMOVE), null));
    }

    @ParameterizedTest
    @EnumSource(names = {"END_AT_TERM", "CANCEL"})
    void anExtendedTermWhoseMonthEndsInTheGracePeriodIsCancelledOnTheLastDayNevertheless(NewCommerce policy) {
        LocalDate end = TODAY.plusDays(10);
        Subscription extended = Given.term(
                "a", Status.ACTIVE, end, AtTermEnd.EXTENDED, end.atStartOfDay().toInstant(ZoneOffset.UTC));

        Decision decision = Given.customer()
                .newCommerce(policy)
                .graceDays(30)
                .holds(extended, Given.license("z"))
                .decide();

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        assertThat(((Decision.Proceed) decision).writes()).containsExactly(write(Action.SUSPEND, "z"));
        assertThat(((Decision.Proceed) decision).afterwards()).isNotNull().satisfies(hold -> {
            assertThat(hold.until()).isEqualTo(TODAY.plusDays(30));
            assertThat(hold.message()).endsWith("this is cancelled: Product a (a)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void anExtendedTermOfWhichNothingShowsOnTheFourthDayIsLeftToSomebodyToLookAt(NewCommerce policy) {
        LocalDate end = TODAY.minusDays(4);
        Subscription extended = Given.term(
                "a", Status.ACTIVE, end, AtTermEnd.EXTENDED, end.atStartOfDay().toInstant(ZoneOffset.UTC));

        Decision.Held decision = held(decide(policy, List.of(), extended));
        assertThat(decision.holds()).extracting(Hold::reason).containsExactly(HoldReason.UNKNOWN_STATUS);
        assertThat(decision.writes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"END_AT_TERM", "CANCEL"})
    void aTermThatThisProgramEndsSaysHow(NewCommerce policy) {
        Instant end = END.atStartOfDay().toInstant(ZoneOffset.UTC);

        Decision.Held decision = held(decide(
                policy,
                List.of(),
                term("a", AtTermEnd.RENEWS, null),
                term("b", AtTermEnd.EXTENDS, null),
                term("c", AtTermEnd.EXTENDED, end)));

        assertThat(decision.holds())
                .extracting(Hold::message)
                .containsExactlyInAnyOrder(
                        "Term a (a) is committed until " + END
                                + "; this program schedules its cancellation at the end of the term",
                        "Term b (b) is committed until " + END
                                + "; its auto-renew is off, which alone does not end it: this program schedules its cancellation at the end of the term",
                        "Term c (c) is committed until " + END
                                + ": it is in a paid extended service term, and is cancelled as soon as nothing else is in the way");
    }

    @Test
    void ofASuspendedTermNothingIsSaidThatHappensToActiveOnes() {
        Decision.Held decision =
                held(decide(NewCommerce.END_AT_TERM, List.of(), term("a", Status.SUSPENDED, AtTermEnd.RENEWS, null)));

        assertThat(decision.holds()).extracting(Hold::message).containsExactly("Term a (a) is committed until " + END);
    }

    @ParameterizedTest(name = "{0} days before it renews itself: {1}")
    @CsvSource({"100,", "31,", "30, 30", "8, 30", "7, 7", "0, 7"})
    void somebodyIsReminded30And7DaysBeforeATermRenewsItself(int days, @Nullable Integer reminder) {
        Subscription term = Given.term("a", Status.ACTIVE, TODAY.plusDays(days), AtTermEnd.RENEWS, null);

        assertThat(held(decide(NewCommerce.HOLD, List.of(), term)).holds())
                .extracting(Hold::renewsWithin)
                .containsExactly(reminder);
        // what this program ends itself is nothing to be reminded of
        assertThat(held(decide(NewCommerce.END_AT_TERM, List.of(), term)).holds())
                .extracting(Hold::renewsWithin)
                .containsOnlyNulls();
    }

    @Test
    void aGracePeriodSaysWhatIsCancelledOnItsLastDay() {
        Subscription open = term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(30)));

        Decision.Held decision = held(inGrace(CaseState.MARKED, TODAY.minusDays(1), open));

        assertThat(decision.holds())
                .extracting(Hold::message)
                .containsExactly("everything else is suspended; on " + TODAY.plusDays(2)
                        + ", not before, the relationship is removed and this is cancelled: Term a (a)");
    }

    @Test
    void withOnlyTermsToCancelTheGracePeriodBeginsNevertheless() {
        Subscription open = term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(30)));

        Decision decision = inGrace(CaseState.MARKED, null, open);

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        assertThat(((Decision.Proceed) decision).writes()).isEmpty();
        assertThat(((Decision.Proceed) decision).afterwards()).isNotNull().satisfies(hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.GRACE_PERIOD);
            assertThat(hold.until()).isEqualTo(TODAY.plusDays(3));
        });
    }

    /** Nothing is active any more, so the case is no longer MARKED; the grace period continues. */
    @Test
    void aCaseWhoseLastTermSomebodyElseCancelledInTheGracePeriodContinuesToBeSuspended() {
        Decision decision = inGrace(
                CaseState.MARKED,
                TODAY.minusDays(1),
                term("a", Status.DELETED, AtTermEnd.RENEWS, null),
                Given.subscription("z", Kind.LICENSE, Status.SUSPENDED));

        assertThat(decision).isInstanceOf(Decision.Proceed.class);
        assertThat(((Decision.Proceed) decision).writes()).isEmpty();
        assertThat(((Decision.Proceed) decision).afterwards())
                .isNotNull()
                .extracting(Hold::until)
                .isEqualTo(TODAY.plusDays(2));
    }

    @Test
    void aTermWithoutAnEndWhoseWindowClosesInTheGracePeriodIsLeftToSomebodyToLookAt() {
        Subscription endless = Given.term("a", Status.ACTIVE, null, AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(1)));

        Decision.Held decision = held(inGrace(CaseState.MARKED, null, endless));

        assertThat(decision.writes()).isEmpty();
        assertThat(decision.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.reason()).isEqualTo(HoldReason.UNKNOWN_STATUS);
            assertThat(hold.message())
                    .endsWith(
                            "still active, without an end of its term: check it by hand, and list the customer again once that is settled");
        });
    }

    @Test
    void whatIsCancelledOnTheLastDayStaysActiveOnlyWhereThereIsAGracePeriod() {
        Subscription open = term("a", AtTermEnd.RENEWS, NOW.plus(Duration.ofDays(30)));
        Customer customer = holding(open, term("b", AtTermEnd.ENDS, null), Given.license("c"));

        assertThat(Planner.cancelledOnTheLastDay(customer, grace(3, NewCommerce.CANCEL), NOW))
                .containsExactly(open);
        assertThat(Planner.cancelledOnTheLastDay(customer, grace(0, NewCommerce.CANCEL), NOW))
                .isEmpty();
        assertThat(Planner.cancelledOnTheLastDay(customer, grace(3, NewCommerce.HOLD), NOW))
                .isEmpty();
    }

    @Test
    void delegatedAdministrationWithoutAnIdCannotBeEnded() {
        assertThat(decide(
                        NewCommerce.HOLD,
                        List.of(new Delegation("", "Support", "active"), new Delegation("", "Support", "created"))))
                .isEqualTo(new Decision.Proceed(List.of(REMOVE), null));
    }

    @Test
    void delegatedAdministrationThatOutlivedTheRelationshipIsEndedUnlessTheCaseIsHeld() {
        RemainingDelegation leftover = new RemainingDelegation(
                List.of(
                        new Delegation("h", "Sales", "created"),
                        new Delegation("g", "Support", "active"),
                        new Delegation("i", "Old", "terminated")),
                true);

        assertThat(endings(Given.customer(), leftover))
                .containsExactly(write(Action.TERMINATE_GDAP, "g"), write(Action.DELETE_GDAP, "h"));
        assertThat(endings(Given.customer().isProtected(), leftover)).isEmpty();
        assertThat(endings(Given.customer().notListed(), leftover)).isEmpty();
        assertThat(endings(Given.customer().effective(TODAY.plusDays(1)), leftover))
                .isEmpty();
    }

    private static List<PlannedWrite> endings(Given given, RemainingDelegation leftover) {
        return Planner.endings(given.caseView(), leftover, given.rules());
    }

    private static Customer holding(Subscription... subscriptions) {
        return Given.customer().holds(subscriptions).seen();
    }

    private static Rules grace(int days, NewCommerce policy) {
        return Given.customer().graceDays(days).newCommerce(policy).rules();
    }
}
