package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.ControlTotals;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Failure;
import dev.offboarding.runs.Mode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run ended, on the terminal: nothing that is not true. */
class SummaryTest {

    private static List<String> said(Mode mode, Map<String, Long> outcomes, Map<String, Long> holds) {
        ControlTotals totals = new ControlTotals(
                new ControlTotals.Rows(0, 0, 0), outcomes, new ControlTotals.Subscriptions(0, 0, 0, 0), List.of());
        ReportSummary summary = new ReportSummary(Path.of("reports/r"), "", totals, holds, 0, 0, List.of(), List.of());
        StringWriter said = new StringWriter();
        PrintWriter terminal = new PrintWriter(said);
        new Summary(terminal, terminal, mode, false, null)
                .print(new RunResult("r", ExitCode.OK, summary, null, List.of()));
        return said.toString().lines().toList();
    }

    /** Every case is held, and a run would schedule the ends of their terms: there is something left to do tonight. */
    @Test
    void aPlanDoesNotSayThatNothingIsLeftToDo() {
        Map<String, Long> outcomes = Map.of("HELD", 7L);
        Map<String, Long> holds = Map.of("TERM_COMMITMENT", 7L);

        assertThat(said(Mode.PLAN, outcomes, holds))
                .contains("      7 held", "          7 TERM_COMMITMENT")
                .noneMatch(line -> line.contains("Nothing is left to do"));
        assertThat(said(Mode.RUN, outcomes, holds)).contains("Nothing is left to do tonight: every open case waits.");
    }

    /** Of a list with nothing but headings no row is set aside, and there is no such file. */
    @Test
    void nobodyIsSentToRejectsThatThereAreNot(@TempDir Path folder) throws IOException {
        assertThat(saidOfARefusedFile(folder)).contains("      1 file of the list was refused whole: see the report");

        Files.createFile(folder.resolve("rejects.csv"));
        assertThat(saidOfARefusedFile(folder)).contains("      1 file of the list was refused whole: see rejects.csv");
    }

    /** There is no file that somebody could look for. */
    @Test
    void aQuerysResultIsNotSaidToBeAFile(@TempDir Path folder) {
        assertThat(saidOf(folder, 0, true)).contains("      1 result of the query was refused whole: see the report");
        assertThat(saidOf(folder, 4, true))
                .contains("      4 rows of the list were set aside, the query's result refused whole: see the report");
    }

    private static List<String> saidOfARefusedFile(Path folder) {
        return saidOf(folder, 0, false);
    }

    private static List<String> saidOf(Path folder, long rows, boolean query) {
        ControlTotals totals = new ControlTotals(
                new ControlTotals.Rows(rows, 0, rows),
                Map.of(),
                new ControlTotals.Subscriptions(0, 0, 0, 0),
                List.of());
        ReportSummary summary = new ReportSummary(folder, "", totals, Map.of(), 1, 0, List.of(), List.of());
        StringWriter said = new StringWriter();
        PrintWriter terminal = new PrintWriter(said);
        new Summary(terminal, terminal, Mode.RUN, query, null)
                .print(new RunResult("r", ExitCode.NEEDS_ATTENTION, summary, null, List.of()));
        return said.toString().lines().toList();
    }

    @Test
    void whereTheReportIsIsSaidInFullWhateverTheFolderOfTheShell() {
        assertThat(said(Mode.RUN, Map.of("HELD", 1L), Map.of("NOT_DUE", 1L)))
                .contains("Report: " + Path.of("").toAbsolutePath().resolve("reports/r/report.html"));
    }

    /** A file that is no list fails nobody: the run went on, and the report's page says so, too. */
    @Test
    void whatARunWentOnAfterIsNotSaidToHaveFailed() {
        StringWriter said = new StringWriter();
        PrintWriter terminal = new PrintWriter(said);

        new Summary(terminal, terminal, Mode.RUN, false, null)
                .print(new RunResult(
                        "r",
                        ExitCode.UNAVAILABLE,
                        null,
                        null,
                        List.of(
                                new Failure("receive", ExitCode.NEEDS_ATTENTION.code(), "old.xls is not a list"),
                                new Failure("observe", ExitCode.UNAVAILABLE.code(), "the ledger is gone"))));

        assertThat(said.toString().lines())
                .contains("Something to look at: old.xls is not a list", "Failed: the ledger is gone");
    }
}
