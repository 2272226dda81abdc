package dev.offboarding.standin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** One subscription: what is true, and what a read shows, which may be older. Guarded by the world's lock. */
final class SubscriptionState {

    /** One state of it: true from one moment, seen by reads from another. */
    record Version(Instant trueFrom, Instant shownFrom, ObjectNode json) {}

    static final class AzureSubscription {
        final String id;
        String status;

        AzureSubscription(String id, String status) {
            this.id = id;
            this.status = status;
        }
    }

    final String id;
    final String name;
    final Kind kind;
    final String orderId;
    final List<Version> versions = new ArrayList<>();
    final List<AzureSubscription> azure = new ArrayList<>();
    final List<StatusChange> changes = new ArrayList<>();

    @Nullable
    ObjectNode supportContact;

    private int etagVersion = 1;
    private final StandInSettings settings;

    SubscriptionState(String id, String name, Kind kind, String orderId, ObjectNode json, StandInSettings settings) {
        this.settings = settings;
        this.id = id;
        this.name = name;
        this.kind = kind;
        this.orderId = orderId;
        versions.add(new Version(Instant.MIN, Instant.MIN, json));
    }

    ObjectNode truth(Instant now) {
        endOfTerm(now);
        return latest(now, false).json();
    }

    ObjectNode shown(Instant now) {
        endOfTerm(now);
        return latest(now, true).json();
    }

    /** What was shown before the last change. */
    ObjectNode stale(Instant now) {
        int at = versions.indexOf(latest(now, true));
        return versions.get(Math.max(0, at - 1)).json();
    }

    String status(Instant now) {
        return truth(now).path("status").asString();
    }

    boolean isActive(Instant now) {
        return status(now).equals("active");
    }

    boolean operationPending(Instant now) {
        return versions.get(versions.size() - 1).trueFrom().isAfter(now);
    }

    /** Puts a new state in place; legacy ones get the next etag. */
    void change(ObjectNode json, Instant now, Instant trueFrom, Instant shownFrom) {
        if (kind.isLegacy()) {
            json.withObject("attributes").put("etag", AnswerWriter.etag(id, ++etagVersion));
        }
        changes.add(new StatusChange(trueFrom, status(now), json.path("status").asString()));
        versions.add(new Version(trueFrom, shownFrom, json));
    }

    /** From now on reads show that something is under way; it is never the truth. */
    void showPending(ObjectNode truth, Instant now) {
        versions.add(new Version(Instant.MAX, now, ((ObjectNode) truth.deepCopy()).put("status", "pending")));
    }

    private Version latest(Instant now, boolean shown) {
        for (int i = versions.size() - 1; i > 0; i--) {
            Version it = versions.get(i);
            if (!(shown ? it.shownFrom() : it.trueFrom()).isAfter(now)) {
                return it;
            }
        }
        return versions.get(0);
    }

    /** What happens to a new-commerce term on its own, one thing after another. */
    private void endOfTerm(Instant now) {
        if (kind != Kind.NEW_COMMERCE) {
            return;
        }
        while (true) {
            Version latest = latest(now, false);
            ObjectNode json = latest.json();
            Instant end = AnswerWriter.instant(AnswerWriter.text(json, "commitmentEndDate"));
            String status = json.path("status").asString();
            if (end == null || !(status.equals("active") || status.equals("suspended"))) {
                return;
            }
            Instant over = end.plus(settings.lag(Lag.RENEWAL));
            // only what a write has brought about is looked at: what was there from the beginning was meant
            Instant backfill = latest.trueFrom().equals(Instant.MIN) || !TermEndState.isBackfilled(json)
                    ? Instant.MAX
                    : latest.trueFrom().plus(settings.backfilledAfter);
            if (backfill.isBefore(over) && !backfill.isAfter(now)) {
                versions.add(new Version(backfill, backfill, TermEndState.renewing(json)));
                continue;
            }
            if (over.isAfter(now)) {
                return;
            }
            ObjectNode next = TermEndState.after(json, end, settings.cancelledIs);
            changes.add(new StatusChange(over, status, next.path("status").asString()));
            versions.add(new Version(over, over, next));
        }
    }
}
