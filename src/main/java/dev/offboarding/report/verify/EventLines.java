package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The events of a report, one after the other, each held against its hash, and against its predecessor where that is there: events of
 * other jobs may stand between two of them.
 */
final class EventLines {
    static final String FILE = "events.jsonl";

    /** More than an event of ten thousand subscriptions has. */
    private static final int MOST_BYTES = 16 << 20;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int HEX = 64;
    private static final byte[] PREVIOUS = ascii(",\"previous\":\"");
    private static final byte[] HASH = ascii("\",\"hash\":\"");
    private static final byte[] END = ascii("\"}");
    private static final int TAIL = PREVIOUS.length + HEX + HASH.length + HEX + END.length;

    private final InputStream in;
    private final EventData.Standing standing;
    private final MessageDigest sha256 = Sha256.begin();
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] text = new byte[1 << 12];
    private int length;
    private long line;
    private long gaps;
    private @Nullable Event last;
    private final List<Stretch> stretches = new ArrayList<>();

    EventLines(InputStream in, EventData.Standing standing) {
        this.in = in;
        this.standing = standing;
    }

    /** The next event; null after the last. */
    @Nullable
    Event next() {
        if (!readLine()) {
            return null;
        }
        line++;
        int tail = length - TAIL;
        Mismatch.unless(
                tail > 0
                        && is(PREVIOUS, tail)
                        && is(HASH, tail + PREVIOUS.length + HEX)
                        && is(END, length - END.length),
                FILE,
                line,
                "the end of the event",
                "its previous and its hash",
                new String(text, Math.max(0, length - TAIL), Math.min(length, TAIL), StandardCharsets.UTF_8));
        String previous = ascii(tail + PREVIOUS.length);
        String hash = ascii(length - END.length - HEX);
        for (String one : new String[] {previous, hash}) {
            Mismatch.unless(SHA256.matcher(one).matches(), FILE, line, "a hash", "64 hexadecimal digits", one);
        }
        sha256.update(HexFormat.of().parseHex(previous));
        sha256.update(text, 0, tail);
        sha256.update((byte) '}');
        Mismatch.unlessSame(FILE, line, "hash of the event", Sha256.hex(sha256.digest()), hash);
        Event event = parse(tail, previous, hash);
        follow(event);
        stretch(event);
        last = event;
        return event;
    }

    /** How often events of other jobs stand between two of these. */
    long gaps() {
        return gaps;
    }

    /** What was read so far, in order. */
    List<Stretch> stretches() {
        return List.copyOf(stretches);
    }

    private void stretch(Event event) {
        int end = stretches.size() - 1;
        Stretch open = end < 0 ? null : stretches.get(end);
        if (open != null && open.to() + 1 == event.sequence()) {
            stretches.set(end, new Stretch(open.from(), open.before(), event.sequence(), event.hash()));
        } else {
            stretches.add(new Stretch(event.sequence(), event.previous(), event.sequence(), event.hash()));
        }
    }

    private void follow(Event event) {
        Event before = last;
        if (before == null) {
            return;
        }
        Mismatch.unless(
                event.sequence() > before.sequence(),
                FILE,
                line,
                "sequence",
                "more than " + before.sequence(),
                event.sequence());
        if (event.sequence() == before.sequence() + 1) {
            Mismatch.unlessSame(FILE, line, "previous, the hash of the line before", before.hash(), event.previous());
        } else {
            gaps++;
            Mismatch.unless(
                    !event.previous().equals(before.hash()),
                    FILE,
                    line,
                    "previous",
                    "the hash of event " + (event.sequence() - 1),
                    "that of event " + before.sequence());
        }
    }

    private Event parse(int canonical, String previous, String hash) {
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
            Mismatch.unless(customer == null || id != null, FILE, line, "customer_id", "a GUID", customer);
            String kind = String.valueOf(value(json, "kind"));
            String action = value(json, "action");
            String answers = value(json, "answers");
            name(json, "data");
            EventData data = new EventData(standing);
            data.read(kind, json);
            Mismatch.unless(
                    json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null,
                    FILE,
                    line,
                    "after data",
                    "the end of the event",
                    "more");
            return new Event(
                    line,
                    sequence,
                    at,
                    job,
                    runId,
                    platform,
                    id,
                    kind,
                    action,
                    answers == null ? null : Long.valueOf(answers),
                    data.writes,
                    data.says,
                    data.planned,
                    data.effects,
                    data.confirmed,
                    data.known(),
                    data.tree,
                    previous,
                    hash);
        } catch (JacksonException | NumberFormatException e) {
            throw new Mismatch(FILE, line, "the event", "JSON as an event has it", "what cannot be read so");
        } finally {
            text[canonical] = closing;
        }
    }

    private @Nullable String value(JsonParser json, String name) {
        name(json, name);
        JsonToken token = json.currentToken();
        Mismatch.unless(token.isScalarValue(), FILE, line, name, "a value", token);
        return token == JsonToken.VALUE_NULL ? null : json.getString();
    }

    private void name(JsonParser json, String name) {
        JsonToken token = json.nextToken();
        Mismatch.unless(
                token == JsonToken.PROPERTY_NAME && name.equals(json.currentName()),
                FILE,
                line,
                "the next key",
                name,
                token == JsonToken.PROPERTY_NAME ? json.currentName() : token);
        json.nextToken();
    }

    private boolean readLine() {
        length = 0;
        while (true) {
            if (at == end && !fill()) {
                Mismatch.unless(length == 0, FILE, line + 1, "the last line", "a line feed at its end", "none");
                return false;
            }
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            if (length + at - from > MOST_BYTES) {
                throw new Mismatch(FILE, line + 1, "length", "at most %,d bytes".formatted(MOST_BYTES), "more");
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
            throw new Mismatch(FILE, line, "the file", "readable", String.valueOf(e.getMessage()));
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
