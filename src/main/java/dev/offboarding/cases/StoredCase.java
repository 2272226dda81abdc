package dev.offboarding.cases;

import dev.offboarding.cases.CaseFacts.LastHold;
import dev.offboarding.cases.OffboardingCase.Stage;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Subscription;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.core.type.TypeReference;

/** How a case that a run works on is kept in its row: the one place that reads it, and that says what is stored of it. */
final class StoredCase {

    static final TypeReference<List<Hold>> HOLDS = new TypeReference<>() {};
    /** Of a row of a case or of the working set, as {@code s}: what {@link CaseFacts#ours} says. */
    static final String SUSPENDED_BY_US = """
            (select id from (
               select unnest(suspended_ids) as id union select json_array_elements_text(facts -> 'suspended_before')) ever
              where not coalesce(jsonb_exists((facts -> 'returned')::jsonb, id), false)) s""";

    /** Of such a row, as {@code e}: what {@link CaseFacts#everScheduled} says. */
    static final String SCHEDULED_BY_US = """
            (select json_array_elements(scheduled_ends) as scheduled
              union all select json_array_elements(facts -> 'scheduled_before')) e""";

    static final TypeReference<List<ScheduledEnd>> SCHEDULED_ENDS = new TypeReference<>() {};
    static final TypeReference<List<Subscription>> HOLDINGS = new TypeReference<>() {};
    private static final TypeReference<List<PlannedWrite>> PLANNED = new TypeReference<>() {};

    /** What of a case was in its row when it was read: what is as it was need not be written again. */
    record Stored(List<PlannedWrite> planned, CaseFacts facts) {}

    /**
     * A column that a run changes.
     *
     * @param type as the server is to take its text
     * @param value null leaves it as it is where {@code kept}
     */
    private record Changed(
            String name, String type, boolean kept, BiFunction<OffboardingCase, Instant, @Nullable Object> value) {

        String assignment() {
            String changed = "x.%s::%s".formatted(name, type);
            return name + " = " + (kept ? "coalesce(%s, r.%s)".formatted(changed, name) : changed);
        }
    }

    private static Changed changed(String name, String type, Function<OffboardingCase, @Nullable Object> value) {
        return new Changed(name, type, false, (c, now) -> value.apply(c));
    }

    private static final List<Changed> CHANGED = List.of(
            changed(
                    "next_step",
                    "text",
                    c -> c.nextStage == null ? null : c.nextStage.name().toLowerCase(Locale.ROOT)),
            changed("next_look_at", "timestamptz", c -> c.nextLookAt),
            changed("state", "text", c -> c.state),
            changed("outcome", "text", c -> c.outcome),
            changed(
                    "hold_reason",
                    "text",
                    c -> c.holds.isEmpty() ? null : c.holds.get(0).reason()),
            changed(
                    "hold_until",
                    "date",
                    c -> c.holds.isEmpty() ? null : c.holds.get(0).until()),
            new Changed(
                    "hold_since",
                    "timestamptz",
                    false,
                    (c, now) -> c.holds.isEmpty() ? null : c.holdSince == null ? now : c.holdSince),
            changed("holds", "json", c -> CaseJson.write(c.holds)),
            changed("hold_new", "boolean", c -> c.holdNew),
            changed("next_look", "date", c -> c.nextLook),
            changed("message", "text", c -> c.message),
            changed("suspended_ids", "text[]", c -> c.suspendedIds),
            changed("scheduled_ends", "json", c -> CaseJson.write(c.scheduledEnds.values())),
            changed("active_before", "int", c -> c.activeBefore),
            changed("suspended", "int", c -> c.suspended),
            changed("cancelled", "int", c -> c.cancelled),
            changed("failed", "int", c -> c.failed),
            changed("suspended_at", "timestamptz", c -> c.suspendedAt),
            changed("removed_at", "timestamptz", c -> c.removedAt),
            changed("first_look_at", "timestamptz", c -> c.firstLookAt),
            changed("effects", "json", c -> CaseJson.effects(c.effects)),
            changed("second_witness", "text", c -> c.secondWitness),
            new Changed(
                    "facts",
                    "json",
                    true,
                    (c, now) -> c.stored != null && sameFacts(c, c.stored.facts()) ? null : CaseJson.write(c.facts)));

