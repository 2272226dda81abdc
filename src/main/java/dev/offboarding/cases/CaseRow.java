package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The case of a customer in a run, as the run left it, for those who report it. What is JSON is as it is stored.
 *
 * @param caseId null in a plan, of a case that does not exist yet
 * @param nextStep null where the run is through with it
 * @param listedAnew accepted from a list in this run
 * @param planned the writes, in their order
 */
public record CaseRow(
        long position,
        UUID customerId,
        @Nullable Long caseId,
        @Nullable String nextStep,
        ListedRow listing,
        boolean listed,
        boolean listedAnew,
        String state,
        String outcome,
        String message,
        Held held,
        Subscriptions subscriptions,
        Removal removal,
        String planned) {

    /**
     * Why it waits.
     *
     * @param reason the one that is shown; null where it does not wait
     * @param isNew somebody has to look at it for the first time, or is reminded
     * @param nextLook it is not read before this day
     * @param all the shown one first
     */
    public record Held(
            @Nullable String reason,
            @Nullable LocalDate until,
            @Nullable Instant since,
            boolean isNew,
            @Nullable LocalDate nextLook,
            String all) {

        /** What the shown one says; empty where it does not wait. */
        public String shownMessage() {
            List<Hold> holds = CaseJson.read(all, StoredCase.HOLDS);
            return holds.isEmpty() ? "" : holds.get(0).message();
        }
    }

    /**
     * What became of its subscriptions.
     *
     * @param seen as they were before the first write
     * @param facts as {@link CaseFacts} is stored
     * @param scheduledEnds as {@link ScheduledEnd}s are stored
     */
    public record Subscriptions(
            int activeBefore,
            int suspended,
            int cancelled,
            int failed,
            List<String> suspendedIds,
            @Nullable Instant suspendedAt,
            String seen,
            String facts,
            String scheduledEnds) {

        /** What this program has done to them, in whichever night. */
        public Ours ours() {
            CaseFacts known = StoredFacts.read(facts);
            Map<String, ScheduledEnd> scheduled = new LinkedHashMap<>();
            CaseJson.list(scheduledEnds, StoredCase.SCHEDULED_ENDS)
                    .forEach(end -> scheduled.put(end.subscription(), end));
            Set<String> ended = new LinkedHashSet<>(known.cancelled() == null ? List.of() : known.cancelled());
            ended.addAll(known.everScheduled(scheduled).keySet());
            return new Ours(List.copyOf(known.ours(suspendedIds)), List.copyOf(ended));
        }
    }

    /**
     * Subscriptions by what this program has done to them.
     *
     * @param suspended and nobody has made active since; in the order in which that was done
     * @param ended cancelled, or scheduled to end with their term
     */
    public record Ours(List<String> suspended, List<String> ended) {}

    /** What became of its relationship. */
    public record Removal(
            @Nullable Instant removedAt,
            @Nullable Instant firstLookAt,
            String effects,
            @Nullable String secondWitness) {}

    /** What a customer is called: as the list says; null where it says nothing. */
    public @Nullable String name() {
        String name = listing.companyName();
        if (name == null || name.isBlank()) {
            name = listing.domain();
        }
        return name == null || name.isBlank() ? null : name;
    }

    static CaseRow read(ResultSet row) throws SQLException {
        return new CaseRow(
                row.getLong("position"),
                row.getObject("customer_id", UUID.class),
                row.getObject("case_id", Long.class),
                row.getString("next_step"),
                ListedRow.read(row),
                row.getBoolean("listed"),
                row.getBoolean("listed_anew"),
                row.getString("state"),
                row.getString("outcome"),
                row.getString("message"),
                new Held(
                        row.getString("hold_reason"),
                        row.getObject("hold_until", LocalDate.class),
                        instant(row, "hold_since"),
                        row.getBoolean("hold_new"),
                        row.getObject("next_look", LocalDate.class),
                        row.getString("holds")),
                new Subscriptions(
                        row.getInt("active_before"),
                        row.getInt("suspended"),
                        row.getInt("cancelled"),
                        row.getInt("failed"),
                        strings(row, "suspended_ids"),
                        instant(row, "suspended_at"),
                        row.getString("holdings"),
                        row.getString("facts"),
                        row.getString("scheduled_ends")),
                new Removal(
                        instant(row, "removed_at"),
                        instant(row, "first_look_at"),
                        row.getString("effects"),
                        row.getString("second_witness")),
                row.getString("planned"));
    }

    static List<String> strings(ResultSet row, String column) throws SQLException {
        return Arrays.stream((Object[]) row.getArray(column).getArray())
                .map(Object::toString)
                .toList();
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }
}
