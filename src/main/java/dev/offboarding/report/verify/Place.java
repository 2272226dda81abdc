package dev.offboarding.report.verify;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where in a report something is read: what is wrong there is a finding with this file and line.
 *
 * @param file empty for the folder itself
 * @param line from 1; 0 where no line is to blame
 */
record Place(String file, long line) {

    static Place in(String file) {
        return new Place(file, 0);
    }

    void holds(boolean holds, String what, @Nullable Object expected, @Nullable Object found) {
        if (!holds) {
            throw off(what, expected, found);
        }
    }

    void same(String what, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw off(what, quoted(expected), quoted(found));
        }
    }

    Mismatch off(String what, @Nullable Object expected, @Nullable Object found) {
        return new Mismatch(Finding.of(file, line, what, said(expected), said(found)));
    }

    private static Object said(@Nullable Object value) {
        return value == null ? "nothing" : value;
    }

    /** Text of the report's own, apart from words of ours. */
    private static @Nullable Object quoted(@Nullable Object value) {
        return value instanceof CharSequence text ? '"' + text.toString() + '"' : value;
    }
}
