package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
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
                        "offboarding.ledger", "jdbc:postgresql://db/crm", "ops", "${CRM_PASSWORD}", NONE))
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
        return ConnectionSettings.of("spring.datasource", url, null, null, NONE);
    }

    private static final ConnectionSecurity NONE = new ConnectionSecurity(false, "any");
    private static final ConnectionSecurity USUAL = new ConnectionSecurity(true, null);

    private static @Nullable String requireAuth(String url, ConnectionSecurity security) {
        return ConnectionSettings.of("spring.datasource", url, "ops", "s3cr3t", security)
                .properties()
                .getProperty("requireAuth");
    }

    /** The driver takes "no TLS" for an answer, and the password goes over the wire in the clear. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example/crm",
                "jdbc:postgresql://db.example/crm?sslmode=require",
                "jdbc:postgresql://localhost,db.example/crm?sslmode=prefer",
                "jdbc:postgresql://10.0.0.5:5433/crm?ssl=true",
                "jdbc:postgresql://[2001:db8::1]/crm",
                "jdbc:postgresql://localhost.example/crm",
                "jdbc:postgresql://127.0.0.1.example/crm"
            })
    void anotherMachineHasToProveWhichItIs(String url) {
        assertThatThrownBy(() -> requireAuth(url, USUAL))
                .isInstanceOf(DatabaseConfigurationException.class)
                .hasMessageStartingWith("spring.datasource.url: ")
                .hasMessageContaining("is another machine")
                .hasMessageContaining("offboarding.database.tls: none")
                .hasMessageNotContaining("s3cr3t");
        assertThat(requireAuth(url, new ConnectionSecurity(false, null))).isEqualTo("scram-sha-256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sslfactory=org.postgresql.ssl.NonValidatingFactory", "sslhostnameverifier=org.example.Any"})
    void whatChecksLessThanItSaysIsNoProof(String parameter) {
        assertThatThrownBy(
                        () -> requireAuth("jdbc:postgresql://db.example/crm?sslmode=verify-full&" + parameter, USUAL))
                .isInstanceOf(DatabaseConfigurationException.class)
                .hasMessageContaining("is another machine");
    }

    /** On its own the driver trusts only the authorities in a file that hardly anyone has. */
    @Test
    void whomTheMachineTrustsIsTrustedWhereTheAddressNamesNobody() {
        String url = "jdbc:postgresql://db.example/crm?sslmode=verify-full";
        assertThat(ConnectionSettings.of("spring.datasource", url, null, null, USUAL)
                        .properties())
                .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        assertThat(ConnectionSettings.of("spring.datasource", url + "&sslrootcert=ca.pem", null, null, USUAL)
                        .properties())
                .doesNotContainKey("sslfactory");
    }

    @Test
    void aServerOnAnotherMachineIsToldNoPasswordThatItMightHandOn() {
        String url = "jdbc:postgresql://a.example,b.example/crm?sslmode=verify-full";
        assertThat(requireAuth(url, USUAL)).isEqualTo("scram-sha-256");
        assertThat(requireAuth(url, new ConnectionSecurity(true, "md5,scram-sha-256")))
                .isEqualTo("md5,scram-sha-256");
        assertThat(requireAuth(url, new ConnectionSecurity(true, "any"))).isNull();
        assertThat(requireAuth(url + "&requireAuth=gss", USUAL))
                .as("the address itself says it")
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:crm",
                "jdbc:postgresql://localhost/crm",
                "jdbc:postgresql://127.0.0.1:5433/crm",
                "jdbc:postgresql://[::1]/crm"
            })
    void onThisMachineNothingIsAskedFor(String url) {
        assertThat(requireAuth(url, USUAL)).isNull();
        assertThat(requireAuth(url, new ConnectionSecurity(true, "scram-sha-256")))
                .isEqualTo("scram-sha-256");
    }
}
