package dev.offboarding.database;

import dev.offboarding.kit.OneLine;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * How to reach one PostgreSQL database. The URL carries no password: the ones that were in it are among the properties,
 * so that nothing that logs the URL, the driver and Flyway among them, has anything to give away.
 */
final class ConnectionSettings {
    private static final String SCHEME = "jdbc:postgresql:";
    private static final Pattern UNSET_VARIABLE = Pattern.compile("\\$\\{[A-Za-z_][\\w.-]*}");
    private static final List<String> SECRETS = List.of("password", "sslpassword");

    private final String prefix;
    private final String url;
    private final Properties properties;

    private ConnectionSettings(String prefix, String url, Properties properties) {
        this.prefix = prefix;
        this.url = url;
        this.properties = properties;
    }

    /**
     * @param prefix where the settings are, {@code spring.datasource} for instance; for messages
     * @throws DatabaseConfigurationException if this cannot be the address of a PostgreSQL database
     */
    static ConnectionSettings of(
            String prefix,
            String url,
            @Nullable String username,
            @Nullable String password,
            ConnectionSecurity security) {
        requireSet(prefix + ".url", url);
        requireSet(prefix + ".username", username);
        requireSet(prefix + ".password", password);
        if (!url.startsWith(SCHEME)) {
            throw new DatabaseConfigurationException(
                    "%s.url: only PostgreSQL is supported; the URL has to look like jdbc:postgresql://host:5432/name"
                            .formatted(prefix));
        }
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "offboarding");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("reWriteBatchedInserts", "true");
        if (username != null) {
            properties.setProperty("user", username);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        String harmless = withoutSecrets(prefix, url, properties);
        if (harmless.replaceFirst("\\?.*", "").contains("@")) {
            throw new DatabaseConfigurationException(
                    "%s.url: PostgreSQL's driver takes no user before the host; set %s.username and %s.password instead"
                            .formatted(prefix, prefix, prefix));
        }
        Properties parsed = Driver.parseURL(harmless, new Properties());
        if (parsed == null) {
            throw new DatabaseConfigurationException(
                    "%s.url: %s cannot be understood; it has to look like jdbc:postgresql://host:5432/name"
                            .formatted(prefix, harmless));
        }
        if (parsed.getProperty("user") != null) {
            properties.setProperty("user", parsed.getProperty("user"));
        }
        security.protect(prefix, parsed, properties);
        return new ConnectionSettings(prefix, harmless, properties);
    }

    private static void requireSet(String key, @Nullable String value) {
        // an environment variable that is not set stays in the value as it was written
        if (value != null && UNSET_VARIABLE.matcher(value).find()) {
            throw new DatabaseConfigurationException(
                    "%s: contains a ${...} that stands for nothing; set the environment variable that it names"
                            .formatted(key));
        }
    }

    private static String withoutSecrets(String prefix, String url, Properties properties) {
        int question = url.indexOf('?');
        if (question < 0) {
            return url;
        }
        List<String> kept = new ArrayList<>();
        for (String parameter : url.substring(question + 1).split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (!SECRETS.contains(name.toLowerCase(Locale.ROOT))) {
                kept.add(parameter);
            } else if (equals >= 0) {
                properties.setProperty(name.toLowerCase(Locale.ROOT), decoded(prefix, parameter.substring(equals + 1)));
            }
        }
        return url.substring(0, question) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }

    @SuppressWarnings("UnusedException") // its message quotes the password
    private static String decoded(String prefix, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new DatabaseConfigurationException(
                    "%s.url: the password in it has a %% that is not written as %%25; better set %s.password"
                            .formatted(prefix, prefix));
        }
    }

    String prefix() {
        return prefix;
    }

    String url() {
        return url;
    }

    /** Everything that the driver is given beside the URL, the user and the password among it. */
    Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** A connection for each call, outside of any pool. */
    DataSource direct() {
        return direct(Map.of());
    }

    /** @param more properties of the driver */
    DataSource direct(Map<String, String> more) {
        Properties all = properties();
        all.putAll(more);
        return new DriverManagerDataSource(url, all) {
            @Override
            protected Connection getConnectionFromDriver(Properties given) throws SQLException {
                Connection connection = super.getConnectionFromDriver(given);
                try (Statement statement = connection.createStatement()) {
                    statement.execute(SessionSettings.ZONE_AND_LEVEL);
                } catch (SQLException e) {
                    connection.close();
                    throw e;
                }
                return connection;
            }
        };
    }

    /** The same, but through sockets that a factory makes of the argument that it is given. */
    ConnectionSettings through(Class<? extends SocketFactory> sockets, String argument) {
        Properties through = properties();
        through.setProperty(PGProperty.SOCKET_FACTORY.getName(), sockets.getName());
        through.setProperty(PGProperty.SOCKET_FACTORY_ARG.getName(), argument);
        return new ConnectionSettings(prefix, url, through);
    }

    /** The place without the parameters, which say nothing to a person. */
    String place() {
        return url.replaceFirst("\\?.*", "");
    }

    /** Why a connection could not be made, in plain words. */
    DatabaseUnavailableException unavailable(SQLException reason) {
        String state = reason.getSQLState() == null ? "" : reason.getSQLState();
        String user = properties.getProperty("user", System.getProperty("user.name", "?"));
        String text = switch (state) {
            case "28P01", "28000" ->
                "refused the user '%s': the password is wrong, or this user may not connect from here. Check %s.%s and %s.password."
                        .formatted(user, prefix, prefix.equals("spring.flyway") ? "user" : "username", prefix);
            case "3D000" -> "has no database of this name. Create it, or correct %s.url.".formatted(prefix);
            case "08004" ->
                asksOtherwise(reason)
                        ? "asks for the password in a way that is not safe: %s Let the server ask with scram-sha-256 (pg_hba.conf, and a password set again), or write offboarding.database.require-auth: any."
                                .formatted(sentence(reason))
                        : unreachable(reason);
            case "08001", "08006", "57P03" -> unreachable(reason);
            case "53300" -> "cannot be used: " + Connections.NONE_LEFT;
            default -> "cannot be used: %s Check %s.*.".formatted(sentence(reason), prefix);
        };
        return new DatabaseUnavailableException(
                "The database %s %s".formatted(place(), text), leaks(reason) ? null : reason);
    }

    private String unreachable(SQLException reason) {
        if (isUnknownName(reason)) {
            return "cannot be reached: this machine cannot find a host of that name. Check the name in %s.url, and the name server."
                    .formatted(prefix);
        }
        return "cannot be reached: %s Check that the server runs, that this machine may connect to it, and %s.url."
                .formatted(sentence(reason), prefix);
    }

    /** The driver says no more than that its attempt failed. */
    private static boolean isUnknownName(Throwable reason) {
        for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static boolean asksOtherwise(SQLException reason) {
        return String.valueOf(reason.getMessage()).contains("require");
    }

    private String sentence(Throwable reason) {
        String message = OneLine.joined(String.valueOf(reason.getMessage()));
        for (String secret : SECRETS) {
            String value = properties.getProperty(secret, "");
            message = value.isEmpty() ? message : message.replace(value, "***");
        }
        return message.endsWith(".") ? message : message + ".";
    }

    private boolean leaks(Throwable reason) {
        for (Throwable t = reason; t != null; t = t.getCause()) {
            for (String secret : SECRETS) {
                String value = properties.getProperty(secret, "");
                if (!value.isEmpty() && String.valueOf(t.getMessage()).contains(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return place();
    }
}
