package dev.offboarding.command;

/** Text from outside, made fit for a terminal. */
final class TerminalText {

    private TerminalText() {}

    /** In one line, without control characters: no name can move the cursor, break a line or turn it around. */
    static String oneLine(String text) {
        return indented(text).strip();
    }

    /** The same, and what is before it in its line stays. */
    static String indented(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ").stripTrailing();
    }
}
