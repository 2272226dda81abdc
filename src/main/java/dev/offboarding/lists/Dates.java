package dev.offboarding.lists;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
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
    private static final Pattern YEAR_FIRST = Pattern.compile("([0-9]{4})[-/.] ?([0-9]{1,2})[-/.] ?([0-9]{1,2})");
    private static final Pattern YEAR_LAST = Pattern.compile("([0-9]{1,2})[-/.] ?([0-9]{1,2})[-/.] ?([0-9]{4})");
    private static final Pattern SHORT = Pattern.compile("([0-9]{1,2})([-/.] ?)([0-9]{1,2})\\2([0-9]{2})");
    private static final Pattern COMPACT = Pattern.compile("((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})");

    private static final String WEEKDAY = "(?:\\p{L}{2,13}\\.?,? )?";
    private static final String YEAR = "([0-9]{4}|'?[0-9]{2})";
    private static final Pattern IN_WORDS = Pattern.compile(WEEKDAY
            + "([0-9]{1,2})(?:st|nd|rd|th|er|[.\u00BA\u00B0])?[ ./-]{0,2}(?:de |d'|of )?(\\p{L}{3,12})[ .,/-]{0,2}(?:de |del )?"
            + YEAR);
    private static final Pattern IN_WORDS_MONTH_FIRST =
            Pattern.compile(WEEKDAY + "(\\p{L}{3,12})\\.?[ -]?([0-9]{1,2})(?:st|nd|rd|th)?(?:, ?| |-)" + YEAR);
    private static final Pattern IN_WORDS_YEAR_FIRST =
            Pattern.compile("([0-9]{4})[ ./-]{1,2}(\\p{L}{3,12})[ ./-]{1,2}([0-9]{1,2})");

    private static final String DAY_OF_MONTH = "(?:0?[1-9]|[12][0-9]|3[01])";
    private static final String MONTH_OF_YEAR = "(?:0?[1-9]|1[0-2])";

    /** Without a year, or without a day. */
    private static final Pattern IN_PART = Pattern.compile(
            DAY_OF_MONTH + "\\. ?" + MONTH_OF_YEAR + "\\.|(?:0[1-9]|[12][0-9]|3[01])/(?:0[1-9]|1[0-2])|" + MONTH_OF_YEAR
                    + "[/-](?:19|20|21)[0-9]{2}|(?:0[1-9]|1[0-2])\\.20[2-4][0-9]|(?:19|20|21)[0-9]{2}[-/](?:0[1-9]|1[0-2])");

    private static final Pattern IN_PART_IN_WORDS = Pattern.compile(
            "(?:[0-9]{1,2}(?:st|nd|rd|th|er|[.\u00BA\u00B0])?[ -]?(?:de |d'|of )?)?(\\p{L}{3,12})\\.?(?:[ -](?:de |del )?[0-9]{1,4}(?:st|nd|rd|th)?)?");

    /** Before a date: Friday, from. */
    private static final Pattern AFTER_A_WORD = Pattern.compile("(\\p{L}{2,13})[.,]{0,2} (.+)");

    /** After a date: (Fri), or the full stop of a sentence. */
    private static final Pattern BEHIND = Pattern.compile("(?<=[0-9]{4})\\.$| ?\\(\\p{L}{2,13}\\.?\\)$");

    /** What makes a text of it in a CSV file, or sets it apart. */
    private static final Pattern AROUND = Pattern.compile("^[='\"(\\[]+|[\"')\\]]+$");

    private static final Pattern WITH_TIME = Pattern.compile(
            "(.+?)(?:[T ]|, ?)(?: |\\p{L}{1,4} )?([0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:[AaPp]\\.?[Mm]\\.?)?) ?(?:\\p{Lu}{1,5}|Uhr|h|[+-][0-9:]{2,6})?");
    private static final Pattern MIDNIGHT = Pattern.compile(
            "0?0[:h]00(?::00(?:[.,]0+)?)? ?(?:[Aa]\\.?[Mm]\\.?)?|12:00(?::00(?:[.,]0+)?)? ?[Aa]\\.?[Mm]\\.?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Pattern WORD = Pattern.compile("\\p{L}{3,12}");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    private static final Pattern DASHES = Pattern.compile("[\\u2010-\\u2015\\u2212]");
    private static final int LONGEST = 60;
    private static final int SHORTEST = 4;
    private static final int DIGITS_OF_A_DAY = 8;

    /** Before that nobody was anybody's customer: what says such a year has lost a digit of it, or two. */
    private static final int FIRST_YEAR = 1900;

    /** What other systems keep where they have no date: the first days that .NET and SQL Server know. */
    private static final Set<LocalDate> FIRST_DAYS = Set.of(LocalDate.of(1, 1, 1), LocalDate.of(1753, 1, 1));

    /**
     * A cell that looks like a date.
     *
     * @param readings what it may mean; none where it says a day without a year, or a month
     * @param withTime whether it names a time of the day
     * @param doubtful whether it may as well be a number or the name of a version
     */
    record Look(List<LocalDate> readings, boolean withTime, boolean doubtful) {
        boolean isInPart() {
            return readings.isEmpty();
        }

        boolean liesAfter(LocalDate day) {
            return readings.stream().anyMatch(date -> date.isAfter(day));
        }
    }

    private final @Nullable String format;
    private final @Nullable DateTimeFormatter formatter;
    private final boolean ours;

    /**
     * @param format as the job file has it; null: the usual ones
     * @throws IllegalArgumentException with what is wrong with it
     */
    Dates(@Nullable String format) {
        this(format, format == null ? null : formatter(format), false);
    }

    private Dates(@Nullable String format, @Nullable DateTimeFormatter formatter, boolean ours) {
        this.format = format;
        this.formatter = formatter;
        this.ours = ours;
    }

    /** Of a file that this program has written: a day is as we write it or, where somebody has typed another, as a list has it. */
    Dates ours() {
        return new Dates(format, formatter, true);
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
        LocalDate date = ours ? of(ISO.matcher(cell), 1, 2, 3) : null;
        if (date == null) {
            date = formatter == null ? usual(cell) : formatted(cell, formatter);
        }
        return date != null && (date.getYear() >= FIRST_YEAR && date.getYear() <= 9999 || FIRST_DAYS.contains(date))
                ? date
                : null;
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
        return matcher.matches() ? date(year(matcher.group(year)), number(matcher, month), number(matcher, day)) : null;
    }

    private static @Nullable LocalDate date(int year, int month, int day) {
        try {
            return LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Of two digits, the year that people mean by them: a customer of '99 is no deadline of 2099. */
    private static int year(String digits) {
        int year = Integer.parseInt(digits.replace("'", ""));
        return digits.length() >= 4 ? year : year < 70 ? 2000 + year : 1900 + year;
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
        if (cell.length() > LONGEST || cell.length() < SHORTEST || (format == null && !hasWhatADateIsMadeOf(cell))) {
            return null;
        }
        String plain = DASHES.matcher(BLANKS.matcher(cell).replaceAll(" ")).replaceAll("-");
        Look look =
                dayOrTime(AROUND.matcher(BEHIND.matcher(plain).replaceFirst("")).replaceAll(""));
        Matcher after = AFTER_A_WORD.matcher(plain);
        if (look == null && after.matches() && HeadingWords.leadsToADay(after.group(1))) {
            look = look(after.group(2));
        }
        return look == null && isInPart(plain) ? new Look(List.of(), false, true) : look;
    }

    /** Two numbers, a number and a month, or as many digits as a day has: of most notes that is all that has to be looked at. */
    private static boolean hasWhatADateIsMadeOf(String cell) {
        Matcher number = NUMBER.matcher(cell);
        if (!number.find()) {
            return false;
        }
        return number.end() - number.start() == DIGITS_OF_A_DAY
                || number.find()
                || WORD.matcher(cell).results().anyMatch(word -> Months.named(word.group()) != null);
    }

    private @Nullable Look dayOrTime(String cell) {
        Look day = day(cell);
        if (day != null) {
            return day;
        }
        Matcher timed = WITH_TIME.matcher(cell);
        if (!timed.matches()) {
            return null;
        }
        day = day(timed.group(1));
        return day == null
                ? null
                : new Look(day.readings(), !MIDNIGHT.matcher(timed.group(2)).matches(), day.doubtful());
    }

    /** Nobody could act on it by the day, and yet people mean one by it. */
    private static boolean isInPart(String cell) {
        Matcher words = IN_PART_IN_WORDS.matcher(cell);
        return IN_PART.matcher(cell).matches() || words.matches() && Months.named(words.group(1)) != null;
    }

    private @Nullable Look day(String cell) {
        List<LocalDate> sure = found(
                parse(cell),
                of(YEAR_FIRST.matcher(cell), 1, 2, 3),
                of(YEAR_LAST.matcher(cell), 3, 2, 1),
                of(YEAR_LAST.matcher(cell), 3, 1, 2),
                inWords(IN_WORDS.matcher(cell), 1, 2, 3),
                inWords(IN_WORDS_MONTH_FIRST.matcher(cell), 2, 1, 3),
                inWords(IN_WORDS_YEAR_FIRST.matcher(cell), 3, 2, 1));
        if (!sure.isEmpty()) {
            return new Look(sure, false, false);
        }
        Matcher written = SHORT.matcher(cell);
        List<LocalDate> others = found(of(COMPACT.matcher(cell), 1, 2, 3), of(written, 4, 3, 1), of(written, 4, 1, 3));
        // 4.8.36 is a version more likely than 04.08.36 or 8/4/36
        boolean doubtful = !written.matches() || !written.group(2).startsWith("/") && cell.length() < 8;
        return others.isEmpty() ? null : new Look(others, false, doubtful);
    }

    private static List<LocalDate> found(@Nullable LocalDate... dates) {
        return Stream.of(dates).filter(Objects::nonNull).toList();
    }

    private static @Nullable LocalDate inWords(Matcher matcher, int day, int month, int year) {
        if (!matcher.matches()) {
            return null;
        }
        Integer named = Months.named(matcher.group(month));
        return named == null ? null : date(year(matcher.group(year)), named, number(matcher, day));
    }
}
