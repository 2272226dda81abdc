package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @Test
    void aRunThatIsKilledAnywhereIsTakenUpAndNothingIsLostNorDoneTwice() throws Exception {
        sweep(SweptNight.OFFBOARDING, POINTS);
    }

    /** What a second thought, or a second person, has to do with it: half as often. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OFFBOARDING")
    void soIsWhatWasWithdrawnApprovedOrSpread(SweptNight night) throws Exception {
        sweep(night, Math.max(1, POINTS / 2));
    }

    private static void sweep(SweptNight night, int points) throws Exception {
        List<CrashSweep.Recovered> all = new ArrayList<>();
        SweptPlatform one = SEED % 2 == 0 ? SweptPlatform.LEDGER : SweptPlatform.PARTNER_CENTER;
        SweptPlatform[] platforms = points > 1 ? SweptPlatform.values() : new SweptPlatform[] {one};
        try (CrashSweep sweep = new CrashSweep(night, 6, platforms)) {
            Map<Long, SweptPlatform> wave = new LinkedHashMap<>();
            // one that has ended before it came to its point shows nothing
            for (int i = 0; i < points || (kills(all) == 0 && i < points + 5); i++) {
                // a seed is good for the platform that it is odd or even for, also when it is tried again
                long seed = 2 * ((SEED >> 1) + i);
                for (SweptPlatform platform : platforms) {
                    wave.put(seed + platform.ordinal(), platform);
                }
                if (wave.size() >= WAVE || i >= points - 1) {
                    all.addAll(sweep.wave(wave));
                    wave.clear();
                }
            }
            for (SweptPlatform platform : platforms) {
                print(night, platform, sweep.course(platform), all);
            }
        }
        // one in a while has ended before it comes to its point; a sweep that kills nobody proves nothing
        assertThat(kills(all)).as("runs that were killed").isGreaterThan(points > 1 ? all.size() / 2 : 0);
    }

    private static int kills(List<CrashSweep.Recovered> all) {
        return all.stream().mapToInt(CrashSweep.Recovered::kills).sum();
    }

    private static void print(
            SweptNight night, SweptPlatform platform, Victim.Course course, List<CrashSweep.Recovered> all) {
        List<CrashSweep.Recovered> points =
                all.stream().filter(it -> it.platform() == platform).toList();
        List<Duration> recoveries = points.stream()
                .flatMap(it -> it.recoveries().stream())
                .sorted(Comparator.naturalOrder())
                .toList();
        System.out.printf(
                "sweep of %s on %s: %d jobs, %d runs killed (a run has %d moments and %d requests, %d of them writes); to recover from %d of them"
                        + " took %d ms in the middle, %d ms nine times of ten, %d ms at most%n",
                night,
                platform,
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
