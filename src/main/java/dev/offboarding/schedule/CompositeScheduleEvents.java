package dev.offboarding.schedule;

import dev.offboarding.run.RunResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notifies several listeners of what happens, one after another. */
public final class CompositeScheduleEvents implements ScheduleEvents {

    private final List<ScheduleEvents> listeners;

    public CompositeScheduleEvents(ScheduleEvents... listeners) {
        this.listeners = List.of(listeners);
    }

    private void each(Consumer<ScheduleEvents> event) {
        listeners.forEach(event);
    }

    @Override
    public void taken(Path file, String job, ZoneId zone, @Nullable Instant nextDue, List<String> warnings) {
        each(listener -> listener.taken(file, job, zone, nextDue, warnings));
    }

    @Override
    public void broken(Path file, List<String> problems) {
        each(listener -> listener.broken(file, problems));
    }

    @Override
    public void missed(String job, ZoneId zone, MissedRuns missed, boolean toBeMadeUpFor) {
        each(listener -> listener.missed(job, zone, missed, toBeMadeUpFor));
    }

    @Override
    public void historyUnknown(String job, String why) {
        each(listener -> listener.historyUnknown(job, why));
    }

    @Override
    public void lastSuccess(String job, Instant endedAt) {
        each(listener -> listener.lastSuccess(job, endedAt));
    }

    @Override
    public void begun(String job, String runId, List<String> notes) {
        each(listener -> listener.begun(job, runId, notes));
    }

    @Override
    public void ended(String job, RunResult result, Duration took, @Nullable Instant nextDue) {
        each(listener -> listener.ended(job, result, took, nextDue));
    }

    @Override
    public void previewed(String job, RunResult result, Instant due) {
        each(listener -> listener.previewed(job, result, due));
    }

    @Override
    public void stopping(int runsUnderWay) {
        each(listener -> listener.stopping(runsUnderWay));
    }
}
