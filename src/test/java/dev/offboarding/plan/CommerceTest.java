package dev.offboarding.plan;

import static dev.offboarding.plan.DecisionAssert.heldFor;
import static dev.offboarding.plan.DecisionAssert.heldWriting;
import static dev.offboarding.plan.DecisionAssert.proceedsWith;
import static dev.offboarding.plan.DecisionAssert.remove;
import static dev.offboarding.plan.DecisionAssert.suspend;
import static dev.offboarding.plan.Given.TODAY;
import static dev.offboarding.plan.Given.customer;
import static dev.offboarding.plan.Given.term;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.platform.Transfer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Other resellers under an indirect provider, and other partners that ask for what a customer holds. */
class CommerceTest {

    private static final String OURS = "1234567";
    private static final String ANOTHER = "7654321";

    private static Subscription soldBy(@Nullable String reseller, String id, Status status) {
        return Given.of(Kind.LICENSE, id, status, null, null, null, reseller);
    }

    @Test
    void whatAnotherResellerSoldHoldsTheCustomer() {
        Decision decision = customer()
                .resellers(OURS)
                .holds(soldBy(OURS, "a", Status.ACTIVE), soldBy(ANOTHER, "b", Status.ACTIVE))
                .decide();

        Hold hold = heldFor(decision, HoldReason.OTHER_RESELLER).get(0);
        assertThat(hold.until()).isNull();
        assertThat(hold.message()).contains("Product b (b) was sold by the reseller with partner id 7654321");
        heldWriting(decision);
    }

    @Test
    void whatAResellerOfThisJobSoldIsSuspended() {
        proceedsWith(
                customer()
                        .resellers(OURS, ANOTHER)
                        .holds(soldBy(OURS, "a", Status.ACTIVE), soldBy(ANOTHER, "b", Status.ACTIVE))
                        .decide(),
                suspend("a"),
                suspend("b"),
                remove());
    }

    @Test
    void whereNoResellersAreNamedItDoesNotMatterWhoSoldIt() {
        proceedsWith(customer().holds(soldBy(ANOTHER, "a", Status.ACTIVE)).decide(), suspend("a"), remove());
    }

    @Test
    void aSubscriptionThatDoesNotSayWhoSoldItMayBeAnotherResellers() {
        Decision decision =
                customer().resellers(OURS).holds(soldBy("", "a", Status.ACTIVE)).decide();

        assertThat(heldFor(decision, HoldReason.OTHER_RESELLER).get(0).message())
                .contains("Product a (a) does not say which reseller sold it");
    }

    @Test
    void whatNoResellerEverSellsIsNoOtherResellers() {
        proceedsWith(
                customer()
                        .resellers(OURS)
                        .holds(soldBy(null, "a", Status.ACTIVE))
                        .decide(),
                suspend("a"),
                remove());
    }

    /** Of a subscription that is over nothing is left to touch. */
    @ParameterizedTest
    @EnumSource(Status.class)
    void onlyWhatAnotherResellerSoldAndIsNotOverHoldsTheCustomer(Status status) {
        Decision decision =
                customer().resellers(OURS).holds(soldBy(ANOTHER, "a", status)).decide();

        if (status == Status.DELETED || status == Status.EXPIRED) {
            proceedsWith(decision, remove());
        } else {
            assertThat(decision).isInstanceOf(Decision.Held.class);
            assertThat(((Decision.Held) decision).holds())
                    .extracting(Hold::reason)
                    .contains(HoldReason.OTHER_RESELLER);
        }
    }

    @Test
    void aTransferToAnotherPartnerHoldsTheCustomerAndSaysToWhomAndUntilWhen() {
        LocalDate lapses = LocalDate.of(2026, 7, 1);

        Decision decision = customer()
                .transfers(new Transfer("t", "Fabrikam (tenant f)", "Pending", lapses))
                .holds(Given.license("a"))
                .decide();

        Hold hold = heldFor(decision, HoldReason.TRANSFER_PENDING).get(0);
        assertThat(hold.until()).isEqualTo(lapses);
        assertThat(hold.message())
                .contains("to Fabrikam (tenant f) is Pending, and lapses on 2026-07-01")
                .contains("nothing is written until that is over");
        heldWriting(decision);
    }

    @Test
    void aTransferWithoutAStatusOrADayIsNotOver() {
        Decision decision =
                customer().transfers(new Transfer("t", "Fabrikam", "", null)).decide();

        Hold hold = heldFor(decision, HoldReason.TRANSFER_PENDING).get(0);
        assertThat(hold.until()).isNull();
        assertThat(hold.message()).contains("to Fabrikam is not over:").doesNotContain("lapses");
    }

    @ParameterizedTest(name = "lapses {0} days from today: holds {1}")
    @CsvSource({"-30, false", "-1, false", "0, true", "1, true", "30, true"})
    void aTransferHoldsTheCustomerUntilTheDayOnWhichItLapses(int days, boolean holds) {
        Decision decision = customer()
                .transfers(new Transfer("t", "Fabrikam", "Pending", TODAY.plusDays(days)))
                .decide();

        if (holds) {
            heldFor(decision, HoldReason.TRANSFER_PENDING);
        } else {
            proceedsWith(decision, remove());
        }
    }

    @Test
    void whileATransferIsPendingItIsShownBeforeTheTermAndNoTermIsEnded() {
        Decision decision = customer()
                .newCommerce(NewCommerce.END_AT_TERM)
                .transfers(new Transfer("t", "Fabrikam", "Pending", TODAY.plusDays(1)))
                .holds(term("a", AtTermEnd.RENEWS, null))
                .decide();

        heldFor(decision, HoldReason.TRANSFER_PENDING, HoldReason.TERM_COMMITMENT);
        heldWriting(decision);
    }

    /** In Auckland the next day begins twelve hours before; west of UTC the job's own day is not over yet. */
    @ParameterizedTest(name = "lapses on the 1st; here it is the {0}, at {1}: holds {2}")
    @CsvSource({
        "2026-07-02, 2026-07-01T13:00:00Z, true",
        "2026-07-02, 2026-07-02T00:00:00Z, false",
        "2026-07-01, 2026-07-02T03:00:00Z, true",
        "2026-07-02, 2026-07-02T23:00:00Z, false"
    })
    void aTransferIsOverWhenItsDayIsOverInUtcAndHere(LocalDate today, Instant now, boolean holds) {
        Transfer transfer = new Transfer("t", "Fabrikam", "Pending", LocalDate.of(2026, 7, 1));

        assertThat(Commerce.transfers(List.of(transfer), today, now)).hasSize(holds ? 1 : 0);
    }
}
