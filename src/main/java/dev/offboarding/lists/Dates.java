package dev.offboarding.lists;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a list writes its dates, and what else looks like one. */
final class Dates {
    /** {@code 2026-12-31} and {@code 31.12.2026}. */
    static final Dates USUAL = new Dates(null);

    private static final Pattern ISO = Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})");
    private static final Pattern DOTTED = Pattern.compile("([0-9]{1,2})\\.([0-9]{1,2})\\.([0-9]{4})");
    private static final Pattern YEAR_FIRST = Pattern.compile("([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})");
    private static final Pattern YEAR_LAST = Pattern.compile("([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})");
    private static final Pattern WITH_TIME = Pattern.compile(
            "(\\S+?)(?:[T ] ?)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?) ?(?:[AaPp][Mm]|Z|[+-][0-9:]{2,6})?");
    private static final Pattern MIDNIGHT = Pattern.compile("0?0:00(?::00(?:[.,]0+)?)?");
    private static final int LONGEST = 40;

    /** A cell that looks like a date: what it may mean, and whether it names a time of the day. */
    record Look(List<LocalDate> readings, boolean withTime) {
        boolean liesAfter(LocalDate day) {
            return readings.stream().anyMatch(date -> date.isAfter(day));
        }
    }

    private final @Nullable String format;
    private final @Nullable DateTimeFormatter formatter;

    /**
     * @param format as the job file has it; null: the usual ones
     * @throws IllegalArgumentException with what is wrong with it
     */
    Dates(@Nullable String format) {
        this.format = format;
        formatter = format == null ? null : formatter(format);
    }

    private static DateTimeFormatter formatter(String format) {
        DateTimeFormatter formatter;
        try {
            // a year of an era would need the era
            formatter = DateTimeFormatter.ofPattern(format.replace('y', 'u'), Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a date format (%s)".formatted(e.getMessage()), e);
        }
        LocalDate example = LocalDate.of(2031, 12, 30);
        try {
            if (example.equals(LocalDate.parse(example.format(formatter), formatter))) {
                return formatter;
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("does not say year, month and day, and nothing else", e);
        }
        throw new IllegalArgumentException("does not say year, month and day, and nothing else");
    }

    /** The date that a cell says; null if it says none. */
    @Nullable
    LocalDate parse(String cell) {
        LocalDate date = formatter == null ? usual(cell) : formatted(cell, formatter);
        // there is no year 0 in the database's calendar
        return date != null && date.getYear() > 0 && date.getYear() <= 9999 ? date : null;
    }

    private static @Nullable LocalDate usual(String cell) {
        LocalDate date = of(ISO.matcher(cell), 1, 2, 3);
        return date == null ? of(DOTTED.matcher(cell), 3, 2, 1) : date;
    }

    private static @Nullable LocalDate formatted(String cell, DateTimeFormatter formatter) {
        try {
            return LocalDate.parse(cell, formatter);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable LocalDate of(Matcher matcher, int year, int month, int day) {
        try {
            return matcher.matches()
                    ? LocalDate.of(number(matcher, year), number(matcher, month), number(matcher, day))
                    : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /** A date as a list would have it, so that it is read as the same one; one that cannot be written so, as 2026-12-31. */
    String write(LocalDate date) {
        if (formatter == null) {
            return date.toString();
        }
        String written = date.format(formatter);
        return date.equals(parse(written)) ? written : date.toString();
    }

    /** How to write a date, for people. */
    String remedy() {
        return formatter == null
                ? "Write year-month-day or day.month.year, for example 2027-01-31 or 31.01.2027, and nothing beside it."
                : "Write it as list.date-format in the job file says, %s, for example %s, and nothing beside it."
                        .formatted(format, LocalDate.of(2027, 1, 31).format(formatter));
    }

    /** What a cell looks like, whichever way people write dates: a day at midnight is a day. Null if it is not a date. */
    @Nullable
    Look look(String cell) {
        if (cell.length() > LONGEST || cell.length() < 6) {
            return null;
        }
        List<LocalDate> readings = readings(cell);
        if (!readings.isEmpty()) {
            return new Look(readings, false);
        }
        Matcher timed = WITH_TIME.matcher(cell);
        if (!timed.matches()) {
            return null;
        }
        readings = readings(timed.group(1));
        return readings.isEmpty()
                ? null
                : new Look(readings, !MIDNIGHT.matcher(timed.group(2)).matches());
    }

    private List<LocalDate> readings(String cell) {
        return Stream.of(
                        parse(cell),
                        of(YEAR_FIRST.matcher(cell), 1, 2, 3),
                        of(YEAR_LAST.matcher(cell), 3, 2, 1),
                        of(YEAR_LAST.matcher(cell), 3, 1, 2))
                .filter(Objects::nonNull)
                .toList();
    }
}
