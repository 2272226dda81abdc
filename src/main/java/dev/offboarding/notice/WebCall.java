package dev.offboarding.notice;

import dev.offboarding.notice.Channel.Attempt;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** One request over HTTP. Never follows a redirect: what it sends goes to the configured address and nowhere else. */
final class WebCall {

    static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Set<Integer> TRY_AGAIN = Set.of(408, 425, 429, 500, 502, 503, 504);

    /** Slack says in one such word what is wrong; anything else may quote what it was sent, or the address. */
    private static final Pattern WORD = Pattern.compile("[a-z]+(_[a-z]+)*");

    private static final int LONGEST_WORD = 40;

    private final Duration answer;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();

    /** @param answer how long one try may take */
    WebCall(Duration answer) {
        this.answer = answer;
    }

    /** @param within how long it may take, if that is less */
    Attempt attempt(HttpRequest request, Duration within) throws InterruptedException {
        Duration time = within.compareTo(answer) < 0 ? within : answer;
        // the whole answer has to come in that time, not only its beginning
        CompletableFuture<HttpResponse<byte[]>> call = client.sendAsync(request, info -> BoundedBody.ofBody());
        try {
            return judged(call.get(time.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return again("no answer within " + words(time));
        } catch (ExecutionException e) {
            return again(inWords(Objects.requireNonNullElse(e.getCause(), e), time));
        } finally {
            call.cancel(true);
        }
    }

    private static Attempt judged(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return new Attempt.Sent();
        }
        String word = new String(response.body(), StandardCharsets.UTF_8).strip();
        String why = "answered " + status
                + (word.length() <= LONGEST_WORD && WORD.matcher(word).matches() ? " (" + word + ")" : "");
        if (status / 100 == 3) {
            return new Attempt.Refused(why + ", a redirect, which is not followed; write the address that it leads to");
        }
        return TRY_AGAIN.contains(status) ? new Attempt.Failed(why, retryAfter(response)) : new Attempt.Refused(why);
    }

    /** In seconds; a date, which few send, is left to the usual back-off. */
    private static Duration retryAfter(HttpResponse<byte[]> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(Duration.ZERO);
    }

    private static Attempt again(String why) {
        return new Attempt.Failed(why, Duration.ZERO);
    }

    /** Its own words may hold the address. */
    private static String inWords(Throwable problem, Duration time) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpConnectTimeoutException) {
                return "no connection within " + words(CONNECT);
            } else if (cause instanceof HttpTimeoutException) {
                return "no answer within " + words(time);
            } else if (cause instanceof SSLException) {
                return "no secure connection: its certificate is not trusted here, or is another host's";
            } else if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return "its name is not known";
            } else if (cause instanceof ConnectException) {
                return "no connection";
            }
        }
        return problem instanceof IOException
                ? "the connection broke"
                : problem.getClass().getSimpleName();
    }

    private static String words(Duration time) {
        return time.toMillis() < 1000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }
}
