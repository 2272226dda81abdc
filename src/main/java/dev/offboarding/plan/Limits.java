package dev.offboarding.plan;

import dev.offboarding.platform.Population;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether tonight's plan is too much. A plan passes whole or not at all: never "the first N". Exactly at a limit passes, and so
 * does a night with nothing planned.
 */
public final class Limits {

    /** A small reseller may always attempt this many customers in 30 days. */
    static final long FLOOR_PER_30_DAYS = 10;
    /** By how much, in percent, the population may have fallen since a run was last allowed to write. */
    static final long TOLERATED_FALL = 20;

    private Limits() {}

    /** How many customers a night may begin with: {@code max-customers} and {@code max-share} together. */
    public static long allowed(LimitSettings settings, long population) {
        return Math.min(settings.maxCustomers(), shareOf(settings, population));
    }

    private static long shareOf(LimitSettings settings, long population) {
        return Math.max(settings.floor(), settings.maxShare().of(population));
    }

    /** How many customers may be attempted in 30 days. */
    public static long allowedIn30Days(LimitSettings settings, long population) {
        return Math.max(FLOOR_PER_30_DAYS, settings.per30Days().of(population));
    }

    /**
     * Why not even one customer could be begun, on whatever night: what is spread over several would wait for ever. Null where one could, as
     * things stand.
     */
    public static @Nullable String neverBegins(LimitSettings settings, long population) {
        if (settings.maxCustomers() == 0) {
            return "max-customers is 0, which means none";
        }
        return shareOf(settings, population) > 0
                ? null
                : "max-share %s of %d is 0, and floor is 0".formatted(settings.maxShare(), population);
    }

    /**
     * Every limit with its figures. The plan is too much if one stops it, and the first that does says where the planned customers come from:
     * of a list that goes ahead nobody says that it stays where it is.
     *
     * @param lifts by the limit's name. They lift those that are not passed and may be lifted: a customer list that is incomplete or empty may
     *     not, nor a {@code max-customers} of 0, which means none
     */
    public static List<LimitFigure> check(LimitSettings settings, LimitInputs tonight, Map<String, Lift> lifts) {
        List<LimitFigure> figures = new ArrayList<>();
        boolean stopped = false;
        for (LimitFigure figure : List.of(
                population(tonight),
                maxCustomers(settings, tonight),
                maxShare(settings, tonight),
                per30Days(settings, tonight))) {
            Lift lift = lifts.get(figure.limit());
            LimitFigure checked = lift == null || figure.passed() || !mayBeLifted(figure.limit(), settings, tonight)
                    ? figure
                    : figure.lifted(lift);
            if (checked.stops() && !stopped) {
                checked = checked.saying(checked.message() + origin(tonight));
                stopped = true;
            }
            figures.add(checked);
        }
        return List.copyOf(figures);
    }

