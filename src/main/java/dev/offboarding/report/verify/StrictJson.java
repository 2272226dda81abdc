package dev.offboarding.report.verify;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            // most of it is read piece by piece, and a piece has something behind it
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static final JsonNode EMPTY = MAPPER.createArrayNode();

    private StrictJson() {}

    /** The value at which the parser is. */
    static JsonNode tree(JsonParser json) {
        if (json instanceof Bounded bounded) {
            bounded.count();
            bounded.count();
        }
        return MAPPER.readTree(json);
    }

    /** Gives up where the trees that are read from it would have more names and values together than memory has room for. */
    static JsonParser bounded(JsonParser json, int most) {
        return new Bounded(json, most);
    }

    private static final class Bounded extends JsonParserDelegate {
        private final int most;
        private int values;

        Bounded(JsonParser json, int most) {
            super(json);
            this.most = most;
        }

        @Override
        public JsonToken nextToken() {
            JsonToken token = super.nextToken();
            if (token != null && !token.isStructEnd()) {
                count();
            }
            return token;
        }

        /** Of a tree's first value, and of its name, the parser has been notified already. */
        void count() {
            if (++values > most) {
                throw Place.in("").off("values in one piece of JSON", "at most %,d".formatted(most), "more");
            }
        }
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
