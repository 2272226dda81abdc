package dev.offboarding.report.verify;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Points in time as a report has them, in microseconds: a database keeps no more, and rounds what it is given. */
final class ReportInstant {
    private static final Duration ROUNDING = Duration.of(1, ChronoUnit.MICROS);

    private static final String SHAPE = "0000-00-00T00:00:00.000000Z";

    private ReportInstant() {}

    /** Null where there is none; one that cannot be read is later than any other. */
    static @Nullable Instant of(@Nullable String text) {
        try {
            if (text == null) {
                return null;
            }
            Instant written = asWritten(text);
            return written == null ? Instant.parse(text).truncatedTo(ChronoUnit.MICROS) : written;
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }

    /** As this program writes them: a parser for every form that there is takes as long as all else that is done with an event. */
    private static @Nullable Instant asWritten(String text) {
        if (text.length() != SHAPE.length()) {
            return null;
        }
        int[] numbers = new int[7];
        int number = 0;
        for (int i = 0; i < SHAPE.length(); i++) {
            char c = text.charAt(i);
            if (SHAPE.charAt(i) != '0') {
                if (c != SHAPE.charAt(i)) {
                    return null;
                }
                number++;
            } else if (c < '0' || c > '9') {
                return null;
            } else {
                numbers[number] = numbers[number] * 10 + c - '0';
            }
        }
        boolean aDay = numbers[3] < 24 && numbers[5] < 60;
        return aDay
                ? LocalDateTime.of(
                                numbers[0],
                                numbers[1],
                                numbers[2],
                                numbers[3],
                                numbers[4],
                                numbers[5],
                                numbers[6] * 1000)
                        .toInstant(ZoneOffset.UTC)
                : null;
    }

    static boolean same(@Nullable Instant a, @Nullable Instant b) {
        return Objects.equals(a, b)
                || (a != null && b != null && Duration.between(a, b).abs().compareTo(ROUNDING) <= 0);
    }
}
