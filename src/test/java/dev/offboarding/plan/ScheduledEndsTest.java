package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.cancel;
import static dev.offboarding.plan.DecisionAssert.endWithTerm;
import static dev.offboarding.plan.DecisionAssert.heldFor;
import static dev.offboarding.plan.DecisionAssert.heldWriting;
import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.Given.NOW;
import static dev.offboarding.plan.Given.TERM_END;
import static dev.offboarding.plan.Given.customer;
import static dev.offboarding.plan.Given.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the cancellations at the end of a term that this program scheduled, once somebody has changed them. */
class ScheduledEndsTest {

    private static final Instant RECENTLY = NOW.minus(Duration.ofHours(1));
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(30));
    private static final Instant IN_SUMMER = NOW.plus(Duration.ofDays(20));

    private static final String SCHEDULED_AGAIN = "it is scheduled once more";

    private static Given scheduled(Instant at, boolean repaired, Subscription... now) {
        return customer()
                .newCommerce(NewCommerce.END_AT_TERM)
                .scheduledByUs("a", at, repaired)
                .holds(now);
    }

    @ParameterizedTest
    @CsvSource({
        "PT1H, RENEWS, false, true",
        "PT1H, EXTENDS, false, true",
        "PT48H, RENEWS, false, true",
        "PT48H, EXTENDS, false, true",
        "PT48H1S, RENEWS, false, false",
        "PT48H1S, EXTENDS, false, false",
        "PT1H, RENEWS, true, false",
        "PT1H, EXTENDS, true, false",
        "P30D, RENEWS, true, false"
    })
    void aChangeIsPutRightOnceWithin48HoursAndAfterThatItIsSomebodysDecision(
            Duration ago, AtTermEnd now, boolean repaired, boolean putRight) {
        Decision decision =
                scheduled(NOW.minus(ago), repaired, term("a", now, null)).decide();

        if (putRight) {
            assertThat(heldFor(decision, HoldReason.TERM_COMMITMENT).get(0).message())
                    .contains("was changed since")
                    .contains(SCHEDULED_AGAIN);
            heldWriting(decision, endWithTerm("a"));
        } else {
            heldFor(decision, HoldReason.REACTIVATED, HoldReason.TERM_COMMITMENT);
            heldWriting(decision);
        }
    }

    @Test
    void aDecisionOfSomebodysSaysWhatWasScheduledWhenAndWhatToDo() {
        Hold late = heldFor(
                        scheduled(LONG_AGO, false, term("a", AtTermEnd.RENEWS, null))
                                .decide(),
                        HoldReason.REACTIVATED,
                        HoldReason.TERM_COMMITMENT)
                .get(0);
        Hold again = heldFor(
                        scheduled(RECENTLY, true, term("a", AtTermEnd.RENEWS, null))
                                .decide(),
                        HoldReason.REACTIVATED,
                        HoldReason.TERM_COMMITMENT)
                .get(0);

        assertThat(late.message())
                .startsWith("Product a (a) was to be cancelled at the end of its term")
                .contains(LONG_AGO + ", and that was changed")
                .endsWith("list the customer again if it is to go");
        assertThat(again.message()).contains(RECENTLY + " for the second time, and that was changed");
    }

    @ParameterizedTest
    @EnumSource(
            value = AtTermEnd.class,
            names = {"RENEWS", "EXTENDS"})
    void noOneIsNotifiedThatItIsScheduledOnceMoreWhereItIsLeftToAPerson(AtTermEnd now) {
        List<Hold> holds = heldFor(
                scheduled(LONG_AGO, false, term("a", now, null)).decide(),
                HoldReason.REACTIVATED,
                HoldReason.TERM_COMMITMENT);

        assertThat(holds.get(1).message()).isEqualTo("Product a (a) is committed until " + TERM_END);
    }

    @Test
    void whatIsAsItWasScheduledIsWaitedFor() {
        Decision decision =
                scheduled(LONG_AGO, true, term("a", AtTermEnd.ENDS, null)).decide();

        assertThat(heldFor(decision, HoldReason.TERM_COMMITMENT).get(0).message())
                .endsWith("and its cancellation at the end of the term is scheduled");
        heldWriting(decision);
    }

    @Test
    void whatHasEndedAsItWasScheduledIsOver() {
        proceedsWith(
                scheduled(LONG_AGO, false, term("a", Status.EXPIRED, TERM_END, AtTermEnd.RENEWS, null))
                        .decide(),
                remove());
    }

    @Test
    void aTermThatThisProgramNeverScheduledIsScheduledForTheFirstTime() {
        Decision decision = scheduled(
                        LONG_AGO, true, term("a", AtTermEnd.ENDS, null), term("b", AtTermEnd.RENEWS, null))
                .decide();

        assertThat(heldFor(decision, HoldReason.TERM_COMMITMENT, HoldReason.TERM_COMMITMENT))
                .extracting(Hold::message)
                .noneMatch(message -> message.contains(SCHEDULED_AGAIN));
        heldWriting(decision, endWithTerm("b"));
    }

    @ParameterizedTest
    @CsvSource({"PT1H, false", "P30D, false", "PT1H, true"})
    void underHoldNothingIsPutRightAndTheTermCountsAsRenewing(Duration ago, boolean repaired) {
        Decision decision = scheduled(NOW.minus(ago), repaired, term("a", AtTermEnd.RENEWS, null))
                .newCommerce(NewCommerce.HOLD)
                .decide();

        Hold hold = heldFor(decision, HoldReason.TERM_COMMITMENT).get(0);
        assertThat(hold.renewsOn()).isEqualTo(TERM_END);
        assertThat(hold.message()).contains("renews itself on that day").doesNotContain(SCHEDULED_AGAIN);
        heldWriting(decision);
    }

    @Test
    void anExtendedTermIsNotScheduledOnceMoreButCancelled() {
        Subscription extended = term("a", AtTermEnd.EXTENDED, IN_SUMMER);

        proceedsWith(scheduled(RECENTLY, false, extended).decide(), cancel("a"), remove());
        Decision notAlone = scheduled(RECENTLY, false, extended, term("b", AtTermEnd.ENDS, null))
                .decide();
        assertThat(heldFor(notAlone, HoldReason.TERM_COMMITMENT, HoldReason.TERM_COMMITMENT))
                .filteredOn(hold -> hold.message().startsWith("Product a (a)"))
                .singleElement()
                .satisfies(hold ->
                        assertThat(hold.message()).endsWith("and is cancelled as soon as nothing else is in the way"));
        heldWriting(notAlone);
    }

    @Test
    void anExtendedTermThatSomebodyChoseIsLeftToSomebody() {
        Decision decision = scheduled(
                        LONG_AGO, false, term("a", AtTermEnd.EXTENDED, IN_SUMMER), term("b", AtTermEnd.ENDS, null))
                .decide();

        assertThat(heldFor(decision, HoldReason.REACTIVATED, HoldReason.TERM_COMMITMENT, HoldReason.TERM_COMMITMENT))
                .extracting(Hold::message)
                .noneMatch(message -> message.contains("is cancelled as soon as"));
        heldWriting(decision);
    }
}
