package dev.offboarding.report;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code report.json}, one line per customer, action and total: what one wants to see in a diff. Everything deeper stays on its line. A record has hundreds
 * of values a customer, so they go straight into a buffer of bytes, and stored JSON is not taken apart to be put together again.
 */
final class RecordWriter implements Closeable {
    private static final int OWN_LINE = 2;
    private static final int FULL = 1 << 16;
    private static final int MOST_NAMES = 1_000;
    private static final byte[] HEX = ascii("0123456789ABCDEF");
    private static final byte[] COLON = ascii(": ");
    private static final byte[][] LINES = {ascii("\n"), ascii("\n  "), ascii("\n    ")};

    private static final byte[] ESCAPES = escapes();

    private final OutputStream out;
    private final byte[] buffer = new byte[FULL];
    private int length;
    private int depth;
    private boolean empty = true;
    private boolean named;
    /** Names are few, and the program's own or a list's columns. */
    private final Map<String, byte[]> names = new HashMap<>();

    /** Closes the stream when it is closed itself. */
    RecordWriter(OutputStream out) {
        this.out = out;
    }

    void startObject() {
        start('{');
    }

    void endObject() {
        end('}');
    }

    void startArray() {
        start('[');
    }

    void endArray() {
        end(']');
    }

    void name(String name) {
        value();
        byte[] known = names.get(name);
        if (known == null) {
            known = name.getBytes(StandardCharsets.UTF_8);
            if (names.size() < MOST_NAMES) {
                names.put(name, known);
            }
        }
        string(known);
        add(COLON);
        named = true;
    }

    void string(String text) {
        value();
        string(text.getBytes(StandardCharsets.UTF_8));
    }

    void property(String name, @Nullable Object value) {
        name(name);
        if (value == null || value instanceof Boolean || value instanceof Number) {
            value();
            add(ascii(String.valueOf(value)));
        } else {
            string(ReportTimes.text(value));
        }
    }

    /** Stored JSON as it is, but for white space. */
    void stored(String name, @Nullable String stored) {
        name(name);
        if (stored == null) {
            value();
            add(ascii("null"));
            return;
        }
        byte[] json = stored.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < json.length) {
            byte c = json[at];
            switch (c) {
                case '{', '[' -> start(c);
                case '}', ']' -> end(c);
                case ':' -> {
                    add(COLON);
                    named = true;
                }
                case '"' -> {
                    value();
                    at = storedString(json, at);
                    continue;
                }
                case ',', ' ', '\t', '\r', '\n' -> {
                    // as the layout has it
                }
                default -> {
                    value();
                    int from = at;
                    while (at < json.length && ",]} \t\r\n".indexOf(json[at]) < 0) {
                        at++;
                    }
                    add(json, from, at);
                    continue;
                }
            }
            at++;
        }
    }

    /** @return where it ends */
    private int storedString(byte[] json, int from) {
        int at = from + 1;
        boolean escaped = false;
        while (json[at] != '"') {
            escaped |= json[at] == '\\';
            at += json[at] == '\\' ? 2 : 1;
        }
        at++;
        if (escaped) {
            // the same text may be escaped in several ways, and a record has one of them
            String text = ReportJson.MAPPER.readValue(json, from, at - from, String.class);
            string(text.getBytes(StandardCharsets.UTF_8));
        } else {
            add(json, from, at);
        }
        return at;
    }

    private void start(int bracket) {
        value();
        add(bracket);
        depth++;
        empty = true;
    }

    private void end(int bracket) {
        depth--;
        if (!empty && depth < OWN_LINE) {
            add(LINES[depth]);
        }
        add(bracket);
        empty = false;
        if (depth == 0) {
            add('\n');
        }
    }

    /** What is between a value and what is before it. */
    private void value() {
        if (named) {
            named = false;
            return;
        }
        if (depth == 0) {
            return;
        }
        if (!empty) {
            add(',');
        }
        if (depth <= OWN_LINE) {
            add(LINES[depth]);
        } else if (!empty) {
            add(' ');
        }
        empty = false;
    }

    private void string(byte[] text) {
        add('"');
        int from = 0;
        for (int at = 0; at < text.length; at++) {
            byte c = text[at];
            if (c >= 0 && ESCAPES[c] != 0) {
                add(text, from, at);
                from = at + 1;
                add('\\');
                add(ESCAPES[c]);
                if (ESCAPES[c] == 'u') {
                    add('0');
                    add('0');
                    add(HEX[c >> 4]);
                    add(HEX[c & 15]);
                }
            }
        }
        add(text, from, text.length);
        add('"');
    }

    private void add(int one) {
        if (length == FULL) {
            flush();
        }
        buffer[length++] = (byte) one;
    }

    private void add(byte[] bytes) {
        add(bytes, 0, bytes.length);
    }

    private void add(byte[] bytes, int from, int to) {
        if (to - from > FULL - length) {
            flush();
            if (to - from > FULL) {
                write(bytes, from, to);
                return;
            }
        }
        System.arraycopy(bytes, from, buffer, length, to - from);
        length += to - from;
    }

    private void flush() {
        write(buffer, 0, length);
        length = 0;
    }

    private void write(byte[] bytes, int from, int to) {
        try {
            out.write(bytes, from, to - from);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By character: what follows the backslash; 0 where there is none. */
    private static byte[] escapes() {
        byte[] escapes = new byte[128];
        Arrays.fill(escapes, 0, 0x20, (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            flush();
        }
    }
}
