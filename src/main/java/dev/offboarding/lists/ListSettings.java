package dev.offboarding.lists;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a job's list comes from: exactly one of csv and database.
 *
 * @param dateFormat how its dates are written, where it is in none of the usual ways: {@code dd/MM/yyyy}
 */
public record ListSettings(
        @Nullable Csv csv,
        @Nullable Database database,
        @Nullable String dateFormat) {

    /** What is wrong with a date format, without a subject; null if nothing is. */
    public static @Nullable String dateFormatProblem(String format) {
        try {
            new Dates(format);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    /** CSV files and workbooks: exactly one of the two. An inbox's files are moved away once they are taken, a single file never is. */
    public record Csv(@Nullable Path inbox, @Nullable Path file) {}

    /**
     * The rows of a query.
     *
     * @param query a SELECT whose columns are those of a list
     * @param done a statement to run when a case is closed as offboarded, with {@code :customer_id} and
     *     {@code :offboarded_at}; none if null
     * @param url JDBC URL of the list's own database; the job's own database if null
     */
    public record Database(
            String query,
            @Nullable String done,
            @Nullable String url,
            @Nullable String username,
            @Nullable String password) {
        @Override
        public String toString() {
            // a JDBC URL may carry a password
            return "Database[query=%s, done=%s, url=%s, username=%s]"
                    .formatted(query, done, url == null ? "(the job's own)" : "***", username);
        }
    }
}
