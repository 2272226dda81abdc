package dev.offboarding.kit;

/**
 * How text is treated before a spreadsheet sees it.
 *
 * <p>A cell that a spreadsheet would take for a formula gets an apostrophe before it ({@link #guarded}); so does one that
 * already looks guarded, so that removing one apostrophe always gives back what was there. In a file that people are to correct and to hand
 * back, so does one that a spreadsheet would not keep as it is ({@link #guardedAsText}), by the same rule: {@link #unguardedAsText} takes off
 * exactly what was put there.
 *
 * <p>Characters that break a line or turn the reading direction around are made visible ({@link #visible}): a control
 * character becomes its picture (a line feed {@code ␊}, a tab {@code ␉}), anything else of that sort {@code U+FFFD}.
 */
public final class CsvText {

    /**
     * What gets a guard, as a regular expression that Java and PostgreSQL read alike: what a formula can begin with, the full-width
     * forms too, behind any number of apostrophes.
     */
    public static final String NEEDS_GUARD = "^'*[=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20-]";

    private static final String FORMULA = "=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20-";

    private CsvText() {}

    /** The cell with a {@code '} before it if a spreadsheet could take it for a formula, or else as it is. */
    public static String guarded(String cell) {
        return needsGuard(cell) ? "'" + cell : cell;
    }

    /** Could {@link #guarded} have made this? */
    public static boolean looksGuarded(String cell) {
        return cell.startsWith("'") && needsGuard(cell);
    }

    /** The cell with a {@code '} before it if a spreadsheet could take it for anything but the text that it is, or else as it is. */
    public static String guardedAsText(String cell) {
        return needsGuardAsText(cell) ? "'" + cell : cell;
    }

    /** What {@link #guardedAsText} has made this of. */
    public static String unguardedAsText(String cell) {
        return cell.startsWith("'") && needsGuardAsText(cell) ? unguarded(cell) : cell;
    }

    /** Does {@link #guardedAsText} put a guard before this? Behind any number of apostrophes, so that one guard is always one too many. */
    public static boolean needsGuardAsText(String cell) {
        return needsGuard(cell) || !SpreadsheetText.isKept(withoutApostrophes(cell));
    }

    /** Without those before it. */
    public static String withoutApostrophes(String cell) {
        int first = 0;
        while (first < cell.length() && cell.charAt(first) == '\'') {
            first++;
        }
        return cell.substring(first);
    }

    /** As {@link #NEEDS_GUARD} says; a report asks it of every cell. */
    private static boolean needsGuard(String cell) {
        int first = 0;
        while (first < cell.length() && cell.charAt(first) == '\'') {
            first++;
        }
        return first < cell.length() && FORMULA.indexOf(cell.charAt(first)) >= 0;
    }

    /** Removes one guard. */
    public static String unguarded(String cell) {
        return cell.substring(1);
    }

    public static String visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 0x20 && c < 0x7F;
            if (!plain && picture(c) != c) {
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
