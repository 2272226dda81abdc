package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A job whose runs are killed, once, now and then again while it recovers, and which is then left alone. Where, and how, comes from a
 * seed.
 */
public final class Victim implements AutoCloseable {

    /** When a run is killed. */
    private enum When {
        /** A statement that changes something is under way in the database, or has been executed and is not committed. */
        AT_A_MOMENT,
        /** Some milliseconds after that. */
        AFTER_A_MOMENT,
        /** The platform has been asked for something. */
        AT_A_REQUEST,
        /** The platform has been asked to change something. */
        AT_A_WRITE
    }

    /** What a run in which nothing happens goes through. */
    public record Course(long moments, long requests, long writes, Aftermath.Undisturbed end) {

        public static Course of(SweptPlatform platform) throws Exception {
            return of(platform, SweptNight.OFFBOARDING);
        }

        public static Course of(SweptPlatform platform, SweptNight night) throws Exception {
            try (Victim nobody = new Victim(platform, night, 1)) {
                Swept world = nobody.world;
                RunResult result = night.undisturbed(world);
                assertThat(result.exitCode()).as("%s", result).isIn(ExitCode.OK, ExitCode.NEEDS_ATTENTION);
                Aftermath.Undisturbed end = Aftermath.Undisturbed.of(world);
                new Aftermath(world).assertIsAsIfNothingHadHappened(Map.of(), end);
                return new Course(nobody.moments.seen(), world.requests(), world.writes(), end);
            }
        }
    }

    private static final int STARTS = 200;
    private static final Duration LONGEST_BIT = Duration.ofMillis(40);
    private static final Duration LONGEST_LINGERING = Duration.ofMillis(800);

    private final SweptPlatform platform;
    private final SweptNight night;
    private final long seed;
    private final Random random;
    private final Swept world;
    private final Moments moments;
    private final List<String> story = new ArrayList<>();
    /** Runs that were killed, and whether they had ended nevertheless. */
    private final Map<String, Boolean> dead = new LinkedHashMap<>();

    /** From when to when the killed runs could begin. */
    private final Map<Instant, Instant> lives = new LinkedHashMap<>();

    private int toBeKilled;
    private Instant armedAt = Instant.EPOCH;
    private int kills;
    private When when = When.AT_A_MOMENT;
    private long moment;
    private boolean reached;
    private Duration bit = Duration.ZERO;

    public Victim(SweptPlatform platform, SweptNight night, long seed) {
        this.platform = platform;
        this.night = night;
        this.seed = seed;
        random = new Random(seed);
        world = platform.world(Scene.set(), random.nextBoolean());
        night.prepare(world);
        moments = Moments.in(world.scene().jdbc(), world.scene().database().direct());
        toBeKilled = random.nextInt(4) > 0 ? 1 : random.nextInt(3) > 0 ? 2 : 3;
    }

    public SweptPlatform platform() {
        return platform;
    }

    public SweptNight night() {
        return night;
    }

    public Path jobFile() {
        return world.scene().jobFile();
    }

    public boolean isToBeKilled() {
        return toBeKilled > 0;
    }

    /** At the points that were drawn for them. */
    public int kills() {
        return kills;
    }

    // ---- the kill

    /** Draws a point, and sees to it that the next run does not get beyond it. */
    public void arm(Course course) throws Exception {
        Files.deleteIfExists(ended());
        boolean first = story.isEmpty();
        // whoever recovers waits until what its predecessor asked for can no longer take effect, and not for long
        world.answersAreWaitedForLong(first);
        when = first ? draw() : random.nextInt(10) < 7 ? When.AT_A_MOMENT : When.AFTER_A_MOMENT;
        // whoever recovers has not so much to do: half of the later kills are for that
        double part = first || random.nextBoolean() ? 1 : 0.4;
        long n = 1 + (long) (random.nextDouble() * part * of(course));
        reached = false;
        bit = Swept.between(random, Duration.ZERO, LONGEST_BIT);
        switch (when) {
            case AT_A_MOMENT, AFTER_A_MOMENT -> {
                moment = moments.seen() + n;
                moments.holdAt(moment);
            }
            case AT_A_REQUEST -> world.holdRequest(n, random);
            case AT_A_WRITE -> world.holdWrite(n, random);
        }
        armedAt = Instant.now();
        story.add("%s %d of %d".formatted(when, n, of(course)));
    }

    private long of(Course course) {
        return switch (when) {
            case AT_A_MOMENT, AFTER_A_MOMENT -> course.moments();
            case AT_A_REQUEST -> course.requests();
            case AT_A_WRITE -> course.writes();
        };
    }

    private When draw() {
        int dice = random.nextInt(10);
        if (platform == SweptPlatform.LEDGER) {
            return dice < 6 ? When.AT_A_MOMENT : When.AFTER_A_MOMENT;
        }
        return dice < 2
                ? When.AT_A_MOMENT
                : dice < 4 ? When.AFTER_A_MOMENT : dice < 6 ? When.AT_A_REQUEST : When.AT_A_WRITE;
    }

    private Path ended() {
        return world.scene().folder().resolve(SweptRuns.ENDED);
    }

