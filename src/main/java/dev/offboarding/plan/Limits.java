package dev.offboarding.plan;

import dev.offboarding.platform.Population;
import java.util.List;

/**
 * Whether tonight's plan is too much. A plan passes whole or not at all: never "the first N". Exactly at a limit passes, and so
 * does a night with nothing planned.
 */
public final class Limits {

    /** A small reseller may always attempt this many customers in 30 days. */
    static final long FLOOR_PER_30_DAYS = 10;
    /** By how much, in percent, the population may have fallen since the last run. */
    static final long TOLERATED_FALL = 20;

    private Limits() {}

    /** Every limit with its figures; the plan is too much if one has not passed. */
    public static List<LimitFigure> check(LimitSettings settings, Tonight tonight) {
        return List.of(population(tonight), customers(settings, tonight), per30Days(settings, tonight));
    }

    private static LimitFigure population(Tonight tonight) {
        Population population = tonight.population();
        long size = population.size();
        boolean planned = tonight.planned() > 0;
        if (!population.complete()) {
            return new LimitFigure(
                    "population",
                    size,
                    1,
                    !planned,
                    "the customer list could not be read to its end (%d reseller customers until then), so no share of it can be told: run again once the platform shows it whole"
                            .formatted(size));
        }
        if (size == 0) {
            return new LimitFigure(
                    "population",
                    0,
                    1,
                    !planned,
                    "the platform shows no reseller customer at all: check that this is the right platform and that its customer list can be read");
        }
        Long previous = tonight.previousPopulation();
        if (previous == null) {
            return new LimitFigure("population", size, 1, true, "%d reseller customers".formatted(size));
        }
        long expected = previous - tonight.removedSince();
        // rounded up: at 80 % of 7 customers, 6 pass and 5 do not
        long least = (expected * (100 - TOLERATED_FALL) + 99) / 100;
        boolean passed = size >= least;
        String figures = "%d reseller customers, %d at the last run, %d of them removed by this program since"
                .formatted(size, previous, tonight.removedSince());
        return new LimitFigure(
                "population",
                size,
                Math.max(1, least),
                passed || !planned,
                passed
                        ? figures
                        : figures
                                + ": a fall of more than %d %%; find out where they went before anything is removed, the next run compares with tonight's figure"
                                        .formatted(TOLERATED_FALL));
    }

    private static LimitFigure customers(LimitSettings settings, Tonight tonight) {
        long size = tonight.population().size();
        long share = settings.maxShare().of(size);
        long allowed = Math.min(settings.maxCustomers(), Math.max(settings.floor(), share));
        String figures =
                "%d customers are planned, %d are allowed (max-customers %d; max-share %s of %d is %d; floor %d)"
                        .formatted(
                                tonight.planned(),
                                allowed,
                                settings.maxCustomers(),
                                settings.maxShare(),
                                size,
                                share,
                                settings.floor());
        boolean passed = tonight.planned() <= allowed;
        String key = allowed == settings.maxCustomers() ? "max-customers" : "max-share";
        return new LimitFigure(
                "customers",
                tonight.planned(),
                allowed,
                passed,
                passed
                        ? figures
                        : figures
                                + ": shorten the list, or raise offboarding.limits.%s in the job file if this is meant"
                                        .formatted(key));
    }

    private static LimitFigure per30Days(LimitSettings settings, Tonight tonight) {
        long size = tonight.population().size();
        long share = settings.per30Days().of(size);
        long allowed = Math.max(FLOOR_PER_30_DAYS, share);
        String figures =
                "%d customers attempted in 30 days, tonight's included, %d are allowed (per-30-days %s of %d is %d; at least %d)"
                        .formatted(tonight.attempted(), allowed, settings.per30Days(), size, share, FLOOR_PER_30_DAYS);
        boolean passed = tonight.attempted() <= allowed || tonight.planned() == 0;
        return new LimitFigure(
                "per-30-days",
                tonight.attempted(),
                allowed,
                passed,
                passed
                        ? figures
                        : figures
                                + ": wait, shorten the list, or raise offboarding.limits.per-30-days in the job file if this is meant");
    }
}
