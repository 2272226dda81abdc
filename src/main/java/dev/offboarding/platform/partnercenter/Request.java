package dev.offboarding.platform.partnercenter;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;

/**
 * What is asked of the API or of Graph.
 *
 * @param path with its query, below the configured address
 * @param headers of this request only, beside those that every request has
 * @param correlationId ties calls together in the platform's own log
 */
record Request(
        Quota quota,
        HttpMethod method,
        String path,
        Map<String, String> headers,
        byte @Nullable [] body,
        UUID correlationId) {

    static Request get(Quota quota, String path) {
        return get(quota, path, Map.of());
    }

    static Request get(Quota quota, String path, Map<String, String> headers) {
        return new Request(quota, HttpMethod.GET, path, headers, null, UUID.randomUUID());
    }

    static Request write(
            Quota quota,
            HttpMethod method,
            String path,
            Map<String, String> headers,
            @Nullable JsonNode body,
            UUID correlationId) {
        return new Request(
                quota, method, path, headers, body == null ? null : PartnerCenterJson.bytes(body), correlationId);
    }

    boolean toGraph() {
        return quota == Quota.GRAPH;
    }

    /** Text from outside as one segment of a path. */
    static String segment(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    /** For people: without the query, which says nothing to them. */
    String words() {
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }
}
