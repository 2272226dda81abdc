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
import org.springframework.mock.env.MockEnvironment;

/** Incident 40: the driver makes the machine's time zone the session's. */
@ResourceLock(Resources.TIME_ZONE)
class SessionZoneTest {

    private final TimeZone machines = TimeZone.getDefault();

    @BeforeEach
    void farFromUtc() {
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    }

    @AfterEach
    void back() {
        TimeZone.setDefault(machines);
    }

    private static String zone(DataSource dataSource) {
        return String.valueOf(
                new JdbcTemplate(dataSource).queryForObject("select current_setting('TimeZone')", String.class));
    }

    @Test
    void everyKindOfSessionOfOursIsInUtc() {
        try (TestDatabase server = TestDatabase.createEmpty()) {
            assertThat(zone(server.direct())).isEqualTo("Pacific/Kiritimati");

            MockEnvironment environment = new MockEnvironment().withProperty("spring.datasource.url", server.url());
            try (Database own = Database.open(environment, Path.of("not used"), Access.OWN);
                    Database another = Database.connect(
                            "offboarding.ledger", server.url(), null, null, new ConnectionSecurity(true, null))) {
                for (Database database : List.of(own, another)) {
                    assertThat(zone(database.dataSource())).isEqualTo("UTC");
                    assertThat(zone(database.pool())).isEqualTo("UTC");
                    assertThat(zone(database.direct())).isEqualTo("UTC");
                }
            }
        }
    }
}
