package dev.offboarding.command;

import dev.offboarding.cases.HoldReason;
import dev.offboarding.report.ReportSummary;
import dev.offboarding.run.ExitCode;
import dev.offboarding.run.Mode;
import dev.offboarding.run.RunResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;

/** What a run came to, for a tired person: what happened, what to do, where the rest is. */
final class Summary {

    private static final Map<String, String> OUTCOMES = Map.of(
            "OFFBOARDED", "offboarded: suspended, removed, and seen to be gone",
            "ALREADY_OFFBOARDED", "were offboarded already",
            "REMOVED", "removed; that they are gone is still to be confirmed",
            "SUSPENDED", "suspended; to be removed when their grace period is over",
            "HELD", "held",
            "FAILED", "failed; the next run tries again",
            "WITHDRAWN", "withdrawn",
            "RE_ESTABLISHED", "removed earlier, and there again",
            "PLANNED", "planned");

    private final PrintWriter out;
    private final PrintWriter err;
    private final Mode mode;
    private final Path log;

    Summary(PrintWriter out, PrintWriter err, Mode mode, Path log) {
        this.out = out;
        this.err = err;
        this.mode = mode;
        this.log = log;
    }

    void print(RunResult result) {
        ReportSummary summary = result.summary();
        if (summary != null) {
            print(summary, result.exitCode());
        }
        String stopped = result.stopped();
        if (stopped != null) {
            err.println("Stopped: " + Text.oneLine(stopped));
        }
        result.failures().forEach(failure -> err.println("Failed: " + Text.oneLine(failure)));
        if (summary != null) {
            out.println("Report: " + summary.folder());
        }
        if (result.exitCode() != ExitCode.OK) {
            err.println("Log: " + log);
        }
        out.println("Exit code %d: %s".formatted(result.exitCode().code(), inWords(result.exitCode())));
        out.flush();
        err.flush();
    }

    private void print(ReportSummary summary, ExitCode exitCode) {
        if (summary.outcomes().isEmpty()) {
            out.println("No open cases: there was nothing to do.");
        }
        summary.outcomes().forEach((outcome, count) -> {
            out.println("%7d %s".formatted(count, OUTCOMES.getOrDefault(outcome, outcome)));
            if (outcome.equals("HELD")) {
                summary.holds()
                        .forEach((reason, held) -> out.println("%11d %s%s"
                                .formatted(
                                        held,
                                        reason,
                                        HoldReason.valueOf(reason).somebodyHasToLook()
                                                ? ": somebody has to look, and list them again"
                                                : "")));
            }
        });
        if (summary.rowsRejected() > 0 || summary.filesRefused() > 0) {
            out.println("%7d rows of the list were set aside%s: see rejects.csv"
                    .formatted(
                            summary.rowsRejected(),
                            summary.filesRefused() > 0
                                    ? ", %d files refused whole".formatted(summary.filesRefused())
                                    : ""));
        }
        boolean allHeld = summary.outcomes().keySet().stream().allMatch("HELD"::equals);
        if (allHeld && !summary.outcomes().isEmpty() && exitCode == ExitCode.OK) {
            out.println("Nothing is left to do tonight: every open case waits.");
        }
    }

    private String inWords(ExitCode exitCode) {
        return switch (exitCode) {
            case OK -> mode == Mode.PLAN ? "a run would do this" : "every case that could go on ended as planned";
            case UNEXPECTED -> "unexpected error";
            case WRONG_USAGE -> "wrong usage or configuration; nothing was touched";
            case STOPPED_BY_LIMIT -> "stopped by a limit or a missing approval; nothing was written";
            case NEEDS_ATTENTION -> "finished, but something needs attention: see the report";
            case TO_BE_CONFIRMED -> "finished, but effects are still to be confirmed; the next run looks again";
            case ALREADY_RUNNING -> "another run is under way";
            case UNAVAILABLE -> "the platform, its sign-in or a database could not be used; the next run goes on";
            case EVIDENCE_BROKEN -> "the evidence is not in order";
            case STOPPED_EARLY -> "stopped early; the next run goes on";
        };
    }
}
