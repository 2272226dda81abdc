package dev.offboarding.report.verify;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The events of the run as a whole, compared with what the head of the record says about it. */
final class RunEventCheck {
    private static final Place TRAIL = Place.in(EventLines.FILE);

    private final JsonNode head;
    private boolean started;
    private boolean limited;
    private int lists;
    private @Nullable Integer endedWith;

    RunEventCheck(JsonNode head) {
        this.head = head;
    }

    void ofThisRun(Event event) {
        event.place().same("job", headed("job"), event.job());
        event.place().same("run_id", headed("run_id"), event.runId());
        event.place().same("platform", headed("platform"), event.platform());
    }

    void started(Event event) {
        event.place().holds(!started, "RUN_STARTED", "one", "a second");
        started = true;
        same(event, "mode", head);
        sameMoment(event, "started_at");
        same(event, "job_file_sha256", head.path("facts"));
    }

    void ended(Event event) {
        event.place().holds(endedWith == null, "RUN_ENDED", "one", "a second");
        endedWith = event.data().path("exit_code").asInt(-1);
        sameMoment(event, "ended_at");
    }

    void list(Event event) {
        JsonNode file = head.path("files").path(lists++);
        JsonNode data = event.data();
        Place at = event.place();
        at.same("name of a list", StrictJson.text(file, "name"), StrictJson.text(data, "name"));
        String status = String.valueOf(StrictJson.text(file, "status"));
        String said = String.valueOf(StrictJson.text(data, "status"));
        // when it was read it was not known yet whether it would be taken
        boolean read = said.equals("READ") && (status.equals("TAKEN") || status.equals("NOT_ACCEPTED"));
        at.holds(read || said.equals(status), "status of a list", status, said);
        if (data.has("sha256")) {
            at.same("sha256 of a list", StrictJson.text(file, "sha256"), StrictJson.text(data, "sha256"));
        }
        at.same(
                "rows read of a list",
                file.path("rows_read").asLong(-1),
                data.path("read").asLong(-1));
    }

    void limits(Event event) {
        limited = true;
        same(event, "plan_id", head);
        same(event, "population", head);
        event.place()
                .holds(
                        head.path("plan_basis").equals(event.data().path("plan_basis")),
                        "plan_basis",
                        head.path("plan_basis"),
                        event.data().path("plan_basis"));
        JsonNode said = event.data().path("limits");
        event.place().holds(head.path("limits").equals(said), "limits", head.path("limits"), said);
    }

    /** Whether a write may be asked for. */
    void allows(Event event) {
        String mode = headed("mode");
        if (!"run".equals(mode) && !"withdraw".equals(mode)) {
            throw event.place().off("kind of an event of a " + mode, "none that asks for a write", event.kind());
        }
        if ("withdraw".equals(mode) && !"REACTIVATE".equals(event.action())) {
            throw event.place().off("action of an event of a withdrawal", "REACTIVATE, and no other", event.action());
        }
        event.place().holds(limited, "LIMITS", "an event before the first INTENT", "none");
    }

    void end() {
        // a run that ended while it received has read files, and none of what it read counts
        boolean counts = lists > 0 || !endedEarly();
        TRAIL.same(
                "LIST events, one for each of files",
                counts ? head.path("files").size() : 0,
                lists);
    }

    void limitsEnd() {
        TRAIL.holds(limited || !head.path("limits").isArray(), "LIMITS", "an event, as report.json has limits", "none");
    }

    private boolean endedEarly() {
        return !head.path("failures").isEmpty()
                || head.path("interrupted").asBoolean(false)
                || headed("stop_reason") != null;
    }

    private static void same(Event event, String name, JsonNode record) {
        event.place().same(name, StrictJson.text(record, name), StrictJson.text(event.data(), name));
    }

    /** Earlier versions of the program did not say it. */
    private void sameMoment(Event event, String name) {
        if (event.data().has(name)) {
            String said = StrictJson.text(event.data(), name);
            boolean same = ReportInstant.same(ReportInstant.of(headed(name)), ReportInstant.of(said));
            event.place().holds(same, name, headed(name), said);
        }
    }

    private @Nullable String headed(String name) {
        return StrictJson.text(head, name);
    }

    /** The exit code that the trail says; null if the run did not get to say one. */
    @Nullable
    Integer endedWith() {
        return endedWith;
    }
}
