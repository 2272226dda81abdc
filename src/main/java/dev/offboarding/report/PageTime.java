package dev.offboarding.report;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Points in time in the job's zone, each with its offset: they stay unambiguous in the night in which the clock goes back. */
final class PageTime {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS XXX", Locale.ROOT);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm XXX", Locale.ROOT);

    private final ZoneId zone;

    PageTime(@Nullable String zone) {
        this.zone = zone == null ? ZoneOffset.UTC : of(zone);
    }

    private static ZoneId of(String zone) {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException unknownHere) {
            return ZoneOffset.UTC;
        }
    }

    String zone() {
        return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
    }

    String day(Instant instant) {
        return instant.atZone(zone).toLocalDate().toString();
    }

    String minute(Instant instant) {
        return MINUTE.format(instant.atZone(zone)).replace(" Z", " UTC");
    }

    String moment(Instant instant) {
        return MOMENT.format(instant.atZone(zone)).replace(" Z", " UTC");
    }

    /** What is stored as text; as it is, if it is not a point in time. */
    String moment(@Nullable String stored) {
        if (stored == null) {
            return "";
        }
        try {
            return moment(Instant.parse(stored));
        } catch (DateTimeException noPointInTime) {
            return PageText.line(stored);
        }
    }
}
