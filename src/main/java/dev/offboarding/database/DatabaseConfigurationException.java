package dev.offboarding.database;

/** A database's settings are wrong; nothing was touched. The command ends with exit code 2. */
public final class DatabaseConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseConfigurationException(String message) {
        super(message);
    }
}
