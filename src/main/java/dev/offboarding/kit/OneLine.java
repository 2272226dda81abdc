package dev.offboarding.kit;

import java.util.regex.Pattern;

/** Text from outside, made fit for one line of a terminal, a log, a message or a notice. */
public final class OneLine {

    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\p{Cntrl}\\s\\u2028\\u2029\\p{Cs}]+");

    private OneLine() {}

    /** Without control characters: no name can move the cursor, break a line or turn it around. */
    public static String of(String text) {
        return harmless(text).strip();
    }

    /** The same, and what is before it in its line stays. */
    public static String indented(String text) {
        return harmless(text).stripTrailing();
    }

    /** The same, and every blank stays. */
    public static String harmless(String text) {
        return HARMFUL.matcher(text).replaceAll(" ");
    }

    /** Several lines as one, with a blank between them: what a server says in its own words. */
    public static String joined(String text) {
        return LINE_BREAK.matcher(text.strip()).replaceAll(" ");
    }

    /** Its words, with one blank between them; half a character is not text. */
    public static String words(String text) {
        return BETWEEN_WORDS.matcher(text).replaceAll(" ").strip();
    }

    /** The text, or its beginning and an ellipsis where it is longer. */
    public static String cut(String text, int most) {
        return text.length() <= most ? text : beginning(text, most) + "…";
    }

    /** So much of a longer text; half a character is left out. */
    public static String beginning(String text, int length) {
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }
}
