package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Another user of the machine bound the port first, and had the embedded database's password at the first try. */
class ThiefTest {

    @TempDir
    Path folder;

    private final Thief thief = new Thief();

    @AfterEach
    void close() {
        thief.close();
    }

    @Test
    void whoeverHasThePortBeforeTheServerIsNotToldThePassword() throws IOException {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));

        assertThatThrownBy(() -> EmbeddedServer.start(database, thief.port()))
                .isInstanceOf(DatabaseUnavailableException.class);

        String password = Files.readString(database.resolve("password")).strip();
        assertThat(thief.asked()).isPositive();
        assertThat(thief.answers()).isEmpty();

        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            assertThat(Files.readString(database.resolve("password")).strip()).isNotEqualTo(password);
        }
    }

    @Test
    void whoeverHasThePortAfterTheServerIsNotToldItEither() {
        DataSource connections = EmbeddedServer.settings(thief.port(), "s3cr3t").direct();

        assertThatThrownBy(connections::getConnection).isInstanceOf(SQLException.class);

        assertThat(thief.asked()).isPositive();
        assertThat(thief.answers()).isEmpty();
    }

    /** On this machine a configured server may ask as it likes, unless the job file says how. */
    @Test
    void aConfiguredServerIsToldThePasswordOnlyInTheWayThatTheJobFileAllows() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "job file",
                        Map.of(
                                "spring.datasource.url",
                                "jdbc:postgresql://127.0.0.1:" + thief.port() + "/crm",
                                "spring.datasource.username",
                                "ops",
                                "spring.datasource.password",
                                "s3cr3t",
                                "offboarding.database.require-auth",
                                "scram-sha-256")));

        assertThatThrownBy(() -> Database.open(environment, folder, Access.OWN))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("asks for the password in a way that is not safe")
                .hasMessageContaining("offboarding.database.require-auth");

        assertThat(thief.asked()).isPositive();
        assertThat(thief.answers()).isEmpty();
    }
}