    private static LimitFigure population(LimitInputs tonight) {
        Population population = tonight.population();
        long size = population.size();
        boolean planned = tonight.planned() > 0;
        if (!population.complete()) {
            return new LimitFigure(
                    "population",
                    size,
                    1,
                    !planned,
                    "the customer list could not be read to its end (%d reseller customers until then), so no share of it can be computed: run again once the platform shows it whole"
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
        String figures =
                "%d reseller customers, %d when a run was last allowed to write, %d of them removed by this program since"
                        .formatted(size, previous, tonight.removedSince());
        return new LimitFigure(
                "population",
                size,
                Math.max(1, least),
                passed || !planned,
                passed
                        ? figures
                        : figures
                                + ": a fall of more than %d %%; find out where they went before anything is removed; this run does not become the baseline of the next"
                                        .formatted(TOLERATED_FALL));
    }

    private static LimitFigure maxCustomers(LimitSettings settings, LimitInputs tonight) {
        long allowed = settings.maxCustomers();
        return begun("max-customers", "max-customers %d".formatted(allowed), allowed, tonight);
    }

    private static LimitFigure maxShare(LimitSettings settings, LimitInputs tonight) {
        long size = tonight.population().size();
        return begun(
                "max-share",
                "max-share %s of %d is %d; floor %d"
                        .formatted(
                                settings.maxShare(), size, settings.maxShare().of(size), settings.floor()),
                shareOf(settings, size),
                tonight);
    }

    /** What continues an offboarding that was begun no longer counts; and where nothing is begun, what others reserved is theirs. */
    private static LimitFigure begun(String limit, String settings, long allowed, LimitInputs tonight) {
        long reserved = tonight.begun() == 0 ? 0 : tonight.reserved();
        long figure = tonight.begun() + reserved;
        boolean passed = figure <= allowed;
        String beside =
                reserved == 0 ? "" : " (%d of them reserved by runs under way beside this one)".formatted(reserved);
        String figures = "%s to be %s%s%s, %d allowed (%s)"
                .formatted(
                        figure == 1 ? "1 customer is" : figure + " customers are",
                        tonight.putBack() == 0
                                ? "begun"
                                : tonight.putBack() == figure ? "put back" : "begun or put back",
                        beside,
                        gone(tonight.putBack(), figure),
                        allowed,
                        settings);
        return new LimitFigure(
                limit,
                figure,
                allowed,
                passed,
                passed ? figures : figures + remedy(limit, tonight.putBack(), tonight.putBack() == figure));
    }

    /** Why customers are put back, if some are. */
    private static String gone(long putBack, long all) {
        if (putBack == 0) {
            return "";
        }
        return ", %sbecause %s gone from the list"
                .formatted(putBack == all ? "" : putBack + " of them ", putBack == 1 ? "its row is" : "their rows are");
    }

    private static String remedy(String limit, long putBack, boolean nobodyElse) {
        if (putBack == 0) {
            return remedy(limit);
        }
        return nobodyElse
                ? "; put the rows back into the list, or, if they are meant to be gone, withdraw the customers with \"withdraw\" or raise offboarding.limits.%s in the job file once someone has looked at the plan"
                        .formatted(limit)
                : remedy(limit) + "; put rows back into the list that are not meant to be gone";
    }

    private static LimitFigure per30Days(LimitSettings settings, LimitInputs tonight) {
        long size = tonight.population().size();
        long share = settings.per30Days().of(size);
        long allowed = allowedIn30Days(settings, size);
        String figures =
                "%d %s attempted in 30 days, tonight's included, %d are allowed (per-30-days %s of %d is %d; at least %d)"
                        .formatted(
                                tonight.attempted(),
                                tonight.attempted() == 1 ? "customer" : "customers",
                                allowed,
                                settings.per30Days(),
                                size,
                                share,
                                FLOOR_PER_30_DAYS);
        boolean passed = tonight.attempted() <= allowed || tonight.planned() == 0;
        return new LimitFigure(
                "per-30-days",
                tonight.attempted(),
                allowed,
                passed,
                passed ? figures : figures + remedy("per-30-days"));
    }

    private static String remedy(String key) {
        return "; raise offboarding.limits.%s in the job file once someone has looked at the plan, or %s"
                .formatted(key, key.equals("per-30-days") ? "wait" : "have less fall due on one day");
    }

    private static boolean mayBeLifted(String limit, LimitSettings settings, LimitInputs tonight) {
        return switch (limit) {
            case "population" ->
                tonight.population().complete() && tonight.population().size() > 0;
            case "max-customers" -> settings.maxCustomers() > 0;
            default -> true;
        };
    }

    /**
     * How many customers may be begun beside these, by all limits that are not lifted.
     *
     * @param others tonight without those of whom it is asked
     */
    public static long room(LimitSettings settings, LimitInputs others, Set<String> lifted) {
        long size = others.population().size();
        long room = Long.MAX_VALUE;
        long begun = others.begun() + others.reserved();
        if (!lifted.contains("max-customers") || settings.maxCustomers() == 0) {
            room = Math.min(room, settings.maxCustomers() - begun);
        }
        if (!lifted.contains("max-share")) {
            room = Math.min(room, shareOf(settings, size) - begun);
        }
        if (!lifted.contains("per-30-days")) {
            room = Math.min(room, allowedIn30Days(settings, size) - others.attempted());
        }
        return Math.max(0, room);
    }

    /** A list that is stopped is not accepted: without it the next run has the open cases alone. */
    public static String origin(LimitInputs tonight) {
        return ". Of the planned customers %d come from open cases%s and %d from tonight's list%s"
                .formatted(
                        // of whom the list withdraws nothing may be planned yet
                        Math.max(tonight.planned(), tonight.begun()) - tonight.fromList(),
                        tonight.putBack() == 0
                                ? ""
                                : ", %d of them because %s gone,"
                                        .formatted(
                                                tonight.putBack(),
                                                tonight.putBack() == 1 ? "its row is" : "their rows are"),
                        tonight.fromList(),
                        tonight.fromList() == 0
                                ? ""
                                : ", which is not accepted and stays where it is: take it away, and the next run continues without it");
    }
}
