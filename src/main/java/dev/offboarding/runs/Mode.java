package dev.offboarding.runs;

import java.util.Locale;

/** What a run does. */
public enum Mode {
    RUN,
    /** Carries out only what people have asked for: that cases are withdrawn, or closed. No list is received, and nothing is removed. */
    WITHDRAW,
    /** The same with the same code, without suspend, remove and verify: leaves list, cases and platform as they were. */
    PLAN;

    /** By the word for it. */
    public static Mode of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
