package dev.offboarding.platform;

/** Is notified of each request to a platform, by the thread that made it and before it continues: so it is quick, and waits for nothing. */
@FunctionalInterface
public interface RequestListener {

    /** Counts nothing. */
    RequestListener UNCOUNTED = (resource, status) -> {};

    /** The status of a request that got no answer. */
    int NO_ANSWER = 0;

    /**
     * A request was sent and answered, or may have been sent and was not.
     *
     * @param resource what the platform counts requests for, one of a few words of the adapter's own
     * @param status as in HTTP, or {@link #NO_ANSWER}
     */
    void request(String resource, int status);
}
