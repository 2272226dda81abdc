package dev.offboarding.report.verify;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Points in time as a report has them, in microseconds: a database keeps no more, and rounds what it is given. */
final class ReportInstant {
    static final long NONE = Long.MIN_VALUE;

    private ReportInstant() {}

    /** {@link #NONE} where there is none; one that cannot be read is like no other. */
    static long of(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    static boolean same(long a, long b) {
        return a == b || (a != NONE && b != NONE && (a - b == 1 || b - a == 1));
    }
}
