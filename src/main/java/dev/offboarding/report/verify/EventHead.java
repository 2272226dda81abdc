package dev.offboarding.report.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an event has before its data, cut out of the line: its keys are always the same, and its values are plain. A parser would take longer
 * for them than for the data of most.
 */
final class EventHead {
    static final int SEQUENCE = 0;
    static final int AT = 1;
    static final int JOB = 2;
    static final int RUN = 3;
    static final int PLATFORM = 4;
    static final int CUSTOMER = 5;
    static final int KIND = 6;
    static final int ACTION = 7;
    static final int ANSWERS = 8;

    private static final byte[][] KEYS = keys(
            "{\"sequence\":",
            ",\"at\":",
            ",\"job\":",
            ",\"run_id\":",
            ",\"platform\":",
            ",\"customer_id\":",
            ",\"kind\":",
            ",\"action\":",
            ",\"answers\":",
            ",\"data\":");
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] line;
    private final int length;
    private int at;

    EventHead(byte[] line, int length) {
        this.line = line;
        this.length = length;
    }

    /** By number; null if it has another form. */
    @Nullable
    String @Nullable [] read() {
        @Nullable String[] values = new String[KEYS.length - 1];
        for (int i = 0; i < values.length; i++) {
            if (!skip(KEYS[i])) {
                return null;
            }
            if (skip(NULL)) {
                continue;
            }
            boolean text = line[at] == '"';
            int from = text ? at + 1 : at;
            int to = from;
            while (to < length && plain(line[to])) {
                to++;
            }
            boolean ended = to < length && to > from && line[to] == (text ? '"' : ',');
            boolean fits = i == SEQUENCE || i == ANSWERS ? !text && isNumber(from, to) : text;
            if (!ended || !fits) {
                return null;
            }
            values[i] = new String(line, from, to - from, StandardCharsets.ISO_8859_1);
            at = text ? to + 1 : to;
        }
        return skip(KEYS[values.length]) && dataBegins() ? values : null;
    }

    /** As nothing but UTF-8 does. */
    private boolean dataBegins() {
        return at + 1 < length && line[at] == '{' && (line[at + 1] == '"' || line[at + 1] == '}');
    }

    private boolean isNumber(int from, int to) {
        for (int i = from; i < to; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return false;
            }
        }
        return line[from] != '0';
    }

    /** Where the data begins. */
    int end() {
        return at;
    }

    private static boolean plain(byte c) {
        return c > 0x20 && c != '"' && c != '\\' && c != ',';
    }

    private boolean skip(byte[] expected) {
        int to = at + expected.length;
        if (to >= length || !Arrays.equals(line, at, to, expected, 0, expected.length)) {
            return false;
        }
        at = to;
        return true;
    }

    private static byte[][] keys(String... keys) {
        return Arrays.stream(keys)
                .map(key -> key.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
