package dev.offboarding.kit;

/**
 * The JDK's HTTP client repeats a GET whose connection broke, and a connection that was refused, on its own: requests that no rate limit and
 * no bound on calls under way would know of. Whether anything is sent again is decided by the code that sends. The client reads this once,
 * when it is first used at all.
 */
public final class HttpResends {

    private HttpResends() {}

    /** Before the first use of the client; calling it again changes nothing. */
    public static void switchOff() {
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
    }
}
