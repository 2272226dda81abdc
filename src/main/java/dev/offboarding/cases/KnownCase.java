package dev.offboarding.cases;

import dev.offboarding.interventions.AskedOfJob;
import dev.offboarding.interventions.Standing;
import dev.offboarding.lists.ListedRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A case, open or closed, as it stands. What is JSON is as it is stored.
 *
 * @param platformIdentity null in one that an earlier version made, until it is claimed
 * @param closedAs the outcome with which it was closed; null while it is open
 * @param returnToldAt when a run had reported that its customer is the reseller's again; null where none has
 * @param elsewhere that it waits on another platform identity than the one on which its job works; null where it does not
 * @param asked what somebody has asked for of it while it is open
 * @param ending on whose word it was closed; null where it ended by itself, or is open
 */
public record KnownCase(
        long caseId,
        String job,
        String platform,
        @Nullable String platformIdentity,
        UUID customerId,
        String state,
        ListedRow listing,
        boolean listed,
        @Nullable String holdReason,
        String holds,
        @Nullable LocalDate nextLook,
        Instant openedAt,
        String openedRun,
        @Nullable Instant suspendedAt,
        @Nullable Instant removedAt,
        String effects,
        @Nullable Instant closedAt,
        @Nullable String closedRun,
        @Nullable String closedAs,
        @Nullable Instant returnToldAt,
        @Nullable String elsewhere,
        Standing asked,
        @Nullable String ending) {

    /** Whether it ended with its customer offboarded, by us or before. */
    public boolean offboarded() {
        return "OFFBOARDED".equals(closedAs) || "ALREADY_OFFBOARDED".equals(closedAs);
    }

    /** As it stands by what people have asked for up to now, and not only by what the last run found. */
    public KnownCase by(AskedOfJob all) {
        if (closedAs != null) {
            return with(holdReason, holds, nextLook, Standing.NONE, all.ending(caseId));
        }
        Standing now = all.of(caseId);
        List<Hold> holdsNow = HoldsNow.of(holds, state, now);
        return holdsNow == null
                ? with(holdReason, holds, nextLook, now, null)
                : with(
                        holdsNow.isEmpty() ? null : holdsNow.get(0).reason().name(),
                        CaseJson.write(holdsNow),
                        // a withdrawal or a closing waits for no day
                        now.withdrawal() == null && now.closing() == null ? nextLook : null,
                        now,
                        null);
    }

    private KnownCase with(
            @Nullable String newReason,
            String newHolds,
            @Nullable LocalDate newNextLook,
            Standing newAsked,
            @Nullable String newEnding) {
        return new KnownCase(
                caseId,
                job,
                platform,
                platformIdentity,
                customerId,
                state,
                listing,
                listed,
                newReason,
                newHolds,
                newNextLook,
                openedAt,
                openedRun,
                suspendedAt,
                removedAt,
                effects,
                closedAt,
                closedRun,
                closedAs,
                returnToldAt,
                elsewhere,
                newAsked,
                newEnding);
    }

    /** Where it stands, in a few words. */
    public String standing() {
        if (closedAs != null) {
            return "closed as " + closedAs;
        }
        if (elsewhere != null) {
            return state + ", held: OTHER_PLATFORM";
        }
        List<Hold> all = CaseJson.read(holds, StoredCase.HOLDS);
        LocalDate until = all.isEmpty() ? null : all.get(0).until();
        return holdReason == null
                ? state
                : "%s, held: %s%s".formatted(state, holdReason, until == null ? "" : " until " + until);
    }

    static KnownCase read(ResultSet row) throws SQLException {
        return new KnownCase(
                row.getLong("case_id"),
                row.getString("job"),
                row.getString("platform"),
                row.getString("platform_identity"),
                row.getObject("customer_id", UUID.class),
                row.getString("state"),
                ListedRow.read(row),
                row.getBoolean("listed"),
                row.getString("hold_reason"),
                row.getString("holds"),
                row.getObject("next_look", LocalDate.class),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                row.getString("opened_run"),
                CaseRow.instant(row, "suspended_at"),
                CaseRow.instant(row, "removed_at"),
                row.getString("effects"),
                CaseRow.instant(row, "closed_at"),
                row.getString("closed_run"),
                row.getString("closed_as"),
                CaseRow.instant(row, "return_told_at"),
                row.getString("elsewhere_message"),
                Standing.NONE,
                null);
    }
}
