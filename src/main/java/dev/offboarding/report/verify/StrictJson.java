package dev.offboarding.report.verify;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as it is read: no key twice. */
final class StrictJson {
    /** Of one string: a cell of a list has some thirty thousand, and no message is longer than all of them in a row. */
    private static final int MOST_CHARACTERS = 4 << 20;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_CHARACTERS)
                            .maxNestingDepth(500)
                            .build())
                    .build())
            .build();

    private static final JsonNodeFactory NODES = MAPPER.getNodeFactory();

    static final JsonNode EMPTY = MAPPER.createArrayNode();

    private StrictJson() {}

    /** How many names and values the trees that are read from one piece of JSON may have together: memory has room for no more. */
    static final class Bound {
        private final int most;
        private int values;

        Bound(int most) {
            this.most = most;
        }

        private void count() {
            if (++values > most) {
                throw Place.in("").off("values in one piece of JSON", "at most %,d".formatted(most), "more");
            }
        }
    }

    /** The value at which the parser is, with its name. Rows and events are many, so that it is read without the mapper's detours. */
    static JsonNode tree(JsonParser json, Bound bound) {
        bound.count();
        return value(json, json.currentToken(), bound);
    }

    /** As deep as the parser goes. */
    private static JsonNode value(JsonParser json, @Nullable JsonToken token, Bound bound) {
        bound.count();
        if (token == null) {
            throw new StreamReadException(json, "a value is missing");
        }
        return switch (token) {
            case START_OBJECT -> object(json, bound);
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
                    array.add(value(json, next, bound));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.stringNode(json.getString());
            case VALUE_NUMBER_INT ->
                switch (json.getNumberType()) {
                    case INT -> NODES.numberNode(json.getIntValue());
                    case LONG -> NODES.numberNode(json.getLongValue());
                    default -> NODES.numberNode(json.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(json.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new StreamReadException(json, "a value is missing");
        };
    }

    private static ObjectNode object(JsonParser json, Bound bound) {
        ObjectNode object = NODES.objectNode();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            bound.count();
            if (object.replace(name, value(json, json.nextToken(), bound)) != null) {
                throw new StreamReadException(json, "key \"%s\" twice".formatted(name));
            }
        }
        return object;
    }

    static @Nullable String text(JsonNode node) {
        if (node.isNull() || node.isMissingNode()) {
            return null;
        }
        return node.isValueNode() ? node.asString() : node.toString();
    }

    static @Nullable String text(JsonNode node, String name) {
        return text(node.path(name));
    }

    /** Null if it is not one, or not written as this program writes it. */
    static @Nullable UUID guid(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? id : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
