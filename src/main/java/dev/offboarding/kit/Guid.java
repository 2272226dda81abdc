package dev.offboarding.kit;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A GUID as people write one: also in braces, or without dashes. Java's own reading takes {@code 1-1-1-1-1} for one. */
public final class Guid {

    private static final Pattern DASHED =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern WITHOUT_DASHES =
            Pattern.compile("([0-9a-fA-F]{8})([0-9a-fA-F]{4})([0-9a-fA-F]{4})([0-9a-fA-F]{4})([0-9a-fA-F]{12})");

    private Guid() {}

    /** Null where it is not one. */
    public static @Nullable UUID of(String text) {
        String plain = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        String dashed = WITHOUT_DASHES.matcher(plain).replaceFirst("$1-$2-$3-$4-$5");
        return DASHED.matcher(dashed).matches() ? UUID.fromString(dashed) : null;
    }
}
