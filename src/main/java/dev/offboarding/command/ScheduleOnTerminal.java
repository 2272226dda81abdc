package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.run.RunResult;
import dev.offboarding.schedule.MissedRuns;
import dev.offboarding.schedule.ScheduleEvents;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schedule as a later reader of its output sees it: one line for each thing that happened, with its time. */
final class ScheduleOnTerminal implements ScheduleEvents {

    private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");

    private final PrintWriter out;
    private final PrintWriter err;
    private final Clock clock;
    private final Map<String, ZoneId> zones = new HashMap<>();

    ScheduleOnTerminal(PrintWriter out, PrintWriter err, Clock clock) {
        this.out = out;
        this.err = err;
        this.clock = clock;
    }

    private synchronized void say(PrintWriter to, String line) {
        to.println(at(clock.instant(), ZoneId.systemDefault()) + " " + OneLine.of(line));
        to.flush();
    }

    void listening(String address, int port) {
        say(out, "listening on http://%s:%d/actuator/health and /actuator/prometheus".formatted(address, port));
    }

    void warn(String job, String what) {
        say(err, "%s: %s".formatted(job, what));
    }

    void underWay(String job, String howFar) {
        say(out, "%s: %s".formatted(job, howFar));
    }

    private static String at(Instant time, ZoneId zone) {
        return AT.format(time.atZone(zone));
    }

    private String next(String job, @Nullable Instant due) {
        return due == null ? "" : "; next run at " + at(due, zones.getOrDefault(job, ZoneId.systemDefault()));
    }

    @Override
    public void taken(Path file, String job, ZoneId zone, @Nullable Instant nextDue, List<String> warnings) {
        zones.put(job, zone);
        warnings.forEach(warning -> say(err, "Warning: " + warning));
        say(out, "%s: taken from %s%s".formatted(job, file, next(job, nextDue)));
    }

    @Override
    public void broken(Path file, List<String> problems) {
        problems.forEach(problem -> say(err, problem));
        say(err, "%s: cannot be used; its job does not run until it is corrected".formatted(file));
    }

    @Override
    public void missed(String job, ZoneId zone, MissedRuns missed, boolean toBeMadeUpFor) {
        say(
                err,
                "%s: %s%s"
                        .formatted(
                                job,
                                missed.inWords(zone),
                                toBeMadeUpFor ? "; it is made up for as soon as that is possible" : ""));
    }

    @Override
    public void historyUnknown(String job, String why) {
        say(err, "%s: whether a run was missed cannot be said yet: %s".formatted(job, why));
    }

    @Override
    public void begun(String job, String runId, List<String> notes) {
        say(out, "%s: run %s begins".formatted(job, runId));
    }

    @Override
    public void ended(String job, RunResult result, Duration took, @Nullable Instant nextDue) {
        int code = result.exitCode().code();
        String why = why(result);
        say(
                out,
                result.runId() == null
                        ? "%s: no run; exit code %d%s%s".formatted(job, code, why, next(job, nextDue))
                        : "%s: run %s ended after %d s with exit code %d%s; %s%s"
                                .formatted(
                                        job,
                                        result.runId(),
                                        took.toSeconds(),
                                        code,
                                        why,
                                        report(result),
                                        next(job, nextDue)));
    }

    @Override
    public void previewed(String job, RunResult result, Instant due) {
        say(
                out,
                "%s: preview of the run due at %s: exit code %d%s; %s"
                        .formatted(
                                job,
                                at(due, zones.getOrDefault(job, ZoneId.systemDefault())),
                                result.exitCode().code(),
                                why(result),
                                report(result)));
    }

    private static String why(RunResult result) {
        List<String> more = new ArrayList<>(result.failures());
        if (result.stopped() != null) {
            more.add(0, result.stopped());
        }
        result.notReached().forEach(failure -> more.add(failure.toString()));
        return more.isEmpty() ? "" : ": " + String.join(" / ", more);
    }

    private static String report(RunResult result) {
        return result.summary() == null
                ? "no report"
                : "report: " + result.summary().folder();
    }

    @Override
    public void stopping(int runsUnderWay) {
        say(
                out,
                runsUnderWay == 0
                        ? "asked to stop"
                        : "asked to stop: %d %s under way, finishing what is begun"
                                .formatted(runsUnderWay, runsUnderWay == 1 ? "run is" : "runs are"));
    }
}
