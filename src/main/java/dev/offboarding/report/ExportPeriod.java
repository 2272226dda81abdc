package dev.offboarding.report;

import dev.offboarding.runs.Runs;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * A period in days of a job's zone. A run belongs to the day on which it began, and all that it recorded with it, also after midnight: its
 * id says when that was.
 *
 * @param from its first day
 * @param to its last day
 */
public record ExportPeriod(LocalDate from, LocalDate to, ZoneId zone) {

    /** The first id that a run of it may have. */
    String firstRun() {
        return Runs.RUN_ID.format(from.atStartOfDay(zone));
    }

    /** The first id of a run after it. */
    String endRun() {
        return Runs.RUN_ID.format(end());
    }

    Instant end() {
        return to.plusDays(1).atStartOfDay(zone).toInstant();
    }

    boolean isNotOverAt(Instant now) {
        return end().isAfter(now);
    }

    boolean hasBegunBy(String runId) {
        return runId.compareTo(firstRun()) >= 0;
    }

    boolean endsAfter(String runId) {
        return runId.compareTo(endRun()) < 0;
    }

    boolean isOf(String runId) {
        return hasBegunBy(runId) && endsAfter(runId);
    }
}
