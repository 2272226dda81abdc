package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Tag("sweep")
class RecordWriterProperties {

    private static String text(Draw draw) {
        return draw.either()
                ? draw.text(20)
                : draw.stringOf("\"\\/{}[]:, \b\t\n\f\r\0\u001f\u007f\u0085é株\uD83D\uDE00", 20);
    }

    private static JsonNode value(Draw draw, int deep) {
        return deep == 0
                ? scalar(draw)
                : switch (draw.between(0, 3)) {
                    case 0 -> object(draw, deep - 1);
                    case 1 -> {
                        ArrayNode array = ReportJson.MAPPER.createArrayNode();
                        draw.list(0, 4, () -> value(draw, deep - 1)).forEach(array::add);
                        yield array;
                    }
                    default -> scalar(draw);
                };
    }

    private static ObjectNode object(Draw draw, int deep) {
        ObjectNode object = ReportJson.MAPPER.createObjectNode();
        draw.list(0, 4, () -> text(draw)).forEach(name -> object.set(name, value(draw, deep)));
        return object;
    }

    private static JsonNode scalar(Draw draw) {
        return ReportJson.MAPPER.valueToTree(
                switch (draw.between(0, 4)) {
                    case 0 -> draw.anyLong();
                    case 1 -> draw.either();
                    case 2 -> List.of();
                    default -> text(draw);
                });
    }

    private static void write(RecordWriter json, JsonNode value) {
        if (value.isObject()) {
            json.startObject();
            value.properties().forEach(one -> {
                if (one.getValue().isContainer()) {
                    json.name(one.getKey());
                    write(json, one.getValue());
                } else {
                    json.property(
                            one.getKey(),
                            one.getValue().isNumber() ? one.getValue().asLong() : scalar(one.getValue()));
                }
            });
            json.endObject();
        } else if (value.isArray()) {
            json.startArray();
            value.forEach(element ->
                    write(json, element.isContainer() ? element : ReportJson.MAPPER.valueToTree(element.asString())));
            json.endArray();
        } else {
            json.string(value.asString());
        }
    }

    private static Object scalar(JsonNode value) {
        return value.isBoolean() ? value.asBoolean() : value.asString();
    }

