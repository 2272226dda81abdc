package dev.offboarding.platform;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer whose relationship was removed, or was found gone, as far as this program knows about it.
 *
 * @param at when its removal was accepted; null where the platform was never asked for it
 * @param subscription the id of one that it held; null where none is known
 */
public record Removed(
        UUID customerId, @Nullable Instant at, @Nullable String subscription) {}
