package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Population;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

class LimitsProperties {

    @Property
    void noMoreThanMaxCustomersAreEverAllowed(
            @ForAll @IntRange(max = 1000) int maxCustomers,
            @ForAll @BigRange(min = "0", max = "100") @Scale(2) BigDecimal maxShare,
            @ForAll @IntRange(max = 1000) int floor,
            @ForAll @LongRange(min = 0, max = 1_000_000_000L) long planned,
            @ForAll @LongRange(min = 0, max = 1_000_000_000L) long size,
            @ForAll boolean complete) {
        LimitSettings settings = new LimitSettings(maxCustomers, new Share(maxShare), floor, new Share(BigDecimal.TEN));

        List<LimitFigure> figures = Limits.check(
                settings, new Tonight(planned, planned, planned, 0, planned, new Population(size, complete), null, 0));

        assertThat(Limits.allowed(settings, size)).isBetween(0L, (long) maxCustomers);
        assertThat(figures.get(1).allowed()).isEqualTo(maxCustomers);
        boolean passes = figures.stream().allMatch(LimitFigure::passed);
        if (passes) {
            assertThat(planned).isLessThanOrEqualTo(maxCustomers);
            assertThat(planned == 0 || (size > 0 && complete)).isTrue();
        }
    }

    @Property
    void whatFellByMoreThanAFifthStopsAndNothingElse(
            @ForAll @LongRange(min = 0, max = 100_000) long before,
            @ForAll @LongRange(min = 0, max = 100) long removedSince,
            @ForAll @LongRange(min = 1, max = 100_000) long now) {
        LimitSettings settings = new LimitSettings(25, Share.parse("5%"), 3, Share.parse("10%"));

        LimitFigure figure = Limits.check(
                        settings, new Tonight(1, 1, 1, 0, 1, new Population(now, true), before, removedSince))
                .get(0);

        // 5 · now ≥ 4 · before, in whole numbers
        assertThat(figure.passed()).isEqualTo(5 * now >= 4 * (before - removedSince));
    }
}