    /** With all that JSON leaves to its writer: white space, and how a character is escaped. */
    private static String stored(Draw draw, JsonNode value) {
        StringBuilder stored = new StringBuilder();
        boolean inText = false;
        boolean pairs = draw.either();
        String plain = value.toString();
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            boolean escape = inText && c == '\\';
            inText ^= c == '"';
            if (escape) {
                stored.append(c).append(plain.charAt(++i));
            } else if (inText
                    && c != '"'
                    && (c > 0x7E || c == '/')
                    && (Character.isSurrogate(c) ? pairs : draw.either())) {
                stored.append(c == '/' ? "\\/" : "\\u%04x".formatted((int) c));
            } else {
                stored.append(c)
                        .append(
                                !inText && c != '"' && !Character.isLetterOrDigit(c) && c != '-'
                                        ? draw.of("", " ", "\n\t")
                                        : "");
            }
        }
        return stored.toString();
    }

    private static String expected(JsonNode record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = ReportJson.MAPPER
                .writer()
                .with(new Layout())
                .createGenerator(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            ReportJson.MAPPER.writeTree(json, record);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aRecordIsLaidOutAsOneSeesItInADiff() {
        Tries.of(500, draw -> {
            ObjectNode record = ReportJson.MAPPER.createObjectNode();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (RecordWriter json = new RecordWriter(bytes)) {
                json.startObject();
                for (String name :
                        draw.list(0, 5, () -> text(draw)).stream().distinct().toList()) {
                    JsonNode value = draw.either() ? object(draw, 3) : value(draw, 3);
                    if (draw.either()) {
                        json.stored(name, stored(draw, value));
                        record.set(name, value);
                    } else {
                        JsonNode texts = value.isContainer() ? value : ReportJson.MAPPER.createArrayNode();
                        json.name(name);
                        write(json, texts);
                        record.set(name, asTexts(texts));
                    }
                }
                json.endObject();
            }

            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected(record));
        });
    }

    /** Elements of arrays that are no containers: this writer knows them as texts. */
    private static JsonNode asTexts(JsonNode value) {
        if (value.isArray()) {
            ArrayNode array = ReportJson.MAPPER.createArrayNode();
            value.forEach(element -> array.add(
                    element.isContainer() ? asTexts(element) : ReportJson.MAPPER.valueToTree(element.asString())));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = ReportJson.MAPPER.createObjectNode();
            value.properties()
                    .forEach(one -> object.set(
                            one.getKey(), one.getValue().isContainer() ? asTexts(one.getValue()) : one.getValue()));
            return object;
        }
        return value;
    }

    @Test
    void whatIsLargerThanABufferIsWrittenWhole() throws Exception {
        String large = "é\"".repeat(100_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RecordWriter json = new RecordWriter(bytes)) {
            json.startObject();
            for (int n = 0; n < 20; n++) {
                json.property("n" + "x".repeat(n * 997), large.substring(0, n * 9_973));
            }
            json.property("large", large);
            json.stored("stored", "\"" + "é".repeat(200_000) + "\"");
            json.endObject();
        }

        JsonNode record = ReportJson.MAPPER.readTree(bytes.toByteArray());

        assertThat(record.get("large").asString()).isEqualTo(large);
        assertThat(record.get("stored").asString()).isEqualTo("é".repeat(200_000));
        assertThat(record.get("n" + "x".repeat(19 * 997)).asString()).isEqualTo(large.substring(0, 19 * 9_973));
    }

    @Test
    void halfAPairDoesNotFailTheReport() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RecordWriter json = new RecordWriter(bytes)) {
            json.startObject();
            json.property("half", "a\uD83Db");
            json.stored("stored", "[\"a\\ud83d\", \"\\ud83d\\ude00\"]");
            json.endObject();
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("""
                {
                  "half": "a?b",
                  "stored": [
                    "a?",
                    "😀"
                  ]
                }
                """);
    }

    /** The layout, as Jackson is told of it. */
    private static final class Layout implements PrettyPrinter {
        private static final int OWN_LINE = 2;

        private int depth;

        @Override
        public void writeRootValueSeparator(JsonGenerator json) {
            json.writeRaw('\n');
        }

        @Override
        public void writeStartObject(JsonGenerator json) {
            json.writeRaw('{');
            depth++;
        }

        @Override
        public void writeEndObject(JsonGenerator json, int entries) {
            end(json, entries, '}');
        }

        @Override
        public void writeStartArray(JsonGenerator json) {
            json.writeRaw('[');
            depth++;
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) {
            end(json, values, ']');
        }

        @Override
        public void beforeObjectEntries(JsonGenerator json) {
            ownLine(json, "");
        }

        @Override
        public void beforeArrayValues(JsonGenerator json) {
            ownLine(json, "");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator json) {
            json.writeRaw(',');
            ownLine(json, " ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) {
            json.writeRaw(',');
            ownLine(json, " ");
        }

        @Override
        public void writeObjectNameValueSeparator(JsonGenerator json) {
            json.writeRaw(": ");
        }

        private void end(JsonGenerator json, int entries, char bracket) {
            depth--;
            if (entries > 0 && depth < OWN_LINE) {
                json.writeRaw("\n" + "  ".repeat(depth));
            }
            json.writeRaw(bracket);
            if (depth == 0) {
                json.writeRaw('\n');
            }
        }

        private void ownLine(JsonGenerator json, String otherwise) {
            json.writeRaw(depth <= OWN_LINE ? "\n" + "  ".repeat(depth) : otherwise);
        }
    }
}
