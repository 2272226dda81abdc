package dev.offboarding.lists;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The months, and the days of the week, by their names, whole and shortened, in the languages in which headings are understood. Made when
 * the first cell looks as if it named one.
 */
final class Months {

    private static final List<Locale> LANGUAGES = List.of(
            Locale.ENGLISH,
            Locale.GERMAN,
            Locale.FRENCH,
            Locale.forLanguageTag("es"),
            Locale.ITALIAN,
            Locale.forLanguageTag("nl"),
            Locale.forLanguageTag("pt"));

    /** As people shorten them, beside how the languages do. */
    private static final Map<String, Integer> OTHERS = Map.of("sept", 9, "maerz", 3, "mrz", 3, "okt", 10, "dez", 12);

    private static final Map<String, Integer> NAMES = names();

    private static final Set<String> WEEKDAYS = weekdays();

    private Months() {}

    private static Map<String, Integer> names() {
        Map<String, Integer> names = new HashMap<>(OTHERS);
        for (Locale language : LANGUAGES) {
            for (Month month : Month.values()) {
                for (TextStyle style : TextStyle.values()) {
                    String name = HeadingWords.plain(month.getDisplayName(style, language))
                            .replace(".", "");
                    if (name.length() > 2) {
                        names.put(name, month.getValue());
                    }
                }
            }
        }
        return names;
    }

    private static Set<String> weekdays() {
        Set<String> names = new HashSet<>();
        for (Locale language : LANGUAGES) {
            for (DayOfWeek day : DayOfWeek.values()) {
                for (TextStyle style : TextStyle.values()) {
                    names.add(HeadingWords.plain(day.getDisplayName(style, language))
                            .replace(".", ""));
                }
            }
        }
        return names;
    }

    static boolean isWeekday(String word) {
        return WEEKDAYS.contains(HeadingWords.plain(word));
    }

    /** Its number, from 1; null if it is not the name of a month. */
    static @Nullable Integer named(String word) {
        return NAMES.get(HeadingWords.plain(word));
    }
}
