package dev.offboarding.platform;

import java.util.Locale;

/** The platforms, as the job file names them. */
public enum PlatformName {
    LEDGER,
    PARTNER_CENTER;

    /** The name in job files, tables and reports: {@code ledger}, {@code partner-center}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
