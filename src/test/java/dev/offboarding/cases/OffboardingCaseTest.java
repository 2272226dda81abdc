package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.OffboardingCase.Listing;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.EffectReading.Result;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class OffboardingCaseTest {

    private static final UUID ID = UUID.fromString("0b1c2d3e-1111-4222-8333-444455556666");
    private static final Instant NOW = Instant.parse("2026-06-15T01:30:00Z");
    private static final Duration GIVE_UP = Duration.ofMinutes(15);
    private static final Duration AGAIN = Duration.ofMinutes(5);
    private static final Duration TWELVE_HOURS = Duration.ofHours(12);
    private static final Hold TERM = new Hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2027, 6, 1), "committed");
    private static final Hold UNKNOWN = new Hold(HoldReason.UNKNOWN_STATUS, null, "unknown status");
    private static final Hold PROTECTED = new Hold(HoldReason.PROTECTED, null, "protected");

    private static OffboardingCase marked() {
        return theCase(CaseState.MARKED, List.of(), false);
    }

    private static OffboardingCase theCase(CaseState state, List<Hold> lastNight, boolean listedAnew) {
        return new OffboardingCase(
                1,
                ID,
                new Listing(
                        new ListedRow("list.csv", 2, Map.of(Column.COMPANY_NAME, "Contoso"), "{}"),
                        true,
                        listedAnew,
                        null),
                Stage.OBSERVE,
                state,
                CaseOutcome.PLANNED,
                lastNight,
                "",
                List.of(),
                List.of(),
                Map.of());
    }

    private static PlannedWrite planned(Action action, String target) {
        return new PlannedWrite(action, target);
    }

    private static WriteOutcome outcome(
            Action action, String target, WriteOutcome.Result result, @Nullable String after) {
        return new WriteOutcome(
                new Write(ID, action, target, 1, UUID.randomUUID()),
                result,
                NOW,
                "active",
                after,
                "",
                Obstacle.NONE,
                false);
    }

    @Test
    void whatIsHeldForTheSameTwiceInANightIsAsNewAsItWas() {
        OffboardingCase c = theCase(CaseState.MARKED, List.of(TERM), false);
        c.begin(NOW);
        c.hold(List.of(UNKNOWN));
        c.hold(List.of(UNKNOWN));

        assertThat(c.holdNew).isTrue();
    }

    @Test
    void aTermThatWasReportedIsNotReportedAgainAfterANightThatFailed() {
        Hold renewing =
                new Hold(HoldReason.TERM_COMMITMENT, null, "renews itself", LocalDate.of(2027, 6, 1), null, null);
        OffboardingCase c = theCase(CaseState.MARKED, List.of(renewing), false);
        c.holdSince = NOW.minus(Duration.ofDays(3));
        c.begin(NOW);
        c.fail("it could not be read");
        assertThat(c.holds()).isEmpty();

        c.begin(NOW);
        c.hold(List.of(renewing));

        assertThat(c.holdNew).isFalse();
        assertThat(c.holdSince).isEqualTo(NOW.minus(Duration.ofDays(3)));
    }

    @Test
    void whatItWaitedForBeforeItWasListedAgainIsForgotten() {
        OffboardingCase c = theCase(CaseState.MARKED, List.of(UNKNOWN), true);
        c.holdSince = NOW.minus(Duration.ofDays(3));
        c.begin(NOW);
        c.plan(List.of(planned(Action.SUSPEND, "1")));
        c.hold(List.of(UNKNOWN));

        assertThat(c.holdNew).isTrue();
        assertThat(c.holdSince).isNull();
    }

    private static Verification look(Result result, boolean reseller) {
        Map<Effect, EffectReading> effects = new EnumMap<>(Effect.class);
        for (Effect effect : Effect.values()) {
            effects.put(effect, new EffectReading(result, NOW, "proof of " + effect.key()));
        }
        return new Verification(ID, effects, reseller);
    }

    private static Verification but(Verification look, Effect effect, Result result) {
        Map<Effect, EffectReading> effects = new EnumMap<>(look.effects());
        effects.put(effect, new EffectReading(result, NOW, "proof of " + effect.key()));
        return new Verification(ID, effects, look.reseller());
    }

    private static Subscription subscription(String id, Status status) {
        return new Subscription(
                id,
                id,
                Kind.LICENSE,
                "license",
                status,
                status.name().toLowerCase(Locale.ROOT),
                null,
                null,
                null,
                null,
                null);
    }

    @Test
    void aCaseGoesFromMarkedToOffboarded() {
        OffboardingCase c = marked();
        c.seen(List.of(subscription("a", Status.ACTIVE), subscription("b", Status.SUSPENDED)), Set.of());
        assertThat(c.activeBefore).isEqualTo(1);

        c.plan(List.of(planned(Action.SUSPEND, "a"), planned(Action.REMOVE, ID.toString())));
        assertThat(c.nextStage()).isEqualTo(Stage.SUSPEND);
        assertThat(c.state()).isEqualTo(CaseState.MARKED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.PLANNED);

        c.account(List.of(outcome(Action.SUSPEND, "a", WriteOutcome.Result.DONE, "suspended")));
        c.becomeSuspended(NOW);
        assertThat(c.state()).isEqualTo(CaseState.SUSPENDED);
        assertThat(c.nextStage()).isEqualTo(Stage.REMOVE);
        assertThat(c.suspendedAt()).isEqualTo(NOW);

        Instant firstLook = NOW.plus(Duration.ofMinutes(2));
        c.becomeRemoved(NOW, firstLook);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);
        assertThat(c.removedAt()).isEqualTo(NOW);
        assertThat(c.nextLookAt).isEqualTo(firstLook);
        assertThat(c.message()).contains("still to be confirmed");

        c.verified(look(Result.CONFIRMED, false), firstLook, GIVE_UP, AGAIN);
        assertThat(c.state()).isEqualTo(CaseState.OFFBOARDED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.OFFBOARDED);
        assertThat(c.nextStage()).isNull();
        assertThat(c.message()).isEmpty();
        assertThat(c.effects()).hasSize(4);
        assertThat(c.firstLookAt()).isEqualTo(firstLook);
    }

    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            names = {"TERMINATE_GDAP", "DELETE_GDAP"})
    void whatIsStillToBeEndedIsReadBackWhileItWaitsForAnApproval(Action end) {
        OffboardingCase c = theCase(CaseState.REMOVED, List.of(), false);
        c.planEndings(List.of(planned(end, "gdap-1")));

        c.waitForApproval("it waits for an approval");

        assertThat(c.planned()).isEmpty();
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.PLANNED);
        assertThat(c.message()).contains("to be ended");
    }

    private static Verification confirmedWith(Delegation... requests) {
        Verification look = look(Result.CONFIRMED, false);
        return new Verification(ID, look.effects(), false, List.of(requests));
    }

    private static final Delegation DRAFT = new Delegation("g", "Draft", "created");

    @Test
    void aRequestForDelegatedAdministrationThatStandsKeepsTheCaseOpen() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);

        c.verified(confirmedWith(DRAFT), NOW, GIVE_UP, AGAIN);

        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.nextStage()).as("a deletion may not show at once").isEqualTo(Stage.VERIFY);
        c.verified(confirmedWith(DRAFT), NOW.plus(GIVE_UP), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.nextStage()).isNull();
        assertThat(c.message())
                .isEqualTo(
                        "the relationship is gone; a request for delegated administration is still to be deleted: Draft (g)");

        c.verified(confirmedWith(), NOW.plus(TWELVE_HOURS), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.OFFBOARDED);
    }

    @Test
    void aRequestForDelegatedAdministrationIsNamedBesideTheEffectsThatAreMissing() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        Verification look = but(look(Result.CONFIRMED, false), Effect.PURCHASING, Result.PENDING);

        c.verified(new Verification(ID, look.effects(), false, List.of(DRAFT)), NOW, GIVE_UP, AGAIN);

        assertThat(c.message())
                .isEqualTo(
                        "still to be confirmed: purchasing: proof of purchasing; a request for delegated administration is still to be deleted: Draft (g)");
    }

    /** Nothing is written to it before somebody lists it again. */
    @Test
    void aRequestForDelegatedAdministrationKeepsACaseWatchedWhoseRelationshipHadComeBack() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.sawEnd(NOW, "read as gone");
        c.verified(look(Result.FAILED, true), NOW, Duration.ZERO, AGAIN);

        c.verified(confirmedWith(DRAFT), NOW.plus(TWELVE_HOURS), Duration.ZERO, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.HELD);
        assertThat(c.holds()).extracting(Hold::reason).containsExactly(HoldReason.RE_ESTABLISHED);
        assertThat(c.message()).contains("still to be deleted: Draft (g)", "List the customer again");
    }

    @ParameterizedTest
    @CsvSource({
        "REFUSED, NONE, false, OFFBOARDED",
        "REFUSED, NONE, true, REMOVED",
        "REFUSED, STOPPED, false, REMOVED",
        "LOST, NONE, false, REMOVED",
        "NOT_SENT, NONE, false, REMOVED",
        "DONE, NONE, false, REMOVED"
    })
    void onlyARequestThatThePlatformRefusesToDeleteForGoodIsNotWaitedFor(
            WriteOutcome.Result result, Obstacle obstacle, boolean worthRetrying, CaseOutcome expected) {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        Write deletion = new Write(ID, Action.DELETE_GDAP, "g", 1, UUID.randomUUID());
        c.leavesRequests(
                List.of(new WriteOutcome(deletion, result, NOW, "created", "created", "", obstacle, worthRetrying)));

        c.verified(confirmedWith(DRAFT), NOW, GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(expected);
    }

    @Test
    void ofTwoRequestsThePlatformMayRefuseToDeleteOne() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        assertThat(c.leavesRequests(List.of(outcome(Action.DELETE_GDAP, "g", WriteOutcome.Result.REFUSED, null))))
                .isTrue();

        c.verified(confirmedWith(DRAFT, new Delegation("h", "Other", "created")), NOW, GIVE_UP, AGAIN);

        assertThat(c.message()).endsWith("still to be deleted: Other (h)");
    }

    /** However the run ends before its effects are read back: a plan is what nothing was written for. */
    @ParameterizedTest
    @CsvSource({"SUSPEND, DONE, REMOVED", "REMOVE, REFUSED, REMOVED", "REMOVE, NOT_SENT, PLANNED"})
    void whatIsGoneAlreadyIsNoPlanOnceSomethingWasWritten(
            Action action, WriteOutcome.Result result, CaseOutcome expected) {
        OffboardingCase c = marked();
        c.account(List.of(outcome(action, "a", result, "suspended")));

        c.alreadyGone("relationship is none", NOW);

        assertThat(c.outcome()).isEqualTo(expected);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
    }

    @Test
    void aRelationshipThatWasGoneAlreadyIsConfirmedWithoutARemoval() {
        OffboardingCase c = theCase(CaseState.MARKED, List.of(TERM), false);
        c.alreadyGone("relationship is none", NOW);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);
        assertThat(c.holds()).isEmpty();
        assertThat(c.message()).isEqualTo("the relationship is gone already: relationship is none");

        c.verified(look(Result.CONFIRMED, false), NOW, GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.ALREADY_OFFBOARDED);
        assertThat(c.message()).isEqualTo("the relationship was gone already, and its four effects are confirmed");
        assertThat(c.state()).isEqualTo(CaseState.OFFBOARDED);
        assertThat(c.removedAt()).isNull();
    }

    @Test
    void anEffectThatIsMissingThoughTheRelationshipWasGoneIsNotBlamedOnARemoval() {
        OffboardingCase c = marked();
        c.alreadyGone("relationship is none", NOW);
        c.verified(but(look(Result.CONFIRMED, false), Effect.PURCHASING, Result.FAILED), NOW, GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.FAILED);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.message()).doesNotContain("accepted").contains("purchasing: proof of purchasing");
    }

    @Test
    void aPlanWithoutRemovalIsDistinguishedFromOneWithIt() {
        OffboardingCase c = marked();
        c.plan(List.of(planned(Action.SUSPEND, "a")));
        assertThat(c.removalPlanned()).isFalse();

        PlannedWrite suspend = planned(Action.SUSPEND, "a");
        PlannedWrite cancel = planned(Action.CANCEL, "b");
        PlannedWrite renewal = planned(Action.AUTO_RENEW_OFF, "c");
        c.plan(List.of(
                suspend,
                cancel,
                renewal,
                planned(Action.REMOVE, ID.toString()),
                planned(Action.TERMINATE_GDAP, "g"),
                planned(Action.DELETE_GDAP, "h")));
        assertThat(c.removalPlanned()).isTrue();
        assertThat(c.plannedBeforeRemoval()).containsExactly(suspend, cancel, renewal);
    }

    // holds

    @Test
    void aHeldCaseKeepsItsStateAndShowsTheFirstReason() {
        OffboardingCase c = theCase(CaseState.SUSPENDED, List.of(), false);
        c.hold(List.of(UNKNOWN, TERM));

        assertThat(c.state()).isEqualTo(CaseState.SUSPENDED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.HELD);
        assertThat(c.message()).isEqualTo("unknown status");
        assertThat(c.holds()).containsExactly(UNKNOWN, TERM);
        assertThat(c.nextStage()).isNull();
    }

    @Test
    void aHoldThatSomebodyHasToLookAtIsNewUnlessLastNightHadTheSame() {
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(), false), UNKNOWN))
                .isTrue();
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(UNKNOWN), false), UNKNOWN))
                .isFalse();
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(TERM), false), UNKNOWN))
                .isTrue();
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(PROTECTED), false), UNKNOWN))
                .isTrue();
        // listed again, and still not right
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(UNKNOWN), true), UNKNOWN))
                .isTrue();
    }

    @Test
    void aHoldThatWaitsIsNeverNew() {
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(), true), TERM)).isFalse();
        assertThat(newlyHeld(theCase(CaseState.MARKED, List.of(UNKNOWN), false), TERM))
                .isFalse();
    }

    private static boolean newlyHeld(OffboardingCase c, Hold hold) {
        c.hold(List.of(hold));
        return c.holdNew;
    }

    @Test
    void aPlanEndsTheHold() {
        OffboardingCase c = theCase(CaseState.MARKED, List.of(), false);
        c.hold(List.of(UNKNOWN));
        c.plan(List.of());

        assertThat(c.holds()).isEmpty();
        assertThat(c.holdNew).isFalse();
        assertThat(c.message()).isEmpty();
    }

    @Test
    void whatWaitsForItsGracePeriodIsSuspendedAndNotHeld() {
        OffboardingCase c = marked();
        Hold grace = new Hold(HoldReason.GRACE_PERIOD, LocalDate.of(2026, 6, 29), "grace");
        c.suspendedAfterAll(List.of("a licence"), NOW);
        c.becomeSuspended(NOW);
        c.waitForRemoval(grace);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.SUSPENDED);
        assertThat(c.suspendedAt()).isEqualTo(NOW);
        assertThat(c.state()).isEqualTo(CaseState.SUSPENDED);
        assertThat(c.holds()).containsExactly(grace);
        assertThat(c.nextStage()).isNull();
    }

    @Test
    void theGracePeriodBeginsAgainOnlyWhenSomethingWasSuspended() {
        OffboardingCase c = theCase(CaseState.SUSPENDED, List.of(), false);
        Instant earlier = NOW.minus(Duration.ofDays(3));
        c.suspendedAt = earlier;
        c.becomeSuspended(NOW);
        assertThat(c.suspendedAt()).isEqualTo(earlier);

        c.account(List.of(outcome(Action.SUSPEND, "a", WriteOutcome.Result.DONE, "suspended")));
        c.becomeSuspended(NOW);
        assertThat(c.suspendedAt()).isEqualTo(NOW);
    }

    @Test
    void aFailedCaseStaysWhereItIsAndTheRunIsThroughWithIt() {
        OffboardingCase c = theCase(CaseState.SUSPENDED, List.of(), false);
        c.fail("the platform said no");
        assertThat(c.state()).isEqualTo(CaseState.SUSPENDED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.FAILED);
        assertThat(c.message()).isEqualTo("the platform said no");
        assertThat(c.nextStage()).isNull();
    }

    @Test
    void aCaseThatIsLeftIsNeitherHeldNorFailed() {
        OffboardingCase c = marked();
        c.plan(List.of(planned(Action.SUSPEND, "a")));
        c.leave("the run stopped");
        assertThat(c.outcome()).isEqualTo(CaseOutcome.PLANNED);
        assertThat(c.message()).isEqualTo("the run stopped");
        assertThat(c.nextStage()).isNull();
    }

    // counting

    @Test
    void everySubscriptionIsCountedForWhatBecameOfIt() {
        OffboardingCase c = marked();
        c.account(List.of(
                outcome(Action.SUSPEND, "done", WriteOutcome.Result.DONE, "suspended"),
                outcome(Action.SUSPEND, "lost and done", WriteOutcome.Result.LOST, "suspended"),
                outcome(Action.SUSPEND, "lost", WriteOutcome.Result.LOST, "active"),
                outcome(Action.SUSPEND, "lost for good", WriteOutcome.Result.LOST, null),
                outcome(Action.SUSPEND, "refused", WriteOutcome.Result.REFUSED, "active"),
                outcome(Action.SUSPEND, "ended by somebody else", WriteOutcome.Result.REFUSED, "deleted"),
                outcome(Action.SUSPEND, "not sent", WriteOutcome.Result.NOT_SENT, null),
                outcome(Action.CANCEL, "cancelled", WriteOutcome.Result.DONE, "deleted"),
                outcome(Action.CANCEL, "lost and cancelled", WriteOutcome.Result.LOST, "deleted"),
                outcome(Action.CANCEL, "not cancelled", WriteOutcome.Result.REFUSED, "active"),
                outcome(Action.CANCEL, "cancel not sent", WriteOutcome.Result.NOT_SENT, null),
                outcome(Action.AUTO_RENEW_OFF, "renewal", WriteOutcome.Result.REFUSED, "active"),
                outcome(Action.REMOVE, ID.toString(), WriteOutcome.Result.REFUSED, "active")));

        assertThat(c.suspended).isEqualTo(2);
        assertThat(c.cancelled).isEqualTo(2);
        assertThat(c.failed).isEqualTo(4);
        assertThat(c.suspendedIds()).containsExactly("done", "lost and done");
    }

    // effects

    /** On the ledger, where nothing lags: it is read again nevertheless before anyone says that it had no effect. */
    @Test
    void successWasReportedAndNothingDone() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(look(Result.FAILED, true), NOW, Duration.ZERO, AGAIN);

        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.nextStage()).isNull();
        assertThat(c.message())
                .isEqualTo("still to be confirmed: customer list: proof of customer_list; "
                        + "support contact: proof of support_contact; delegated admin: proof of delegated_admin; "
                        + "purchasing: proof of purchasing");
    }

    @Test
    void anEffectThatFailedIsNotWaitedFor() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(but(look(Result.PENDING, false), Effect.DELEGATED_ADMIN, Result.FAILED), NOW, GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.FAILED);
        assertThat(c.message())
                .isEqualTo("the removal does not show everywhere: delegated admin: proof of delegated_admin");
    }

    @ParameterizedTest
    @EnumSource(value = Result.class, mode = Mode.EXCLUDE, names = "CONFIRMED")
    void oneEffectThatIsNotConfirmedKeepsTheCaseOpen(Result result) {
        for (Effect effect : Effect.values()) {
            OffboardingCase c = marked();
            c.becomeRemoved(NOW, NOW);
            c.verified(but(look(Result.CONFIRMED, false), effect, result), NOW, GIVE_UP, AGAIN);

            assertThat(c.state()).isEqualTo(CaseState.REMOVED);
            assertThat(c.message()).endsWith(": proof of " + effect.key());
        }
    }

    @Test
    void theWaitForEffectsWasEndless() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);

        c.verified(look(Result.PENDING, false), NOW, GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);
        assertThat(c.nextLookAt).isEqualTo(NOW.plus(AGAIN));

        // nine minutes after the first look there is room for one more, at ten there is none
        Instant later = NOW.plus(GIVE_UP).minus(AGAIN).minusSeconds(1);
        c.verified(look(Result.INCONCLUSIVE, false), later, GIVE_UP, AGAIN);
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);
        assertThat(c.firstLookAt()).isEqualTo(NOW);

        c.verified(look(Result.PENDING, false), later.plusSeconds(1), GIVE_UP, AGAIN);
        assertThat(c.nextStage()).isNull();
        assertThat(c.nextLookAt).isNull();
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.message()).startsWith("still to be confirmed: customer list: ");
    }

    @Test
    void aRelationshipThatWasConfirmedGoneAndIsThereAgainIsReEstablished() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(but(look(Result.CONFIRMED, false), Effect.PURCHASING, Result.PENDING), NOW, GIVE_UP, AGAIN);
        c.verified(look(Result.PENDING, true), NOW.plus(AGAIN), GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.RE_ESTABLISHED);
        assertThat(c.holds()).extracting(Hold::reason).containsExactly(HoldReason.RE_ESTABLISHED);
        assertThat(c.holdNew).isTrue();
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.nextStage()).isNull();
    }

    /** What was seen once is not forgotten because a later look could not tell. */
    @ParameterizedTest
    @EnumSource(
            value = Effect.class,
            names = {"CUSTOMER_LIST", "SUPPORT_CONTACT", "PURCHASING"})
    void oneEffectThatWasConfirmedOnceIsEnoughWhateverWasReadSince(Effect effect) {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(but(look(Result.PENDING, false), effect, Result.CONFIRMED), NOW, GIVE_UP, AGAIN);
        Instant nextNight = NOW.plus(Duration.ofDays(1));
        c.verified(look(Result.INCONCLUSIVE, false), nextNight, GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);

        c.verified(look(Result.PENDING, true), nextNight.plus(AGAIN), GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.RE_ESTABLISHED);
        assertThat(c.facts().endedBy()).contains("proof of " + effect.key());
    }

    @Test
    void delegatedAdministrationThatIsGoneProvesNothing() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        Verification look = but(look(Result.PENDING, true), Effect.DELEGATED_ADMIN, Result.CONFIRMED);
        c.verified(look, NOW, GIVE_UP, AGAIN);
        c.verified(look, NOW.plus(GIVE_UP), GIVE_UP, AGAIN);

        assertThat(c.facts().ended()).isFalse();
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
    }

    /** Three effects are there before the customer list is: until the last reading of a night that is not a return. */
    @Test
    void readsThatLagAreNoReturnBeforeTheNightIsOver() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        Verification lagging = but(look(Result.PENDING, true), Effect.PURCHASING, Result.CONFIRMED);
        c.verified(lagging, NOW, GIVE_UP, AGAIN);
        c.verified(lagging, NOW.plus(AGAIN), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.nextStage()).isEqualTo(Stage.VERIFY);

        c.verified(lagging, NOW.plus(GIVE_UP), GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.RE_ESTABLISHED);
    }

    @Test
    void aRemovalInThePlatformsOwnLogIsAnEndOfTheRelationship() {
        OffboardingCase c = marked();
        c.begin(NOW);
        c.becomeRemoved(NOW, NOW);
        c.verified(look(Result.PENDING, true).with("old", NOW.minusSeconds(1)), NOW, Duration.ZERO, AGAIN);
        assertThat(c.facts().ended())
                .as("a removal before this offboarding began")
                .isFalse();

        c.verified(look(Result.PENDING, true).with("new", NOW.plusSeconds(1)), NOW, Duration.ZERO, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.RE_ESTABLISHED);
        assertThat(c.message()).contains("log");
    }

    @Test
    void aRelationshipThatIsThereAgainIsReEstablishedOnceAndThenHeldUntilItIsGone() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.sawEnd(NOW, "read as gone");
        c.verified(look(Result.FAILED, true), NOW, Duration.ZERO, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.RE_ESTABLISHED);

        c.verified(look(Result.FAILED, true), NOW.plus(TWELVE_HOURS), Duration.ZERO, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.HELD);
        assertThat(c.holdNew).isFalse();
        c.verified(
                but(look(Result.CONFIRMED, false), Effect.DELEGATED_ADMIN, Result.FAILED),
                NOW.plus(TWELVE_HOURS),
                Duration.ZERO,
                AGAIN);
        assertThat(c.outcome()).as("something is left, and nothing is written").isEqualTo(CaseOutcome.HELD);
        assertThat(c.message()).contains("does not show as the reseller's tonight", "proof of delegated_admin");

        c.verified(look(Result.CONFIRMED, false), NOW.plus(TWELVE_HOURS), Duration.ZERO, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.OFFBOARDED);
        assertThat(c.holds()).isEmpty();
    }

    @Test
    void aRelationshipThatWasNeverSeenGoneIsNotReEstablished() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(look(Result.PENDING, true), NOW, GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);

        c.verified(look(Result.PENDING, true), NOW.plus(AGAIN), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.holds()).isEmpty();
    }

    @Test
    void aCustomerThatIsGoneFromTheListIsNotReEstablishedBecauseALaterLookCouldNotTell() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(but(look(Result.CONFIRMED, false), Effect.PURCHASING, Result.PENDING), NOW, GIVE_UP, AGAIN);
        c.verified(look(Result.INCONCLUSIVE, false), NOW.plus(AGAIN), GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.holds()).isEmpty();
    }

    @Test
    void aRemovalThatHasShownNothingOnTwoNightsHadNoEffect() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);

        c.verified(look(Result.PENDING, true), NOW, GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        c.verified(look(Result.PENDING, true), NOW.plus(TWELVE_HOURS).minusNanos(1), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);

        c.verified(look(Result.PENDING, true), NOW.plus(TWELVE_HOURS), GIVE_UP, AGAIN);
        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.removedAt()).isEqualTo(NOW);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.HELD);
        assertThat(c.holds()).extracting(Hold::reason).containsExactly(HoldReason.NO_EFFECT);
        assertThat(c.holdNew).isTrue();
        assertThat(c.effects()).as("what was seen").containsOnlyKeys(Effect.values());

        // late, but it was this program's
        c.verified(look(Result.CONFIRMED, false), NOW.plus(Duration.ofDays(2)), GIVE_UP, AGAIN);
        assertThat(c.outcome()).isEqualTo(CaseOutcome.OFFBOARDED);
    }

    @Test
    void aRemovalWhoseCustomerNoLongerShowsIsNotWithoutEffectHoweverLate() {
        OffboardingCase c = marked();
        c.becomeRemoved(NOW, NOW);
        c.verified(look(Result.PENDING, false), NOW, GIVE_UP, AGAIN);
        c.verified(look(Result.PENDING, false), NOW.plus(TWELVE_HOURS), GIVE_UP, AGAIN);

        assertThat(c.outcome()).isEqualTo(CaseOutcome.REMOVED);
        assertThat(c.holds()).isEmpty();
        assertThat(c.removedAt()).isEqualTo(NOW);
    }

    // after a run that died

    @Test
    void whatADeadRunDidIsLookedUpAndLeftToTheNext() {
        OffboardingCase c = marked();
        c.lookedUp(
                List.of(
                        outcome(Action.SUSPEND, "a", WriteOutcome.Result.LOST, "suspended"),
                        outcome(Action.SUSPEND, "b", WriteOutcome.Result.LOST, "active")),
                NOW);

        assertThat(c.state()).isEqualTo(CaseState.MARKED);
        assertThat(c.suspendedIds()).containsExactly("a");
        assertThat(c.suspended).isEqualTo(1);
        assertThat(c.failed).isEqualTo(1);
        assertThat(c.nextStage()).isNull();
        assertThat(c.message()).contains("the run was interrupted");
    }

    @Test
    void aRemovalThatADeadRunMadeIsARemoval() {
        OffboardingCase c = theCase(CaseState.SUSPENDED, List.of(), false);
        c.lookedUp(List.of(outcome(Action.REMOVE, ID.toString(), WriteOutcome.Result.LOST, "none")), NOW);

        assertThat(c.state()).isEqualTo(CaseState.REMOVED);
        assertThat(c.removedAt()).isEqualTo(NOW);
        assertThat(c.nextStage()).isNull();

        OffboardingCase other = theCase(CaseState.SUSPENDED, List.of(), false);
        other.lookedUp(List.of(outcome(Action.REMOVE, ID.toString(), WriteOutcome.Result.LOST, "reseller")), NOW);
        assertThat(other.state()).isEqualTo(CaseState.SUSPENDED);
        assertThat(other.removedAt()).isNull();
    }

    @Test
    void aSuspensionThatADeadRunMadeIsNoRemoval() {
        OffboardingCase c = marked();
        c.lookedUp(List.of(outcome(Action.SUSPEND, "a", WriteOutcome.Result.DONE, "suspended")), NOW);

        assertThat(c.state()).isEqualTo(CaseState.MARKED);
        assertThat(c.removedAt()).isNull();
    }

    @Test
    void aStepIsFoundByTheNameThatBatchGivesIt() {
        assertThat(Stage.named("suspend")).contains(Stage.SUSPEND);
        assertThat(Stage.named("check-limits")).isEmpty();
    }
}
