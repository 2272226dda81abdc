package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void whatWaitsForAPersonIsShownBeforeWhatWaitsForADateAndAfterWhatSomebodyHasToLookAt() {
        Hold waits = hold(HoldReason.NOT_DUE, LocalDate.of(2099, 1, 1));
        Hold forAPerson = hold(HoldReason.MARKETPLACE, null);
        Hold toBeLookedAt = hold(HoldReason.NO_EFFECT, null);

        assertThat(Hold.shownFirst(List.of(waits, forAPerson, toBeLookedAt)))
                .containsExactly(toBeLookedAt, forAPerson, waits);
        assertThat(Hold.shownFirst(List.of(forAPerson, toBeLookedAt, waits)))
                .containsExactly(toBeLookedAt, forAPerson, waits);
    }

    @Test
    void aTermThatRenewsItselfWaitsForAPerson() {
        LocalDate may = LocalDate.of(2027, 5, 1);
        Hold renews = new Hold(HoldReason.TERM_COMMITMENT, may, "renews", may, null, null);
        Hold ends = hold(HoldReason.TERM_COMMITMENT, may.plusDays(1));

        assertThat(renews.kind()).isEqualTo(HoldReason.Kind.WAITS_FOR_A_PERSON);
        assertThat(ends.kind()).isEqualTo(HoldReason.Kind.WAITS);
        assertThat(Hold.shownFirst(List.of(ends, renews))).containsExactly(renews, ends);
    }

    @Test
    void ofThoseThatWaitATransferIsShownThenOneWithoutADateThenTheLatestDate() {
        Hold transfer = hold(HoldReason.TRANSFER_PENDING, LocalDate.of(2027, 1, 1));
        Hold none = hold(HoldReason.PENDING_OPERATION, null);
        Hold may = hold(HoldReason.TERM_COMMITMENT, LocalDate.of(2027, 5, 1));
        Hold june = hold(HoldReason.NOT_DUE, LocalDate.of(2027, 6, 1));

        assertThat(Hold.shownFirst(List.of(none, may, transfer, june))).containsExactly(transfer, none, june, may);
        assertThat(Hold.shownFirst(List.of(june, transfer, none, may))).containsExactly(transfer, none, june, may);
    }

    @ParameterizedTest
    @CsvSource({
        "2027-02-28,, 2027-03-01",
        "2027-03-01, 30, 2027-03-24",
        "2027-03-23, 30, 2027-03-24",
        "2027-03-24, 7,",
        "2027-03-31, 7,",
        "2027-04-01, 7,"
    })
    void somebodyIsRemindedThirtyAndSevenDaysBeforeATermRenews(
            LocalDate today, @Nullable Integer reached, @Nullable LocalDate next) {
        LocalDate renewsOn = LocalDate.of(2027, 3, 31);

        assertThat(Hold.reminder(today, renewsOn)).isEqualTo(reached);
        assertThat(new Hold(HoldReason.TERM_COMMITMENT, null, "", renewsOn, null, null).nextReminder(today))
                .isEqualTo(next);
        assertThat(hold(HoldReason.TERM_COMMITMENT, null).nextReminder(today)).isNull();
    }

    @Test
    void reasonsThatAreEqualStayInTheOrderInWhichTheyWereFound() {
        Hold first = new Hold(HoldReason.SOFTWARE_PURCHASE, null, "first");
        Hold second = new Hold(HoldReason.MARKETPLACE, null, "second");

        assertThat(Hold.shownFirst(List.of(first, second))).containsExactly(first, second);
        assertThat(Hold.shownFirst(List.of(second, first))).containsExactly(second, first);
    }

    @Test
    void thereAreThreeKindsOfReasons() {
        assertThat(of(HoldReason.Kind.WAITS))
                .containsExactlyInAnyOrder(
                        HoldReason.NOT_DUE,
                        HoldReason.GRACE_PERIOD,
                        HoldReason.TERM_COMMITMENT,
                        HoldReason.PENDING_OPERATION,
                        HoldReason.TRANSFER_PENDING,
                        HoldReason.NOT_LISTED,
                        HoldReason.LATER_NIGHT,
                        HoldReason.PAUSED,
                        HoldReason.OTHER_PLATFORM,
                        HoldReason.OTHER_JOB);
        assertThat(of(HoldReason.Kind.WAITS_FOR_A_PERSON))
                .containsExactlyInAnyOrder(
                        HoldReason.RESERVED_INSTANCE,
                        HoldReason.SOFTWARE_PURCHASE,
                        HoldReason.AZURE_PLAN,
                        HoldReason.MARKETPLACE);
        assertThat(of(HoldReason.Kind.SOMEBODY_HAS_TO_LOOK))
                .containsExactlyInAnyOrder(
                        HoldReason.PROTECTED,
                        HoldReason.IDENTITY_MISMATCH,
                        HoldReason.NOT_A_RESELLER_CUSTOMER,
                        HoldReason.UNKNOWN_STATUS,
                        HoldReason.REACTIVATED,
                        HoldReason.RE_ESTABLISHED,
                        HoldReason.NO_EFFECT,
                        HoldReason.OTHER_RESELLER,
                        HoldReason.CHANGED_SINCE_APPROVAL)
                .allMatch(HoldReason::somebodyHasToLook);
        assertThat(HoldReason.somebodyHasToLookNames())
                .containsExactlyInAnyOrder(of(HoldReason.Kind.SOMEBODY_HAS_TO_LOOK).stream()
                        .map(HoldReason::name)
                        .toArray(String[]::new));
    }

    private static List<HoldReason> of(HoldReason.Kind kind) {
        return Arrays.stream(HoldReason.values())
                .filter(reason -> reason.kind() == kind)
                .toList();
    }

    @Test
    void aCaseIsClosedOnceItIsOffboardedWithdrawnOrClosedOnSomebodysWord() {
        assertThat(CaseState.values())
                .filteredOn(CaseState::closed)
                .containsExactlyInAnyOrder(CaseState.OFFBOARDED, CaseState.WITHDRAWN, CaseState.CLOSED);
    }
}
