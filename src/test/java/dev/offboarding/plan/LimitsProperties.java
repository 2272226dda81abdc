package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Tries;
import dev.offboarding.platform.Population;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class LimitsProperties {

    @Test
    void noMoreThanMaxCustomersAreEverAllowed() {
        Tries.of(1000, draw -> {
            int maxCustomers = draw.between(0, 1000);
            BigDecimal maxShare = BigDecimal.valueOf(draw.between(0, 100_00), 2);
            int floor = draw.between(0, 1000);
            long planned = draw.between(0, 1_000_000_000L);
            long size = draw.between(0, 1_000_000_000L);
            boolean complete = draw.either();
            LimitSettings settings =
                    new LimitSettings(maxCustomers, new Share(maxShare), floor, new Share(BigDecimal.TEN));

            List<LimitFigure> figures = Limits.check(
                    settings,
                    new LimitInputs(planned, planned, planned, 0, planned, new Population(size, complete), null, 0, 0),
                    Map.of());

            assertThat(Limits.allowed(settings, size)).isBetween(0L, (long) maxCustomers);
            assertThat(figures.get(1).allowed()).isEqualTo(maxCustomers);
            boolean passes = figures.stream().allMatch(LimitFigure::passed);
            if (passes) {
                assertThat(planned).isLessThanOrEqualTo(maxCustomers);
                assertThat(planned == 0 || (size > 0 && complete)).isTrue();
            }
        });
    }

    @Test
    void whatFellByMoreThanAFifthStopsAndNothingElse() {
        Tries.of(1000, draw -> {
            long before = draw.between(0, 100_000L);
            long removedSince = draw.between(0, 100L);
            long now = draw.between(1, 100_000L);
            LimitSettings settings = new LimitSettings(25, Share.parse("5%"), 3, Share.parse("10%"));

            LimitFigure figure = Limits.check(
                            settings,
                            new LimitInputs(1, 1, 1, 0, 1, new Population(now, true), before, removedSince, 0),
                            Map.of())
                    .get(0);

            // 5 · now ≥ 4 · before, in whole numbers
            assertThat(figure.passed()).isEqualTo(5 * now >= 4 * (before - removedSince));
        });
    }
}
