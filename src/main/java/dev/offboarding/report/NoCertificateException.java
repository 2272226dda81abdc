package dev.offboarding.report;

/** A customer whose offboarding cannot be certified, and why, for people. */
public final class NoCertificateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoCertificateException(String message) {
        super(message);
    }
}
