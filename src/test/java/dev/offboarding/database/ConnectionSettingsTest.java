package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSettingsTest {
    @Test
    void thePasswordIsTakenOutOfTheUrl() {
        ConnectionSettings settings =
                of("jdbc:postgresql://db:5433/crm?user=ops&password=a%26b%3D1&sslmode=require&sslPassword=k3y");
        assertThat(settings.url()).isEqualTo("jdbc:postgresql://db:5433/crm?user=ops&sslmode=require");
        assertThat(settings.properties())
                .containsEntry("user", "ops")
                .containsEntry("password", "a&b=1")
                .containsEntry("sslpassword", "k3y");
        assertThat(settings).hasToString("jdbc:postgresql://db:5433/crm");
    }

    @Test
    void aUrlWithoutAPasswordStaysAsItIs() {
        assertThat(of("jdbc:postgresql://a,b/crm?targetServerType=primary").url())
                .isEqualTo("jdbc:postgresql://a,b/crm?targetServerType=primary");
        assertThat(of("jdbc:postgresql:crm").url()).isEqualTo("jdbc:postgresql:crm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://db/crm?password=s3cr3t",
                "postgres://ops:s3cr3t@db/crm",
                "jdbc:postgresql://ops:s3cr3t@db/crm",
                "jdbc:postgresql://db:port/crm?password=s3cr3t",
                "jdbc:postgresql://db/crm?password=s3cr3t%"
            })
    void whatIsNoAddressIsRefusedWithoutShowingASecret(String url) {
        assertThatThrownBy(() -> of(url))
                .isInstanceOf(DatabaseConfigurationException.class)
                .hasNoCause()
                .hasMessageStartingWith("spring.datasource.url: ")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void anEnvironmentVariableThatIsNotSetIsAnError() {
        assertThatThrownBy(() -> ConnectionSettings.of(
                        "offboarding.ledger", "jdbc:postgresql://db/crm", "ops", "${CRM_PASSWORD}"))
                .isInstanceOf(DatabaseConfigurationException.class)
                .hasMessageStartingWith("offboarding.ledger.password: ");
    }

    @Test
    void aReasonThatQuotesThePasswordIsNotPassedOn() {
        ConnectionSettings settings = of("jdbc:postgresql://db/crm?password=s3cr3t");
        assertThat(settings.unavailable(new SQLException("cannot log in with s3cr3t", "99999")))
                .hasNoCause()
                .hasMessageContaining("cannot log in with ***");
        assertThat(settings.unavailable(new SQLException("no route to host", "08001")))
                .hasMessageContaining("no route to host")
                .hasCauseInstanceOf(SQLException.class);
    }

    private static ConnectionSettings of(String url) {
        return ConnectionSettings.of("spring.datasource", url, null, null);
    }
}
