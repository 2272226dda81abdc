package dev.offboarding.database;

import dev.offboarding.kit.Loopback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ssl.DefaultJavaSSLFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How a connection to a configured database has to be protected. The driver's own defaults are not enough: a server that says that it
 * has no TLS, or someone in its place, is sent the password in the clear if it asks for it.
 *
 * @param tls whether another machine's server has to prove by its certificate which it is
 * @param requireAuth how a server may ask for a password; null for {@value #DEFAULT}, and any way on this machine's loopback addresses
 */
public record ConnectionSecurity(boolean tls, @Nullable String requireAuth) {

    /** A server that asks this way learns nothing from which the password could be derived, and has to know it itself. */
    private static final String DEFAULT = "scram-sha-256";

    private static final Path DEFAULT_ROOT_CERTIFICATE =
            Path.of(System.getProperty("user.home", ""), ".postgresql", "root.crt");

    private static final String ANY = "any";
    private static final String VERIFY_FULL = "verify-full";

    /** As the job file says, {@code offboarding.database.*}; where it does not, all that is needed. */
    public static ConnectionSecurity of(Environment environment) {
        Binder binder = Binder.get(environment);
        String tls = binder.bind("offboarding.database.tls", String.class).orElse(VERIFY_FULL);
        return new ConnectionSecurity(
                !tls.toLowerCase(Locale.ROOT).equals("none"),
                binder.bind("offboarding.database.require-auth", String.class).orElse(null));
    }

    private static boolean checksLess(Properties address) {
        String factory = PGProperty.SSL_FACTORY.getOrDefault(address);
        return factory != null && factory.endsWith("NonValidatingFactory")
                || PGProperty.SSL_HOSTNAME_VERIFIER.getOrDefault(address) != null;
    }

    /**
     * Adds to the driver's properties what the address does not say itself.
     *
     * @param prefix where the address is, {@code spring.datasource} for instance; for messages
     * @param address the address as the driver has understood it
     * @throws DatabaseConfigurationException if it would not be protected
     */
    void protect(String prefix, Properties address, Properties properties) {
        String hosts = PGProperty.PG_HOST.getOrDefault(address);
        boolean here = hosts == null || Arrays.stream(hosts.split(",")).allMatch(Loopback::is);
        boolean verified = VERIFY_FULL.equals(PGProperty.SSL_MODE.getOrDefault(address));
        if (tls && !here && !(verified && !checksLess(address))) {
            throw new DatabaseConfigurationException(
                    "%s.url: %s is another machine, and without sslmode=verify-full anyone on the way there may read the password and change what is read. Add sslmode=verify-full to the address, without an sslfactory or sslhostnameverifier that checks less (and sslrootcert=FILE where an authority of your own has signed its certificate), or write offboarding.database.tls: none to do without"
                            .formatted(prefix, hosts));
        }
        if (verified
                && PGProperty.SSL_ROOT_CERT.getOrDefault(address) == null
                && address.getProperty(PGProperty.SSL_FACTORY.getName()) == null
                && !Files.exists(DEFAULT_ROOT_CERTIFICATE)) {
            // the driver's own looks into that file only; Java knows the authorities that the machine trusts
            properties.setProperty(PGProperty.SSL_FACTORY.getName(), DefaultJavaSSLFactory.class.getName());
        }
        String wanted = requireAuth == null && !here ? DEFAULT : requireAuth;
        if (wanted != null && !wanted.equals(ANY) && PGProperty.REQUIRE_AUTH.getOrDefault(address) == null) {
            properties.setProperty(PGProperty.REQUIRE_AUTH.getName(), wanted);
        }
    }
}
