package dev.offboarding.report;

import dev.offboarding.approvals.Given;
import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents.OfCustomer;
import dev.offboarding.audit.AuditEvents.Unchanged;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.RecordedWrite;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.kit.JsonText;
import dev.offboarding.kit.Sha256;
import dev.offboarding.lists.Column;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A customer of an export, as the trail says that it stood when the period ended: no event that came later is in it. Its cases and who approved
 * come from tables; a case that was taken over since belongs to another job, and the export of the old one has it no more.
 */
final class ExportedCustomer {

    static final List<String> COLUMNS = List.of(
            "customer_id",
            "company_name",
            "domain",
            "source",
            "line",
            "effective_date",
            "reason",
            "ticket",
            "requested_by",
            "planner",
            "approver",
            "approved_at",
            "approval_reason",
            "plan_id",
            "cases",
            "opened_at",
            "state",
            "outcome",
            "hold_reason",
            "hold_until",
            "suspended_at",
            "removed_at",
            "closed_at",
            "closed_as",
            "message",
            "steps",
            "report",
            "report_manifest_sha256",
            "report_sequence");

    static final List<String> STEP_COLUMNS = List.of(
            "customer_id",
            "at",
            "step",
            "target",
            "before",
            "after",
            "result",
            "message",
            "run_id",
            "sequence",
            "event_sha256");

    private final UUID id;
    private final ExportPeriod period;
    /** The manifests' hashes of the period's reports, by run. */
    private final Map<String, String> manifests;

    private final List<List<? extends @Nullable Object>> steps = new ArrayList<>();
    private JsonNode listed = ReportJson.MAPPER.createObjectNode();
    private JsonNode standing = ReportJson.MAPPER.createObjectNode();
    private @Nullable String report;
    private @Nullable Long reportSequence;
    private long lastSaid;

    ExportedCustomer(UUID id, ExportPeriod period, Map<String, String> manifests) {
        this.id = id;
        this.period = period;
        this.manifests = manifests;
    }

    UUID id() {
        return id;
    }

    /** In the order of the trail, up to the end of the period. */
    void tell(OfCustomer recorded) {
        AuditEvent event = recorded.event();
        JsonNode data = ReportJson.MAPPER.readTree(event.data());
        JsonNode row = event.is(EventKind.RECEIVED) ? data : data.path("listed");
        if (row.has("source")) {
            listed = row;
            step(recorded, "LISTED", "", "", "", "", text(row, "source") + ", line " + text(row, "line"));
        }
        if (event.is(EventKind.OUTCOME)) {
            for (RecordedWrite write : event.writes()) {
                step(
                        recorded,
                        String.valueOf(event.action()),
                        write.target(),
                        write.before(),
                        write.after(),
                        write.result(),
                        write.message());
            }
        } else if (event.is(EventKind.VERIFIED)) {
            step(recorded, "VERIFIED", "", "", "", effects(data.path("effects")), "");
        } else if (event.is(EventKind.INTERVENTION)) {
            String by = text(data, "by") + ("true".equals(text(data, "by_is_a_claim")) ? " (a claim)" : "");
            step(recorded, String.valueOf(text(data, "kind")), "", "", "", "", by + ": " + text(data, "reason"));
        }
        stands(recorded, event.is(EventKind.OUTCOME) ? data.path("case") : data);
    }

    private void stands(OfCustomer recorded, JsonNode now) {
        if (!now.has("state")) {
            return;
        }
        String before = text(standing, "state");
        String state = text(now, "state");
        if (!Objects.equals(before, state)) {
            step(recorded, "STATE", "", before, state, "", text(now, "message"));
        }
        standing = now;
        lastSaid = recorded.event().sequence();
        provedBy(recorded.event().runId(), lastSaid);
    }

    /**
     * After its own events.
     *
     * @param unchanged when it was last found in the period as an event of its own says; null where it was not
     */
    void endOfTrail(@Nullable Unchanged unchanged) {
        if (unchanged != null && unchanged.sequence() > lastSaid) {
            provedBy(unchanged.runId(), unchanged.sequence());
        }
    }

    private void provedBy(String runId, long sequence) {
        if (period.isOf(runId) && manifests.containsKey(runId)) {
            report = runId;
            reportSequence = sequence;
        } else {
            // what its last report says is not how it stands any more
            reportSequence = null;
        }
    }

