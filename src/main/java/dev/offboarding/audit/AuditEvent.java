package dev.offboarding.audit;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * An event of the trail, as it is stored, and in the one form in which it is hashed and reported.
 *
 * @param at to the microsecond, as the database keeps it
 * @param data JSON, to the letter as it was stored
 */
public record AuditEvent(
        long sequence,
        Instant at,
        String job,
        String runId,
        String platform,
        @Nullable UUID customerId,
        String kind,
        @Nullable String action,
        @Nullable Long answers,
        String data) {

    private static final DateTimeFormatter AT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** One line of JSON: fixed keys in fixed order, no white space outside {@code data}. */
    public String json() {
        return head(moment(at)).append(data).append('}').toString();
    }

    /** The {@link #json()} up to its data, after which nothing comes but a brace. */
    private StringBuilder head(String moment) {
        StringBuilder json = new StringBuilder(320);
        json.append("{\"sequence\":").append(sequence);
        json.append(",\"at\":\"").append(moment).append('"');
        text(json, "job", job);
        text(json, "run_id", runId);
        text(json, "platform", platform);
        text(json, "customer_id", customerId == null ? null : customerId.toString());
        text(json, "kind", kind);
        text(json, "action", action);
        json.append(",\"answers\":").append(answers);
        json.append(",\"data\":");
        return json;
    }

    /** Of an intent or an outcome; of any other there is none. */
    public List<RecordedWrite> writes() {
        return RecordedWrite.of(data);
    }

    /** Of an event about many, what it says of one of them. */
    AuditEvent about(UUID one, String says) {
        return new AuditEvent(sequence, at, job, runId, platform, one, kind, action, answers, says);
    }

    public boolean is(EventKind other) {
        return kind.equals(other.name());
    }

    private static void text(StringBuilder json, String key, @Nullable String value) {
        json.append(",\"").append(key).append("\":");
        if (value == null) {
            json.append("null");
        } else {
            json.append('"');
            JsonStringEncoder.getInstance().quoteAsString(value, json);
            json.append('"');
        }
    }

    /** SHA-256 of the predecessor's hash, 32 bytes, followed by this event's {@link #json()} in UTF-8. */
    public byte[] hash(byte[] previous) {
        return hash(previous, moment(at), data.getBytes(StandardCharsets.UTF_8), Sha256.begin());
    }

    /**
     * The same, of many events of one moment.
     *
     * @param moment as {@link #moment} has it
     * @param data in UTF-8
     */
    byte[] hash(byte[] previous, String moment, byte[] data, MessageDigest sha256) {
        sha256.update(previous);
        sha256.update(head(moment).toString().getBytes(StandardCharsets.UTF_8));
        sha256.update(data);
        sha256.update((byte) '}');
        return sha256.digest();
    }

    static String moment(Instant at) {
        return AT.format(at);
    }
}
