package dev.offboarding.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** A part of a whole in per cent, from 0% to 100%, exact. */
public record Share(BigDecimal percent) {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
    private static final Pattern WRITTEN = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,9})?)\\s*%");

    /**
     * Takes per cent.
     *
     * @throws IllegalArgumentException below 0 or above 100
     */
    public Share {
        if (percent.signum() < 0 || percent.compareTo(HUNDRED) > 0) {
            throw new IllegalArgumentException("is not between 0% and 100%");
        }
        // 5% and 5.0% are one share, and equal
        percent = percent.stripTrailingZeros();
    }

    /**
     * Reads {@code 5%} or {@code 12.5%}. A bare number is refused: {@code 0.05} and {@code 5} could both mean either.
     *
     * @throws IllegalArgumentException whose message follows the text, like {@code is not a percentage; …}
     */
    public static Share parse(String text) {
        var written = WRITTEN.matcher(text.strip());
        if (!written.matches()) {
            throw new IllegalArgumentException("is not a percentage; write it with its sign, like 5% or 12.5%");
        }
        return new Share(new BigDecimal(written.group(1)));
    }

    /** How many of this many it is, rounded down. */
    public long of(long population) {
        if (population < 0) {
            throw new IllegalArgumentException("a population of " + population);
        }
        return percent.multiply(BigDecimal.valueOf(population))
                .divide(HUNDRED, 0, RoundingMode.FLOOR)
                .longValueExact();
    }

    @Override
    public String toString() {
        return percent.toPlainString() + "%";
    }
}
