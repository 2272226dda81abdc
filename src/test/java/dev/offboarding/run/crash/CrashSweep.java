package dev.offboarding.run.crash;

import dev.offboarding.kit.QuickFolders;
import dev.offboarding.run.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Kills runs with {@code kill -9} at points that are spread over all that a run does, and starts their jobs again until they are
 * through. Many runs share the process that is killed: each goes on to its own point and is held there until all have come to theirs.
 */
public final class CrashSweep implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration COUNTDOWN = Duration.ofMillis(50);

    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
    private final ExecutorService recoveries;
    private final Map<Kind, Victim.Course> courses = new HashMap<>();
    private final Path folder;

    /** @param atOnce so many jobs recover at one time */
    public CrashSweep(int atOnce) throws IOException {
        recoveries = Executors.newFixedThreadPool(atOnce);
        folder = QuickFolders.make("sweep");
    }

    /** What runs are swept. */
    public record Kind(SweptNight night, SweptPlatform platform) {

        private static Kind of(Victim victim) {
            return new Kind(victim.night(), victim.platform());
        }

        @Override
        public String toString() {
            return night + " on " + platform;
        }
    }

    /** One job that is to be killed. */
    public record Target(Kind kind, long seed) {}

    public Victim.Course course(Kind kind) {
        Victim.Course course = courses.get(kind);
        if (course == null) {
            throw new IllegalArgumentException("not swept: " + kind);
        }
        return course;
    }

    /** What became of one job. */
    public record Recovered(Kind kind, int kills, List<Duration> recoveries) {}

    /** One process with a job for each of these, killed; and once more with those that are to be killed again. */
    public List<Recovered> wave(List<Target> targets) throws Exception {
        for (Target target : targets) {
            Kind kind = target.kind();
            if (!courses.containsKey(kind)) {
                courses.put(kind, Victim.Course.of(kind.platform(), kind.night()));
            }
        }
        List<Victim> victims = new ArrayList<>();
        try {
            for (Target target : targets) {
                victims.add(new Victim(target.kind().platform(), target.kind().night(), target.seed()));
            }
            List<Future<Recovered>> recovering = new ArrayList<>();
            List<Victim> next = victims;
            while (!next.isEmpty()) {
                kill(next);
                List<Victim> again = new ArrayList<>();
                for (Victim victim : next) {
                    if (victim.isToBeKilled()) {
                        again.add(victim);
                    } else {
                        recovering.add(recoveries.submit(() -> recover(victim)));
                    }
                }
                next = again;
            }
            return all(recovering);
        } finally {
            victims.forEach(Victim::close);
        }
    }

    private Recovered recover(Victim victim) throws Exception {
        Kind kind = Kind.of(victim);
        victim.recover(course(kind));
        return new Recovered(kind, victim.kills(), victim.recoveries());
    }

    private void kill(List<Victim> victims) throws Exception {
        List<String> nightsAndJobFiles = new ArrayList<>();
        for (Victim victim : victims) {
            victim.arm(course(Kind.of(victim)));
            nightsAndJobFiles.add(victim.night().name());
            nightsAndJobFiles.add(victim.jobFile().toString());
        }
        Program program = Program.start(
                SweptRuns.class, folder, SweptPartnerCenter.SECRET, nightsAndJobFiles.toArray(String[]::new));
        try {
            awaitAll(victims, program);
            victims.forEach(victim -> victim.isGoingToBeKilledIn(COUNTDOWN, later));
            TimeUnit.NANOSECONDS.sleep(COUNTDOWN.toNanos());
        } finally {
            program.kill();
        }
        victims.forEach(victim -> victim.wasKilled(later));
    }

    private static void awaitAll(List<Victim> victims, Program program) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && program.isAlive()) {
            if (victims.stream().filter(it -> !it.hasReachedItsPoint()).allMatch(Victim::hasEnded)) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
    }

    /** All of them, though one may fail: else its world would go from under another's feet. */
    private static List<Recovered> all(List<Future<Recovered>> futures) throws InterruptedException {
        List<Recovered> recovered = new ArrayList<>();
        AssertionError failure = null;
        for (Future<Recovered> future : futures) {
            try {
                recovered.add(future.get());
            } catch (ExecutionException e) {
                if (failure == null) {
                    failure = new AssertionError(String.valueOf(e.getMessage()), e.getCause());
                } else {
                    failure.addSuppressed(e.getCause());
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return recovered;
    }

    @Override
    public void close() throws Exception {
        later.shutdownNow();
        recoveries.shutdownNow();
        org.springframework.util.FileSystemUtils.deleteRecursively(folder);
    }
}
