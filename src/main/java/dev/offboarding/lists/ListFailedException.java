package dev.offboarding.lists;

/** The list could not be read tonight, after the run had begun: it says nothing about anyone. The message is for people. */
public final class ListFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ListFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
