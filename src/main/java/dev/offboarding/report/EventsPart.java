package dev.offboarding.report;

import dev.offboarding.audit.CanonicalEvent;
import dev.offboarding.kit.Sha256;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/**
 * The run's part of the audit trail, {@code events.jsonl}: a line an event, each in the form that its hash is taken of, with that
 * hash and its predecessor's added at the end. Other jobs' events may stand between them in the chain.
 */
final class EventsPart {
    static final String FILE = "events.jsonl";

    private final JdbcTemplate jdbc;
    private final String runId;

    EventsPart(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        this.runId = runId;
    }

    /** No event, no file: none of a report's files is empty. */
    void write(ReportFolder folder) throws IOException {
        if (Evidence.count(jdbc, "select count(*) from offboarding.event where run_id = ?", runId) == 0) {
            return;
        }
        try (Writer out = new OutputStreamWriter(folder.create(FILE), StandardCharsets.UTF_8)) {
            jdbc.query(
                    """
                    select e.*, case when e.sequence = 1 then repeat('00', 32) else encode(p.hash, 'hex') end as previous
                    from offboarding.event e
                    left join offboarding.event p on p.sequence = e.sequence - 1
                    where e.run_id = ?
                    order by e.sequence
                    """,
                    (RowCallbackHandler) row -> {
                        String canonical = canonical(row).json();
                        String previous = row.getString("previous");
                        try {
                            out.write(canonical, 0, canonical.length() - 1);
                            out.write(",\"previous\":" + (previous == null ? "null" : '"' + previous + '"'));
                            out.write(",\"hash\":\"" + Sha256.hex(row.getBytes("hash")) + "\"}\n");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    runId);
        }
    }

    private static CanonicalEvent canonical(ResultSet row) throws SQLException {
        return new CanonicalEvent(
                row.getLong("sequence"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("job"),
                row.getString("run_id"),
                row.getString("platform"),
                row.getObject("customer_id", UUID.class),
                row.getString("kind"),
                row.getString("action"),
                ReportTimes.number(row, "answers"),
                row.getString("data"));
    }
}
