package dev.offboarding.kit;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a spreadsheet takes for something else than text when it opens a CSV file, so that it writes it in another way: it makes {@code 123} of
 * {@code 000123}, {@code 1.2E+17} of a long number, a day of {@code 1/2} and {@code WAHR} of {@code TRUE}. In English, German, French,
 * Spanish, Italian, Dutch or Portuguese, whichever it is, so that some of it one of them would keep.
 */
public final class SpreadsheetText {
    /** A spreadsheet keeps fifteen digits of a number, and some show no more than these, and save what they show. */
    private static final int DIGITS_KEPT = 11;

    /** What it makes {@code TRUE} and {@code FALSE} of, and its errors, in lower case. */
    private static final Set<String> VALUES = Set.of(
            "true",
            "wahr",
            "vrai",
            "verdadero",
            "vero",
            "waar",
            "verdadeiro",
            "false",
            "falsch",
            "faux",
            "falso",
            "onwaar",
            "#n/a",
            "#nv",
            "#ref!",
            "#bezug!",
            "#value!",
            "#wert!",
            "#div/0!",
            "#name?",
            "#null!",
            "#num!",
            "#zahl!");

    private static final int LONGEST_VALUE = 10;

    /** Beside digits, in numbers, amounts, days and times. */
    private static final String MARKS = ".,:/-−'’+%‰()€$£¥";

    /** In numbers, days and times, behind digits: an exponent, half a day, and what stands between a day and its month. */
    private static final Set<String> WORDS = Set.of("e", "d", "a", "p", "am", "pm", "t", "z", "er");

    /** Between a day and its month, and not in a domain. */
    private static final Set<String> WORDS_APART = Set.of("de", "del");

    private static final Set<String> CURRENCIES = Set.of("eur", "usd", "gbp", "chf");

    private static final int SHORTEST_NAME = 3;

    /** Without accents: in English, German, French, Spanish, Italian, Dutch and Portuguese. */
    private static final List<String> MONTH_NAMES = Stream.of(
                    "january february march april may june july august september october november december",
                    "januar februar maerz april mai juni juli august september oktober november dezember",
                    "jan feb marz apr mai jun jul aug sept okt nov dez",
                    "jan feb mrz apr mai jun jul aug sept okt nov dez",
                    "jan feb mrt apr mei jun jul aug sep okt nov dec",
                    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
                    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
                    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
                    "januari februari maart april mei juni juli augustus september oktober november december",
                    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro")
            .flatMap(names -> Stream.of(names.split(" ")))
            .distinct()
            .toList();

    private static final List<String> WEEKDAYS = List.of(
            "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag"
                    .split(" "));

    private SpreadsheetText() {}

    /** Does it stay what it is in a spreadsheet in any of these languages? */
    public static boolean isKept(String cell) {
        if (cell.length() <= LONGEST_VALUE && VALUES.contains(cell.toLowerCase(Locale.ROOT))) {
            return false;
        }
        return cell.chars().noneMatch(Character::isDigit)
                || isPlainNumber(cell)
                || isDashedId(cell)
                || !isNumberOrDay(cell.toLowerCase(Locale.ROOT));
    }

    private static boolean isPlainNumber(String cell) {
        return cell.length() <= DIGITS_KEPT
                && cell.chars().allMatch(c -> c >= '0' && c <= '9')
                && (!cell.startsWith("0") || cell.length() == 1);
    }

    /** No number and no day has four dashes. */
    private static boolean isDashedId(String cell) {
        return cell.length() == 36 && cell.indexOf('-') == 8 && Guid.of(cell) != null;
    }

    /** Digits, and nothing that is in no number and no day. */
    private static boolean isNumberOrDay(String lower) {
        boolean digits = false;
        int at = 0;
        while (at < lower.length()) {
            char c = lower.charAt(at);
            int end = at + 1;
            if (Character.isLetter(c)) {
                while (end < lower.length() && isLetterOrAccent(lower.charAt(end))) {
                    end++;
                }
                String word = lower.substring(at, end);
                boolean apart = at > 0 && Character.isSpaceChar(lower.charAt(at - 1));
                boolean known = WORDS.contains(word) || apart && WORDS_APART.contains(word);
                if (!(digits && known) && !isName(word)) {
                    return false;
                }
            } else if (Character.isDigit(c)) {
                digits = true;
            } else if (MARKS.indexOf(c) < 0 && !Character.isSpaceChar(c)) {
                return false;
            }
            at = end;
        }
        return digits;
    }

    private static boolean isLetterOrAccent(char c) {
        return Character.isLetter(c) || Character.getType(c) == Character.NON_SPACING_MARK;
    }

    /** Of a month, a weekday or a currency. */
    private static boolean isName(String word) {
        return CURRENCIES.contains(word)
                || MONTH_NAMES.stream().anyMatch(month -> begins(month, withoutAccents(word)))
                || WEEKDAYS.stream().anyMatch(day -> begins(day, word));
    }

    private static boolean begins(String name, String word) {
        return word.length() >= SHORTEST_NAME && name.startsWith(word);
    }

    private static String withoutAccents(String word) {
        StringBuilder bare = new StringBuilder();
        for (char c : Normalizer.normalize(word, Normalizer.Form.NFD).toCharArray()) {
            if (Character.getType(c) != Character.NON_SPACING_MARK) {
                bare.append(c);
            }
        }
        return bare.toString();
    }
}
