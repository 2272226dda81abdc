package dev.offboarding.report.verify;

import dev.offboarding.report.verify.PlannedAction.Action;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the trail says about one customer, compared with what its row claims. Where it says something several times, the last one counts. */
final class CustomerTrail {
    static final List<String> EFFECTS = List.of("customer_list", "support_contact", "delegated_admin", "purchasing");
    private static final Place RECORD = Place.in(ReportPass.FILE);

    final CustomerClaim claim;
    private final Fingerprints fingerprints;
    private boolean received;
    private boolean standingSeen;
    private boolean unchanged;
    private boolean saidSince;
    private boolean confirmed;
    private boolean sameStanding = true;
    private boolean sameTimesAndNames = true;
    private boolean samePlan;
    private boolean sameEffects = true;

    CustomerTrail(CustomerClaim claim, Fingerprints fingerprints) {
        this.claim = claim;
        this.fingerprints = fingerprints;
        this.samePlan = claim.planned() == fingerprints.of(StrictJson.EMPTY); // where it says nothing of one
    }

    void received(Event event, JsonNode entry) {
        event.place()
                .holds(
                        claim.listedAnew() && !received,
                        "what was received",
                        "a customer that was newly listed, once",
                        event.customer());
        if (CustomerClaim.listedAs(entry, fingerprints) != claim.listedAs()) {
            throw event.place()
                    .off(
                            "what was received of customer " + event.customer(),
                            "what its row says: source, line, names, date, reason, ticket, who asked, and the list's own columns",
                            "something else");
        }
        received = true;
    }

    /** Of DECIDED, CASE and VERIFIED, each of which says some of it. */
    void stands(JsonNode said) {
        if (said.has("state") && said.has("outcome")) {
            standingSeen = true;
            saidSince = unchanged;
            JsonNode holds = said.has("holds") ? said.path("holds") : StrictJson.EMPTY;
            sameStanding = CustomerClaim.standing(said, holds, fingerprints) == claim.standing();
            // earlier versions of the program did not say it
            sameTimesAndNames = !said.has("listed") || sameTimesAndNames(said);
        }
        if (said.has("planned")) {
            samePlan = fingerprints.of(said.path("planned")) == claim.planned();
        }
        if (said.has("effects")) {
            JsonNode effects = said.path("effects");
            sameEffects = fingerprints.of(effects) == claim.effects();
            confirmed = EFFECTS.stream()
                    .allMatch(effect -> "CONFIRMED".equals(StrictJson.text(effects.path(effect), "result")));
        }
    }

    /** The trail names it among those of whom an earlier event says how they stand. */
    void foundUnchanged(Place at) {
        at.holds(
                !unchanged && !standingSeen && !received,
                "a customer that was found unchanged",
                "one of which the trail says nothing before",
                claim.id());
        at.holds(
                claim.waiting() != null,
                "a customer that was found unchanged",
                "one that waits, was not newly listed, and for whom nothing is planned",
                claim.id());
        unchanged = true;
        standingSeen = true;
    }

    /** Whether the trail says something of it after it was found unchanged. */
    boolean saidSince() {
        return saidSince;
    }

    private boolean sameTimesAndNames(JsonNode said) {
        return CustomerClaim.names(said.path("listed"), fingerprints) == claim.names()
                && ReportInstant.same(ReportInstant.of(StrictJson.text(said, "suspended_at")), claim.suspendedAt())
                && ReportInstant.same(ReportInstant.of(StrictJson.text(said, "removed_at")), claim.removedAt());
    }

    /** After the last event. */
    void end(boolean thereIsATrail) {
        if (thereIsATrail) {
            holds(sameStanding, "state, outcome, holds and message", "what the trail said last", "something else");
            holds(
                    sameTimesAndNames,
                    "suspended_at, removed_at, company_name and domain",
                    "what the trail said last",
                    "something else");
            holds(
                    standingSeen || !claim.outcome().happened(),
                    "outcome",
                    "one that the trail tells of",
                    "one that it says nothing of");
            holds(
                    standingSeen || !claim.seen(),
                    "what it holds",
                    "nothing, as the trail does not say that it was read",
                    "something");
            holds(samePlan, "planned writes", "what the trail decided", "others");
            holds(sameEffects, "effects", "what the trail saw last", "something else");
            if (claim.outcome().offboarded() && !confirmed) {
                throw Place.in(EventLines.FILE)
                        .off(
                                "VERIFIED%s, which is offboarded".formatted(who()),
                                "four effects confirmed",
                                "no such event");
            }
        }
        PlannedActions writes = claim.writes();
        same(
                "suspended subscriptions",
                writes.count(it -> it.action == Action.SUSPEND && it.tookEffect),
                claim.suspended());
        same(
                "cancelled subscriptions",
                writes.count(it -> it.action == Action.CANCEL && it.tookEffect),
                claim.cancelled());
        int most = writes.count(it -> it.endsSubscription() && it.tried) - claim.suspended() - claim.cancelled();
        if (claim.failed() > most) {
            throw RECORD.off(
                    "failed subscriptions" + who(),
                    "no more than the " + most + " that were tried in vain",
                    claim.failed());
        }
    }

    private void holds(boolean holds, String what, String expected, String found) {
        if (!holds) {
            throw RECORD.off(what + who(), expected, found);
        }
    }

    private void same(String what, int expected, int found) {
        if (expected != found) {
            throw RECORD.off(what + who(), expected, found);
        }
    }

    private String who() {
        return " of customer " + claim.id();
    }
}
