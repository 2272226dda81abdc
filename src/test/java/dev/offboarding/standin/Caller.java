package dev.offboarding.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A client by hand, with nothing but what the JDK has: it does what a test says, right or wrong. */
final class Caller {

    record Reply(int status, HttpHeaders headers, byte[] bytes) {
        JsonNode json() {
            return AnswerWriter.JSON.readTree(bytes);
        }

        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        int code() {
            return Integer.parseInt(json().path("code").asString());
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    private final PartnerCenterStandIn standIn;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, String> extra = new LinkedHashMap<>();
    private String token = "";
    private String graphToken = "";

    Caller(PartnerCenterStandIn standIn) {
        this.standIn = standIn;
    }

    Caller signedIn() {
        token = accessToken(
                v2(standIn.signIn().refreshToken(), standIn.settings().apiAudience + "/user_impersonation"));
        graphToken = accessToken(v2(standIn.signIn().refreshToken(), standIn.settings().graphAudience + "/.default"));
        return this;
    }

    Caller asApplication() {
        token = accessToken(form(
                "/oauth2/v2.0/token",
                "grant_type=client_credentials&scope="
                        + encoded(standIn.settings().apiAudience + "/.default")
                        + secret()));
        return this;
    }

    Caller with(String bearer) {
        token = bearer;
        graphToken = bearer;
        return this;
    }

    /** A header of the next call, in place of one that is sent automatically; empty: left out. */
    Caller header(String name, String value) {
        extra.put(name, value);
        return this;
    }

    static String accessToken(Reply reply) {
        return reply.json().path("access_token").asString();
    }

    Reply v2(String refreshToken, String scope) {
        return form(
                "/oauth2/v2.0/token",
                "grant_type=refresh_token&refresh_token=" + refreshToken + "&scope=" + encoded(scope) + secret());
    }

    Reply v1(String refreshToken, String resource) {
        return form(
                "/oauth2/token",
                "grant_type=refresh_token&scope=openid&refresh_token=" + refreshToken + "&resource=" + encoded(resource)
                        + secret());
    }

    private String secret() {
        return "&client_id=" + standIn.signIn().clientId() + "&client_secret="
                + encoded(standIn.signIn().clientSecret());
    }

    Reply form(String path, String form) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(standIn.loginUrl() + "/" + standIn.signIn().tenantId() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return send(request).join();
    }

    Reply get(String path) {
        return api("GET", path, null);
    }

    Reply patch(String path, JsonNode body) {
        return api("PATCH", path, body.toString());
    }

    Reply patch(String path, String body) {
        return api("PATCH", path, body);
    }

    Reply api(String method, String path, @Nullable String body) {
        return later(method, path, body).join();
    }

    CompletableFuture<Reply> later(String method, String path, @Nullable String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + token);
        headers.put("Accept", "application/json");
        headers.put("MS-RequestId", UUID.randomUUID().toString());
        headers.put("MS-CorrelationId", UUID.randomUUID().toString());
        return send(request(standIn.apiUrl() + path, method, body, headers));
    }

    Reply graph(String method, String path, @Nullable String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + graphToken);
        String url = path.startsWith("http") ? path : standIn.graphUrl() + "/v1.0/tenantRelationships" + path;
        return send(request(url, method, body, headers)).join();
    }

    private HttpRequest request(String url, String method, @Nullable String body, Map<String, String> headers) {
        if (body != null) {
            headers.put("Content-Type", "application/json; charset=utf-8");
        }
        headers.putAll(extra);
        extra.clear();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach((name, value) -> {
            if (!value.isEmpty()) {
                request.header(name, value);
            }
        });
        return request.build();
    }

    private CompletableFuture<Reply> send(HttpRequest request) {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .thenApply(it -> new Reply(it.statusCode(), it.headers(), it.body()));
    }

    /** As {@link #api}, for calls that get no answer. */
    boolean isLost(String method, String path, @Nullable String body) {
        try {
            api(method, path, body);
            return false;
        } catch (java.util.concurrent.CompletionException e) {
            if (e.getCause() instanceof IOException) {
                return true;
            }
            throw new UncheckedIOException(new IOException(e));
        }
    }

    // ---- what a good client does

    static String customer(CustomerBuilder it) {
        return "/v1/customers/" + it.id();
    }

    static String subscription(CustomerBuilder it, String name) {
        return customer(it) + "/subscriptions/" + it.idOf(name);
    }

    /** Reads, changes the status only, and sends everything back. */
    Reply change(String path, String status) {
        ObjectNode resource = (ObjectNode) get(path).json();
        return patch(path, resource.put("status", status));
    }

    Reply remove(CustomerBuilder it) {
        return patch(customer(it), "{\"relationshipToPartner\":\"none\",\"attributes\":{\"objectType\":\"Customer\"}}");
    }

    static String encoded(String it) {
        return URLEncoder.encode(it, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
