package dev.offboarding.platform.partnercenter;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON as Partner Center writes it: with or without a byte order mark, names in camelCase or PascalCase. */
final class PartnerCenterJson {

    /** Numbers are kept digit by digit: what is read may be sent back. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** ISO 8601; UTC where it does not say. */
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .parseLenient()
            .appendOffsetId()
            .parseStrict()
            .optionalEnd()
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);

    /** Also what .NET writes where no date was set. */
    static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    /** A day later than the first, as its zone may be any. */
    private static final Instant UNSET = FIRST.plus(1, ChronoUnit.DAYS);

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private PartnerCenterJson() {}

    /** Null for whatever is not one whole JSON object. */
    static @Nullable ObjectNode object(byte[] bytes) {
        try {
            // from bytes: of a text the parser would not take the byte order mark
            return bytes.length > 0 && MAPPER.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** What this program has kept of an answer. */
    static JsonNode parsed(String kept) {
        return MAPPER.readTree(kept);
    }

    static ObjectNode newObject() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** A property whatever its case; null where it is missing or null. */
    static @Nullable JsonNode get(@Nullable JsonNode object, String name) {
        if (object == null) {
            return null;
        }
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            if (property.getKey().equalsIgnoreCase(name)) {
                return property.getValue().isNull() ? null : property.getValue();
            }
        }
        return null;
    }

    static boolean has(JsonNode object, String name) {
        return object.properties().stream()
                .anyMatch(property -> property.getKey().equalsIgnoreCase(name));
    }

    /** Text or a number; null where there is neither, and for text of white space. */
    static @Nullable String text(@Nullable JsonNode object, String name) {
        JsonNode value = get(object, name);
        if (value == null || value.isContainer() || value.asString().isBlank()) {
            return null;
        }
        return value.asString().strip();
    }

    static String text(@Nullable JsonNode object, String name, String otherwise) {
        String text = text(object, name);
        return text == null ? otherwise : text;
    }

    /** A GUID, in lower case; null for anything else, also for short forms that Java takes for one. */
    static @Nullable String guid(@Nullable JsonNode object, String name) {
        String text = text(object, name);
        return text != null && GUID.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
    }

    static @Nullable Boolean flag(@Nullable JsonNode object, String name) {
        JsonNode value = get(object, name);
        return value == null || !value.isBoolean() ? null : value.asBoolean();
    }

    /** A whole number; null for any other, also for one that no {@code long} can hold. */
    static @Nullable Long number(@Nullable JsonNode object, String name) {
        JsonNode value = get(object, name);
        return value == null || !value.isIntegralNumber() || !value.canConvertToLong() ? null : value.asLong();
    }

    /**
     * A moment, in UTC where it does not say; null where it cannot be read. Kept between the years 1 and 9999, so that a day can be
     * added, a database can hold it and anyone can print it.
     */
    static @Nullable Instant instant(@Nullable JsonNode object, String name) {
        String text = text(object, name);
        if (text == null) {
            return null;
        }
        try {
            Instant at = MOMENT.parse(text, OffsetDateTime::from).toInstant();
            return at.isBefore(FIRST) ? FIRST : at.isAfter(LAST) ? LAST : at;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The same; null also where none was set, which is written as the first day of the year 1. */
    static @Nullable Instant instantThatIsSet(@Nullable JsonNode object, String name) {
        Instant at = instant(object, name);
        return at != null && at.isAfter(UNSET) ? at : null;
    }

    static List<JsonNode> elements(@Nullable JsonNode object, String name) {
        JsonNode array = get(object, name);
        List<JsonNode> elements = new ArrayList<>();
        if (array != null && array.isArray()) {
            array.forEach(elements::add);
        }
        return elements;
    }

    /** Sets a property under the name that it has, in whatever case. */
    static void set(ObjectNode object, String name, JsonNode value) {
        String present = object.properties().stream()
                .map(Map.Entry::getKey)
                .filter(key -> key.equalsIgnoreCase(name))
                .findFirst()
                .orElse(name);
        object.set(present, value);
    }

    static JsonNode node(String text) {
        return MAPPER.getNodeFactory().stringNode(text);
    }

    static JsonNode node(boolean flag) {
        return MAPPER.getNodeFactory().booleanNode(flag);
    }
}
