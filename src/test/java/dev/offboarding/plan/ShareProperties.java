package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Tries;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class ShareProperties {
    @Test
    void aShareIsTheLargestNumberThatIsNotMoreThanIt() {
        Tries.of(1000, draw -> {
            BigDecimal percent = BigDecimal.valueOf(draw.between(0, 100_0000), 4);
            long population = draw.between(0, Long.MAX_VALUE);
            long share = new Share(percent).of(population);

            // in whole numbers, by another way than the one under test
            BigInteger whole = percent.movePointRight(4).toBigIntegerExact().multiply(BigInteger.valueOf(population));
            BigInteger million = BigInteger.valueOf(1_000_000);
            assertThat(BigInteger.valueOf(share).multiply(million)).isLessThanOrEqualTo(whole);
            assertThat(BigInteger.valueOf(share).add(BigInteger.ONE).multiply(million))
                    .isGreaterThan(whole);
        });
    }

    @Test
    void aShareThatIsWrittenCanBeReadBack() {
        Tries.of(1000, draw -> {
            Share share = new Share(BigDecimal.valueOf(draw.between(0, 100_000_000_000L), 9));
            assertThat(Share.parse(share.toString())).isEqualTo(share);
        });
    }
}