    public boolean hasReachedItsPoint() {
        if (!reached) {
            reached = switch (when) {
                case AT_A_MOMENT, AFTER_A_MOMENT -> moments.seen() >= moment;
                case AT_A_REQUEST, AT_A_WRITE -> world.aRequestIsHeld();
            };
        }
        return reached;
    }

    public boolean hasEnded() {
        return Files.exists(ended());
    }

    /** It is going to be killed in so much time; some go on for a bit until then. */
    public void isGoingToBeKilledIn(Duration time, ScheduledExecutorService later) {
        if (when == When.AFTER_A_MOMENT && reached) {
            later.schedule(moments::letGo, time.minus(bit).toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Its process is gone. What it had asked for may still be under way. */
    public void wasKilled(ScheduledExecutorService later) {
        world.nothingIsHeldAnyMore();
        world.answersAreWaitedForLong(false);
        later.schedule(
                world::whatWasHeldTakesEffect,
                Swept.between(random, Duration.ZERO, LONGEST_LINGERING).toMillis(),
                TimeUnit.MILLISECONDS);
        story.add(hasEnded() ? "had ended" : reached ? "killed there" : "killed before it got there");
        if (!hasEnded()) {
            noteTheDead();
            lives.put(armedAt, Instant.now());
            kills += reached ? 1 : 0;
        }
        toBeKilled--;
        if (when == When.AT_A_MOMENT && random.nextBoolean() && !hasEnded()) {
            // the database is still at it when the next run begins
            Duration lingering = Swept.between(random, Duration.ZERO, LONGEST_LINGERING);
            later.schedule(moments::letGo, lingering.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            moments.endTheHeld();
            moments.letGo();
        }
    }

    /** Of all that have begun so far the last one is dead; it may have ended nevertheless, and owe its report at most. */
    private void noteTheDead() {
        world.scene()
                .jdbc()
                .sql("select run_id, ended_at is not null from offboarding.run order by run_id desc limit 1")
                .query(row -> {
                    dead.putIfAbsent(row.getString(1), row.getBoolean(2));
                });
    }

    /** The database was still at their first statement when their process died; whoever came next has waited for that. */
    private void noteThoseThatHadOnlyBegun() {
        lives.forEach((from, to) -> world.scene()
                .jdbc()
                .sql("select run_id from offboarding.run where started_at between ? and ? order by run_id desc limit 1")
                .params(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .list()
                .forEach(runId -> dead.putIfAbsent(runId, false)));
    }

    // ---- the recovery

    /** Starts the job until it is through, and compares what then is with what is without a kill. */
    public void recover(Course course) throws Exception {
        try {
            untilItIsThrough();
            noteThoseThatHadOnlyBegun();
            assertNobodyFailed();
            night.assertKept(world);
            new Aftermath(world).assertIsAsIfNothingHadHappened(dead, course.end());
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed %d, %s on %s (%s): %s"
                            .formatted(seed, night, platform, String.join("; ", story), e.getMessage()),
                    e);
        }
    }

    private void untilItIsThrough() throws Exception {
        for (int starts = 0; starts < STARTS; starts++) {
            RunResult result = night.again(world);
            if (result.exitCode() != ExitCode.ALREADY_RUNNING) {
                story.add("started again: " + result.exitCode());
                assertThat(result.exitCode()).as("%s", result).isIn(ExitCode.OK, ExitCode.NEEDS_ATTENTION);
                return;
            }
            // it has not been noticed yet that the dead one's session is gone
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("the lock outlives the dead");
    }

    /** A dead run calls those failed, too, whom it had asked something for that never came; nobody else fails. */
    private void assertNobodyFailed() {
        for (Path folder : world.scene().reports()) {
            Scene.Report report = new Scene.Report(folder);
            Set<String> lost = report.json().get("interrupted").asBoolean()
                    ? report.table("actions.csv").stream()
                            .filter(action -> "LOST".equals(action.get("result")))
                            .map(action -> action.get("customer_id"))
                            .collect(Collectors.toSet())
                    : Set.of();
            assertThat(report.table("customers.csv"))
                    .as("customers that failed in %s", folder)
                    .noneMatch(row -> "FAILED".equals(row.get("outcome")) && !lost.contains(row.get("customer_id")));
        }
    }

    /** For each dead run: from the start of the run that took it up to the moment at which all of it was known and reported. */
    public List<Duration> recoveries() {
        Map<String, Instant> started = new LinkedHashMap<>();
        Map<String, Instant> reported = new HashMap<>();
        world.scene()
                .jdbc()
                .sql("select run_id, started_at, reported_at from offboarding.run order by started_at, run_id")
                .query(row -> {
                    String runId = row.getString(1);
                    started.put(runId, row.getObject(2, OffsetDateTime.class).toInstant());
                    reported.put(runId, row.getObject(3, OffsetDateTime.class).toInstant());
                });
        List<Duration> recoveries = new ArrayList<>();
        for (String runId : dead.keySet()) {
            Instant told = reported.get(runId);
            started.values().stream()
                    .filter(it -> it.isBefore(told) && it.isAfter(started.get(runId)))
                    .max(Instant::compareTo)
                    .ifPresent(by -> recoveries.add(Duration.between(by, told)));
        }
        return recoveries;
    }

    @Override
    public void close() {
        moments.close();
        world.close();
    }
}
