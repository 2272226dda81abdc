package dev.offboarding.lists;

/** What no one sees in a cell. */
final class Whitespace {
    private static final int QUOTED_LENGTH = 60;

    private Whitespace() {}

    /** Unicode white space, no-break spaces, and characters without width or ink (byte order and direction marks too). */
    static boolean isBlank(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || c == 0x85
                || c == 0xAD
                || c == 0x180E
                || (c >= 0x200B && c <= 0x200F)
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x2064)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xFEFF;
    }

    static String trim(CharSequence text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.subSequence(from, to).toString();
    }

    /** A cell's text as it may appear in a message: short, on one line, and with every invisible character made visible. */
    static String quote(String text) {
        return quote(text, QUOTED_LENGTH);
    }

    /** As {@link #quote(String)}, with at most so many characters. */
    static String quote(String text, int length) {
        StringBuilder quoted = new StringBuilder("'");
        int[] codePoints = text.codePoints().limit(length + 1L).toArray();
        for (int i = 0; i < Math.min(codePoints.length, length); i++) {
            int c = codePoints[i];
            if (c != ' ' && (isBlank(c) || Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
                quoted.append("<U+%04X>".formatted(c));
            } else {
                quoted.appendCodePoint(c);
            }
        }
        return quoted.append(codePoints.length > length ? "…'" : "'").toString();
    }
}
