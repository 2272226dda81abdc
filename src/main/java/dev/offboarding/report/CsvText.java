package dev.offboarding.report;

import java.util.regex.Pattern;

/**
 * What is done to text before a spreadsheet sees it.
 *
 * <p>A cell that a spreadsheet would take for a formula gets an apostrophe before it ({@link #guarded}); so does one that
 * already looks guarded, so that taking one apostrophe off always gives back what was there.
 *
 * <p>Characters that break a line or turn the reading direction around are made visible ({@link #visible}): a control
 * character becomes its picture (a line feed {@code ␊}, a tab {@code ␉}), anything else of that sort {@code U+FFFD}.
 */
final class CsvText {
    private static final Pattern FORMULA = Pattern.compile("^'*[=+\\-@\\t\\r\\n\uFF1D\uFF0B\uFF0D\uFF20]");

    private CsvText() {}

    static String guarded(String text) {
        return FORMULA.matcher(text).find() ? "'" + text : text;
    }

    static String visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (picture(text.charAt(i)) != text.charAt(i)) {
                return redrawn(text);
            }
        }
        return text;
    }

    private static String redrawn(String text) {
        StringBuilder drawn = new StringBuilder(text);
        for (int i = 0; i < drawn.length(); i++) {
            drawn.setCharAt(i, picture(drawn.charAt(i)));
        }
        return drawn.toString();
    }

    private static char picture(char c) {
        if (c < 0x20) {
            return (char) (0x2400 + c);
        }
        if (c == 0x7F) {
            return 0x2421;
        }
        boolean breaksTheLine = c >= 0x80 && c <= 0x9F || c == 0x2028 || c == 0x2029;
        boolean turnsAround = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
        return breaksTheLine || turnsAround ? 0xFFFD : c;
    }
}
