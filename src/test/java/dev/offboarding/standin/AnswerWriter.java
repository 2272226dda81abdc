package dev.offboarding.standin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How Partner Center writes things down. */
final class AnswerWriter {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);

    private AnswerWriter() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static boolean isGuid(@Nullable String it) {
        return it != null && GUID.matcher(it).matches();
    }

    static String lower(String it) {
        return it.toLowerCase(Locale.ROOT);
    }

    /** Fraction of 0 to 7 digits, {@code Z} or {@code +00:00}; {@code style} 0 to 15 chooses. */
    static String date(Instant at, int style) {
        int digits = style % 8;
        String fraction = digits == 0
                ? ""
                : "." + String.format(Locale.ROOT, "%09d", at.getNano()).substring(0, digits);
        return SECONDS.format(at.atOffset(ZoneOffset.UTC)) + fraction + (style < 8 ? "Z" : "+00:00");
    }

    /** As in HTTP headers: to the second. */
    static String httpDate(Instant at) {
        return HTTP_DATE.format(at.atOffset(ZoneOffset.UTC));
    }

    /** How long {@code Retry-After} asks to wait, in seconds or until a date; null where it asks for nothing. */
    static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        return header.matches("[0-9]+")
                ? Duration.ofSeconds(Long.parseLong(header))
                : Duration.between(now, LocalDateTime.parse(header, HTTP_DATE).toInstant(ZoneOffset.UTC));
    }

    static @Nullable Instant instant(@Nullable String date) {
        return date == null ? null : OffsetDateTime.parse(date).toInstant();
    }

    /** A property whatever its case, as a .NET server reads it. */
    static @Nullable JsonNode get(JsonNode object, String name) {
        for (Map.Entry<String, JsonNode> it : object.properties()) {
            if (it.getKey().equalsIgnoreCase(name)) {
                return it.getValue();
            }
        }
        return null;
    }

    static @Nullable String text(JsonNode object, String name) {
        JsonNode it = get(object, name);
        return it == null || it.isNull() || it.isContainer() ? null : it.asString();
    }

    static String etag(String id, int version) {
        String plain = "{\"id\":\"" + id + "\",\"version\":" + version + "}";
        return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** The same in PascalCase, every known property that is not set as null. */
    static ObjectNode pascal(JsonNode object, List<String> known) {
        ObjectNode all = object();
        for (String name : known) {
            all.putNull(pascal(name));
        }
        all.setAll((ObjectNode) pascalKeys(object));
        return all;
    }

    private static JsonNode pascalKeys(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object();
            object.properties().forEach(it -> copy.set(pascal(it.getKey()), pascalKeys(it.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(it -> copy.add(pascalKeys(it)));
            return copy;
        }
        return node;
    }

    private static String pascal(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    static ObjectNode link(String uri, String method) {
        ObjectNode link = object().put("uri", uri).put("method", method);
        link.putArray("headers");
        return link;
    }

    static ObjectNode attributes(String objectType) {
        return object().put("objectType", objectType);
    }

    static ObjectNode collection(List<? extends JsonNode> items, String self) {
        ObjectNode it = object().put("totalCount", items.size());
        it.putArray("items").addAll(new ArrayList<JsonNode>(items));
        it.putObject("links").set("self", link(self, "GET"));
        it.set("attributes", attributes("Collection"));
        return it;
    }

    /** {@code links.next} as Partner Center writes it: relative, without {@code /v1}, the token in a header. */
    static void next(ObjectNode collection, String uri, String token) {
        ObjectNode next = link(uri, "GET");
        next.withArray("headers").addObject().put("key", "MS-ContinuationToken").put("value", token);
        collection.withObject("links").set("next", next);
    }
}
