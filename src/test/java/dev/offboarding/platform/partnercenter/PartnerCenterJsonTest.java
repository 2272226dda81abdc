package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerCenterJsonTest {

    private static @Nullable Instant moment(String text) {
        return PartnerCenterJson.instant(PartnerCenterJson.newObject().put("EndDate", text), "endDate");
    }

    @ParameterizedTest
    @CsvSource({
        "2027-02-28T23:59:59Z, 2027-02-28T23:59:59Z",
        "2027-02-28t23:59:59z, 2027-02-28T23:59:59Z",
        "2027-02-28T23:59:59.1234567Z, 2027-02-28T23:59:59.123456700Z",
        "2027-02-28T23:59, 2027-02-28T23:59:00Z",
        "2027-02-28T23:59:59.5, 2027-02-28T23:59:59.500Z",
        "2027-03-01T01:00:00+02:00, 2027-02-28T23:00:00Z",
        "2027-03-01T01:00:00+00, 2027-03-01T01:00:00Z",
        "9999-12-14T00:00:00+00:00, 9999-12-14T00:00:00Z",
    })
    void aMomentIsInUtcWhereItDoesNotSay(String text, Instant moment) {
        assertThat(moment(text)).isEqualTo(moment);
    }

    /** A day that there is not is nobody's end of a term: earlier than it says would be too early. */
    @ParameterizedTest
    @ValueSource(
            strings = {"2027-02-30T00:00:00Z", "2027-02-28T24:00:00Z", "2027-02-28", "28.02.2027 10:00", "soon", "T"})
    void whatIsNoMomentIsNotGuessedAt(String text) {
        assertThat(moment(text)).isNull();
    }
}
