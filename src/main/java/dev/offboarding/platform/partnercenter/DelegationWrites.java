package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.node.ObjectNode;

/** Ends delegated administration in Graph: what is approved is terminated, what no one has approved is deleted. */
final class DelegationWrites {

    private static final Set<String> ENDED_OR_ENDING =
            Set.of("terminationrequested", "terminating", "terminated", "expired", Delegation.DELETED);

    private final Clock clock;
    private final Client client;
    private final LostWrites settling;
    /** What Graph answered when it refused to terminate, by id: it lives on, whoever waits. */
    private final Map<String, String> refusals = new ConcurrentHashMap<>();

    DelegationWrites(Client client, LostWrites settling, Clock clock) {
        this.clock = clock;
        this.client = client;
        this.settling = settling;
    }

    WriteOutcome make(WriteContext performance, Write write) {
        WriteOutcome outcome = makeOnce(performance, write);
        // someone changed it between read and write: once more, from what it is now
        WriteOutcome last = outcome == null ? again(performance, write) : outcome;
        if (write.action() == Action.TERMINATE_GDAP) {
            boolean refused = last.result() == WriteOutcome.Result.REFUSED
                    && last.obstacle() == WriteOutcome.Obstacle.NONE
                    && !last.worthRetrying();
            refusals.compute(write.target(), (id, before) -> refused ? last.message() : null);
        }
        return last;
    }

    /** What Graph answered when it refused to terminate this one the last time; null where it did not. */
    @Nullable
    String refusal(String id) {
        return refusals.get(id);
    }

    private WriteOutcome again(WriteContext performance, Write write) {
        WriteOutcome outcome = makeOnce(performance, write);
        return outcome == null
                ? performance.passing(write, null, "it was changed by someone else at the same time")
                : outcome;
    }

    private @Nullable WriteOutcome makeOnce(WriteContext performance, Write write) {
        if (write.isStale(clock.instant())) {
            return performance.old(write, null);
        }
        Reply found = client.read(Request.get(Quota.GRAPH, DelegationReads.path(write.target())));
        if (notFound(found)) {
            return performance.alreadyThere(write, Delegation.DELETED, "it does not exist any more");
        }
        ObjectNode delegation = found instanceof Reply.Accepted accepted ? accepted.body() : null;
        if (delegation == null) {
            return performance.withheldForNow(
                    write, null, "it could not be read, so nothing was sent: " + found.words());
        }
        String before = ErrorBody.line(PartnerCenterJson.text(delegation, "status", ""));
        if (!write.customerId()
                .toString()
                .equalsIgnoreCase(PartnerCenterJson.text(PartnerCenterJson.get(delegation, "customer"), "tenantId"))) {
            return performance.withheld(write, before, "it is another customer's, so nothing was sent");
        }
        if (isEndedOrEnding(before)) {
            return performance.alreadyThere(write, before, "it is %s already".formatted(before));
        }
        if (write.action() == Action.DELETE_GDAP && !before.equalsIgnoreCase(Delegation.CREATED)) {
            return performance.withheld(write, before, "it is %s, not created".formatted(before));
        }
        DecisionBasis basis = write.basis();
        WritePermit leave = new WritePermit(
                performance,
                write,
                clock,
                basis == null ? Instant.MAX : basis.at().plus(DecisionBasis.GOOD_FOR));
        Reply reply = client.write(request(write, delegation), 1, leave, id -> performance.sends(write, id));
        WriteOutcome forbidden = leave.forbidden(reply, before);
        if (forbidden != null) {
            return forbidden;
        }
        if (leave.cameLate(reply)) {
            return performance.old(write, before);
        }
        WriteOutcome without = performance.withoutEffect(write, before, reply);
        if (without != null) {
            return without;
        }
        if (reply instanceof Reply.NoAnswer lost) {
            return settling.settle(
                    performance, write, before, lost, () -> look(write), DelegationWrites::isEndedOrEnding);
        }
        if (reply instanceof Reply.Refused refused) {
            return refused.status() == 412 ? null : performance.refused(write, before, "it " + refused.words());
        }
        if (reply instanceof Reply.Accepted accepted && !ofPlatform(write, accepted)) {
            Reply.NoAnswer lost = new Reply.NoAnswer(reply.words(), clock.instant(), false);
            return settling.settle(
                    performance, write, before, lost, () -> look(write), DelegationWrites::isEndedOrEnding);
        }
        return performance.done(
                write, before, write.action() == Action.DELETE_GDAP ? Delegation.DELETED : "terminationRequested", "");
    }

    private static boolean isEndedOrEnding(String status) {
        return ENDED_OR_ENDING.contains(status.toLowerCase(Locale.ROOT));
    }

    /** A request is answered with itself, a deletion with nothing. */
    private static boolean ofPlatform(Write write, Reply.Accepted accepted) {
        return write.action() == Action.DELETE_GDAP
                ? accepted.status() == 204
                : PartnerCenterJson.text(accepted.body(), "action") != null;
    }

    private static Request request(Write write, ObjectNode delegation) {
        String path = DelegationReads.path(write.target());
        if (write.action() == Action.TERMINATE_GDAP) {
            return Request.write(
                    Quota.GRAPH,
                    HttpMethod.POST,
                    path + "/requests",
                    Map.of(),
                    PartnerCenterJson.newObject().put("action", "terminate"),
                    write.correlationId());
        }
        return Request.write(
                Quota.GRAPH,
                HttpMethod.DELETE,
                path,
                Map.of("If-Match", PartnerCenterJson.text(delegation, "@odata.etag", "*")),
                null,
                write.correlationId());
    }

    static boolean notFound(Reply reply) {
        return reply instanceof Reply.Refused refused && refused.status() == 404;
    }

    private @Nullable String look(Write write) {
        Reply reply = client.read(Request.get(Quota.GRAPH, DelegationReads.path(write.target())));
        if (notFound(reply)) {
            return Delegation.DELETED;
        }
        return reply instanceof Reply.Accepted accepted ? PartnerCenterJson.text(accepted.body(), "status") : null;
    }
}
