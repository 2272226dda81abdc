package dev.offboarding.audit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows of the table of events in PostgreSQL's binary form for COPY: nothing of them is escaped, and nothing parsed. As arrays of text, which
 * an INSERT takes, each quote of their JSON is.
 */
final class EventRows {

    private static final String COPY =
            "copy offboarding.event (sequence, at, job, run_id, platform, customer_id, kind, action, answers, data, hash)"
                    + " from stdin (format binary)";
    private static final int COLUMNS = 11;

    /** The signature, no flags, no extension. */
    private static final byte[] BEGIN = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /** From which the server counts. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final long at;
    private final byte[] job;
    private final byte[] runId;
    private final byte[] platform;
    private byte[] bytes = Arrays.copyOf(BEGIN, 1 << 16);
    private int length = BEGIN.length;

    EventRows(Instant at, String job, String runId, String platform) {
        this.at = ChronoUnit.MICROS.between(EPOCH, at);
        this.job = utf8(job);
        this.runId = utf8(runId);
        this.platform = utf8(platform);
    }

    /** @param data the event's in UTF-8 */
    void add(AuditEvent event, byte[] data, byte[] hash) {
        room(2);
        bytes[length++] = 0;
        bytes[length++] = COLUMNS;
        number(event.sequence());
        number(at);
        field(job);
        field(runId);
        field(platform);
        UUID customerId = event.customerId();
        if (customerId == null) {
            size(-1);
        } else {
            size(16);
            eight(customerId.getMostSignificantBits());
            eight(customerId.getLeastSignificantBits());
        }
        field(utf8(event.kind()));
        field(event.action() == null ? null : utf8(event.action()));
        Long answers = event.answers();
        if (answers == null) {
            size(-1);
        } else {
            number(answers);
        }
        field(data);
        field(hash);
    }

    /** Sends them, and that there are no more. */
    void copy(Connection connection) throws SQLException {
        room(2);
        bytes[length++] = (byte) 0xff;
        bytes[length++] = (byte) 0xff;
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
        try {
            copy.writeToCopy(bytes, 0, length);
            copy.endCopy();
        } catch (SQLException e) {
            try {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            } catch (SQLException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    private void number(long value) {
        size(8);
        eight(value);
    }

    private void field(byte @Nullable [] value) {
        if (value == null) {
            size(-1);
            return;
        }
        size(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void size(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void eight(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
