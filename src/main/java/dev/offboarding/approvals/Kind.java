package dev.offboarding.approvals;

import java.util.Locale;

/** What somebody has approved of a plan. */
public enum Kind {
    /** That it is carried out. */
    APPROVE,
    /** That it is carried out over several nights. */
    SPREAD,
    /** That it is carried out although it is over a limit. */
    LIFT;

    /** As it is kept, and reported. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
