package dev.offboarding.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody else can do about a plan that limits stop: lift each of them, or spread it over several nights.
 *
 * @param lifts the limits that stop it and may be lifted
 * @param spread whether spreading it would do instead, but for the population
 * @param inVain as long as this is so, nothing of it helps; null where something does
 */
public record Remedies(
        List<String> lifts, boolean spread, @Nullable String inVain) {

    private static final String POPULATION = "population";

    /**
     * Of a plan.
     *
     * @param exceeded the limits that it is over, and that nobody has lifted
     * @param population with which it was made
     * @param begins whether anybody is to be begun in it: what the list withdraws, because it is without its rows, is not spread
     */
    public static Remedies of(LimitSettings settings, List<LimitFigure> exceeded, long population, boolean begins) {
        if (exceeded.stream().anyMatch(figure -> figure.limit().equals(POPULATION) && !isFall(figure))) {
            return new Remedies(List.of(), false, "the customer list is empty or incomplete");
        }
        List<String> limits = exceeded.stream().map(LimitFigure::limit).toList();
        if (limits.contains("max-customers") && settings.maxCustomers() == 0) {
            return new Remedies(List.of(), false, Limits.neverBegins(settings, population));
        }
        boolean tooMany = limits.stream().anyMatch(limit -> !limit.equals(POPULATION));
        return new Remedies(limits, tooMany && begins && Limits.neverBegins(settings, population) == null, null);
    }

    /** Of a population that has not passed: whether there is one, and it is only too small. */
    public static boolean isFall(LimitFigure population) {
        return population.allowed() > 1;
    }

    /** The options of {@code approve}. */
    public String inWords() {
        List<String> counted = lifts.stream()
                .filter(limit -> !limit.equals(POPULATION))
                .map(Remedies::lift)
                .toList();
        String together = String.join(" and ", counted);
        String ofTooMany = !spread
                ? together
                : counted.size() > 1 ? "--spread or, one by one, " + together : "--spread or " + together;
        if (!lifts.contains(POPULATION)) {
            return ofTooMany;
        }
        return counted.isEmpty() ? lift(POPULATION) : lift(POPULATION) + " and also " + ofTooMany;
    }

    private static String lift(String limit) {
        return "--lift " + limit;
    }
}
