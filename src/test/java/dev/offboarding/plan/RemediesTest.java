package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is said to help a plan that limits stop. */
class RemediesTest {

    private static final LimitSettings SETTINGS = settings(25, "5%", 3);

    private static LimitSettings settings(int maxCustomers, String maxShare, int floor) {
        return new LimitSettings(maxCustomers, Share.parse(maxShare), floor, Share.parse("10%"));
    }

    private static LimitFigure exceeded(String limit, long allowed) {
        return new LimitFigure(limit, 30, allowed, false, "too many");
    }

    private static Remedies of(LimitSettings settings, String... limits) {
        return Remedies.of(
                settings, Stream.of(limits).map(limit -> exceeded(limit, 25)).toList(), 100, true);
    }

    @Test
    void eachLimitIsLiftedOrAllOfThemAreSpread() {
        assertThat(of(SETTINGS, "per-30-days").inWords()).isEqualTo("--spread or --lift per-30-days");
        assertThat(of(SETTINGS, "max-customers", "max-share").inWords())
                .isEqualTo("--spread or, one by one, --lift max-customers and --lift max-share");
    }

    @Test
    void aFallOfThePopulationIsLiftedWhateverIsDoneAboutTheRest() {
        assertThat(of(SETTINGS, "population").inWords()).isEqualTo("--lift population");
        assertThat(of(SETTINGS, "population", "max-share").inWords())
                .isEqualTo("--lift population and also --spread or --lift max-share");
    }

    @Test
    void whatNoNightCouldBeginIsOnlyLifted() {
        assertThat(of(settings(25, "0%", 0), "max-share").inWords()).isEqualTo("--lift max-share");
        assertThat(of(settings(25, "0.5%", 0), "max-share", "per-30-days").inWords())
                .isEqualTo("--lift max-share and --lift per-30-days");
    }

    @Test
    void nothingHelpsAgainstAMaxCustomersOfNoneOrACustomerListThatSaysNothing() {
        assertThat(of(settings(0, "5%", 3), "max-customers", "max-share").inVain())
                .isEqualTo("max-customers is 0, which means none");
        Remedies nobody =
                Remedies.of(SETTINGS, List.of(exceeded("population", 1), exceeded("max-customers", 25)), 0, true);
        assertThat(nobody.inVain()).isEqualTo("the customer list is empty or incomplete");
        assertThat(nobody.lifts()).isEmpty();
        assertThat(nobody.spread()).isFalse();
    }

    /** What the list withdraws because it is without its rows would be put back all at once, spread or not. */
    @Test
    void aPlanThatBeginsNobodyIsNotSpread() {
        Remedies remedies = Remedies.of(SETTINGS, List.of(exceeded("max-customers", 25)), 100, false);

        assertThat(remedies.spread()).isFalse();
        assertThat(remedies.inWords()).isEqualTo("--lift max-customers");
    }

    @Test
    void whatIsAllowedOfAnotherLimitSaysNothingOfTheCustomerList() {
        assertThat(Remedies.of(SETTINGS, List.of(exceeded("max-customers", 1)), 100, true)
                        .lifts())
                .containsExactly("max-customers");
    }

    @Test
    void aFallOfThePopulationAloneIsNotSpreadAndIsLiftedAlsoWhereNobodyMayBeBegun() {
        assertThat(of(SETTINGS, "population").spread()).isFalse();
        Remedies none = of(settings(0, "5%", 3), "population");
        assertThat(none.inVain()).isNull();
        assertThat(none.lifts()).containsExactly("population");
        assertThat(of(settings(25, "0%", 0), "max-share").spread()).isFalse();
    }
}
