package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.partnercenter.standin.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PaceProperties {

    @Property(tries = 200)
    void inNoMinuteMoreThanAllowedStart(
            @ForAll @IntRange(min = 1, max = 600) int perMinute,
            @ForAll @Size(max = 30) List<@IntRange(max = 90_000) Integer> lulls) {
        SettableClock clock = new SettableClock(Rig.TONIGHT);
        Pace pace = new Pace(perMinute, clock);
        Deque<Instant> lastMinute = new ArrayDeque<>();
        for (int i = 0; i < 3 * perMinute + lulls.size(); i++) {
            if (i < lulls.size()) {
                clock.advance(Duration.ofMillis(lulls.get(i)));
            }
            for (Duration wait = pace.tryStart(); !wait.isZero(); wait = pace.tryStart()) {
                clock.advance(wait);
            }
            Instant now = clock.instant();
            while (!lastMinute.isEmpty() && !lastMinute.getFirst().isAfter(now.minus(Duration.ofMinutes(1)))) {
                lastMinute.removeFirst();
            }
            lastMinute.addLast(now);
            assertThat(lastMinute.size()).isLessThanOrEqualTo(perMinute);
        }
    }

    @Property(tries = 100)
    void asManyAsAllowedStartInTheFirstMinuteAndASecondsWorthAtOnce(
            @ForAll @IntRange(min = 1, max = 2000) int perMinute) {
        SettableClock clock = new SettableClock(Rig.TONIGHT);
        Pace pace = new Pace(perMinute, clock);
        int atOnce = 0;
        for (int i = 0; i < perMinute; i++) {
            for (Duration wait = pace.tryStart(); !wait.isZero(); wait = pace.tryStart()) {
                clock.advance(wait);
            }
            atOnce += clock.instant().equals(Rig.TONIGHT) ? 1 : 0;
        }
        assertThat(clock.instant()).isBefore(Rig.TONIGHT.plus(Duration.ofMinutes(1)));
        assertThat(atOnce).isEqualTo(Math.max(1, perMinute / 60));
    }

    @Property(tries = 50)
    void duringAPauseNobodyStartsAndTheLongestOneCounts(
            @ForAll @IntRange(min = 1, max = 300) int first, @ForAll @IntRange(min = 1, max = 300) int second) {
        SettableClock clock = new SettableClock(Rig.TONIGHT);
        Pace pace = new Pace(60_000, clock);
        pace.pauseUntil(Rig.TONIGHT.plusSeconds(first));
        pace.pauseUntil(Rig.TONIGHT.plusSeconds(second));

        int longest = Math.max(first, second);
        assertThat(pace.tryStart()).isEqualTo(Duration.ofSeconds(longest));
        clock.advance(Duration.ofSeconds(longest).minusMillis(1));
        assertThat(pace.tryStart()).isEqualTo(Duration.ofMillis(1));
        clock.advance(Duration.ofMillis(1));
        assertThat(pace.tryStart()).isZero();
    }
}