    private static String effects(JsonNode effects) {
        StringJoiner all = new StringJoiner(", ");
        effects.properties().forEach(effect -> {
            JsonNode result = effect.getValue();
            all.add(effect.getKey() + " " + (result.isValueNode() ? JsonText.of(result) : text(result, "result")));
        });
        return all.toString();
    }

    private void step(
            OfCustomer recorded,
            String step,
            @Nullable String target,
            @Nullable String before,
            @Nullable String after,
            @Nullable String result,
            @Nullable String message) {
        AuditEvent event = recorded.event();
        if (period.isOf(event.runId())) {
            steps.add(Arrays.<@Nullable Object>asList(
                    id,
                    event.at(),
                    step,
                    target,
                    before,
                    after,
                    result,
                    message,
                    event.runId(),
                    event.sequence(),
                    recorded.hash()));
        }
    }

    List<List<? extends @Nullable Object>> steps() {
        return steps;
    }

    /**
     * Its row.
     *
     * @param here its cases of this job that were open in the period, in the order in which they were opened
     * @param approval the last that a run has used for the last of these cases; null if none
     * @param lastReport of the period that has every open case; null if there is none
     */
    List<@Nullable Object> row(List<KnownCase> here, @Nullable Given approval, @Nullable String lastReport) {
        KnownCase last = here.isEmpty() ? null : here.get(here.size() - 1);
        boolean closed = last != null && last.closedRun() != null && period.endsAfter(last.closedRun());
        String proof = report;
        if (proof == null
                && last != null
                && !closed
                && lastReport != null
                && lastReport.compareTo(last.openedRun()) >= 0) {
            // nothing has happened; every open case is in every report
            proof = lastReport;
        }
        JsonNode hold = standing.path("holds").path(0);
        List<@Nullable Object> row = new ArrayList<>();
        row.add(id);
        row.add(cell(last, Column.COMPANY_NAME));
        row.add(cell(last, Column.DOMAIN));
        row.add(
                listed.has("source") || last == null
                        ? text(listed, "source")
                        : last.listing().source());
        row.add(
                listed.has("source") || last == null
                        ? text(listed, "line")
                        : last.listing().line());
        for (Column column : List.of(Column.EFFECTIVE_DATE, Column.REASON, Column.TICKET, Column.REQUESTED_BY)) {
            row.add(cell(last, column));
        }
        row.add(approval == null ? null : approval.planner().inWords());
        row.add(approval == null ? null : approval.approver().inWords());
        row.add(approval == null ? null : approval.approvedAt());
        row.add(approval == null ? null : approval.reason());
        row.add(approval == null ? null : approval.planId());
        row.add(here.size());
        row.add(last == null ? null : last.openedAt());
        row.add(text(standing, "state"));
        row.add(text(standing, "outcome"));
        row.add(closed ? null : text(hold, "reason"));
        row.add(closed ? null : text(hold, "until"));
        row.add(moment(standing, "suspended_at"));
        row.add(moment(standing, "removed_at"));
        row.add(closed && last != null ? last.closedAt() : null);
        row.add(closed && last != null ? last.closedAs() : null);
        row.add(text(standing, "message"));
        row.add(steps.size());
        row.add(proof);
        row.add(proof == null ? null : manifests.get(proof));
        row.add(proof == null ? null : reportSequence);
        return row;
    }

    /** As the trail has it, or as the case does where its row came in before there was one. */
    private @Nullable String cell(@Nullable KnownCase last, Column column) {
        return listed.has("source") || last == null
                ? text(listed, column.label())
                : last.listing().cell(column);
    }

    private static @Nullable Instant moment(JsonNode node, String name) {
        String text = text(node, name);
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable String text(JsonNode node, String name) {
        return JsonText.of(node.path(name));
    }

    /** The digest of a population: its ids, in order, each with a line feed. */
    static String digest(Iterable<UUID> population) {
        StringBuilder ids = new StringBuilder();
        population.forEach(one -> ids.append(one).append('\n'));
        return Sha256.hexOf(ids.toString().getBytes(StandardCharsets.UTF_8));
    }
}
