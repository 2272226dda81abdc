package dev.offboarding.report.verify;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Points in time as a report has them, in microseconds: a database keeps no more, and rounds what it is given. */
final class ReportInstant {
    private static final Duration ROUNDING = Duration.of(1, ChronoUnit.MICROS);

    private ReportInstant() {}

    /** Null where there is none; one that cannot be read is later than any other. */
    static @Nullable Instant of(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }

    static boolean same(@Nullable Instant a, @Nullable Instant b) {
        return Objects.equals(a, b)
                || (a != null && b != null && Duration.between(a, b).abs().compareTo(ROUNDING) <= 0);
    }
}
