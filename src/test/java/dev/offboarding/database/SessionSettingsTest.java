package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Incident 40: the driver makes the machine's time zone the session's; and a database has a level of its own. */
@ResourceLock(Resources.TIME_ZONE)
class SessionSettingsTest {

    private final TimeZone machines = TimeZone.getDefault();

    @BeforeEach
    void farFromUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    }

    @AfterEach
    void back() {
        TimeZone.setDefault(machines);
    }

    private static String terms(DataSource dataSource) {
        return String.valueOf(new JdbcTemplate(dataSource)
                .queryForObject(
                        "select current_setting('TimeZone') || ', ' || current_setting('transaction_isolation')",
                        String.class));
    }

    private static void inATransactionAtAnotherLevel(DataSource pool) {
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        transaction.executeWithoutResult(status -> assertThat(terms(pool)).isEqualTo("UTC, repeatable read"));
    }

    @Test
    void everyKindOfSessionOfOursIsInUtcAndSeesWhatOthersCommit() {
        try (TestDatabase server = TestDatabase.createEmpty()) {
            String name = new JdbcTemplate(server.direct()).queryForObject("select current_database()", String.class);
            new JdbcTemplate(server.direct())
                    .execute("alter database %s set default_transaction_isolation = 'serializable'".formatted(name));
            assertThat(terms(server.direct())).isEqualTo("Pacific/Kiritimati, serializable");

            MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url", server.url());
            try (Database own = Database.open(environment, Path.of("not used"), Access.OWN);
                    Database another = Database.connect(
                            "offboarding.ledger", server.url(), null, null, new ConnectionSecurity(true, null))) {
                for (Database database : List.of(own, another)) {
                    assertThat(terms(database.dataSource())).isEqualTo("UTC, read committed");
                    assertThat(terms(database.pool())).isEqualTo("UTC, read committed");
                    assertThat(terms(database.direct())).isEqualTo("UTC, read committed");
                    inATransactionAtAnotherLevel(database.pool());
                    assertThat(terms(database.pool())).isEqualTo("UTC, read committed");
                }
            }
        }
    }
}
