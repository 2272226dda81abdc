package dev.offboarding.report.verify;

import java.security.SecureRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Stands for a text where keeping the text itself would take too much memory. Begins anew with each check at a number that nobody knows,
 * so that no report can be made in which two texts have the same.
 */
final class Hash64 {
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private final long seed = new SecureRandom().nextLong();

    long begin() {
        return seed;
    }

    static long add(long hash, @Nullable String text) {
        long h = mix(hash, text == null ? -1 : text.length());
        if (text != null) {
            for (int i = 0; i < text.length(); i++) {
                h = (h ^ text.charAt(i)) * FACTOR;
                h ^= h >>> 29;
            }
        }
        return mix(h, 1);
    }

    static long add(long hash, long number) {
        return mix(hash, number);
    }

    /** Of what stands at the parser's current token, an object or an array with all that is in it. */
    static long add(long hash, JsonParser json) {
        long h = hash;
        int depth = 0;
        do {
            JsonToken token = json.currentToken();
            if (token == null) {
                return h;
            }
            h = mix(h, token.ordinal());
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.PROPERTY_NAME) {
                h = add(h, json.currentName());
            } else if (token.isScalarValue()) {
                h = add(h, json.getString());
            }
            if (depth > 0) {
                json.nextToken();
            }
        } while (depth > 0);
        return h;
    }

    /** What a run writes for one customer. */
    long write(UUID customer, String action, String target) {
        long h = mix(mix(seed, customer.getMostSignificantBits()), customer.getLeastSignificantBits());
        return add(add(h, action), target);
    }

    private static long mix(long hash, long number) {
        long h = (hash ^ number) * FACTOR;
        h ^= h >>> 32;
        h *= 0xD6E8FEB86659FD93L;
        return h ^ h >>> 32;
    }
}
