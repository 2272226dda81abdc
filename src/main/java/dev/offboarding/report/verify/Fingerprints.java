package dev.offboarding.report.verify;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Numbers that stand for texts: what a million customers' rows say about them would not fit into memory until the trail has said the same.
 * They begin with a number that no one knows, a new one for each check, so that no report can be made in which two texts have the same.
 */
final class Fingerprints {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private final long seed = new SecureRandom().nextLong();

    /** @param parts JSON, or anything else as its text */
    long of(@Nullable Object... parts) {
        long hash = seed;
        for (Object part : parts) {
            hash = part instanceof JsonNode node ? add(hash, node) : add(hash, part == null ? null : part.toString());
        }
        return hash;
    }

    private static long add(long hash, JsonNode node) {
        long h = mix(hash, node.getNodeType().ordinal());
        if (node.isObject()) {
            for (var property : node.properties()) {
                h = add(add(h, property.getKey()), property.getValue());
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                h = add(h, element);
            }
        } else {
            return add(h, StrictJson.text(node));
        }
        return mix(h, node.size());
    }

    private static long add(long hash, @Nullable String text) {
        long h = mix(hash, text == null ? -1 : text.length());
        for (int i = 0; text != null && i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * FACTOR;
            h ^= h >>> 29;
        }
        return mix(h, 1);
    }

    private static long mix(long hash, long number) {
        long h = (hash ^ number) * FACTOR;
        h ^= h >>> 32;
        h *= 0xD6E8FEB86659FD93L;
        return h ^ h >>> 32;
    }
}
