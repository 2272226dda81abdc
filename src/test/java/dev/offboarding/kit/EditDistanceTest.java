package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

    @ParameterizedTest
    @CsvSource({
        "domain,domain,0",
        "domain,domian,1",
        "domain,doman,1",
        "domain,domaine,1",
        "domain,domein,1",
        "domain,odmian,2",
        "'',abc,3"
    })
    void itCountsTheLettersThatAreWrong(String one, String other, int letters) {
        assertThat(EditDistance.between(one, other)).isEqualTo(letters);
        assertThat(EditDistance.between(other, one)).isEqualTo(letters);
    }

    @Test
    void upToABoundItIsTheSameAndBeyondItIsMore() {
        Tries.of(2000, draw -> {
            String one = draw.stringOf("abc", 8);
            String other = draw.stringOf("abc", 8);
            int all = EditDistance.between(one, other);
            for (int most = 0; most <= 8; most++) {
                int found = EditDistance.between(one, other, most);
                if (all <= most) {
                    assertThat(found).isEqualTo(all);
                } else {
                    assertThat(found).isGreaterThan(most);
                }
            }
        });
    }
}
