package dev.offboarding.run;

import dev.offboarding.plan.LimitSettings;
import dev.offboarding.plan.Limits;
import dev.offboarding.platform.Population;
import dev.offboarding.runs.Reservations;
import dev.offboarding.runs.Runs;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        long allowed = Limits.allowed(limits, population.size());
        List<Map<String, Object>> days = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (population.complete()) {
            reservations.dueFrom(run.rules().today(), accepted).forEach((day, customers) -> {
                if (customers > allowed) {
                    days.add(day(day, customers, allowed));
                    notes.add(sentence(day, customers, allowed, limits, population.size()));
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

    private static String sentence(LocalDate day, long customers, long allowed, LimitSettings limits, long population) {
        return "%d open cases fall due on %s, and %d may be begun in one night (max-customers %d; max-share %s of %d is %d; floor %d): as things stand, the run of that night will be stopped; spread their effective dates, or raise the limit before that day"
                .formatted(
                        customers,
                        day,
                        allowed,
                        limits.maxCustomers(),
                        limits.maxShare(),
                        population,
                        limits.maxShare().of(population),
                        limits.floor());
    }
}
