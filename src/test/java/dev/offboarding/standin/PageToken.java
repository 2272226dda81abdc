package dev.offboarding.standin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Where a page ends and the next one begins, opaque to the client. */
record PageToken(String filter, int size, String after) {

    String text() {
        String json = AnswerWriter.object()
                .put("f", filter)
                .put("s", size)
                .put("a", after)
                .toString();
        return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    static PageToken parse(String text) {
        try {
            JsonNode json = AnswerWriter.JSON.readTree(Base64.getDecoder().decode(text));
            if (json.isObject() && json.path("s").asInt(0) > 0) {
                return new PageToken(
                        json.path("f").asString(),
                        json.path("s").asInt(),
                        json.path("a").asString());
            }
        } catch (IllegalArgumentException | JacksonException e) {
            // refused below
        }
        throw Refusal.badInput("The continuation token is not valid.");
    }
}
