package dev.offboarding.report;

import dev.offboarding.kit.JsonText;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/** JSON as reports have it. */
final class ReportJson {
    static final JsonMapper MAPPER = JsonMapper.shared();

    private ReportJson() {}

    /** Over a writer, which replaces half a surrogate pair where the generator would fail the whole report over it. */
    static JsonGenerator generator(OutputStream out) {
        return MAPPER.writer().with(new Layout()).createGenerator(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    static void property(JsonGenerator json, String name, @Nullable Object value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else {
            json.writeString(ReportTimes.text(value));
        }
    }

    /** Stored JSON as it is, but for white space. */
    static void stored(JsonGenerator json, String name, @Nullable String stored) {
        json.writeName(name);
        if (stored == null) {
            json.writeNull();
            return;
        }
        try (JsonParser parser = MAPPER.createParser(stored)) {
            parser.nextToken();
            json.copyCurrentStructureExact(parser);
        }
    }

    /** The members of a stored JSON object, in order; empty if it is not one. */
    static Map<String, String> members(String stored) {
        Map<String, String> members = new LinkedHashMap<>();
        MAPPER.readTree(stored).properties().forEach(member -> {
            String value = JsonText.of(member.getValue());
            members.put(member.getKey(), value == null ? "" : value);
        });
        return members;
    }

    /** One line per customer, action and total: what one wants to see in a diff. Everything deeper stays on its line. */
    static final class Layout implements PrettyPrinter {
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
