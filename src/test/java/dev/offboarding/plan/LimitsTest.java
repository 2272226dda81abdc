package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Population;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    private static final LimitSettings DEFAULTS = settings(25, "5%", 3, "10%");

    private static LimitSettings settings(int maxCustomers, String maxShare, int floor, String per30Days) {
        return new LimitSettings(maxCustomers, Share.parse(maxShare), floor, Share.parse(per30Days));
    }

    private static Tonight tonight(long planned, long population) {
        return new Tonight(planned, planned, new Population(population, true), null, 0);
    }

    private static Tonight after(@Nullable Long previous, long removedSince, long population) {
        return new Tonight(1, 1, new Population(population, true), previous, removedSince);
    }

    private static LimitFigure figure(String limit, LimitSettings settings, Tonight tonight) {
        return Limits.check(settings, tonight).stream()
                .filter(figure -> figure.limit().equals(limit))
                .findFirst()
                .orElseThrow();
    }

    private static LimitFigure customers(LimitSettings settings, Tonight tonight) {
        return figure("customers", settings, tonight);
    }

    private static LimitFigure population(Tonight tonight) {
        return figure("population", DEFAULTS, tonight);
    }

    @Test
    void everyLimitIsReportedWithItsFigures() {
        assertThat(Limits.check(DEFAULTS, tonight(3, 200)))
                .containsExactly(
                        new LimitFigure("population", 200, 1, true, "200 reseller customers"),
                        new LimitFigure(
                                "customers",
                                3,
                                10,
                                true,
                                "3 customers are planned, 10 are allowed (max-customers 25; max-share 5% of 200 is 10; floor 3)"),
                        new LimitFigure(
                                "per-30-days",
                                3,
                                20,
                                true,
                                "3 customers attempted in 30 days, tonight's included, 20 are allowed (per-30-days 10% of 200 is 20; at least 10)"));
    }

    @ParameterizedTest(name = "max-customers {0}, max-share {1}, floor {2}, {3} customers: {4} allowed")
    @CsvSource({
        // the share decides
        "25,  5%,  3,  200, 10",
        "25,  5%,  3,  199,  9",
        "25,  5%,  3,   80,  4",
        // the floor decides
        "25,  5%,  3,   79,  3",
        "25,  5%,  3,    1,  3",
        "25,  0%,  3,  500,  3",
        // max-customers decides
        "25,  5%,  3,  500, 25",
        "25,  5%,  3,  519, 25",
        "25,  5%,  3, 9999, 25",
        " 2,  5%,  3,  100,  2",
        "25,  5%, 30,   10, 25",
        // none
        " 0, 50%,  3,  100,  0",
        "25,  0%,  0,  100,  0",
        "25,  5%,  0,   19,  0"
    })
    void exactlyAtTheLimitPassesAndOneMoreDoesNot(
            int maxCustomers, String maxShare, int floor, long customers, long allowed) {
        LimitSettings settings = settings(maxCustomers, maxShare, floor, "100%");

        LongStream.of(0, allowed - 1, allowed).filter(planned -> planned >= 0).forEach(planned -> {
            LimitFigure figure = customers(settings, tonight(planned, customers));
            assertThat(figure.passed()).isTrue();
            assertThat(figure.allowed()).isEqualTo(allowed);
            assertThat(figure.figure()).isEqualTo(planned);
        });
        assertThat(customers(settings, tonight(allowed + 1, customers)).passed())
                .isFalse();
    }

    @Test
    void theCapWasSkippedBecauseItWasZero() {
        LimitFigure figure = customers(settings(0, "100%", 100, "100%"), tonight(1, 1000));

        assertThat(figure.passed()).isFalse();
        assertThat(figure.allowed()).isZero();
        assertThat(figure.message())
                .isEqualTo(
                        "1 customers are planned, 0 are allowed (max-customers 0; max-share 100% of 1000 is 1000; floor 100)"
                                + ": shorten the list, or raise offboarding.limits.max-customers in the job file if this is meant");
    }

    @Test
    void theKeyThatIsToBeRaisedIsTheOneThatDecides() {
        assertThat(customers(DEFAULTS, tonight(26, 10_000)).message())
                .contains("raise offboarding.limits.max-customers");
        assertThat(customers(DEFAULTS, tonight(6, 100)).message()).contains("raise offboarding.limits.max-share");
        assertThat(customers(DEFAULTS, tonight(4, 10)).message())
                .isEqualTo("4 customers are planned, 3 are allowed (max-customers 25; max-share 5% of 10 is 0; floor 3)"
                        + ": shorten the list, or raise offboarding.limits.max-share in the job file if this is meant");
    }

    @Test
    void theCapWasSkippedBecauseThePopulationWasEmpty() {
        LimitFigure figure = population(tonight(1, 0));

        assertThat(figure.passed()).isFalse();
        assertThat(figure.figure()).isZero();
        assertThat(figure.allowed()).isEqualTo(1);
        assertThat(figure.message()).contains("no reseller customer at all").contains("right platform");
    }

    @Test
    void aCustomerListThatWasNotReadToItsEndStopsTheRun() {
        Tonight tonight = new Tonight(1, 1, new Population(5_000, false), 5_000L, 0);

        LimitFigure figure = population(tonight);
        assertThat(figure.passed()).isFalse();
        assertThat(figure.figure()).isEqualTo(5_000);
        assertThat(figure.message()).contains("could not be read to its end (5000 reseller customers until then)");
    }

    @ParameterizedTest(name = "{0} before, {1} removed by us, {2} now: {3}")
    @CsvSource({
        "100,  0, 100, true",
        "100,  0, 120, true",
        "100,  0,  81, true",
        "100,  0,  80, true",
        "100,  0,  79, false",
        "  7,  0,   6, true",
        "  7,  0,   5, false",
        "  5,  0,   4, true",
        "  5,  0,   3, false",
        "  1,  0,   1, true",
        // our own removals aside: of the other 90, 72 may be left
        "100, 10,  72, true",
        "100, 10,  71, false",
        "100, 50,  50, true",
        "100, 99,   1, true",
        " 10, 10,   1, true",
        " 10, 12,   1, true",
        "  0,  0,   1, true"
    })
    void aFallOfMoreThanAFifthStopsTheRun(long before, long removedSince, long now, boolean passes) {
        assertThat(population(after(before, removedSince, now)).passed()).isEqualTo(passes);
    }

    @Test
    void aFallIsToldWithItsFigures() {
        LimitFigure stopped = population(after(100L, 10, 71));
        assertThat(stopped.figure()).isEqualTo(71);
        assertThat(stopped.allowed()).isEqualTo(72);
        assertThat(stopped.message())
                .startsWith("71 reseller customers, 100 at the last run, 10 of them removed by this program since")
                .contains("a fall of more than 20 %")
                .contains("find out where they went");

        LimitFigure passed = population(after(100L, 10, 72));
        assertThat(passed.allowed()).isEqualTo(72);
        assertThat(passed.message())
                .isEqualTo("72 reseller customers, 100 at the last run, 10 of them removed by this program since");
        assertThat(population(after(10L, 12, 1)).allowed()).isEqualTo(1);
    }

    @Test
    void theFirstRunHasNothingToCompareWith() {
        assertThat(population(after(null, 0, 1)).passed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "100, 10, true",
        "100, 11, false",
        // a small reseller may always attempt ten
        "  5, 10, true",
        "  5, 11, false",
        "109, 10, true",
        "110, 11, true",
        "110, 12, false"
    })
    void customersAttemptedInThirtyDaysHaveALimitOfTheirOwn(long population, long attempted, boolean passes) {
        LimitFigure figure =
                figure("per-30-days", DEFAULTS, new Tonight(1, attempted, new Population(population, true), null, 0));

        assertThat(figure.passed()).isEqualTo(passes);
        assertThat(figure.figure()).isEqualTo(attempted);
        assertThat(figure.message().contains("raise offboarding.limits.per-30-days in the job file"))
                .isEqualTo(!passes);
    }

    @Test
    void whatWasAttemptedInThirtyDaysIsToldWithItsFigures() {
        LimitFigure figure = figure("per-30-days", DEFAULTS, new Tonight(2, 13, new Population(119, true), null, 0));

        assertThat(figure)
                .isEqualTo(
                        new LimitFigure(
                                "per-30-days",
                                13,
                                11,
                                false,
                                "13 customers attempted in 30 days, tonight's included, 11 are allowed (per-30-days 10% of 119 is 11; at least 10)"
                                        + ": wait, shorten the list, or raise offboarding.limits.per-30-days in the job file if this is meant"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 79})
    void aNightWithNothingPlannedAlwaysPasses(long population) {
        List<Tonight> nights = List.of(
                new Tonight(0, 0, new Population(population, true), null, 0),
                new Tonight(0, 0, new Population(population, false), null, 0),
                new Tonight(0, 500, new Population(population, true), 100L, 0));

        for (Tonight night : nights) {
            assertThat(Limits.check(settings(0, "0%", 0, "0%"), night))
                    .hasSize(3)
                    .allMatch(LimitFigure::passed);
        }
    }
}
