package dev.offboarding.schedule;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.SettableClock;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A schedule whose runs take as long, and end as, a test says; everything that happens is a line. */
final class Rehearsal implements Runner, ScheduleEvents {

    final SettableClock clock;
    final List<String> told = new ArrayList<>();
    /** What was said to be due next whenever a run ended. */
    final List<String> dueNext = new ArrayList<>();
    /** Runs that have been started and have not ended. */
    final Deque<Runnable> underWay = new ArrayDeque<>();

    final Map<String, RunHistory> histories = new HashMap<>();
    final Map<String, List<String>> notes = new HashMap<>();

    @Nullable
    RuntimeException historyFails;

    ExitCode exitCode = ExitCode.OK;
    /** Hears of everything, too. */
    ScheduleEvents also = new ScheduleEvents() {};

    private final Path folder;
    private @Nullable Scheduler scheduler;
    private int runs;

    Rehearsal(Path folder, String now) {
        this.folder = folder;
        this.clock = new SettableClock(OffsetDateTime.parse(now).toInstant());
    }

    Path file(String job) {
        return folder.resolve(job + ".yaml");
    }

    /** A job file with this schedule, of which a preview is sent. */
    Path previewed(String job, String schedule, String preview) {
        return write(job, yaml(job, schedule) + """
                  notify:
                    preview: %s
                    webhook: { url: "http://localhost/", format: slack }
                """.formatted(preview));
    }

    /** A job file with this schedule. */
    Path job(String job, String schedule) {
        return write(job, yaml(job, schedule));
    }

    private static String yaml(String job, String schedule) {
        return """
                offboarding:
                  job: %s
                  zone: Europe/Berlin
                  schedule: %s
                  list: { csv: { inbox: inbox } }
                  platform: ledger
                  protected-customers: none
                """.formatted(job, schedule);
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Scheduler begin(String... jobs) {
        Scheduler begun = new Scheduler(
                Stream.of(jobs).map(this::file).toList(),
                new JobFileReader(),
                this,
                new CompositeScheduleEvents(this, also),
                clock,
                underWay::add);
        scheduler = begun;
        begun.begin();
        begun.tick();
        return begun;
    }

    Scheduler scheduler() {
        return Objects.requireNonNull(scheduler);
    }

    /** It is that time now, all at once, as after a sleep of the machine. */
    Rehearsal jump(String time) {
        clock.set(OffsetDateTime.parse(time).toInstant());
        scheduler().tick();
        return this;
    }

    /** Time passes up to that one, and the schedule is awake whenever it wants to be. */
    Rehearsal until(String time) {
        Instant end = OffsetDateTime.parse(time).toInstant();
        Instant next = scheduler().tick();
        while (next.isBefore(end)) {
            clock.set(next.isAfter(clock.instant()) ? next : clock.instant().plusMillis(1));
            next = scheduler().tick();
        }
        return jump(time);
    }

    /** The run that was started first ends. */
    Rehearsal end() {
        underWay.remove().run();
        return this;
    }

    Rehearsal end(ExitCode with) {
        exitCode = with;
        end();
        exitCode = ExitCode.OK;
        return this;
    }

    /** What was reported since the last time that someone asked. */
    List<String> lines() {
        List<String> lines = List.copyOf(told);
        told.clear();
        return lines;
    }

    void history(String job, @Nullable String lastThrough) {
        Instant last =
                lastThrough == null ? null : OffsetDateTime.parse(lastThrough).toInstant();
        histories.put(job, new RunHistory(last, last));
    }

    // ---- the runner

    @Override
    public RunResult run(LoadedJobFile file, List<String> with, Consumer<String> begun) {
        String job = file.jobFile().job();
        boolean begins = exitCode != ExitCode.ALREADY_RUNNING && exitCode != ExitCode.WRONG_USAGE;
        if (!begins) {
            return RunResult.notBegun(exitCode, "not begun");
        }
        String runId = "run-" + ++runs;
        notes.put(runId, with);
        begun.accept(runId);
        return new RunResult(runId, exitCode, null, null, List.of());
    }

    @Override
    public RunResult preview(LoadedJobFile file, Instant due) {
        return exitCode == ExitCode.OK
                ? new RunResult("plan-" + ++runs, exitCode, null, null, List.of())
                : RunResult.notBegun(exitCode, "not begun");
    }

    @Override
    public void stopPreview(String job) {
        told.add("asked the preview of %s to stop".formatted(job));
    }

    @Override
    public RunHistory history(LoadedJobFile file) {
        if (historyFails != null) {
            throw historyFails;
        }
        return histories.getOrDefault(file.jobFile().job(), new RunHistory(null, null));
    }

    @Override
    public void stop() {
        told.add("asked the runs to stop");
    }

    // ---- the events

    private String at(@Nullable Instant time) {
        return time == null
                ? "never"
                : time.atZone(ZoneId.of("Europe/Berlin")).toOffsetDateTime().toString();
    }

    @Override
    public void taken(Path file, String job, ZoneId zone, @Nullable Instant nextDue, List<String> warnings) {
        told.add("%s: next at %s".formatted(job, at(nextDue)));
    }

    @Override
    public void broken(Path file, List<String> problems) {
        told.add("broken: " + problems);
    }

    @Override
    public void missed(String job, ZoneId zone, MissedRuns missed, boolean toBeMadeUpFor) {
        told.add("%s %s%s".formatted(job, missed.inWords(zone), toBeMadeUpFor ? "; to be made up for" : ""));
    }

    @Override
    public void historyUnknown(String job, String why) {
        told.add("%s: history unknown: %s".formatted(job, why));
    }

    @Override
    public void begun(String job, String runId, List<String> notes) {
        told.add("%s began %s".formatted(job, runId));
    }

    @Override
    public void ended(String job, RunResult result, Duration took, @Nullable Instant nextDue) {
        dueNext.add(nextDue == null ? "nothing" : at(nextDue));
        told.add("%s ended %d at %s".formatted(job, result.exitCode().code(), at(clock.instant())));
    }

    @Override
    public void previewed(String job, RunResult result, Instant due) {
        told.add("%s previewed %s with %d"
                .formatted(job, at(due), result.exitCode().code()));
    }

    @Override
    public void stopping(int runsUnderWay) {
        told.add("stopping, %d under way".formatted(runsUnderWay));
    }
}
