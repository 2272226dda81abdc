package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {
    @ParameterizedTest
    @CsvSource({
        "5%, 100, 5",
        "5%, 99, 4",
        "5%, 19, 0",
        "5%, 20, 1",
        "12.5%, 8, 1",
        "12.5%, 7, 0",
        "0%, 1000000, 0",
        "100%, 9223372036854775807, 9223372036854775807",
        "0.1%, 999, 0",
        "0.1%, 1000, 1",
        "29%, 100, 29",
        "50 %, 3, 1"
    })
    void aShareOfAPopulationIsRoundedDown(String share, long population, long expected) {
        assertThat(Share.parse(share).of(population)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.05",
                "5",
                "0",
                "100",
                "5 percent",
                "%",
                "5%%",
                "-5%",
                "+5%",
                "1e1%",
                "",
                "five%",
                "12,5%",
                ".5%"
            })
    void whatHasNoPercentSignOrIsNoNumberIsRefusedAndToldHowToWriteIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Share.parse(text))
                .withMessage("is not a percentage; write it with its sign, like 5% or 12.5%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"101%", "100.000001%", "999%"})
    void moreThanAllIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Share.parse(text))
                .withMessage("is not between 0% and 100%");
    }

    @Test
    void lessThanNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Share(new BigDecimal("-0.001")))
                .withMessage("is not between 0% and 100%");
    }

    @Test
    void fivePerCentIsFivePerCentHoweverItIsWritten() {
        assertThat(Share.parse("5.00%")).isEqualTo(Share.parse("5%")).hasToString("5%");
        assertThat(Share.parse("0.0%")).isEqualTo(new Share(BigDecimal.ZERO)).hasToString("0%");
        assertThat(Share.parse("100%")).hasToString("100%");
        assertThat(Share.parse("12.5 %")).hasToString("12.5%");
    }

    @Test
    void lessThanNothingHasNoShare() {
        assertThatIllegalArgumentException().isThrownBy(() -> Share.parse("5%").of(-1));
    }
}
