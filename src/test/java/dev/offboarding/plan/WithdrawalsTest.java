package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.heldFor;
import static dev.offboarding.plan.Given.NOW;
import static dev.offboarding.plan.Given.TODAY;
import static dev.offboarding.plan.Given.customer;
import static dev.offboarding.plan.Given.license;
import static dev.offboarding.plan.Given.subscription;
import static dev.offboarding.plan.Given.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseFacts;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.cases.ScheduledEnd;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.TermInstruction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is put back of a customer who is withdrawn, and what people ask for beside that. */
class WithdrawalsTest {

    private static final String WITHDRAWN = "withdrawn by Ada at 2026-06-15T01:30:00Z: they stay";

    private static Subscription suspended(String id) {
        return subscription(id, Kind.LICENSE, Status.SUSPENDED);
    }

    private static Subscription ending(String id) {
        return term(id, AtTermEnd.ENDS, null);
    }

    private static ScheduledEnd scheduled(String id) {
        return new ScheduledEnd(id, NOW, false, new TermInstruction(true, null));
    }

    private static CaseFacts facts(
            @Nullable Instant writtenAt,
            @Nullable List<String> returned,
            @Nullable List<String> suspendedBefore,
            @Nullable List<String> cancelled) {
        return new CaseFacts(
                null,
                writtenAt,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                returned,
                suspendedBefore,
                cancelled,
                null,
                null,
                null);
    }

    private static void putsBack(Decision decision, String... ids) {
        assertThat(decision).isInstanceOf(Decision.PutBack.class);
        assertThat(((Decision.PutBack) decision).writes())
                .containsExactly(List.of(ids).stream()
                        .map(id -> new PlannedWrite(Action.REACTIVATE, id))
                        .toArray(PlannedWrite[]::new));
    }

    private static void isWithdrawn(Decision decision, String message) {
        assertThat(decision).isEqualTo(new Decision.Withdrawn(message));
    }

    private static void isStuck(Decision decision, String why) {
        assertThat(decision).isEqualTo(new Decision.Stuck(why));
    }

    @Test
    void whoeverWasNotTouchedIsWithdrawnAtOnce() {
        isWithdrawn(customer().withdrawn().holds(license("a")).decide(), WITHDRAWN);
    }

    @Test
    void exactlyWhatThisProgramSuspendedIsMadeActiveAgain() {
        putsBack(
                customer()
                        .withdrawn()
                        .suspendedByUs("b", "a")
                        .holds(suspended("a"), suspended("b"), suspended("of-others"), license("active"))
                        .decide(),
                "a",
                "b");
    }

    @Test
    void whatAnOldOffboardingOfTheCaseSuspendedIsPutBackToo() {
        putsBack(
                customer()
                        .withdrawn()
                        .facts(facts(NOW, null, List.of("before"), null))
                        .holds(suspended("before"), suspended("of-others"))
                        .decide(),
                "before");
    }

