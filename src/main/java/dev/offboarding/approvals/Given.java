package dev.offboarding.approvals;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An approval that somebody has given.
 *
 * @param limit the one that is lifted; null where none is
 * @param expiresAt unless a run has used it by then
 */
public record Given(
        long no,
        long planNo,
        String planId,
        Kind kind,
        @Nullable String limit,
        Person approver,
        Person planner,
        String reason,
        Instant approvedAt,
        Instant expiresAt,
        @Nullable String usedRun,
        @Nullable Instant usedAt) {

    /** For how long a plan may be spread. */
    public static final Duration LONGEST_SPREAD = Duration.ofDays(90);

    /** For reports and the trail. */
    public Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("plan_id", planId);
        json.put("kind", kind.text());
        json.put("limit", limit);
        json.put("approver", approver.json());
        json.put("planner", planner.json());
        json.put("reason", reason);
        json.put("approved_at", approvedAt.toString());
        json.put("expires_at", expiresAt.toString());
        return json;
    }
}
