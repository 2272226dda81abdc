package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of a report, one after the other, each compared with its hash, and with its predecessor where that is there: events of
 * other jobs may be between two of them.
 */
final class EventLines {
    static final String FILE = "events.jsonl";

    /** More than an event of ten thousand subscriptions has. */
    private static final int MOST_BYTES = 16 << 20;

    private static final int MOST_VALUES = 1_000_000;

    private static final int HEX = 64;
    private static final byte[] PREVIOUS = ascii(",\"previous\":\"");
    private static final byte[] HASH = ascii("\",\"hash\":\"");
    private static final byte[] END = ascii("\"}");
    private static final int TAIL = PREVIOUS.length + HEX + HASH.length + HEX + END.length;

    private final InputStream in;
    private final MessageDigest sha256 = Sha256.begin();
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] text = new byte[1 << 12];
    private int length;
    private long line;
    /** The hash of the event before, which is as a rule the next one's previous. */
    private byte[] last = {};

    private String lastHash = "";
    private final Deque<Stretch> stretches = new ArrayDeque<>();

    EventLines(InputStream in) {
        this.in = in;
    }

    /** The next event; null after the last. */
    @Nullable
    Event next() {
        if (!readLine()) {
            return null;
        }
        line++;
        int tail = length - TAIL;
        if (tail <= 0
                || !is(PREVIOUS, tail)
                || !is(HASH, tail + PREVIOUS.length + HEX)
                || !is(END, length - END.length)) {
            String end = new String(text, Math.max(0, length - TAIL), Math.min(length, TAIL), StandardCharsets.UTF_8);
            throw place().off("the end of the event", "its previous and its hash", end);
        }
        String previous = ascii(tail + PREVIOUS.length);
        String hash = ascii(length - END.length - HEX);
        if (!previous.equals(lastHash)) {
            isAHash(previous);
            last = HexFormat.of().parseHex(previous);
        }
        sha256.update(last);
        sha256.update(text, 0, tail);
        sha256.update((byte) '}');
        last = sha256.digest();
        lastHash = Sha256.hex(last);
        if (!lastHash.equals(hash)) {
            isAHash(hash);
            place().same("hash of the event", lastHash, hash);
        }
        Event event = parse(tail, previous, hash);
        follow(event);
        return event;
    }

    private void isAHash(String one) {
        place().holds(isSha256(one), "a hash", "64 hexadecimal digits", one);
    }

    /** What was read so far, in order: between two of them are events of other runs. */
    List<Stretch> stretches() {
        return List.copyOf(stretches);
    }

    static boolean isSha256(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return text.length() == HEX;
    }

    private Place place() {
        return new Place(FILE, line);
    }

    private void follow(Event event) {
        Stretch before = stretches.peekLast();
        if (before != null && event.sequence() == before.to() + 1) {
            place().same("previous, the hash of the line before", before.hash(), event.previous());
            stretches.removeLast();
            stretches.add(new Stretch(before.from(), before.before(), event.sequence(), event.hash()));
            return;
        }
        if (before != null) {
            if (event.sequence() <= before.to()) {
                throw place().off("sequence", "more than " + before.to(), event.sequence());
            }
            if (event.previous().equals(before.hash())) {
                throw place().off(
                                "previous",
                                "the hash of event " + (event.sequence() - 1),
                                "that of event " + before.to());
            }
        }
        stretches.add(new Stretch(event.sequence(), event.previous(), event.sequence(), event.hash()));
    }

    private Event parse(int canonical, String previous, String hash) {
        Event event = asWritten(canonical, previous, hash);
        return event == null ? inAnyForm(canonical, previous, hash) : event;
    }

    /**
     * As this program writes it: without white space before its data, and without anything that has to be escaped.
     *
     * @return null if it is written in another way, or not in order
     */
    private @Nullable Event asWritten(int canonical, String previous, String hash) {
        EventHead head = new EventHead(text, canonical);
        @Nullable String[] values = head.read();
        if (values == null) {
            return null;
        }
        UUID id = StrictJson.guid(values[EventHead.CUSTOMER]);
        if (id == null && values[EventHead.CUSTOMER] != null) {
            return null;
        }
        try (JsonParser json = StrictJson.MAPPER.createParser(text, head.end(), canonical - head.end())) {
            json.nextToken();
            JsonNode data = data(json);
            if (json.nextToken() != null) {
                return null;
            }
            String answers = values[EventHead.ANSWERS];
            return new Event(
                    place(),
                    Long.parseLong(String.valueOf(values[EventHead.SEQUENCE])),
                    String.valueOf(values[EventHead.AT]),
                    values[EventHead.JOB],
                    values[EventHead.RUN],
                    values[EventHead.PLATFORM],
                    id,
                    String.valueOf(values[EventHead.KIND]),
                    values[EventHead.ACTION],
                    answers == null ? null : Long.valueOf(answers),
                    data,
                    previous,
                    hash);
        } catch (JacksonException | NumberFormatException e) {
            return null;
        }
    }

    private Event inAnyForm(int canonical, String previous, String hash) {
        byte closing = text[canonical];
        text[canonical] = '}';
        try (JsonParser json = StrictJson.MAPPER.createParser(text, 0, canonical + 1)) {
            json.nextToken();
            long sequence = Long.parseLong(String.valueOf(value(json, "sequence")));
            String at = String.valueOf(value(json, "at"));
            String job = value(json, "job");
            String runId = value(json, "run_id");
            String platform = value(json, "platform");
            String customer = value(json, "customer_id");
            UUID id = StrictJson.guid(customer);
            place().holds(customer == null || id != null, "customer_id", "a GUID", customer);
            String kind = String.valueOf(value(json, "kind"));
            String action = value(json, "action");
            String number = value(json, "answers");
            Long answers = number == null ? null : Long.valueOf(number);
            name(json, "data");
            JsonNode data = data(json);
            place().holds(
                            json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                            "after data",
                            "the end of the event",
                            "more");
            return new Event(
                    place(), sequence, at, job, runId, platform, id, kind, action, answers, data, previous, hash);
        } catch (JacksonException | NumberFormatException e) {
            throw place().off("the event", "JSON as an event has it", "something that cannot be read as such");
        } finally {
            text[canonical] = closing;
        }
    }

    /** All of it but what no check looks at, which is the larger half of a decision. */
    private JsonNode data(JsonParser json) {
        StrictJson.Bound bound = new StrictJson.Bound(MOST_VALUES);
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return StrictJson.tree(json, bound);
        }
        ObjectNode data = StrictJson.MAPPER.createObjectNode();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            place().holds(!data.has(name), "key " + name, "once", "twice");
            json.nextToken();
            if (name.equals("seen")) {
                json.skipChildren();
                data.putNull(name);
            } else {
                data.set(name, StrictJson.tree(json, bound));
            }
        }
        return data;
    }

    private @Nullable String value(JsonParser json, String name) {
        name(json, name);
        JsonToken token = json.currentToken();
        place().holds(token.isScalarValue(), name, "a value", token);
        return token == JsonToken.VALUE_NULL ? null : json.getString();
    }

    private void name(JsonParser json, String name) {
        JsonToken token = json.nextToken();
        if (token != JsonToken.PROPERTY_NAME || !name.equals(json.currentName())) {
            throw place().off("the next key", name, token == JsonToken.PROPERTY_NAME ? json.currentName() : token);
        }
        json.nextToken();
    }

    private boolean readLine() {
        length = 0;
        while (true) {
            if (at == end && !fill()) {
                new Place(FILE, line + 1).holds(length == 0, "the last line", "a line feed at its end", "none");
                return false;
            }
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            if (length + at - from > MOST_BYTES) {
                throw new Place(FILE, line + 1).off("length", "at most %,d bytes".formatted(MOST_BYTES), "more");
            }
            if (length + at - from > text.length) {
                text = Arrays.copyOf(text, Math.max(text.length * 2, length + at - from));
            }
            System.arraycopy(buffer, from, text, length, at - from);
            length += at - from;
            if (at < end) {
                at++;
                return true;
            }
        }
    }

    private boolean fill() {
        try {
            at = 0;
            end = Math.max(0, in.read(buffer, 0, buffer.length));
            return end > 0;
        } catch (IOException e) {
            throw place().off("the file", "readable", String.valueOf(e.getMessage()));
        }
    }

    private boolean is(byte[] expected, int offset) {
        return Arrays.equals(text, offset, offset + expected.length, expected, 0, expected.length);
    }

    private String ascii(int offset) {
        return new String(text, offset, HEX, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
