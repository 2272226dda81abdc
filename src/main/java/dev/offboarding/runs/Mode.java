package dev.offboarding.runs;

import java.util.Locale;

/** Whether a run writes. */
public enum Mode {
    RUN,
    /** The same with the same code, without suspend, remove and verify: leaves list, cases and platform as they were. */
    PLAN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
