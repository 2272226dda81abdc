package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrakeCountTest {

    private static final BrakeSettings DEFAULT = new BrakeSettings(5, Share.parse("20%"), 20);

    /** @param ends a letter a customer, in the order in which they ended: x failed, o did not */
    private static BrakeCount count(String ends) {
        BrakeCount count = BrakeCount.NONE;
        for (char end : ends.toCharArray()) {
            count = count.and(end == 'x');
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({
        "xxxx, false",
        "xxxxx, true",
        "oxxxxx, true",
        "xxxxoxxxx, false",
        // a share says nothing of fewer than 20
        "xxoxxoxxoxxoxxoxxox, false",
        "xxoxxoxxoxxoxxoxxoxo, true",
        // exactly 20 % of 20, and of 25, is not more than 20 %
        "xooooxooooxooooxoooo, false",
        "xooooxooooxooooxooox, true",
        "xooooxooooxooooxooooxoooo, false",
        "xooooxooooxooooxooooxooox, true"
    })
    void fiveInARowOrMoreThanAFifthOfTwentyAreTooMany(String ends, boolean tooMany) {
        assertThat(count(ends).broken(DEFAULT).isPresent()).isEqualTo(tooMany);
    }

    @Test
    void whichRuleIsBrokenIsSaidWithItsFiguresAndItsKey() {
        assertThat(count("oxxxxxx").broken(DEFAULT))
                .contains("6 customers failed in a row (offboarding.failure-brake.in-a-row: 5)");
        assertThat(count("xooooxooooxooooxooox").broken(DEFAULT))
                .contains("5 of 20 customers failed (offboarding.failure-brake.share: 20%, of-at-least: 20)");
    }

    @Test
    void aRuleIsGivenUpOnPurposeOnly() {
        String allFailed = "x".repeat(1000);
        assertThat(count(allFailed).broken(new BrakeSettings(0, Share.parse("100%"), 1)))
                .isEmpty();
        assertThat(count("x").broken(new BrakeSettings(0, Share.parse("0%"), 1)))
                .isPresent();
        assertThat(count("o").broken(new BrakeSettings(0, Share.parse("0%"), 1)))
                .isEmpty();
    }
}
