package dev.offboarding.report;

import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.OneLine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.databind.ObjectWriter;

/**
 * Text from outside, made fit for a page: what could not be seen is made visible, and what is too long for a page is cut and says
 * so. It is still text, and not yet HTML.
 */
final class PageText {
    /** How much of one text a customer's story shows; the rest is in {@code report.json}. */
    static final int IN_A_STORY = 2_000;
    /** How much of one text a line of a list shows. */
    static final int IN_A_LINE = 160;

    private static final char REPLACEMENT = '\uFFFD';
    private static final char JOINER = '\u200D';
    private static final char NON_JOINER = '\u200C';

    /** JSON that can be put into a {@code <script>}: nothing in it ends the element or begins a comment. */
    private static final ObjectWriter JSON = ReportJson.MAPPER.writer().with(new ForHtml());

    private PageText() {}

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }

    static String line(@Nullable String text) {
        return cut(text, IN_A_LINE, "");
    }

    static String story(@Nullable String text) {
        return cut(text, IN_A_STORY, " (%,d characters, in full in report.json)");
    }

    /** With thousands separated. */
    static String number(long number) {
        return "%,d".formatted(number);
    }

    static String count(long number, String one, String many) {
        return number(number) + " " + (number == 1 ? one : many);
    }

    private static String cut(@Nullable String text, int most, String note) {
        if (text == null) {
            return "";
        }
        if (text.length() <= most) {
            return visible(text);
        }
        return visible(OneLine.beginning(text, most)) + "…" + String.format(Locale.ROOT, note, text.length());
    }

    /**
     * As {@link CsvText#visible}, and besides without anything that takes no room or is half a character. A joiner stays where it joins
     * something: scripts and emoji need it.
     */
    static String visible(String text) {
        String drawn = CsvText.visible(text);
        StringBuilder shown = null;
        for (int i = 0; i < drawn.length(); i++) {
            if (hidden(drawn, i)) {
                if (shown == null) {
                    shown = new StringBuilder(drawn);
                }
                shown.setCharAt(i, REPLACEMENT);
            }
        }
        return shown == null ? drawn : shown.toString();
    }

    private static boolean hidden(String text, int i) {
        char c = text.charAt(i);
        if (c < 0x80) {
            return false;
        }
        if (Character.isSurrogate(c)) {
            if (Character.isHighSurrogate(c)) {
                boolean whole = i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
                return !whole || Character.getType(text.codePointAt(i)) == Character.FORMAT;
            }
            return i == 0
                    || !Character.isHighSurrogate(text.charAt(i - 1))
                    || Character.getType(text.codePointAt(i - 1)) == Character.FORMAT;
        }
        if (c == JOINER || c == NON_JOINER) {
            return !joins(text, i);
        }
        return Character.getType(c) == Character.FORMAT;
    }

    private static boolean joins(String text, int i) {
        return i > 0 && i + 1 < text.length() && joinable(text.charAt(i - 1)) && joinable(text.charAt(i + 1));
    }

    private static boolean joinable(char c) {
        return c > 0x2FF && Character.getType(c) != Character.FORMAT && !Character.isWhitespace(c);
    }

    private static final class ForHtml extends CharacterEscapes {
        private static final long serialVersionUID = 1;

        private final int[] ascii = standardAsciiEscapesForJSON();

        ForHtml() {
            for (char c : new char[] {'<', '>', '&'}) {
                ascii[c] = ESCAPE_STANDARD;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        /** Beyond ASCII nothing: {@link #visible} has taken the line separators out. */
        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
