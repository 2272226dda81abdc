package dev.offboarding.schedule;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.Backoff;
import dev.offboarding.run.RunResult;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.RunHistory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each job when it is due: one run of a job at a time, those of different jobs beside each other. Job files are checked again
 * and again; one that cannot be used stops its own job only.
 *
 * <p>What was due while the program was not there to begin it is found in the table of runs: whatever was due after the last run that reached
 * its end. It is reported, and made up for, once, where the job file says {@code catch-up: true}.
 *
 * <p>Where the job file asks for a preview, the plan of the coming run is made and sent at its time. One that was missed is not made up for,
 * and one that is still under way when the run is due makes room for it.
 */
public final class Scheduler {

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** A run that begins within this time is not late. */
    static final Duration LATE = Duration.ofMinutes(1);
    /** Job files, and the clock on the wall, which may have been moved, are checked at least this often. */
    static final Duration LOOK = Duration.ofSeconds(30);
    /** After this time what did not work is tried again: reading the table of runs, or making up for a run. */
    static final Duration AGAIN = Duration.ofMinutes(1);
    /** Before a run is made up for: up to about an hour. */
    private static final Backoff OWED = new Backoff(AGAIN, AGAIN.multipliedBy(64));

    private final List<ScheduledJob> jobs;
    private final JobFileReader reader;
    private final Runner runner;
    private final ScheduleEvents events;
    private final Clock clock;
    private final Executor executor;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<ExitCode> endedAfterStop = EnumSet.noneOf(ExitCode.class);
    private int underWay;
    private boolean stopping;
    private Instant lastTick = Instant.MIN;

    /**
     * Reads the job files.
     *
     * @param executor gives each run a thread of its own
     * @throws ScheduleException if none of them can be used, one has no {@code schedule}, or two are of one job
     */
    public Scheduler(
            List<Path> jobFiles,
            JobFileReader reader,
            Runner runner,
            ScheduleEvents events,
            Clock clock,
            Executor executor) {
        this.jobs = jobFiles.stream().map(ScheduledJob::new).toList();
        this.reader = reader;
        this.runner = runner;
        this.events = events;
        this.clock = clock;
        this.executor = executor;
        List<String> wrongUsage = new ArrayList<>();
        for (ScheduledJob job : jobs) {
            job.hasChanged();
            job.read(reader);
            if (job.withoutSchedule || namesake(job)) {
                wrongUsage.addAll(job.problems);
            }
        }
        if (!wrongUsage.isEmpty() || jobs.stream().noneMatch(ScheduledJob::usable)) {
            throw new ScheduleException(
                    jobs.stream().flatMap(job -> job.problems.stream()).toList());
        }
    }

    /** Reports what was found when the job files were read. To be called once, before anything else. */
    public void begin() {
        locked(() -> jobs.forEach(job -> tell(job, clock.instant())));
    }

    private boolean namesake(ScheduledJob job) {
        for (ScheduledJob other : jobs) {
            if (other == job) {
                return false;
            }
            if (job.usable() && other.known() && other.name().equals(job.name())) {
                job.namesake = true;
                job.problems = List.of("%s: offboarding.job: %s is the job of %s; each needs a name of its own"
                        .formatted(job.path, job.name(), other.path));
                return true;
            }
        }
        return false;
    }

    private void tell(ScheduledJob job, Instant now) {
        if (!job.problems.isEmpty()) {
            events.broken(job.path, job.problems);
            return;
        }
        if (job.since == null) {
            job.since = now;
            job.considered = now;
            job.previewsConsidered = now;
        }
        events.taken(job.path, job.name(), job.zone(), job.nextDue(), job.file().warnings());
    }

