package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.HttpResends;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/** One request, one answer in bytes, whatever its status; or the certainty that there was none. */
final class Http {

    static {
        HttpResends.switchOff();
    }

    record Answer(int status, HttpHeaders headers, byte[] body) {
        @Nullable
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    /** No answer, or not all of it. */
    static final class NoAnswerException extends Exception {
        private final String why;
        private final boolean arrived;

        NoAnswerException(String why, boolean arrived) {
            super(why);
            this.why = why;
            this.arrived = arrived;
        }

        /** In words, for people. */
        String why() {
            return why;
        }

        /** Whether the request may have reached anyone. */
        boolean mayHaveArrived() {
            return arrived;
        }
    }

    /** More than the work needs: a name that is slow to be resolved holds one up. */
    private static final int CLIENT_THREADS = 8;

    private final RestClient client;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final CancellationToken cancellation;

    Http(Duration connectTimeout, Duration readTimeout) {
        this(connectTimeout, readTimeout, CancellationToken.none());
    }

    Http(Duration connectTimeout, Duration readTimeout, CancellationToken cancellation) {
        this.cancellation = cancellation;
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
        // never follows a redirect: a token goes to the configured address and nowhere else. With threads of its own it
        // makes one for each answer that comes while the others are busy: on few processors that costs more than the
        // answer.
        HttpClient jdk = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .executor(Threads.pool("http-client", CLIENT_THREADS, null))
                .build();
        // a body is written by a thread that waits until it is taken: of those as many as there are requests
        JdkClientHttpRequestFactory factory =
                new JdkClientHttpRequestFactory(jdk, Threads.pool("http-body", Threads.AS_MANY_AS_NEEDED, null));
        factory.setReadTimeout(readTimeout);
        client = RestClient.builder().requestFactory(factory).build();
    }

    Answer exchange(HttpMethod method, URI uri, Map<String, String> headers, byte @Nullable [] body)
            throws NoAnswerException {
        RestClient.RequestBodySpec request = client.method(method).uri(uri).headers(it -> headers.forEach(it::set));
        if (body != null) {
            request.body(body);
        }
        Thread caller = Thread.currentThread();
        AtomicBoolean calledOff = new AtomicBoolean();
        try {
            Answer answer = cancellation.call(
                    () -> request.exchange((sent, response) -> new Answer(
                            response.getStatusCode().value(),
                            response.getHeaders(),
                            response.getBody().readAllBytes())),
                    () -> {
                        calledOff.set(true);
                        caller.interrupt();
                    });
            if (answer == null) {
                throw new NoAnswerException("no answer", true);
            }
            return answer;
        } catch (ResourceAccessException e) {
            throw calledOff.get() ? new NoAnswerException("no answer before the run was to end", true) : noAnswer(e);
        } finally {
            if (calledOff.get()) {
                // it was meant for this call only
                Thread.interrupted();
            }
        }
    }

    private NoAnswerException noAnswer(ResourceAccessException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpConnectTimeoutException) {
                return new NoAnswerException("no connection within " + words(connectTimeout), false);
            }
            if (cause instanceof HttpTimeoutException) {
                return new NoAnswerException("no answer within " + words(readTimeout), true);
            }
            if (cause instanceof SSLHandshakeException) {
                return new NoAnswerException("its certificate is not trusted here", false);
            }
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return new NoAnswerException("its name is not known", false);
            }
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
                return new NoAnswerException("no connection", false);
            }
            if (cause instanceof ZipException) {
                return new NoAnswerException("its answer is said to be compressed, and is not", true);
            }
        }
        IOException io = e.getCause() instanceof IOException it ? it : null;
        return new NoAnswerException(
                "the connection broke before the answer arrived"
                        + (io == null ? "" : " (" + io.getClass().getSimpleName() + ")"),
                true);
    }

    private static String words(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
