package dev.offboarding.platform.ledger;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is.
 *
 * @param url JDBC URL of the ledger's own database, which may carry a password; the job's own database if null
 * @param sampleData SQL to fill an empty embedded ledger with, to try the program on; none if null
 */
public record LedgerSettings(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @Nullable Path sampleData) {
    @Override
    public String toString() {
        return "LedgerSettings[url=%s, username=%s, password=%s]"
                .formatted(url == null ? "(the job's own)" : "***", username, password == null ? "(none)" : "***");
    }
}
