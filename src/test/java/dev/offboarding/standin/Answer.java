package dev.offboarding.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** What goes back; the byte order mark is put before it on the way out. */
record Answer(int status, Map<String, String> headers, byte[] body) {

    static final String JSON_TYPE = "application/json; charset=utf-8";

    static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of("Content-Type", JSON_TYPE), AnswerWriter.JSON.writeValueAsBytes(body));
    }

    static Answer html(int status) {
        String page =
                "<html><head><title>" + status + "</title></head><body><h1>Service unavailable</h1></body></html>";
        return new Answer(status, Map.of("Content-Type", "text/html"), page.getBytes(StandardCharsets.UTF_8));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }

    Answer with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Answer(status, all, body);
    }

    Answer cut(int length) {
        return new Answer(status, headers, java.util.Arrays.copyOf(body, Math.min(length, body.length)));
    }

    Answer compressed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(status, headers, bytes.toByteArray()).with("Content-Encoding", "gzip");
    }

    boolean isJson() {
        return JSON_TYPE.equals(headers.get("Content-Type")) && !headers.containsKey("Content-Encoding");
    }
}