    @Test
    void whatWasActiveInBetweenIsSomebodyElsesSuspension() {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .suspendedByUs("a")
                        .facts(facts(NOW, List.of("a"), null, null))
                        .holds(suspended("a"))
                        .decide(),
                WITHDRAWN);
    }

    @Test
    void aSuspensionThatMayStillComeIsWaitedFor() {
        Decision decision = customer()
                .withdrawn()
                .facts(facts(NOW, null, null, null))
                .suspensionsOnTheirWay("a")
                .holds(license("a"), license("b"))
                .decide();

        assertThat(heldFor(decision, HoldReason.PENDING_OPERATION))
                .extracting(Hold::message)
                .containsExactly(
                        "Product a (a) is shown as active, and what this program sent for it a short time ago may still come: it is put back then, as far as it can be");
        putsBack(
                customer()
                        .withdrawn()
                        .suspendedByUs("b")
                        .suspensionsOnTheirWay("a")
                        .holds(license("a"), suspended("b"))
                        .decide(),
                "b");
    }

    @Test
    void aSuspensionThatComesInBetweenIsOurs() {
        putsBack(
                customer()
                        .withdrawn()
                        .suspensionsOnTheirWay("a")
                        .holds(suspended("a"), suspended("of-others"))
                        .decide(),
                "a");
    }

    /** Of a new-commerce term this program suspends none: what it sent for it is something else. */
    @Test
    void aTermThatIsSuspendedWhileSomethingIsToComeIsSomebodyElsesSuspension() {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .suspensionsOnTheirWay("t")
                        .holds(subscription("t", Kind.NEW_COMMERCE, Status.SUSPENDED))
                        .decide(),
                WITHDRAWN);
    }

    @Test
    void whatIsNotActiveAnyMoreIsNotWaitedFor() {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .suspensionsOnTheirWay("a")
                        .holds(subscription("a", Kind.LICENSE, Status.DISABLED))
                        .decide(),
                WITHDRAWN);
    }

    @Test
    void aCancellationThatCameLateIsNamedAmongWhatCannotBePutBack() {
        Subscription ended = subscription("t", Kind.NEW_COMMERCE, Status.DELETED);

        isWithdrawn(
                customer().withdrawn().suspensionsOnTheirWay("t").holds(ended).decide(),
                WITHDRAWN + "; this cannot be put back: Product t (t) is " + ended.statusText());
    }

    @Test
    void anEndOfATermThatShowsIsPutBackThoughItCameLate() {
        putsBack(
                customer()
                        .withdrawn()
                        .scheduledByUs(scheduled("t"))
                        .suspensionsOnTheirWay("t")
                        .holds(ending("t"))
                        .decide(),
                "t");
    }

    @Test
    void whatOthersBelongToComesFirst() {
        Subscription addOn = subscription("a-1", Kind.LICENSE, Status.SUSPENDED, null, "b", null);

        putsBack(
                customer()
                        .withdrawn()
                        .suspendedByUs("a-1", "b")
                        .holds(addOn, suspended("b"))
                        .decide(),
                "b",
                "a-1");
    }

    @Test
    void whatSomebodyHasMadeActiveAgainNeedsNothing() {
        isWithdrawn(
                customer().withdrawn().suspendedByUs("a").holds(license("a")).decide(), WITHDRAWN);
    }

    @Test
    void aScheduledEndIsPutBackAsItWas() {
        putsBack(
                customer()
                        .withdrawn()
                        .scheduledByUs(scheduled("t"))
                        .holds(ending("t"))
                        .decide(),
                "t");
    }

    @Test
    void anEndThatAnOldOffboardingOfTheCaseScheduledIsPutBackToo() {
        CaseFacts before = new CaseFacts(
                null,
                NOW,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(scheduled("t")),
                null,
                null);

        putsBack(
                customer()
                        .withdrawn()
                        .facts(before)
                        .holds(ending("t"), ending("of-others"))
                        .decide(),
                "t");
    }

    @Test
    void anEndThatSomebodyElseScheduledIsLeftAlone() {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .scheduledByUs(scheduled("t"))
                        .holds(term("t", AtTermEnd.RENEWS, null), ending("of-others"))
                        .decide(),
                WITHDRAWN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"LICENSE", "NEW_COMMERCE"})
    void onlyATermThatRunsAndIsToEndIsPutBack(Kind kind) {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .scheduledByUs(scheduled("t"))
                        .holds(Given.of(kind, "t", Status.DISABLED, TODAY, AtTermEnd.ENDS, null, null))
                        .decide(),
                WITHDRAWN);
    }

    @Test
    void anEndOfAnotherKindIsNoTerms() {
        isWithdrawn(
                customer()
                        .withdrawn()
                        .scheduledByUs(scheduled("t"))
                        .holds(Given.of(Kind.LICENSE, "t", Status.ACTIVE, TODAY, AtTermEnd.ENDS, null, null))
                        .decide(),
                WITHDRAWN);
    }

    @Test
    void anEndOfWhichItIsNotKnownWhatWasBeforeIsSomebodysToSee() {
        isStuck(
                customer()
                        .withdrawn()
                        .scheduledByUs("t", NOW, false)
                        .holds(ending("t"))
                        .decide(),
                "it is withdrawn, and this cannot be made active again: Product t (t) is to be cancelled at the end of its term, and what was to happen before is not known. See to it by hand, or close the case if it stays so");
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"DELETED", "EXPIRED"})
    void whatIsOverForGoodIsNamed(Status status) {
        String word = status.name().toLowerCase(Locale.ROOT);

        isWithdrawn(
                customer()
                        .withdrawn()
                        .suspendedByUs("a")
                        .scheduledByUs(scheduled("b"))
                        .facts(facts(NOW, null, null, List.of("c")))
                        .holds(
                                subscription("a", Kind.LICENSE, status),
                                subscription("b", Kind.NEW_COMMERCE, status),
                                subscription("c", Kind.NEW_COMMERCE, status),
                                subscription("of-others", Kind.LICENSE, status))
                        .decide(),
                WITHDRAWN
                        + "; this cannot be put back: Product a (a) is %1$s, Product b (b) is %1$s, Product c (c) is %1$s"
                                .formatted(word));
    }

    @Test
    void whatCannotBeMadeActiveAgainIsNamed() {
        isStuck(
                customer()
                        .withdrawn()
                        .suspendedByUs("a", "gone", "away")
                        .holds(subscription("a", Kind.LICENSE, Status.DISABLED))
                        .decide(),
                "it is withdrawn, and this cannot be made active again: Product a (a) is disabled; away is not shown any more; gone is not shown any more. See to it by hand, or close the case if it stays so");
    }

    @Test
    void theRestIsPutBackFirst() {
        putsBack(
                customer()
                        .withdrawn()
                        .suspendedByUs("a", "gone")
                        .holds(suspended("a"))
                        .decide(),
                "a");
    }

    @Test
    void whatIsPendingIsWaitedFor() {
        Subscription pending = subscription("a", Kind.LICENSE, Status.PENDING);

        List<Hold> holds = heldFor(
                customer().withdrawn().suspendedByUs("a").holds(pending).decide(), HoldReason.PENDING_OPERATION);
        assertThat(holds.get(0).message()).contains("Product a (a)");
        // of one that was written to, any may be ours
        heldFor(
                customer()
                        .withdrawn()
                        .facts(facts(NOW, null, null, null))
                        .holds(pending)
                        .decide(),
                HoldReason.PENDING_OPERATION);
        isWithdrawn(customer().withdrawn().holds(pending).decide(), WITHDRAWN);
    }

    @Test
    void aPauseStopsWhatIsPutBackAndNotAWithdrawalOfNothing() {
        heldFor(
                customer()
                        .withdrawn()
                        .paused(null)
                        .suspendedByUs("a")
                        .holds(suspended("a"))
                        .decide(),
                HoldReason.PAUSED);
        isWithdrawn(customer().withdrawn().paused(null).holds(license("a")).decide(), WITHDRAWN);
    }

    @Test
    void aPauseSaysWhatFollowsItAndOnWhoseWord() {
        Given paused = customer().paused(null).suspendedByUs("a").holds(suspended("a"));
        String nothingIsWritten =
                "paused by Ada at 2026-06-15T01:30:00Z: they stay; nothing is written until it is resumed";

        assertThat(heldFor(paused.notListed().withdrawWhenUnlisted().decide(), HoldReason.PAUSED))
                .extracting(Hold::message)
                .containsExactly(nothingIsWritten
                        + ". Then it is withdrawn: its row is gone from the list, and withdraw-when-unlisted is true");
        assertThat(heldFor(paused.withdrawn().decide(), HoldReason.PAUSED))
                .extracting(Hold::message)
                .containsExactly(nothingIsWritten
                        + ". Then it is withdrawn, as asked for by Ada at 2026-06-15T01:30:00Z: they stay");
    }

    @Test
    void whoeverCannotBeReadIsWithdrawnLater() {
        assertThat(customer().withdrawn().whenUnreadable())
                .isEqualTo(new Decision.CannotTell("503 Service Unavailable"));
        heldFor(customer().withdrawn().paused(null).whenUnreadable(), HoldReason.PAUSED);
    }

    @Test
    void nothingIsPutBackForSomebodyElse() {
        isStuck(
                customer()
                        .withdrawn()
                        .suspendedByUs("a")
                        .live("Fabrikam", "contoso.example")
                        .holds(suspended("a"))
                        .decide(),
                "it is withdrawn, and nothing is put back: "
                        + String.join(
                                "; ",
                                Identity.mismatches(
                                        customer().caseView(),
                                        customer()
                                                .live("Fabrikam", "contoso.example")
                                                .seen(),
                                        customer().rules().identity())));
    }

    @Test
    void nothingOfAnotherResellersIsPutBack() {
        Subscription theirs = Given.of(Kind.LICENSE, "a", Status.SUSPENDED, null, null, null, "999");
        Given withdrawn = customer().withdrawn().suspendedByUs("a").resellers("111");

        Decision decision = withdrawn.holds(theirs).decide();

        assertThat(decision).isInstanceOf(Decision.Stuck.class);
        assertThat(((Decision.Stuck) decision).why())
                .startsWith("it is withdrawn, and nothing is put back: ")
                .contains("999");
        // what stays as it is may be anybody's
        Subscription ours = Given.of(Kind.LICENSE, "a", Status.SUSPENDED, null, null, null, "111");
        putsBack(
                withdrawn
                        .holds(ours, Given.of(Kind.LICENSE, "b", Status.ACTIVE, null, null, null, "999"))
                        .decide(),
                "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "advisor"})
    void whoeverIsNotTheResellersAnyMoreIsWithdrawnIfNothingWasDone(String relationship) {
        isWithdrawn(customer().withdrawn().relationship(relationship).decide(), WITHDRAWN);
        isStuck(
                customer()
                        .withdrawn()
                        .relationship(relationship)
                        .suspendedByUs("b")
                        .scheduledByUs(scheduled("a"))
                        .decide(),
                "it is withdrawn, and the relationship with it is \"%s\", not reseller: what this program suspended cannot be made active again (a, b). Close the case if it stays so"
                        .formatted(relationship));
    }

    @Test
    void whoeverIsNotKnownAnyMoreIsWithdrawnIfNothingWasDone() {
        isWithdrawn(customer().withdrawn().whenUnknown(), WITHDRAWN);
        isStuck(
                customer().withdrawn().suspendedByUs("a").whenUnknown(),
                "it is withdrawn, and the platform does not know the customer any more: what this program suspended cannot be made active again (a). Close the case if it stays so");
    }

    @Test
    void afterTheRemovalItIsTooLate() {
        assertThat(Withdrawals.decide(
                        customer()
                                .withdrawn()
                                .offboardedBefore()
                                .suspendedByUs("a")
                                .caseView(),
                        Intervention.byTheList(NOW),
                        new Observation.Found(customer().relationship("none").seen(), NOW),
                        customer().rules()))
                .isNull();
        // and then the effects are read back
        assertThat(customer()
                        .withdrawn()
                        .offboardedBefore()
                        .suspendedByUs("a")
                        .relationship("none")
                        .decide())
                .isInstanceOf(Decision.AlreadyGone.class);
        assertThat(customer()
                        .withdrawn()
                        .offboardedBefore()
                        .suspendedByUs("a")
                        .relationship("advisor")
                        .decide())
                .isInstanceOf(Decision.Stuck.class);
    }

    @Test
    void aRowThatIsGoneWithdrawsOnlyWhereTheJobFileSaysSo() {
        String byTheList =
                "withdrawn by the list at 2026-06-15T01:30:00Z: its row is gone from the list, and withdraw-when-unlisted is true";

        isWithdrawn(customer().notListed().withdrawWhenUnlisted().decide(), byTheList);
        putsBack(
                customer()
                        .notListed()
                        .withdrawWhenUnlisted()
                        .state(CaseState.SUSPENDED)
                        .suspendedByUs("a")
                        .holds(suspended("a"))
                        .decide(),
                "a");
        heldFor(customer().notListed().decide(), HoldReason.NOT_LISTED);
        assertThat(customer().withdrawWhenUnlisted().decide()).isInstanceOf(Decision.Proceed.class);
        heldFor(
                customer()
                        .notListed()
                        .withdrawWhenUnlisted()
                        .state(CaseState.REMOVED)
                        .decide(),
                HoldReason.NOT_LISTED);
    }

    @Test
    void whatIsClosedIsClosedWhateverElseIsAskedFor() {
        assertThat(customer()
                        .withdrawn()
                        .paused(null)
                        .closed()
                        .suspendedByUs("a")
                        .holds(suspended("a"))
                        .decide())
                .isEqualTo(new Decision.Closed("closed by Ada at 2026-06-15T01:30:00Z: they stay"));
    }

    @Test
    void aPauseSaysUntilWhen() {
        assertThat(heldFor(customer().paused(null).holds(license("a")).decide(), HoldReason.PAUSED))
                .containsExactly(new Hold(
                        HoldReason.PAUSED,
                        null,
                        "paused by Ada at 2026-06-15T01:30:00Z: they stay; nothing is written until it is resumed"));
        assertThat(heldFor(customer().paused(TODAY).holds(license("a")).decide(), HoldReason.PAUSED))
                .containsExactly(
                        new Hold(
                                HoldReason.PAUSED,
                                TODAY,
                                "paused by Ada at 2026-06-15T01:30:00Z: they stay; nothing is written before 2026-06-15, unless it is resumed sooner"));
    }
}
