package dev.offboarding.database;

import org.jspecify.annotations.Nullable;

/**
 * A database cannot be used; the message says which, why, and what to do about it, and carries no secret. The command
 * ends with exit code 7.
 */
public final class DatabaseUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
