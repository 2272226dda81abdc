package dev.offboarding.cases;

import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.platform.EffectReading;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** How a case that a run works on is kept in its row: the one place that reads it, and that says what is stored of it. */
final class StoredCase {

    static final TypeReference<List<Hold>> HOLDS = new TypeReference<>() {};
    private static final TypeReference<CaseFacts> FACTS = new TypeReference<>() {};
    private static final TypeReference<List<ScheduledEnd>> SCHEDULED_ENDS = new TypeReference<>() {};
    private static final TypeReference<List<PlannedWrite>> PLANNED = new TypeReference<>() {};
    private static final TypeReference<Map<String, EffectReading>> EFFECTS = new TypeReference<>() {};

    private StoredCase() {}

    /** Its columns that a run changes. */
    static Map<String, @Nullable Object> columns(OffboardingCase c, Instant now) {
        Hold shown = c.holds.isEmpty() ? null : c.holds.get(0);
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("position", c.position());
        columns.put("next_step", c.nextStage == null ? null : c.nextStage.name().toLowerCase(Locale.ROOT));
        columns.put("next_look_at", c.nextLookAt);
        columns.put("state", c.state);
        columns.put("outcome", c.outcome);
        columns.put("hold_reason", shown == null ? null : shown.reason());
        columns.put("hold_until", shown == null ? null : shown.until());
        columns.put("hold_since", shown == null ? null : c.holdSince == null ? now : c.holdSince);
        columns.put("holds", c.holds);
        columns.put("hold_new", c.holdNew);
        columns.put("next_look", c.nextLook);
        columns.put("message", c.message);
        columns.put("planned", c.planned);
        columns.put("holdings", c.holdings);
        columns.put("suspended_ids", c.suspendedIds);
        columns.put("scheduled_ends", c.scheduledEnds.values());
        columns.put("active_before", c.activeBefore);
        columns.put("suspended", c.suspended);
        columns.put("cancelled", c.cancelled);
        columns.put("failed", c.failed);
        columns.put("suspended_at", c.suspendedAt);
        columns.put("removed_at", c.removedAt);
        columns.put("first_look_at", c.firstLookAt);
        columns.put("effects", CaseJson.byKey(c.effects));
        columns.put("second_witness", c.secondWitness);
        columns.put("facts", c.facts);
        return columns;
    }

    static OffboardingCase read(ResultSet row) throws SQLException {
        String step = row.getString("next_step");
        OffboardingCase c = new OffboardingCase(
                row.getLong("position"),
                row.getObject("customer_id", UUID.class),
                Listings.read(row),
                step == null ? null : Stage.valueOf(step.toUpperCase(Locale.ROOT)),
                CaseState.valueOf(row.getString("state")),
                CaseOutcome.valueOf(row.getString("outcome")),
                CaseJson.read(row.getString("holds"), HOLDS),
                row.getString("message"),
                CaseJson.read(row.getString("planned"), PLANNED),
                CaseRow.strings(row, "suspended_ids"),
                CaseJson.byEffect(CaseJson.read(row.getString("effects"), EFFECTS)));
        CaseJson.read(row.getString("scheduled_ends"), SCHEDULED_ENDS)
                .forEach(end -> c.scheduledEnds.put(end.subscription(), end));
        c.holdNew = row.getBoolean("hold_new");
        c.holdSince = CaseRow.instant(row, "hold_since");
        c.nextLook = row.getObject("next_look", LocalDate.class);
        c.nextLookAt = CaseRow.instant(row, "next_look_at");
        c.activeBefore = row.getInt("active_before");
        c.suspended = row.getInt("suspended");
        c.cancelled = row.getInt("cancelled");
        c.failed = row.getInt("failed");
        c.suspendedAt = CaseRow.instant(row, "suspended_at");
        c.removedAt = CaseRow.instant(row, "removed_at");
        c.firstLookAt = CaseRow.instant(row, "first_look_at");
        c.secondWitness = row.getString("second_witness");
        c.facts = CaseJson.read(row.getString("facts"), FACTS);
        return c;
    }
}
