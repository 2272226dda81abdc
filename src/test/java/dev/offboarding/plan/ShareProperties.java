package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

class ShareProperties {
    @Property
    void aShareIsTheLargestNumberThatIsNotMoreThanIt(
            @ForAll @BigRange(min = "0", max = "100") @Scale(4) BigDecimal percent,
            @ForAll @LongRange(min = 0) long population) {
        long share = new Share(percent).of(population);

        // in whole numbers, by another way than the one under test
        BigInteger whole = percent.movePointRight(4).toBigIntegerExact().multiply(BigInteger.valueOf(population));
        BigInteger million = BigInteger.valueOf(1_000_000);
        assertThat(BigInteger.valueOf(share).multiply(million)).isLessThanOrEqualTo(whole);
        assertThat(BigInteger.valueOf(share).add(BigInteger.ONE).multiply(million))
                .isGreaterThan(whole);
    }

    @Property
    void aShareThatIsWrittenCanBeReadBack(@ForAll @BigRange(min = "0", max = "100") @Scale(9) BigDecimal percent) {
        Share share = new Share(percent);

        assertThat(Share.parse(share.toString())).isEqualTo(share);
    }
}
