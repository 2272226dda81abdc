package dev.offboarding.report.verify;

import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.OneLine;

/**
 * Something in a report that is not as it should be.
 *
 * @param file in which it was seen; empty for the folder itself
 * @param line from 1; 0 where no line is to blame
 */
public record Finding(String file, long line, String what, String expected, String found) {
    private static final int MOST = 160;

    static Finding of(String file, long line, String what, Object expected, Object found) {
        return new Finding(file, line, what, String.valueOf(expected), String.valueOf(found));
    }

    /** Whether it is a write that no plan has. */
    public boolean unplanned() {
        return expected.equals(WriteCheck.IN_THE_PLAN);
    }

    /** One line, for people. */
    public String inWords() {
        String where = file.isEmpty() ? "the folder" : file;
        return "%s%s: %s: expected %s, found %s"
                .formatted(shown(where), line > 0 ? ", line " + line : "", shown(what), shown(expected), shown(found));
    }

    private static String shown(String text) {
        return OneLine.cut(CsvText.visible(text), MOST);
    }
}
