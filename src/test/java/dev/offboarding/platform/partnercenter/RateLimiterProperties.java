package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.SettableClock;
import dev.offboarding.kit.Tries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class RateLimiterProperties {

    @Test
    void inNoMinuteMoreThanAllowedStart() {
        Tries.of(200, draw -> {
            int perMinute = draw.between(1, 600);
            List<Integer> lulls = draw.list(0, 30, () -> draw.between(0, 90_000));
            SettableClock clock = new SettableClock(Rig.TONIGHT);
            RateLimiter pace = new RateLimiter(perMinute, clock);
            Deque<Instant> lastMinute = new ArrayDeque<>();
            for (int i = 0; i < 3 * perMinute + lulls.size(); i++) {
                if (i < lulls.size()) {
                    clock.pass(Duration.ofMillis(lulls.get(i)));
                }
                for (Duration wait = pace.tryStart(); !wait.isZero(); wait = pace.tryStart()) {
                    clock.pass(wait);
                }
                Instant now = clock.instant();
                while (!lastMinute.isEmpty() && !lastMinute.getFirst().isAfter(now.minus(Duration.ofMinutes(1)))) {
                    lastMinute.removeFirst();
                }
                lastMinute.addLast(now);
                assertThat(lastMinute.size()).isLessThanOrEqualTo(perMinute);
            }
        });
    }

    @Test
    void asManyAsAllowedStartInTheFirstMinuteAndASecondsWorthAtOnce() {
        Tries.of(100, draw -> {
            int perMinute = draw.between(1, 2000);
            SettableClock clock = new SettableClock(Rig.TONIGHT);
            RateLimiter pace = new RateLimiter(perMinute, clock);
            int atOnce = 0;
            for (int i = 0; i < perMinute; i++) {
                for (Duration wait = pace.tryStart(); !wait.isZero(); wait = pace.tryStart()) {
                    clock.pass(wait);
                }
                atOnce += clock.instant().equals(Rig.TONIGHT) ? 1 : 0;
            }
            assertThat(clock.instant()).isBefore(Rig.TONIGHT.plus(Duration.ofMinutes(1)));
            assertThat(atOnce).isEqualTo(Math.max(1, perMinute / 60));
        });
    }

    @Test
    void duringAPauseNobodyStartsAndTheLongestOneCounts() {
        Tries.of(50, draw -> {
            int first = draw.between(1, 300);
            int second = draw.between(1, 300);
            SettableClock clock = new SettableClock(Rig.TONIGHT);
            RateLimiter pace = new RateLimiter(60_000, clock);
            pace.pauseUntil(Rig.TONIGHT.plusSeconds(first));
            pace.pauseUntil(Rig.TONIGHT.plusSeconds(second));

            int longest = Math.max(first, second);
            assertThat(pace.tryStart()).isEqualTo(Duration.ofSeconds(longest));
            clock.pass(Duration.ofSeconds(longest).minusMillis(1));
            assertThat(pace.tryStart()).isEqualTo(Duration.ofMillis(1));
            clock.pass(Duration.ofMillis(1));
            assertThat(pace.tryStart()).isZero();
        });
    }
}
