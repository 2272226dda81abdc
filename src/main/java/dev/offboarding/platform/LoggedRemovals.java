package dev.offboarding.platform;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the platform's own log has of ended relationships.
 *
 * @param last when those of customers were last removed, by anyone; a customer is missing where the log has no such record by now
 * @param flaw why it could not be read, or not to its end, in words: whoever is missing may have one nevertheless; null where it was
 */
public record LoggedRemovals(
        Map<UUID, Instant> last, @Nullable String flaw) {

    /** Of a platform that keeps no such log. */
    public static final LoggedRemovals NONE = new LoggedRemovals(Map.of(), null);
}
