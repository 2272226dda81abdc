package dev.offboarding.platform;

import org.jspecify.annotations.Nullable;

/**
 * How a relationship is requested again.
 *
 * @param link null where the platform has none, or it could not be read
 * @param flaw why it could not be read; null where there is none to be read, or it was
 */
public record RelationshipRequest(
        @Nullable String link, @Nullable String flaw) {

    /** Of a platform that has no such link. */
    public static final RelationshipRequest NONE = new RelationshipRequest(null, null);
}
