package dev.offboarding.report.verify;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

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

    /** Reads trees, and gives up where they would have more nodes together than memory has room for. */
    static ObjectReader trees(int most) {
        return MAPPER.reader().with(new Bounded(most));
    }

    private static final class Bounded extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        private final int most;
        private int nodes;

        Bounded(int most) {
            this.most = most;
        }

        private void count() {
            if (++nodes > most) {
                throw Place.in("").off("values in one piece of JSON", "at most %,d".formatted(most), "more");
            }
        }

        @Override
        public ObjectNode objectNode() {
            count();
            return super.objectNode();
        }

        @Override
        public ArrayNode arrayNode() {
            count();
            return super.arrayNode();
        }

        @Override
        public ArrayNode arrayNode(int capacity) {
            count();
            return super.arrayNode(Math.min(capacity, 16));
        }

        @Override
        public StringNode stringNode(String text) {
            count();
            return super.stringNode(text);
        }

        @Override
        public NumericNode numberNode(int value) {
            count();
            return super.numberNode(value);
        }

        @Override
        public NumericNode numberNode(long value) {
            count();
            return super.numberNode(value);
        }

        @Override
        public NumericNode numberNode(double value) {
            count();
            return super.numberNode(value);
        }

        @Override
        public BooleanNode booleanNode(boolean value) {
            count();
            return super.booleanNode(value);
        }

        @Override
        public NullNode nullNode() {
            count();
            return super.nullNode();
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

    /** Null if it is none, or not written as this program writes it. */
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
