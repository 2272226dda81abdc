package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Population;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static LimitInputs tonight(long planned, long population) {
        return new LimitInputs(planned, planned, planned, 0, planned, new Population(population, true), null, 0, 0);
    }

    private static LimitInputs after(@Nullable Long previous, long removedSince, long population) {
        return new LimitInputs(1, 1, 1, 0, 1, new Population(population, true), previous, removedSince, 0);
    }

    private static LimitFigure figure(String limit, LimitSettings settings, LimitInputs tonight) {
        return Limits.check(settings, tonight, Map.of()).stream()
                .filter(figure -> figure.limit().equals(limit))
                .findFirst()
                .orElseThrow();
    }

    private static boolean passes(LimitSettings settings, LimitInputs tonight) {
        return Limits.check(settings, tonight, Map.of()).stream().allMatch(LimitFigure::passed);
    }

    private static LimitFigure population(LimitInputs tonight) {
        return figure("population", DEFAULTS, tonight);
    }

    @Test
    void everyLimitIsReportedWithItsFigures() {
        assertThat(Limits.check(DEFAULTS, tonight(3, 200), Map.of()))
                .containsExactly(
                        new LimitFigure("population", 200, 1, true, "200 reseller customers"),
                        new LimitFigure(
                                "max-customers",
                                3,
                                25,
                                true,
                                "3 customers are to be begun, 25 allowed (max-customers 25)"),
                        new LimitFigure(
                                "max-share",
                                3,
                                10,
                                true,
                                "3 customers are to be begun, 10 allowed (max-share 5% of 200 is 10; floor 3)"),
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

        assertThat(Limits.allowed(settings, customers)).isEqualTo(allowed);
        Population population = new Population(customers, true);
        LongStream.of(0, allowed - 1, allowed)
                .filter(begun -> begun >= 0)
                .forEach(begun -> assertThat(
                                passes(settings, new LimitInputs(begun, begun, begun, 0, 0, population, null, 0, 0)))
                        .isTrue());
        assertThat(passes(settings, new LimitInputs(allowed + 1, 0, allowed + 1, 0, 0, population, null, 0, 0)))
                .isFalse();
    }

    @Test
    void whatContinuesAnOffboardingThatWasBegunCountsNoMore() {
        LimitSettings settings = settings(2, "100%", 0, "100%");
        Population population = new Population(100, true);

        assertThat(passes(settings, new LimitInputs(30, 0, 2, 0, 30, population, null, 0, 0)))
                .isTrue();
        assertThat(passes(settings, new LimitInputs(30, 0, 3, 0, 30, population, null, 0, 0)))
                .isFalse();
    }

    @Test
    void whatRunsBesideThisOneHaveReservedCountsOnlyWhereSomethingIsBegun() {
        LimitSettings settings = settings(5, "100%", 0, "100%");
        Population population = new Population(100, true);

        assertThat(passes(settings, new LimitInputs(2, 0, 2, 3, 5, population, null, 0, 0)))
                .isTrue();
        LimitInputs over = new LimitInputs(3, 3, 3, 3, 6, population, null, 0, 0);
        assertThat(figure("max-customers", settings, over).passed()).isFalse();
        assertThat(figure("max-customers", settings, over).message())
                .startsWith(
                        "6 customers are to be begun (3 of them reserved by runs under way beside this one), 5 allowed");
        assertThat(passes(settings, new LimitInputs(3, 0, 0, 9, 12, population, null, 0, 0)))
                .isTrue();
    }

    @Test
    void theCapWasSkippedBecauseItWasZero() {
        LimitFigure figure = figure("max-customers", settings(0, "100%", 100, "100%"), tonight(1, 1000));

        assertThat(figure.passed()).isFalse();
        assertThat(figure.allowed()).isZero();
        assertThat(figure.message())
                .isEqualTo(
                        "1 customer is to be begun, 0 allowed (max-customers 0)"
                                + "; raise offboarding.limits.max-customers in the job file once someone has looked at the plan, or have less fall due on one day"
                                + ". Of the planned customers 0 come from open cases and 1 from tonight's list, which is not accepted and stays where it is: take it away, and the next run continues without it");
    }

    /** Nothing lies in the inbox that could be taken away. */
    @Test
    void wherePlannedCustomersAllComeFromOpenCasesNoListIsSpokenOf() {
        LimitFigure figure = figure(
                "max-customers",
                settings(1, "100%", 100, "100%"),
                new LimitInputs(2, 0, 2, 0, 2, new Population(100, true), null, 0, 0));

        assertThat(figure.message())
                .endsWith(". Of the planned customers 2 come from open cases and 0 from tonight's list");
    }

    @Test
    void theKeyThatIsToBeRaisedIsTheOneThatDecides() {
        assertThat(figure("max-customers", DEFAULTS, tonight(26, 10_000)).message())
                .contains("raise offboarding.limits.max-customers");
        assertThat(figure("max-share", DEFAULTS, tonight(26, 10_000)).passed()).isTrue();
        assertThat(figure("max-share", DEFAULTS, tonight(6, 100)).message())
                .contains("raise offboarding.limits.max-share");
        assertThat(figure("max-customers", DEFAULTS, tonight(6, 100)).passed()).isTrue();
        assertThat(figure("max-share", DEFAULTS, tonight(4, 10)).message())
                .startsWith("4 customers are to be begun, 3 allowed (max-share 5% of 10 is 0; floor 3)");
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
        LimitInputs tonight = new LimitInputs(1, 1, 1, 0, 1, new Population(5_000, false), 5_000L, 0, 0);

        LimitFigure figure = population(tonight);
        assertThat(figure.passed()).isFalse();
        assertThat(figure.figure()).isEqualTo(5_000);
        assertThat(figure.message()).contains("could not be read to its end (5000 reseller customers until then)");
    }

    /** Whoever reads it has to know whether there is a list that can be taken away, as with any other limit. */
    @Test
    void aPopulationThatStopsTheRunSaysWhereThePlannedCustomersComeFrom() {
        String origin =
                "Of the planned customers 0 come from open cases and 1 from tonight's list, which is not accepted";

        assertThat(population(after(100L, 10, 71)).message()).contains(origin);
        assertThat(population(tonight(1, 0)).message()).contains(origin);
        assertThat(population(new LimitInputs(1, 1, 1, 0, 1, new Population(5_000, false), 5_000L, 0, 0))
                        .message())
                .contains(origin);
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
    void aFallIsReportedWithItsFigures() {
        LimitFigure stopped = population(after(100L, 10, 71));
        assertThat(stopped.figure()).isEqualTo(71);
        assertThat(stopped.allowed()).isEqualTo(72);
        assertThat(stopped.message())
                .startsWith(
                        "71 reseller customers, 100 when a run was last allowed to write, 10 of them removed by this program since")
                .contains("a fall of more than 20 %")
                .contains("find out where they went");

        LimitFigure passed = population(after(100L, 10, 72));
        assertThat(passed.allowed()).isEqualTo(72);
        assertThat(passed.message())
                .isEqualTo(
                        "72 reseller customers, 100 when a run was last allowed to write, 10 of them removed by this program since");
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
        LimitFigure figure = figure(
                "per-30-days",
                DEFAULTS,
                new LimitInputs(1, 1, 1, 0, attempted, new Population(population, true), null, 0, 0));

        assertThat(figure.passed()).isEqualTo(passes);
        assertThat(figure.figure()).isEqualTo(attempted);
        assertThat(figure.message().contains("raise offboarding.limits.per-30-days in the job file"))
                .isEqualTo(!passes);
    }

    @Test
    void whatWasAttemptedInThirtyDaysIsReportedWithItsFigures() {
        LimitFigure figure =
                figure("per-30-days", DEFAULTS, new LimitInputs(2, 1, 2, 0, 13, new Population(119, true), null, 0, 0));

        assertThat(figure)
                .isEqualTo(
                        new LimitFigure(
                                "per-30-days",
                                13,
                                11,
                                false,
                                "13 customers attempted in 30 days, tonight's included, 11 are allowed (per-30-days 10% of 119 is 11; at least 10)"
                                        + "; raise offboarding.limits.per-30-days in the job file once someone has looked at the plan, or wait"
                                        + ". Of the planned customers 1 come from open cases and 1 from tonight's list, which is not accepted and stays where it is: take it away, and the next run continues without it"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 79})
    void aNightWithNothingPlannedAlwaysPasses(long population) {
        List<LimitInputs> nights = List.of(
                new LimitInputs(0, 0, 0, 7, 0, new Population(population, true), null, 0, 0),
                new LimitInputs(0, 0, 0, 7, 0, new Population(population, false), null, 0, 0),
                new LimitInputs(0, 0, 0, 0, 500, new Population(population, true), 100L, 0, 0));

        for (LimitInputs night : nights) {
            assertThat(Limits.check(settings(0, "0%", 0, "0%"), night, Map.of()))
                    .hasSize(4)
                    .allMatch(LimitFigure::passed);
        }
    }

    private static final Lift ADA = new Lift("Ada", true, "ops", "sold", Instant.EPOCH);

    private static List<String> stopping(LimitSettings settings, LimitInputs tonight, String... lifted) {
        Map<String, Lift> lifts = new HashMap<>();
        for (String limit : lifted) {
            lifts.put(limit, ADA);
        }
        return Limits.check(settings, tonight, lifts).stream()
                .filter(LimitFigure::stops)
                .map(LimitFigure::limit)
                .toList();
    }

    @Test
    void aLimitThatIsLiftedStopsNothingAndTheOthersDo() {
        LimitInputs many = new LimitInputs(50, 50, 50, 0, 50, new Population(100, true), null, 0, 0);

        assertThat(stopping(DEFAULTS, many)).containsExactly("max-customers", "max-share", "per-30-days");
        assertThat(stopping(DEFAULTS, many, "max-customers")).containsExactly("max-share", "per-30-days");
        assertThat(stopping(DEFAULTS, many, "max-customers", "max-share", "per-30-days"))
                .isEmpty();
    }

    /** Its list was accepted, and is not where it was. */
    @Test
    void aLimitThatIsLiftedDoesNotSayThatTheListStaysWhereItIs() {
        LimitInputs many = new LimitInputs(50, 50, 50, 0, 50, new Population(100, true), null, 0, 0);

        List<LimitFigure> figures = Limits.check(DEFAULTS, many, Map.of("max-customers", ADA));

        assertThat(figures.get(1).message())
                .startsWith("50 customers are to be begun")
                .doesNotContain("stays where it is");
        assertThat(figures.get(2).message()).contains("50 from tonight's list, which is not accepted");
        assertThat(figures.get(3).message()).doesNotContain("tonight's list");
    }

    @Test
    void onlyAFallOfThePopulationIsLifted() {
        assertThat(stopping(
                        DEFAULTS, new LimitInputs(1, 1, 1, 0, 1, new Population(10, true), 100L, 0, 0), "population"))
                .isEmpty();
        assertThat(stopping(
                        DEFAULTS, new LimitInputs(1, 1, 1, 0, 1, new Population(0, true), 100L, 0, 0), "population"))
                .containsExactly("population");
        assertThat(stopping(
                        DEFAULTS, new LimitInputs(1, 1, 1, 0, 1, new Population(10, false), 100L, 0, 0), "population"))
                .containsExactly("population");
    }

    @Test
    void aMaxCustomersOfNoneIsNotLifted() {
        LimitSettings none = new LimitSettings(0, Share.parse("100%"), 3, Share.parse("100%"));

        assertThat(stopping(
                        none, new LimitInputs(1, 1, 1, 0, 1, new Population(10, true), null, 0, 0), "max-customers"))
                .containsExactly("max-customers");
    }

    @Test
    void thereIsRoomForAsManyAsAllLimitsLeave() {
        LimitSettings settings = new LimitSettings(5, Share.parse("10%"), 3, Share.parse("20%"));

        assertThat(Limits.room(settings, others(1, 1, 4, 100), Set.of())).isEqualTo(3);
        assertThat(Limits.room(settings, others(1, 1, 4, 100), Set.of("max-customers")))
                .isEqualTo(8);
        assertThat(Limits.room(settings, others(0, 0, 19, 100), Set.of())).isEqualTo(1);
        assertThat(Limits.room(settings, others(9, 0, 30, 100), Set.of())).isZero();
    }

    private static LimitInputs others(long begun, long reserved, long attempted, long population) {
        return new LimitInputs(begun, 0, begun, reserved, attempted, new Population(population, true), null, 0, 0);
    }

    private static LimitInputs unlisted(long begun, long putBack, long reserved) {
        return new LimitInputs(begun, 0, begun, reserved, 0, new Population(100, true), null, 0, putBack);
    }

    /** Nobody is offboarded who is put back: whoever reads of it has to look for rows that are gone, and not for customers too many. */
    @Test
    void whoIsPutBackBecauseARowIsGoneIsNotSaidToBeBegun() {
        LimitSettings two = settings(2, "100%", 3, "100%");

        assertThat(figure("max-customers", two, unlisted(3, 3, 0)).message())
                .isEqualTo(
                        "3 customers are to be put back, because their rows are gone from the list, 2 allowed (max-customers 2)"
                                + "; put the rows back into the list, or, if they are meant to be gone, withdraw the customers with \"withdraw\" or raise offboarding.limits.max-customers in the job file once someone has looked at the plan"
                                + ". Of the planned customers 3 come from open cases, 3 of them because their rows are gone, and 0 from tonight's list");
        assertThat(figure("max-customers", settings(0, "100%", 3, "100%"), unlisted(1, 1, 0))
                        .message())
                .startsWith("1 customer is to be put back, because its row is gone from the list, 0 allowed");
        assertThat(figure("max-customers", two, unlisted(4, 1, 0)).message())
                .startsWith(
                        "4 customers are to be begun or put back, 1 of them because its row is gone from the list, 2 allowed (max-customers 2)"
                                + "; raise offboarding.limits.max-customers in the job file once someone has looked at the plan, or have less fall due on one day; put rows back into the list that are not meant to be gone");
        assertThat(figure("max-customers", two, unlisted(2, 2, 1)).message())
                .startsWith(
                        "3 customers are to be begun or put back (1 of them reserved by runs under way beside this one), 2 of them because their rows are gone from the list, 2 allowed");
        assertThat(figure("max-share", two, unlisted(3, 3, 0)).message())
                .startsWith("3 customers are to be put back, because their rows are gone from the list, 100 allowed");
    }
}
