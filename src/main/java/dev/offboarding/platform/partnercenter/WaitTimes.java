package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.Backoff;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.VerificationSettings;
import java.time.Duration;

/**
 * How long this program waits for what does not show at once.
 *
 * @param settling how long after it was sent a call without an answer may still take effect
 * @param settlingOnceAnswered the same, after an answer of the service's own that says nothing (500, 503)
 * @param confirming how long an accepted change may take to show
 */
record WaitTimes(Duration settling, Duration settlingOnceAnswered, Duration confirming) {

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(20);
    private static final Duration SHORTEST_MARGIN = Duration.ofSeconds(2);
    private static final Duration ONCE_ANSWERED = Duration.ofSeconds(6);
    private static final Duration LONGEST_CONFIRMING = Duration.ofMinutes(2);
    private static final Duration SHORTEST_CONFIRMING = Duration.ofSeconds(5);
    private static final Backoff LOOKS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
    /** Microsoft names no bound: until the next night, as with the effects of a removal. */
    static final Duration SHOWING = Duration.ofHours(12);
    /** Between attempts; without a bound of tries it would be half a minute in the end. */
    static final Backoff ATTEMPTS = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(32));

    static WaitTimes of(PartnerCenterSettings settings, VerificationSettings verification) {
        Duration margin = between(SHORTEST_MARGIN, settings.readTimeout().dividedBy(5), LONGEST_MARGIN);
        Duration settling = settings.readTimeout().plus(margin);
        Duration onceAnswered = settling.compareTo(ONCE_ANSWERED) < 0 ? settling : ONCE_ANSWERED;
        return new WaitTimes(
                settling, onceAnswered, between(SHORTEST_CONFIRMING, verification.giveUpAfter(), LONGEST_CONFIRMING));
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        Duration atLeast = wanted.compareTo(least) < 0 ? least : wanted;
        return atLeast.compareTo(most) > 0 ? most : atLeast;
    }

    /** 1, 2, 4, 8 … s between readings, at most half a minute. */
    static Duration nap(int looks) {
        return LOOKS.after(looks + 1);
    }

    /** Before the second attempt up to 4 s, before the third up to 8 s, and by chance down to half of that. */
    static Duration beforeAttempt(int attempt) {
        return ATTEMPTS.afterByChance(attempt + 1);
    }

    /** Lets time pass; an interrupted wait ends the use of the platform. */
    static void pause(CancellationToken cancellation, Duration time) {
        try {
            cancellation.pause(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformUnavailableException("interrupted while waiting for Partner Center", e);
        }
    }
}
