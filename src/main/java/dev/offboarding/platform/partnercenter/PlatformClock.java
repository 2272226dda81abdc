package dev.offboarding.platform.partnercenter;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * What time it is at Partner Center, as what it answers says. What the sign-in, Graph or something in between say is ignored: they
 * have clocks of their own.
 */
final class PlatformClock {

    private volatile @Nullable Dated last;

    /** What time it was there, and what this process's own time was then: at the first answer of that second. */
    private record Dated(String header, Instant date, long nanoTime) {}

    void saw(Http.Answer answer) {
        String date = answer.header(HttpHeaders.DATE);
        // what comes out of a cache was dated when it went in
        if (date == null || answer.header(HttpHeaders.AGE) != null) {
            return;
        }
        Dated known = last;
        if (known != null && known.header().equals(date)) {
            // of the many answers of one second the first says it best
            return;
        }
        try {
            last = new Dated(date, DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from), System.nanoTime());
        } catch (DateTimeException illegible) {
            // then it does not say
        }
    }

    /** By how much it is ahead of this one; null if nothing has said what time it is. */
    @Nullable
    Duration ahead(Clock clock) {
        Dated known = last;
        return known == null
                ? null
                : Duration.between(clock.instant(), known.date().plusNanos(System.nanoTime() - known.nanoTime()));
    }
}
