package dev.offboarding.platform.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is.
 *
 * @param url JDBC URL of the ledger's own database, which may carry a password; the job's own database if null
 */
public record LedgerSettings(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password) {
    @Override
    public String toString() {
        return "LedgerSettings[url=%s, username=%s, password=%s]"
                .formatted(url == null ? "(the job's own)" : "***", username, password == null ? "(none)" : "***");
    }
}
