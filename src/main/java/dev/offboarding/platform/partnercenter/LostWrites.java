package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a write whose answer was lost: by reading, again and again, until the effect shows or the call can no
 * longer take effect. Only then may sending it again be considered.
 */
final class LostWrites {

    private final Clock clock;
    private final CancellationToken cancellation;
    private final WaitTimes waitTimes;

    LostWrites(Clock clock, CancellationToken cancellation, WaitTimes waitTimes) {
        this.clock = clock;
        this.cancellation = cancellation;
        this.waitTimes = waitTimes;
    }

    /**
     * Waits for the outcome.
     *
     * @param look reads the target's state; null where it cannot be read
     * @param reached whether a state is what the write was for
     */
    WriteOutcome settle(
            WriteContext performance,
            Write write,
            @Nullable String before,
            Reply.NoAnswer lost,
            Supplier<@Nullable String> look,
            Predicate<String> reached) {
        Instant sentAt = lost.sentAt() == null ? clock.instant() : lost.sentAt();
        Instant end = sentAt.plus(lost.answered() ? waitTimes.settlingOnceAnswered() : waitTimes.settling());
        String state = null;
        try {
            for (int looks = 0; ; looks++) {
                Instant now = clock.instant();
                boolean last = !now.isBefore(end);
                state = look.get();
                if (state != null && reached.test(state)) {
                    return performance.lost(
                            write,
                            before,
                            state,
                            "its answer was lost (%s); it took effect".formatted(lost.words()),
                            false);
                }
                if (last) {
                    break;
                }
                Duration left = Duration.between(now, end);
                Duration nap = WaitTimes.nap(looks);
                WaitTimes.pause(cancellation, nap.compareTo(left) < 0 ? nap : left);
            }
        } catch (CancelledException e) {
            return performance.open(write);
        } catch (PlatformUnavailableException e) {
            performance.broke(e);
            return performance.lost(
                    write,
                    before,
                    state,
                    "its answer was lost (%s), and what became of it could not be read: %s"
                            .formatted(lost.words(), e.getMessage()),
                    false);
        }
        return state == null
                ? performance.lost(
                        write,
                        before,
                        null,
                        "its answer was lost (%s), and what became of it could not be read".formatted(lost.words()),
                        false)
                : performance.lost(
                        write,
                        before,
                        state,
                        "its answer was lost (%s); it did not take effect".formatted(lost.words()),
                        true);
    }
}
