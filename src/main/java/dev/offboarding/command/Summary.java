package dev.offboarding.command;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.kit.OneLine;
import dev.offboarding.report.ControlTotals;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** How a run ended, for a tired person: what happened, what to do, where the rest is. */
final class Summary {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Mode mode;
    private final boolean query;
    private final @Nullable Path log;
    private final Colours colours = Colours.here();

    /**
     * Of a run.
     *
     * @param query whether its list is the result of a query, and no file
     * @param log null if there is none
     */
    Summary(PrintWriter out, PrintWriter err, Mode mode, boolean query, @Nullable Path log) {
        this.out = out;
        this.err = err;
        this.mode = mode;
        this.query = query;
        this.log = log;
    }

    void print(RunResult result) {
        ReportSummary summary = result.summary();
        if (summary != null) {
            print(summary, result.exitCode());
        }
        String stopped = result.stopped();
        if (stopped != null) {
            err.println("Stopped: " + OneLine.of(stopped));
        }
        result.wrong()
                .forEach(failure -> err.println(
                        (failure.wentOn() ? "Something to look at: " : "Failed: ") + OneLine.of(failure.message())));
        result.notReached().forEach(failure -> err.println(StringUtils.capitalize(OneLine.of(failure.toString()))));
        if (summary != null) {
            Path page = summary.folder().resolve("report.html");
            out.println("Report: " + page.toAbsolutePath().normalize());
        }
        if (result.exitCode() != ExitCode.OK && log != null) {
            err.println("Log: " + log.toAbsolutePath().normalize());
        }
        out.println(colours.exitCode(
                        result.exitCode(),
                        "Exit code %d:".formatted(result.exitCode().code()))
                + " "
                + Messages.exitCode(result.exitCode(), mode, summary == null ? null : summary.outcomes()));
        out.flush();
        err.flush();
    }

    /** A plan says in its own line what it would do to them. */
    private void subscriptions(ControlTotals.Subscriptions all) {
        if (mode != Mode.RUN || all.activeBefore() == 0) {
            return;
        }
        List<String> parts = new ArrayList<>();
        part(parts, all.suspended(), "suspended");
        part(parts, all.cancelled(), "cancelled");
        part(parts, all.failed(), "failed");
        part(parts, all.left(), all.left() == 1 ? "left as it was" : "left as they were");
        out.println("%7d %s active: %s"
                .formatted(
                        all.activeBefore(),
                        all.activeBefore() == 1 ? "subscription was" : "subscriptions were",
                        String.join(", ", parts)));
    }

    private static void part(List<String> parts, long count, String what) {
        if (count > 0) {
            parts.add(count + " " + what);
        }
    }

    private String whatThen(String reason) {
        if (mode == Mode.WITHDRAW) {
            return Messages.carriedOutOnce(reason);
        }
        return HoldReason.valueOf(reason).somebodyHasToLook() ? ": somebody has to look, and list them again" : "";
    }

    private void print(ReportSummary summary, ExitCode exitCode) {
        if (summary.outcomes().isEmpty()) {
            out.println(Messages.noCases(mode, exitCode, summary.filesRefused()));
        }
        summary.outcomes().forEach((outcome, count) -> {
            out.println("%7d %s".formatted(count, Messages.outcome(outcome, count)));
            if (outcome.equals("HELD")) {
                summary.holds()
                        .forEach((reason, held) -> out.println("%11d %s%s".formatted(held, reason, whatThen(reason))));
            }
        });
        subscriptions(summary.totals().subscriptions());
        if (summary.reactivated() > 0) {
            out.println("%7d %s"
                    .formatted(
                            summary.reactivated(),
                            summary.reactivated() == 1
                                    ? "subscription was put back as it was"
                                    : "subscriptions were put back as they were"));
        }
        if (summary.rowsRejected() > 0 || summary.filesRefused() > 0) {
            out.println("%7d %s: see %s"
                    .formatted(
                            Messages.countSetAside(summary.rowsRejected(), summary.filesRefused()),
                            Messages.setAside(summary.rowsRejected(), summary.filesRefused(), query),
                            Files.exists(summary.rejects()) ? summary.rejects().getFileName() : "the report"));
        }
        boolean allHeld = summary.outcomes().keySet().stream().allMatch("HELD"::equals);
        // what a plan says about tonight is still to be done
        if (mode == Mode.RUN && allHeld && !summary.outcomes().isEmpty() && exitCode == ExitCode.OK) {
            out.println("Nothing is left to do tonight: every open case waits.");
        }
    }
}
