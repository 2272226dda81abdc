package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class MigrationsTest {

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void close() {
        database.close();
    }

    /** Whoever migrates holds the lock, for as long as it takes; a run of the same version beside it has nothing to wait for. */
    @Test
    void tablesThatAreUpToDateAreLookedAtOnceAndWithoutALock() throws SQLException {
        AtomicInteger connections = new AtomicInteger();
        try (Connection somebodyElse = database.direct().getConnection();
                PreparedStatement lock = somebodyElse.prepareStatement("select pg_advisory_lock(?)")) {
            lock.setLong(1, AdvisoryKey.of("migration", OwnSchema.NAME));
            lock.execute();

            Migrations.ofOwn(OwnSchema.NAME, "db/migration").run(new DelegatingDataSource(database.direct()) {
                @Override
                public Connection getConnection() throws SQLException {
                    connections.incrementAndGet();
                    return super.getConnection();
                }
            });
        }

        assertThat(connections).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set checksum = checksum + 1 where version = '3'",
                "set success = false where version = '3'",
                "set description = 'others' where version = '3'",
                "set version = '3.1' where version = '3'",
                "set type = 'JDBC' where version = '3'"
            })
    void aHistoryThatSaysSomethingElseIsNotPassedOver(String change) {
        database.jdbc()
                .sql("update offboarding.offboarding_schema_history " + change)
                .update();

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("'offboarding'");
    }

    @Test
    void aNewerVersionsMigrationIsNothingToStumbleOver() {
        database.jdbc()
                .sql(
                        "insert into offboarding.offboarding_schema_history values (999, '999', 'later', 'SQL', 'V999__later.sql', 1, 'x', now(), 5, true)")
                .update();

        assertThatCode(() -> OwnSchema.migrate(database.direct())).doesNotThrowAnyException();
    }
}
