package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs that are killed at random points, on both platforms, and are taken up until the job is through: a few here, always the
 * same, and two hundred others on each platform with {@code ./mvnw -Psweep verify}. What failed once is tried again with
 * {@code -Dsweep.seed=} and the seed that it names (and {@code -Dsweep.points=1}).
 */
@Tag("sweep")
class CrashSweepTest {

    private static final int POINTS = Integer.getInteger("sweep.points", 6);
    private static final long SEED = Long.getLong("sweep.seed", System.currentTimeMillis());
    private static final int WAVE = 20;

    @BeforeEach
    void theSecret() {
        System.setProperty(Program.SECRET, SweptPartnerCenter.SECRET);
    }

    @AfterEach
    void noSecret() {
        System.clearProperty(Program.SECRET);
    }

    /** What a second thought, or a second person, has to do with it: half as often. */
    private static int points(SweptNight night) {
        return night == SweptNight.OFFBOARDING ? POINTS : Math.max(1, POINTS / 2);
    }

    /** Of one point only one platform is swept. */
    private static List<SweptPlatform> platforms(SweptNight night) {
        SweptPlatform one = SEED % 2 == 0 ? SweptPlatform.LEDGER : SweptPlatform.PARTNER_CENTER;
        return points(night) > 1 ? List.of(SweptPlatform.values()) : List.of(one);
    }

    private static List<CrashSweep.Target> targets(SweptNight night, int point) {
        // a seed is good for the platform that it is odd or even for, also when it is tried again
        long seed = 2 * ((SEED >> 1) + point);
        return platforms(night).stream()
                .map(platform -> new CrashSweep.Target(new CrashSweep.Kind(night, platform), seed + platform.ordinal()))
                .toList();
    }

    /** Offboarded, withdrawn, approved or spread: runs of different nights are killed in one process where there are few of each. */
    @Test
    void aRunThatIsKilledAnywhereIsTakenUpAndNothingIsLostNorDoneTwice() throws Exception {
        List<CrashSweep.Target> all = new ArrayList<>();
        for (SweptNight night : SweptNight.values()) {
            for (int point = 0; point < points(night); point++) {
                all.addAll(targets(night, point));
            }
        }
        List<CrashSweep.Recovered> recovered = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        try (CrashSweep sweep = new CrashSweep(6)) {
            for (int from = 0; from < all.size(); from += WAVE) {
                try {
                    recovered.addAll(sweep.wave(all.subList(from, Math.min(all.size(), from + WAVE))));
                } catch (Exception | AssertionError e) {
                    // the others are swept nevertheless
                    failures.add(e);
                }
            }
            assertThat(failures).as("waves that failed").isEmpty();
            for (SweptNight night : SweptNight.values()) {
                // one that has ended before it came to its point shows nothing
                for (int more = 0; kills(night, recovered) == 0 && more < 5; more++) {
                    recovered.addAll(sweep.wave(targets(night, points(night) + more)));
                }
                for (SweptPlatform platform : platforms(night)) {
                    CrashSweep.Kind kind = new CrashSweep.Kind(night, platform);
                    print(kind, sweep.course(kind), recovered);
                }
            }
        }
        for (SweptNight night : SweptNight.values()) {
            long jobs =
                    recovered.stream().filter(it -> it.kind().night() == night).count();
            // one in a while has ended before it comes to its point; a sweep that kills nobody proves nothing
            assertThat(kills(night, recovered))
                    .as("runs of %s that were killed", night)
                    .isGreaterThan(points(night) > 1 ? (int) (jobs / 2) : 0);
        }
    }

    private static int kills(SweptNight night, List<CrashSweep.Recovered> all) {
        return all.stream()
                .filter(it -> it.kind().night() == night)
                .mapToInt(CrashSweep.Recovered::kills)
                .sum();
    }

    private static void print(CrashSweep.Kind kind, Victim.Course course, List<CrashSweep.Recovered> all) {
        List<CrashSweep.Recovered> points =
                all.stream().filter(it -> it.kind().equals(kind)).toList();
        List<Duration> recoveries = points.stream()
                .flatMap(it -> it.recoveries().stream())
                .sorted(Comparator.naturalOrder())
                .toList();
        System.out.printf(
                "sweep of %s: %d jobs, %d runs killed (a run has %d moments and %d requests, %d of them writes); to recover from %d of them"
                        + " took %d ms in the middle, %d ms nine times of ten, %d ms at most%n",
                kind,
                points.size(),
                points.stream().mapToInt(CrashSweep.Recovered::kills).sum(),
                course.moments(),
                course.requests(),
                course.writes(),
                recoveries.size(),
                part(recoveries, 0.5),
                part(recoveries, 0.9),
                part(recoveries, 1));
    }

    private static long part(List<Duration> sorted, double part) {
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1, part * sorted.size()))
                        .toMillis();
    }
}
