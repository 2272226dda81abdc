package dev.offboarding.kit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What stored JSON contains, as text. */
public final class JsonText {

    private JsonText() {}

    /** A value as it reads, an object or array as its JSON; null if there is none, or if it is null. */
    public static @Nullable String of(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        return node.isValueNode() ? node.asString() : node.toString();
    }
}