    /** The job files that can be used, as they were read last. */
    public List<LoadedJobFile> files() {
        lock.lock();
        try {
            return jobs.stream()
                    .filter(ScheduledJob::usable)
                    .map(ScheduledJob::file)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Schedules until it is asked to stop and the runs under way have ended; what the program is to end with. */
    public ExitCode run() throws InterruptedException {
        while (true) {
            Instant next = tick();
            lock.lockInterruptibly();
            try {
                if (stopping && underWay == 0) {
                    // as the runs that were under way would have ended on their own: 9, if there was anything left to
                    // do
                    return ExitCode.weightiest(endedAfterStop);
                }
                Duration nap = Duration.between(clock.instant(), next);
                long nanos = Math.max(1_000_000, Math.min(nap.toNanos(), LOOK.toNanos()));
                if (changed.await(nanos, TimeUnit.NANOSECONDS)) {
                    LOG.debug("woken up");
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Starts nothing more, asks runs that are under way to stop, and returns at once. For any thread. */
    public void stop() {
        locked(() -> {
            if (!stopping) {
                stopping = true;
                events.stopping(underWay);
                runner.stop();
                changed.signalAll();
            }
        });
    }

    /** The state of each job. */
    public List<JobStatus> status() {
        lock.lock();
        try {
            return jobs.stream().map(ScheduledJob::status).toList();
        } finally {
            lock.unlock();
        }
    }

    /** When it last looked whether something is due; every half minute at least, as long as all is well. */
    public Instant lastTick() {
        lock.lock();
        try {
            return lastTick;
        } finally {
            lock.unlock();
        }
    }

    /** Checks job files and clock, starts what is due, and says when to check again. */
    Instant tick() {
        Map<String, RunHistory> histories = histories();
        lock.lock();
        try {
            Instant now = clock.instant();
            lastTick = now;
            Instant next = now.plus(LOOK);
            if (stopping) {
                return next;
            }
            for (ScheduledJob job : jobs) {
                refresh(job, now);
                if (!job.known() || job.since == null) {
                    continue;
                }
                boolean firstLook = !job.historyKnown && job.since.equals(job.considered);
                RunHistory history = histories.get(job.name());
                if (history != null && !job.historyKnown) {
                    learn(job, history, firstLook);
                }
                look(job, now);
                lookForPreview(job, now);
                next = earlier(next, job.nextDue());
                next = earlier(next, job.nextPreview());
                next = earlier(
                        next, job.usable() && job.underWaySince == null && !job.previewUnderWay ? job.owed : null);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private static Instant earlier(Instant one, @Nullable Instant other) {
        return other != null && other.isBefore(one) ? other : one;
    }

    private void refresh(ScheduledJob job, Instant now) {
        if (job.hasChanged()) {
            job.read(reader);
            namesake(job);
            tell(job, now);
            jobs.stream().filter(other -> other.namesake && other != job).forEach(ScheduledJob::readAgain);
        }
    }

    /** Read without the lock: a database that does not answer takes seconds to say so. */
    private Map<String, RunHistory> histories() {
        List<LoadedJobFile> wanted = new ArrayList<>();
        locked(() -> {
            Instant now = clock.instant();
            for (ScheduledJob job : jobs) {
                if (!stopping && job.usable() && !job.historyKnown && !now.isBefore(job.askHistory)) {
                    wanted.add(job.file());
                    job.askHistory = now.plus(AGAIN);
                }
            }
        });
        Map<String, RunHistory> histories = new HashMap<>();
        for (LoadedJobFile file : wanted) {
            String job = file.jobFile().job();
            try {
                histories.put(job, runner.history(file));
            } catch (RuntimeException e) {
                LOG.warn("the earlier runs of job {} cannot be read", job, e);
                locked(() -> events.historyUnknown(job, Objects.requireNonNullElse(e.getMessage(), e.toString())));
            }
        }
        return histories;
    }

    /** What was due between the last run that ended and the moment from which this schedule has been there. */
    private void learn(ScheduledJob job, RunHistory history, boolean firstLook) {
        job.historyKnown = true;
        Instant success = history.lastSuccess();
        if (success != null && (job.lastSuccess == null || job.lastSuccess.isBefore(success))) {
            job.lastSuccess = success;
            events.lastSuccess(job.name(), success);
        }
        Instant last = history.lastThrough();
        Instant since = Objects.requireNonNull(job.since);
        if (last == null || !last.isBefore(since)) {
            return;
        }
        if (firstLook) {
            job.considered = last;
        } else {
            MissedRuns missed = null;
            for (Instant due = job.dueTimes().next(last);
                    due != null && !due.isAfter(since) && (missed == null || missed.count() < MissedRuns.MOST);
                    due = job.dueTimes().next(due)) {
                missed = missed == null ? MissedRuns.one(due, MissedRuns.Why.AWAY) : missed.and(due);
            }
            if (missed != null) {
                miss(job, missed);
            }
        }
    }

    private void look(ScheduledJob job, Instant now) {
        if (now.isBefore(job.considered.minus(LATE))) {
            LOG.warn("the clock was moved back from {} to {}", job.considered, now);
            // better twice, which does no harm, than not until that time comes again
            job.considered = now;
        }
        MissedRuns missed = null;
        Instant onTime = null;
        Instant notLate = now.minus(LATE);
        for (Instant due = job.dueTimes().next(job.considered);
                due != null && !due.isAfter(now);
                due = job.dueTimes().next(due)) {
            Instant late = onTime;
            if (job.usable() && job.underWaySince == null && !due.isBefore(notLate)) {
                onTime = due;
            } else {
                late = due;
            }
            if (late != null) {
                missed = missed == null ? MissedRuns.one(late, why(job)) : missed.and(late);
                if (missed.count() == MissedRuns.MOST && due.isBefore(notLate)) {
                    due = notLate.minusNanos(1);
                }
            }
        }
        job.considered = now.isAfter(job.considered) ? now : job.considered;
        if (missed != null) {
            miss(job, missed);
        }
        boolean makesUp = job.owed != null && !job.owed.isAfter(now);
        if (job.awaited != null) {
            // it may not have been there yet to be asked
            runner.stopPreview(job.name());
        }
        if (!job.usable() || job.underWaySince != null || onTime == null && !makesUp) {
            return;
        }
        if (job.previewUnderWay) {
            makeRoom(job, onTime);
        } else {
            start(job, now, onTime);
        }
    }

    /** @param due of a run that waits for the preview to end; null for one that is made up for */
    private void makeRoom(ScheduledJob job, @Nullable Instant due) {
        runner.stopPreview(job.name());
        if (due != null && job.awaited != null) {
            miss(job, MissedRuns.one(due, MissedRuns.Why.STILL_UNDER_WAY));
        } else if (due != null) {
            job.awaited = due;
        }
    }

    private void lookForPreview(ScheduledJob job, Instant now) {
        Instant notLate = now.minus(LATE);
        if (job.previewsConsidered.isBefore(notLate) || job.previewsConsidered.isAfter(now.plus(LATE))) {
            job.previewsConsidered = notLate;
        }
        Instant due = job.nextPreview();
        job.previewsConsidered = now.isAfter(job.previewsConsidered) ? now : job.previewsConsidered;
        Instant coming = job.nextDue();
        if (due != null && !due.isAfter(now) && coming != null && job.underWaySince == null && !job.previewUnderWay) {
            preview(job, coming);
        }
    }

    private void preview(ScheduledJob job, Instant coming) {
        job.previewUnderWay = true;
        underWay++;
        LoadedJobFile file = job.file();
        executor.execute(() -> {
            RunResult result;
            try {
                result = runner.preview(file, coming);
            } catch (Throwable e) {
                LOG.error("preview of {}", file.path(), e);
                result = RunResult.notBegun(ExitCode.UNEXPECTED, "unexpected: " + e);
            }
            previewed(job, file, coming, result);
        });
    }

    private void previewed(ScheduledJob job, LoadedJobFile file, Instant coming, RunResult result) {
        locked(() -> {
            underWay--;
            job.previewUnderWay = false;
            events.previewed(file.jobFile().job(), result, coming);
            Instant awaited = job.awaited;
            job.awaited = null;
            if (awaited != null && !stopping) {
                if (job.usable()) {
                    start(job, clock.instant(), awaited);
                } else {
                    miss(job, MissedRuns.one(awaited, MissedRuns.Why.JOB_FILE));
                }
            }
            changed.signalAll();
        });
    }

    private static MissedRuns.Why why(ScheduledJob job) {
        if (!job.problems.isEmpty()) {
            return MissedRuns.Why.JOB_FILE;
        }
        return job.underWaySince == null ? MissedRuns.Why.AWAY : MissedRuns.Why.STILL_UNDER_WAY;
    }

    private void miss(ScheduledJob job, MissedRuns missed) {
        job.missed += missed.count();
        job.lastDueMissed = true;
        job.reportNextTime(missed);
        if (job.catchesUp()) {
            job.owed = missed.last();
        }
        events.missed(job.name(), job.zone(), missed, job.catchesUp());
    }

    private void start(ScheduledJob job, Instant now, @Nullable Instant due) {
        List<MissedRuns> missed = job.takeUnreported();
        List<String> notes = new ArrayList<>();
        missed.forEach(one -> notes.add(one.inWords(job.zone())));
        if (job.owed != null) {
            notes.add("this run makes up for what was missed");
        }
        job.owed = null;
        job.underWaySince = now;
        underWay++;
        LoadedJobFile file = job.file();
        executor.execute(() -> {
            RunResult result;
            try {
                result = runner.run(
                        file,
                        notes,
                        runId -> locked(() -> events.begun(file.jobFile().job(), runId, notes)));
            } catch (Throwable e) {
                LOG.error("run of {}", file.path(), e);
                result = RunResult.notBegun(ExitCode.UNEXPECTED, "unexpected: " + e);
            }
            ended(job, file, now, due, missed, result);
        });
    }

    private void ended(
            ScheduledJob job,
            LoadedJobFile file,
            Instant began,
            @Nullable Instant due,
            List<MissedRuns> missed,
            RunResult result) {
        locked(() -> {
            Instant now = clock.instant();
            underWay--;
            job.underWaySince = null;
            if (stopping) {
                endedAfterStop.add(result.exitCode());
            }
            // whoever was asked to stop begins nothing more
            events.ended(file.jobFile().job(), result, Duration.between(began, now), stopping ? null : job.nextDue());
            if (job.name().equals(file.jobFile().job())) {
                remember(job, now, due, missed, result);
            }
            changed.signalAll();
        });
    }

    private void remember(
            ScheduledJob job, Instant now, @Nullable Instant due, List<MissedRuns> missed, RunResult result) {
        job.lastExitCode = result.exitCode();
        if (result.exitCode().finished()) {
            job.lastSuccess = now;
        }
        if (result.runId() != null) {
            // what it was given is in its report
            job.lastDueMissed = job.hasUnreported();
            job.notBegun = 0;
            return;
        }
        missed.forEach(job::reportNextTime);
        // nothing of it is in the table of runs: had the program ended meanwhile, the next one would call it missed,
        // too
        if (due != null) {
            boolean locked = result.exitCode() == ExitCode.ALREADY_RUNNING;
            miss(job, MissedRuns.one(due, locked ? MissedRuns.Why.LOCKED : MissedRuns.Why.NOT_BEGUN));
        }
        if (job.catchesUp()) {
            job.owed = now.plus(OWED.after(++job.notBegun));
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
