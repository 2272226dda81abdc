package dev.offboarding.report.verify;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ends the check of a report's contents at the first thing that is off. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Finding finding;

    Mismatch(String file, long line, String what, @Nullable Object expected, @Nullable Object found) {
        super(what, null, false, false);
        this.finding = Finding.of(file, line, what, said(expected), said(found));
    }

    static void unless(
            boolean holds, String file, long line, String what, @Nullable Object expected, @Nullable Object found) {
        if (!holds) {
            throw new Mismatch(file, line, what, expected, found);
        }
    }

    static void unlessSame(String file, long line, String what, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw new Mismatch(file, line, what, quoted(expected), quoted(found));
        }
    }

    Finding finding() {
        return finding;
    }

    private static Object said(@Nullable Object value) {
        return value == null ? "nothing" : value;
    }

    /** Text of the report's own, apart from words of ours. */
    private static @Nullable Object quoted(@Nullable Object value) {
        return value instanceof CharSequence text ? '"' + text.toString() + '"' : value;
    }
}
