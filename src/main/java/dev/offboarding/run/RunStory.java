package dev.offboarding.run;

import dev.offboarding.cases.CaseRow;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.RunCases;
import dev.offboarding.kit.OneLine;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.platform.Action;
import dev.offboarding.runs.Runs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What someone who was not there wants to know first about a run.
 *
 * @param writes what is planned, by action
 * @param planned customers of whom more is planned than was done, one line each, {@value #EXAMPLES} at most
 * @param plannedCount how many there are
 * @param outcomes customers by outcome, the most frequent first
 * @param waiting customers that are held and continue on their own, by reason
 * @param toBeLookedAt customers that somebody has to look at, one line each, {@value #EXAMPLES} at most
 * @param toBeLookedAtCount how many there are
 * @param failed customers that failed or are re-established, one line each, {@value #EXAMPLES} at most
 * @param failedCount how many there are
 * @param refusedFiles files of the list that were refused, each with the reason, {@value #EXAMPLES} at most
 * @param onSomebodysWord customers that were withdrawn or closed, or are paused, with who said so and why, {@value #EXAMPLES} at most
 * @param onSomebodysWordCount how many there are
 * @param tookUp earlier runs that had died and that this one has taken up
 */
record RunStory(
        Map<Action, Long> writes,
        List<String> planned,
        long plannedCount,
        Map<String, Long> outcomes,
        Map<String, Long> waiting,
        List<String> toBeLookedAt,
        long toBeLookedAtCount,
        List<String> failed,
        long failedCount,
        List<String> refusedFiles,
        List<String> onSomebodysWord,
        long onSomebodysWordCount,
        long rowsSetAside,
        long filesRefused,
        List<String> notes,
        long tookUp) {

    static final int EXAMPLES = 10;

    /** A cell may be as long as a book. */
    private static final int MOST_OF_A_CELL = 40;

    private static final List<String> FAILED = List.of("FAILED", "RE_ESTABLISHED");

    private static final List<String> ENDED_BY_SOMEBODY = List.of("WITHDRAWN", "CLOSED");

    private static final String PAUSED = HoldReason.PAUSED.name();

    private static final String PLANNED = "PLANNED";

    static RunStory of(JdbcTemplate jdbc, String runId) {
        Runs runs = new Runs(jdbc);
        RunCases cases = new RunCases(jdbc);
        ReceivedLists lists = new ReceivedLists(jdbc);
        ReceivedLists.RowCounts rows = lists.rows(runId);
        List<String> look = List.of(HoldReason.somebodyHasToLookNames());
        Map<String, Long> outcomes = cases.outcomes(runId);
        Map<String, Long> waiting = cases.heldByReason(runId);
        look.forEach(waiting::remove);
        return new RunStory(
                cases.plannedWrites(runId),
                cases.withOutcome(runId, List.of(PLANNED), EXAMPLES).stream()
                        .map(row -> customer("", row, ""))
                        .toList(),
                outcomes.getOrDefault(PLANNED, 0L),
                outcomes,
                waiting,
                cases.heldFor(runId, look, EXAMPLES).stream()
                        .map(row ->
                                customer(row.held().reason(), row, row.held().shownMessage()))
                        .toList(),
                cases.toBeLookedAt(runId),
                cases.withOutcome(runId, FAILED, EXAMPLES).stream()
                        .map(row -> customer(row.outcome(), row, row.message()))
                        .toList(),
                FAILED.stream()
                        .mapToLong(outcome -> outcomes.getOrDefault(outcome, 0L))
                        .sum(),
                lists.refused(runId, EXAMPLES).stream()
                        .map(file -> "%s: %s".formatted(file.name(), file.reason()))
                        .toList(),
                onSomebodysWord(cases, runId),
                ENDED_BY_SOMEBODY.stream()
                                .mapToLong(outcome -> outcomes.getOrDefault(outcome, 0L))
                                .sum()
                        + waiting.getOrDefault(PAUSED, 0L),
                rows.rejected(),
                rows.filesRefused(),
                runs.notes(runId),
                runs.tookUp(runId));
    }

    private static List<String> onSomebodysWord(RunCases cases, String runId) {
        return Stream.concat(
                        cases.withOutcome(runId, ENDED_BY_SOMEBODY, EXAMPLES).stream()
                                .map(row -> customer(row.outcome(), row, row.message())),
                        cases.heldFor(runId, List.of(PAUSED), EXAMPLES).stream()
                                .map(row -> customer(PAUSED, row, row.held().shownMessage())))
                .limit(EXAMPLES)
                .toList();
    }

    private static String customer(@Nullable String what, CaseRow row, String message) {
        String name = Objects.requireNonNullElse(
                row.listing().companyName(),
                Objects.requireNonNullElse(row.listing().domain(), ""));
        return "%s%s%s%s%s"
                .formatted(
                        what == null || what.isEmpty() ? "" : what + " ",
                        row.customerId(),
                        name.isEmpty() ? "" : " (" + name + ")",
                        // a notice cuts long lines at their end
                        askedFor(row.listing()),
                        message.isEmpty() ? "" : ": " + message);
    }

    /** Who is to be asked what was meant. */
    private static String askedFor(ListedRow listing) {
        StringBuilder asked = new StringBuilder();
        add(asked, "requested by ", listing.cell(Column.REQUESTED_BY));
        add(asked, "ticket ", listing.cell(Column.TICKET));
        add(asked, "reason: ", listing.cell(Column.REASON));
        return asked.isEmpty() ? "" : " [" + asked + "]";
    }

    private static void add(StringBuilder asked, String what, @Nullable String cell) {
        if (cell != null) {
            asked.append(asked.isEmpty() ? "" : ", ")
                    .append(what)
                    .append(OneLine.cut(OneLine.of(cell), MOST_OF_A_CELL));
        }
    }
}
