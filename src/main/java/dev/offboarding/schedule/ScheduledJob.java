package dev.offboarding.schedule;

import dev.offboarding.jobfile.JobFileException;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.jobfile.Schedule;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.notice.NoticeSettings;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job file of a schedule, and the state of its job. Its scheduler's lock guards it. */
final class ScheduledJob {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledJob.class);

    final Path path;

    private byte @Nullable [] lastSeen;
    private @Nullable LoadedJobFile file;
    private @Nullable DueTimes dueTimes;
    private @Nullable DueTimes previewTimes;
    /** Why the file cannot be used now; the last one that could is kept, to know what is missed meanwhile. */
    List<String> problems = List.of();
    /** Its job can run, but not on its own. */
    boolean withoutSchedule;
    /** Its name is taken. */
    boolean namesake;

    /** Since when this schedule looks after the job. */
    @Nullable
    Instant since;
    /** Due times up to here are dealt with. */
    Instant considered = Instant.MIN;

    /** Previews up to here are dealt with. */
    Instant previewsConsidered = Instant.MIN;

    /** Whether the plan of the coming run is being made. */
    boolean previewUnderWay;
    /** A run that was due meanwhile, and begins once the preview has made room; null if there is none. */
    @Nullable
    Instant awaited;

    boolean historyKnown;
    /** Not asked for before. */
    Instant askHistory = Instant.MIN;

    /** For the next report: one for each reason, or a job of every minute would have thousands after a weekend without its database. */
    private Map<MissedRuns.Why, MissedRuns> unreported = new LinkedHashMap<>();
    /** A missed run is to be made up for, not before then; null if there is none. */
    @Nullable
    Instant owed;

    /** How often in a row a run could not begin. */
    int notBegun;

    @Nullable
    Instant underWaySince;

    @Nullable
    Instant lastSuccess;

    @Nullable
    ExitCode lastExitCode;

    long missed;
    boolean lastDueMissed;

    ScheduledJob(Path path) {
        this.path = path;
    }

    /** Whether there is something new to know about the file. A file that is as it was is not read again. */
    boolean hasChanged() {
        byte[] bytes;
        try {
            bytes = RegularFile.bytes(path.toRealPath(), 1 << 20);
        } catch (IOException e) {
            bytes = ("\0" + e).getBytes(StandardCharsets.UTF_8);
        }
        if (Arrays.equals(bytes, lastSeen)) {
            return false;
        }
        lastSeen = bytes;
        return true;
    }

    /** The contents of another file have changed, and may be what is wrong with this one. */
    void readAgain() {
        lastSeen = null;
    }

    void read(JobFileReader reader) {
        withoutSchedule = false;
        namesake = false;
        try {
            LoadedJobFile read = reader.read(path);
            Schedule schedule = read.jobFile().schedule();
            if (schedule == null) {
                withoutSchedule = true;
                problems = List.of(
                        "%s: offboarding.schedule: is missing; write when the job runs, like schedule: { cron: \"0 30 3 * * *\" }"
                                .formatted(path));
                return;
            }
            if (file != null && !file.jobFile().job().equals(read.jobFile().job())) {
                becomeAnother();
            }
            file = read;
            dueTimes = new DueTimes(schedule.cron(), read.jobFile().zone());
            NoticeSettings.Preview preview = read.jobFile().notice().preview();
            previewTimes = preview == null
                    ? null
                    : new DueTimes(preview.cron(), read.jobFile().zone());
            problems = List.of();
        } catch (JobFileException e) {
            problems = e.problems();
        } catch (RuntimeException e) {
            LOG.error("reading {}", path, e);
            problems = List.of("%s: cannot be read: %s".formatted(path, e));
        }
    }

    private void becomeAnother() {
        since = null;
        historyKnown = false;
        askHistory = Instant.MIN;
        unreported = new LinkedHashMap<>();
        owed = null;
        awaited = null;
        notBegun = 0;
        lastSuccess = null;
        lastExitCode = null;
        missed = 0;
        lastDueMissed = false;
    }

    void reportNextTime(MissedRuns missed) {
        unreported.merge(missed.why(), missed, MissedRuns::and);
    }

    boolean hasUnreported() {
        return !unreported.isEmpty();
    }

    /** The taker reports it, or gives it back. */
    List<MissedRuns> takeUnreported() {
        List<MissedRuns> taken = List.copyOf(unreported.values());
        unreported.clear();
        return taken;
    }

    /** Whether it was ever readable. */
    boolean known() {
        return file != null;
    }

    LoadedJobFile file() {
        return Objects.requireNonNull(file);
    }

    DueTimes dueTimes() {
        return Objects.requireNonNull(dueTimes);
    }

    String name() {
        return file().jobFile().job();
    }

    ZoneId zone() {
        return file().jobFile().zone();
    }

    boolean catchesUp() {
        return Objects.requireNonNull(file().jobFile().schedule()).catchUp();
    }

    boolean usable() {
        return file != null && problems.isEmpty();
    }

    @Nullable
    Instant nextDue() {
        return usable() && since != null ? dueTimes().next(considered) : null;
    }

    /** Null if none is to be made, or there is no run that it could be of. */
    @Nullable
    Instant nextPreview() {
        return usable() && since != null && previewTimes != null ? previewTimes.next(previewsConsidered) : null;
    }

    JobStatus status() {
        return new JobStatus(
                path,
                file == null ? null : name(),
                problems,
                nextDue(),
                underWaySince,
                lastSuccess,
                lastExitCode,
                missed,
                lastDueMissed);
    }
}
