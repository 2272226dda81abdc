package dev.offboarding.lists;

import org.jspecify.annotations.Nullable;

/** The list, or the protected customers, cannot be had at all: the job file or what it points to has to be corrected. The message is for people. */
public final class ListUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ListUnavailableException(String message) {
        super(message);
    }

    public ListUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
