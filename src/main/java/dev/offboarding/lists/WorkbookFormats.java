package dev.offboarding.lists;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import org.jspecify.annotations.Nullable;

/** What the numbers in a workbook's cells are: a date is a number, too, and only its cell's format tells. */
final class WorkbookFormats {
    /** As much as a spreadsheet shows of a number. */
    private static final MathContext SHOWN = new MathContext(15, RoundingMode.HALF_UP);

    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.]{1,40}([eE][+-]?[0-9]{1,3})?");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int SECONDS_OF_A_DAY = 86_400;
    /** The last day of the year 9999, counted from 1900. */
    private static final long LAST_DAY = 2_958_465;
    /** The 29th of February 1900, which there never was, has a number. */
    private static final long NO_DAY = 60;

    /** What is not a part of how a number is shown: quoted, escaped, left out, filled in, and what is in brackets. */
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"?|\\\\.|_.|\\*.|\\[[^\\]]*\\]");

    private static final Pattern ELAPSED = Pattern.compile("\\[(h+|m+|s+)\\]", Pattern.CASE_INSENSITIVE);
    private static final Pattern ZEROS = Pattern.compile("0{2,20}");

    private enum Kind {
        NUMBER,
        DATE,
        DATE_AND_TIME,
        TIME
    }

    /** @param digits as many are shown at least */
    private record Format(Kind kind, int digits) {
        static final Format PLAIN = new Format(Kind.NUMBER, 0);

        static Format of(Kind kind) {
            return new Format(kind, 0);
        }
    }

    private final Dates dates;
    private final boolean from1904;
    private final List<Format> ofCells = new ArrayList<>();
    /** By place among the formats of cells. */
    private final BitSet crossedOut = new BitSet();

    /**
     * @param styles the part that has the formats; null if the workbook has none
     * @param dates how dates are to be written
     * @param from1904 from which year the workbook counts days
     */
    WorkbookFormats(@Nullable WorkbookXml styles, Dates dates, boolean from1904) throws IOException {
        this.dates = dates;
        this.from1904 = from1904;
        Map<String, Format> own = new HashMap<>();
        BitSet crossing = new BitSet();
        boolean fonts = false;
        int font = -1;
        boolean cells = false;
        if (styles == null) {
            return;
        }
        for (int event = styles.next(); event != XMLStreamConstants.END_DOCUMENT; event = styles.next()) {
            if (styles.begins(event, "numFmt")) {
                String id = styles.attribute("numFmtId");
                String code = styles.attribute("formatCode");
                if (id != null && code != null) {
                    own.putIfAbsent(id, custom(code));
                }
            } else if (styles.begins(event, "fonts")) {
                fonts = true;
            } else if (styles.ends(event, "fonts")) {
                fonts = false;
            } else if (fonts && styles.begins(event, "font")) {
                font++;
            } else if (fonts && styles.begins(event, "strike")) {
                crossing.set(font, styles.isSwitchedOn());
            } else if (styles.begins(event, "cellXfs")) {
                cells = true;
            } else if (styles.ends(event, "cellXfs")) {
                cells = false;
            } else if (cells && styles.begins(event, "xf")) {
                String id = styles.attribute("numFmtId");
                String ofFont = styles.attribute("fontId");
                crossedOut.set(
                        ofCells.size(),
                        crossing.stream().anyMatch(n -> String.valueOf(n).equals(ofFont)));
                ofCells.add(id == null ? Format.PLAIN : own.getOrDefault(id, builtIn(id)));
            }
        }
    }

    /** Those that have a number only. From 27 on they are those of East Asia. */
    private static Format builtIn(String id) {
        return switch (id) {
            case "14", "15", "16", "17", "27", "28", "29", "30", "31", "36", "50", "51", "52", "53", "54", "57", "58" ->
                Format.of(Kind.DATE);
            case "22" -> Format.of(Kind.DATE_AND_TIME);
            case "18", "19", "20", "21", "32", "33", "34", "35", "45", "47", "55", "56" -> Format.of(Kind.TIME);
            default -> Format.PLAIN;
        };
    }

    private static Format custom(String code) {
        if (code.equalsIgnoreCase("General") || code.equalsIgnoreCase("Standard")) {
            return Format.PLAIN;
        }
        if (ZEROS.matcher(code).matches()) {
            return new Format(Kind.NUMBER, code.length());
        }
        boolean elapsed = ELAPSED.matcher(code).find();
        // what follows a semicolon is for negative numbers, for nothing and for text
        String shown = TEXT.matcher(code).replaceAll("").split(";", 2)[0].toLowerCase(Locale.ROOT);
        boolean time = shown.indexOf('h') >= 0 || shown.indexOf('s') >= 0;
        boolean date = shown.indexOf('y') >= 0
                || shown.indexOf('d') >= 0
                || shown.contains("mmm")
                || shown.indexOf('m') >= 0 && !time;
        if (elapsed || !date && !time) {
            return Format.PLAIN;
        }
        return Format.of(!date ? Kind.TIME : time ? Kind.DATE_AND_TIME : Kind.DATE);
    }

    /** A cell's number, as it is to be read; what is no number at all, as it is. */
    String shown(String value, @Nullable String style) {
        if (!NUMBER.matcher(value).matches()) {
            return value;
        }
        BigDecimal number;
        try {
            number = new BigDecimal(value).round(SHOWN);
        } catch (NumberFormatException e) {
            return value;
        }
        Format format = format(style);
        if (format.kind() != Kind.NUMBER
                && number.signum() >= 0
                && number.compareTo(new BigDecimal(LAST_DAY + 1)) < 0) {
            String day = day(number, format.kind());
            if (day != null) {
                return day;
            }
        }
        String plain = (number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros()).toPlainString();
        boolean whole = plain.chars().allMatch(Character::isDigit);
        return whole ? "0".repeat(Math.max(0, format.digits() - plain.length())) + plain : plain;
    }

    /** A date, as the list has it. */
    String written(LocalDate date) {
        return dates.write(date);
    }

    /** Whether there is a line through the whole text of such cells. */
    boolean isCrossedOut(@Nullable String style) {
        int index = index(style);
        return index >= 0 && crossedOut.get(index);
    }

    private Format format(@Nullable String style) {
        int index = index(style);
        return index >= 0 && index < ofCells.size() ? ofCells.get(index) : Format.PLAIN;
    }

    /** Below 0 where it is none. */
    private static int index(@Nullable String style) {
        try {
            return style == null ? 0 : Integer.parseInt(style);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Null where it is none. */
    private @Nullable String day(BigDecimal number, Kind kind) {
        long day = number.longValue();
        BigDecimal fraction = number.subtract(BigDecimal.valueOf(day));
        int seconds = fraction.multiply(BigDecimal.valueOf(SECONDS_OF_A_DAY))
                .setScale(0, RoundingMode.HALF_UP)
                .intValue();
        if (kind == Kind.TIME) {
            return day > 0 ? null : time(Math.min(seconds, SECONDS_OF_A_DAY - 1));
        }
        if (kind == Kind.DATE_AND_TIME && seconds == SECONDS_OF_A_DAY) {
            day++;
            seconds = 0;
        }
        LocalDate date = date(day);
        if (date == null) {
            return null;
        }
        String written = dates.write(date);
        return kind == Kind.DATE || seconds == 0 ? written : written + " " + time(seconds);
    }

    private static String time(int seconds) {
        return TIME.format(LocalTime.ofSecondOfDay(seconds));
    }

    private @Nullable LocalDate date(long day) {
        if (from1904) {
            LocalDate date = LocalDate.of(1904, 1, 1).plusDays(day);
            return date.getYear() > 9999 ? null : date;
        }
        if (day < 1 || day == NO_DAY || day > LAST_DAY) {
            return null;
        }
        return LocalDate.of(1899, 12, day < NO_DAY ? 31 : 30).plusDays(day);
    }
}
