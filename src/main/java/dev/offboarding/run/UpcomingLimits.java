package dev.offboarding.run;

import dev.offboarding.plan.LimitSettings;
import dev.offboarding.plan.Limits;
import dev.offboarding.platform.Population;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.Runs;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Days on which the open cases of a job will be over a limit: known long before, and reported as soon as they are. */
final class UpcomingLimits {

    private final RunInfo run;
    private final Runs runs;
    private final Reservations reservations;

    UpcomingLimits(RunInfo run, Runs runs, Reservations reservations) {
        this.run = run;
        this.runs = runs;
        this.reservations = reservations;
    }

    /**
     * Notes each such day in the run's report, within the caller's transaction.
     *
     * @param accepted whether tonight's list counts
     * @return one sentence for each
     */
    List<String> tell(boolean accepted, Population population) {
        LimitSettings limits = run.jobFile().limits();
        long aNight = Limits.allowed(limits, population.size());
        List<Map<String, Object>> days = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (population.complete()) {
            SortedMap<LocalDate, Set<UUID>> due =
                    reservations.dueFrom(run.rules().today(), accepted);
            Map<UUID, LocalDate> attempts = due.isEmpty() ? Map.of() : attempts(accepted);
            SortedMap<LocalDate, Set<UUID>> begun = new TreeMap<>();
            due.forEach((day, customers) -> {
                long before = attemptedBefore(day, customers, attempts, begun);
                long left = Math.max(0, Limits.allowedIn30Days(limits, population.size()) - before);
                long allowed = Math.min(aNight, left);
                if (customers.size() > allowed) {
                    days.add(day(day, customers.size(), allowed));
                    notes.add(sentence(
                            day,
                            customers.size(),
                            allowed,
                            left < aNight
                                    ? in30Days(before, limits, population.size())
                                    : inOneNight(limits, population.size())));
                } else {
                    // a run that is stopped begins nobody
                    begun.put(day, customers);
                }
            });
        }
        runs.dueAhead(run.runId(), days);
        if (!notes.isEmpty()) {
            runs.notedToo(run.runId(), notes);
        }
        return notes;
    }

    private Map<String, Object> day(LocalDate day, long customers, long allowed) {
        Map<String, Object> ahead = new LinkedHashMap<>();
        ahead.put("day", day.toString());
        ahead.put("customers", customers);
        ahead.put("allowed", allowed);
        ahead.put("is_new", !reservations.isReported(run.jobFile().job(), day));
        return ahead;
    }

    /** The day on which each customer was attempted last, or is tonight. */
    private Map<UUID, LocalDate> attempts(boolean accepted) {
        Map<UUID, LocalDate> attempts = new HashMap<>();
        reservations
                .lastTried(run.startedAt().minus(LimitCheck.WINDOW))
                .forEach((customer, at) -> attempts.put(
                        customer, LocalDate.ofInstant(at, run.jobFile().zone())));
        if (accepted) {
            reservations
                    .planned()
                    .forEach(customer -> attempts.put(customer, run.rules().today()));
        }
        return attempts;
    }

    /**
     * How many customers will count against that day's limit for 30 days, beside those that fall due on it.
     *
     * @param begun by day, the customers of earlier ones whose runs will not be stopped
     */
    private static long attemptedBefore(
            LocalDate day, Set<UUID> customers, Map<UUID, LocalDate> attempts, SortedMap<LocalDate, Set<UUID>> begun) {
        LocalDate first = day.minus(Period.ofDays((int) LimitCheck.WINDOW.toDays()));
        Set<UUID> before = new HashSet<>();
        attempts.forEach((customer, on) -> {
            if (!on.isBefore(first)) {
                before.add(customer);
            }
        });
        begun.subMap(first, day).values().forEach(before::addAll);
        before.removeAll(customers);
        return before.size();
    }

    private static String sentence(LocalDate day, long customers, long allowed, String why) {
        return "%d open %s due on %s, and %d may be begun %s: as things stand, the run of that night will be stopped; spread their effective dates, or raise the limit before that day"
                .formatted(customers, customers == 1 ? "case falls" : "cases fall", day, allowed, why);
    }

    private static String inOneNight(LimitSettings limits, long population) {
        return "in one night (max-customers %d; max-share %s of %d is %d; floor %d)"
                .formatted(
                        limits.maxCustomers(),
                        limits.maxShare(),
                        population,
                        limits.maxShare().of(population),
                        limits.floor());
    }

    private static String in30Days(long before, LimitSettings limits, long population) {
        return "beside the %d of the 30 days until then (per-30-days %s of %d is %d; %d allowed)"
                .formatted(
                        before,
                        limits.per30Days(),
                        population,
                        limits.per30Days().of(population),
                        Limits.allowedIn30Days(limits, population));
    }
}
