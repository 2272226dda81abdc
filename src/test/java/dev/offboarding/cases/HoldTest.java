package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HoldTest {

    private static Hold hold(HoldReason reason, @Nullable LocalDate until) {
        return new Hold(reason, until, reason.name());
    }

    @Test
    void whatSomebodyHasToLookAtIsShownBeforeWhatWaits() {
        Hold waits = hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2099, 1, 1));
        Hold toBeLookedAt = hold(HoldReason.UNKNOWN_STATUS, null);

        assertThat(Hold.shownFirst(List.of(waits, toBeLookedAt))).containsExactly(toBeLookedAt, waits);
        assertThat(Hold.shownFirst(List.of(toBeLookedAt, waits))).containsExactly(toBeLookedAt, waits);
    }

    @Test
    void ofThoseThatWaitTheLatestDateIsShownAndNoDateLast() {
        Hold none = hold(HoldReason.MARKETPLACE, null);
        Hold may = hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2027, 5, 1));
        Hold june = hold(HoldReason.NOT_DUE, LocalDate.of(2027, 6, 1));

        assertThat(Hold.shownFirst(List.of(none, may, june))).containsExactly(june, may, none);
        assertThat(Hold.shownFirst(List.of(june, none, may))).containsExactly(june, may, none);
    }

    @Test
    void reasonsThatAreEqualStayInTheOrderInWhichTheyWereFound() {
        Hold first = new Hold(HoldReason.PENDING_OPERATION, null, "first");
        Hold second = new Hold(HoldReason.MARKETPLACE, null, "second");

        assertThat(Hold.shownFirst(List.of(first, second))).containsExactly(first, second);
        assertThat(Hold.shownFirst(List.of(second, first))).containsExactly(second, first);
    }

    @Test
    void sixReasonsGoOnOnlyWhenSomebodyHasLooked() {
        assertThat(HoldReason.values())
                .filteredOn(HoldReason::somebodyHasToLook)
                .containsExactlyInAnyOrder(
                        HoldReason.PROTECTED,
                        HoldReason.IDENTITY_MISMATCH,
                        HoldReason.NOT_A_RESELLER_CUSTOMER,
                        HoldReason.UNKNOWN_STATUS,
                        HoldReason.REACTIVATED,
                        HoldReason.CHANGED_SINCE_APPROVAL);
        assertThat(HoldReason.values()).hasSize(15);
        assertThat(HoldReason.somebodyHasToLookNames())
                .containsExactlyInAnyOrder(
                        "PROTECTED",
                        "IDENTITY_MISMATCH",
                        "NOT_A_RESELLER_CUSTOMER",
                        "UNKNOWN_STATUS",
                        "REACTIVATED",
                        "CHANGED_SINCE_APPROVAL");
    }

    @Test
    void aCaseIsClosedOnceItIsOffboardedOrWithdrawn() {
        assertThat(CaseState.values())
                .filteredOn(CaseState::closed)
                .containsExactlyInAnyOrder(CaseState.OFFBOARDED, CaseState.WITHDRAWN);
    }
}
