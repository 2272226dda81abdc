package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.mock.env.MockEnvironment;

/** A database that is reached through a pooler, and ones that are found otherwise than as they should be. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class PoolerTest {

    @TempDir
    Path folder;

    private final TestDatabase database = TestDatabase.createEmpty();

    @AfterEach
    void close() {
        database.close();
    }

    private Database open(String url) {
        return Database.open(
                new MockEnvironment().withProperty("spring.datasource.url", url),
                folder.resolve(".offboarding"),
                Access.OWN);
    }

    @Test
    void aPoolerThatLendsASessionForATransactionIsRecognised() {
        try (Pooler pooler = new Pooler(database.url(), true)) {
            assertThatThrownBy(() -> open(pooler.url()))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("pool_mode = transaction")
                    .hasMessageContaining("pool_mode = session");
            assertThatThrownBy(() -> Database.connect(
                            "offboarding.ledger", pooler.url(), null, null, new ConnectionSecurity(false, null)))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("pool_mode = transaction");
        }
        assertThat(database.jdbc()
                        .sql("select to_regnamespace('offboarding') is null")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void aPoolerThatLendsASessionForAsLongAsOneIsConnectedIsWelcome() {
        try (Pooler pooler = new Pooler(database.url(), false);
                Database opened = open(pooler.url())) {
            assertThat(opened.answers()).isTrue();
        }
    }

    @Test
    void aDatabaseThatCannotHoldEveryNameIsRefused() {
        database.jdbc().sql("drop database if exists latin").update();
        database.jdbc()
                .sql("create database latin encoding 'LATIN1' template template0 locale_provider libc locale 'C'")
                .update();
        try {
            assertThatThrownBy(() -> open(database.url().replaceFirst("/test_\\d+", "/latin")))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("LATIN1")
                    .hasMessageContaining("Create one with");
        } finally {
            database.jdbc().sql("drop database latin with (force)").update();
        }
    }

    @Test
    void aPoolWithoutRoomForARunIsAWrongConfiguration() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.datasource.url", database.url())
                .withProperty("spring.datasource.hikari.maximum-pool-size", "1");

        assertThatThrownBy(() -> Database.open(environment, folder, Access.OWN))
                .isInstanceOf(DatabaseConfigurationException.class)
                .hasMessageContaining("spring.datasource.hikari.maximum-pool-size: 1 is too few")
                .hasMessageContaining("a run needs");
    }
}
