package dev.offboarding.run;

import dev.offboarding.cases.KnownCases;
import dev.offboarding.database.Database;
import dev.offboarding.database.LedgerSchema;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A small reseller to try the program on. Goes into an empty embedded database only, never into one that was configured. */
final class SampleData {

    private static final int MOST_BYTES = 64 << 20;

    private SampleData() {}

    /** The job file names no SQL that can be run. */
    static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableException(Path file, String why, Exception cause) {
            super(
                    "ledger.sample-data: %s %s. Correct the file or its path in the job file, or leave the key out."
                            .formatted(file, why),
                    cause);
        }
    }

    /** @throws UnusableException if it cannot be read, or is not SQL for these tables; then nothing of it is there */
    static void loadInto(Database database, JobFile jobFile) {
        Path file = jobFile.ledger().sampleData();
        if (file == null || !database.embedded() || jobFile.ledger().url() != null) {
            return;
        }
        LedgerSchema.migrate(database.dataSource());
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        String sql = read(file);
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            Boolean empty = jdbc.queryForObject("""
                    select not exists (select from ledger.customer) and not exists (select from ledger.subscription)
                    """, Boolean.class);
            if (Boolean.TRUE.equals(empty) && !new KnownCases(jdbc).any()) {
                try {
                    jdbc.execute(sql);
                } catch (BadSqlGrammarException | DataIntegrityViolationException e) {
                    throw new UnusableException(file, "cannot be run: " + Failures.reason(e), e);
                }
            }
        });
    }

    private static String read(Path file) {
        try {
            return RegularFile.text(file.toRealPath(), MOST_BYTES, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UnusableException(file, "cannot be read: " + FileFault.inWords(e, file), e);
        }
    }
}
