package dev.offboarding.standin;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it was seen. Secrets are left out: of {@code Authorization} only the number of the token is kept, of a
 * token request's form only the names of its secret fields.
 *
 * @param path with the query, as it came
 * @param headers those of interest, by their names in lower case
 * @param answered null while it is under way
 * @param status 0 when it got no answer
 * @param applied whether it changed the state
 */
public record RecordedRequest(
        long number,
        Host host,
        Endpoint endpoint,
        Instant received,
        @Nullable Instant answered,
        String method,
        String path,
        Map<String, String> headers,
        String body,
        int status,
        boolean applied,
        @Nullable InjectedFault fault) {

    public boolean isWrite() {
        return host != Host.LOGIN && !method.equals("GET") && !method.equals("HEAD");
    }

    public @Nullable String header(String name) {
        return headers.get(AnswerWriter.lower(name));
    }
}
