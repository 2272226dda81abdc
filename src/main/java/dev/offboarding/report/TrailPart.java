package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a report tells of a run's trail, which is read once for it: its writes, and the events as they are. */
final class TrailPart {

    private final AuditEvents events;
    private final String runId;

    /** @param events as they are at one time: what is open then has no outcome in them */
    TrailPart(AuditEvents events, String runId) {
        this.events = events;
        this.runId = runId;
    }

    void write(ReportFolder folder, RecordWriter json) throws IOException {
        try (ActionsPart actions = new ActionsPart(folder, json, events.unanswered(runId));
                EventsPart lines = new EventsPart(folder)) {
            actions.begin();
            events.ofRun(runId, chained -> {
                try {
                    actions.add(chained.event());
                    lines.add(chained);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            actions.end();
        }
    }
}