    /** Where it is held as it was, and no step of this run is to follow, the row itself says why it waited on the last night on which it did. */
    private static boolean sameFacts(OffboardingCase c, CaseFacts stored) {
        if (stored.equals(c.facts)) {
            return true;
        }
        LastHold last = c.facts.lastHold();
        return last != null
                && c.nextStage == null
                && !c.holds.isEmpty()
                && last.holds().equals(c.holds)
                && Objects.equals(last.since(), c.holdSince)
                && stored.lastHold(null).equals(c.facts.lastHold(null));
    }

    /** Between the first and the last: otherwise all rows of the run are read for each chunk. */
    private static final String UPDATE = """
            update offboarding.run_case r set %s
              from unnest(?::bigint[]%s) as x (position%s)
             where r.run_id = ? and r.position between ? and ? and r.position = x.position
            """.formatted(
                    CHANGED.stream().map(Changed::assignment).collect(Collectors.joining(", ")),
                    ", ?::text[]".repeat(CHANGED.size()),
                    CHANGED.stream().map(column -> ", " + column.name()).collect(Collectors.joining()));

    private static final String PLAN = """
            insert into offboarding.run_plan as p (run_id, position, planned, holdings)
            select ?, x.position, x.planned::json, x.holdings::json from unnest(?::bigint[], ?::text[], ?::text[]) as x (position, planned, holdings)
            on conflict (run_id, position) do update
               set planned = excluded.planned, holdings = coalesce(excluded.holdings, p.holdings)
            """;

    private StoredCase() {}

    /** Stores what a run made of cases, in the order of their positions, within the caller's transaction. */
    static void write(JdbcTemplate jdbc, String runId, Collection<OffboardingCase> cases, Instant now) {
        List<OffboardingCase> sorted = cases.stream()
                .sorted(Comparator.comparingLong(OffboardingCase::position))
                .toList();
        List<OffboardingCase> planned =
                sorted.stream().filter(StoredCase::planChanged).toList();
        if (!planned.isEmpty()) {
            jdbc.update(
                    PLAN,
                    runId,
                    positions(planned),
                    texts(planned, c -> CaseJson.write(c.planned)),
                    texts(planned, OffboardingCase::holdingsJson));
        }
        List<Object> parameters = new ArrayList<>();
        parameters.add(positions(sorted));
        CHANGED.forEach(column ->
                parameters.add(texts(sorted, c -> text(column.value().apply(c, now)))));
        parameters.add(runId);
        parameters.add(sorted.get(0).position());
        parameters.add(sorted.get(sorted.size() - 1).position());
        jdbc.update(UPDATE, parameters.toArray());
        // whether this is committed is not known yet: what is stored is not known any more
        sorted.forEach(c -> c.stored = null);
    }

    private static boolean planChanged(OffboardingCase c) {
        return c.holdings != null || c.stored == null || !c.stored.planned().equals(c.planned);
    }

    private static Long[] positions(List<OffboardingCase> cases) {
        return cases.stream().map(OffboardingCase::position).toArray(Long[]::new);
    }

    private static @Nullable String[] texts(
            List<OffboardingCase> cases, Function<OffboardingCase, @Nullable String> text) {
        return cases.stream().map(text).toArray(String[]::new);
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof Collection<?> ids ? array(ids) : value == null ? null : value.toString();
    }

    /** As PostgreSQL writes an array of texts. */
    private static String array(Collection<?> texts) {
        return texts.stream()
                .map(text -> '"' + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
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
                CaseJson.list(row.getString("holds"), HOLDS),
                row.getString("message"),
                CaseJson.list(row.getString("planned"), PLANNED),
                CaseRow.strings(row, "suspended_ids"),
                CaseJson.effects(row.getString("effects")));
        CaseJson.list(row.getString("scheduled_ends"), SCHEDULED_ENDS)
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
        c.facts = StoredFacts.read(row.getString("facts"));
        if (c.planned.stream().anyMatch(write -> write.action() == Action.AUTO_RENEW_OFF)) {
            c.seenBefore = CaseJson.list(row.getString("holdings"), HOLDINGS);
        }
        c.stored = new Stored(c.planned, c.facts);
        return c;
    }
}
