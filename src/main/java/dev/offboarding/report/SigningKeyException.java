package dev.offboarding.report;

/** The key with which reports are to be signed cannot be used. Its message says why, and how to correct it, and shows nothing of the key. */
public final class SigningKeyException extends RuntimeException {
    SigningKeyException(String message) {
        super(message);
    }
}
