package dev.offboarding.kit;

/**
 * The JDK's HTTP client repeats a GET whose connection broke, and a connection that was refused, by itself: requests that no rate limit and no
 * bound on calls under way would know of. Whether anything is sent again is decided by those who send. The client reads this once, when
 * it is first used by anybody.
 */
public final class HttpResends {

    private HttpResends() {}

    /** Before the first use of the client; more than once is as good as once. */
    public static void switchOff() {
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
    }
}
