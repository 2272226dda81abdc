package dev.offboarding.standin;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** One request on its way through the stand-in. */
final class Call {

    final long number;
    final Host host;
    final String method;
    final URI uri;
    final Headers headers;
    final byte[] body;
    final Instant received;
    final long receivedNanos = System.nanoTime();
    final List<String> segments;
    /** The segments in lower case: the words of a route are compared without case, as ASP.NET does. */
    final List<String> route;

    final Map<String, String> query;
    final Endpoint endpoint;

    SignInApi.@Nullable AccessToken token;
    InjectedFaults.@Nullable Drawn drawn;

    /** Whether it changed the state. */
    volatile boolean applied;

    /** Whether it did so after its client had been left without an answer. */
    volatile boolean landedLate;

    Call(long number, Host host, String method, URI uri, Headers headers, byte[] body, Instant received) {
        this.number = number;
        this.host = host;
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
        this.received = received;
        segments =
                Stream.of(uri.getPath().split("/")).filter(it -> !it.isEmpty()).toList();
        route = segments.stream().map(AnswerWriter::lower).toList();
        query = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        query.putAll(parameters(uri.getRawQuery()));
        endpoint = Endpoint.of(host, isWrite(), route);
    }

    /** Of a query or of a form. */
    static Map<String, String> parameters(@Nullable String text) {
        Map<String, String> all = new LinkedHashMap<>();
        if (text != null) {
            for (String pair : text.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                all.put(
                        URLDecoder.decode(name, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            }
        }
        return all;
    }

    boolean isWrite() {
        return host != Host.LOGIN && !method.equals("GET") && !method.equals("HEAD");
    }

    @Nullable
    String header(String name) {
        return headers.getFirst(name);
    }

    /** Path in lower case without a slash at its end: what names a resource. */
    String resource() {
        return "/" + String.join("/", route);
    }

    String target() {
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    ObjectNode json() {
        try {
            if (AnswerWriter.JSON.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // refused below
        }
        throw Refusal.badInput("The request body is not a JSON object.");
    }

    boolean faulted(InjectedFault fault) {
        return drawn != null && drawn.fault() == fault;
    }

    SignInApi.AccessToken caller() {
        if (token == null) {
            throw new IllegalStateException("not signed in");
        }
        return token;
    }

    void mustBeUser() {
        if (caller().appOnly()) {
            throw new Refusal(403, 900329, "App-only access is not allowed for this resource.");
        }
    }
}
