package dev.offboarding.run;

import dev.offboarding.database.Database;
import dev.offboarding.database.LedgerSchema;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.lists.ListUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A small reseller to try the program on. Goes into an empty embedded database only, never into one that was configured. */
final class SampleData {

    private static final int MOST_BYTES = 64 << 20;

    private SampleData() {}

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
                       and not exists (select from offboarding.offboarding_case)
                    """, Boolean.class);
            if (Boolean.TRUE.equals(empty)) {
                jdbc.execute(sql);
            }
        });
    }

    private static String read(Path file) {
        try {
            return RegularFile.text(file.toRealPath(), MOST_BYTES, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ListUnavailableException(
                    "ledger.sample-data: %s cannot be read: %s. Mend the path in the job file, or leave the key out."
                            .formatted(file, e.getMessage()),
                    e);
        }
    }
}
