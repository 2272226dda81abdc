package dev.offboarding.platform;

import org.jspecify.annotations.Nullable;

/** The platform or its sign-in cannot be used at all: no customer is to blame, and there is no use in continuing. */
public final class PlatformUnavailableException extends RuntimeException {

    /** @param message what is wrong and what to do about it, for people, without secrets */
    public PlatformUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
