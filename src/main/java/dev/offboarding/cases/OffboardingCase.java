package dev.offboarding.cases;

import dev.offboarding.cases.CaseFacts.LastHold;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.AtTermEnd;
import dev.offboarding.platform.TermInstruction;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The offboarding of one customer, as one run sees it and moves it. What a run may do with it next is {@link #nextStage()}; null
 * once the run is through with it.
 */
public final class OffboardingCase {

    /** The steps that work on single cases. */
    public enum Stage {
        OBSERVE,
        SUSPEND,
        REMOVE,
        VERIFY;

        /** The step of this name, if it is one of these. */
        public static Optional<Stage> named(String name) {
            return Arrays.stream(values())
                    .filter(step -> step.name().equalsIgnoreCase(name))
                    .findFirst();
        }
    }

    /**
     * What was listed.
     *
     * @param received in hexadecimal, the digest of the row where this run's list has listed the customer anew; null where it has not
     */
    public record Listing(
            ListedRow row,
            boolean listed,
            boolean listedAnew,
            @Nullable String received) {}

    /** Nights are that far apart: a removal that has shown nothing on two of them had no effect. */
    private static final Duration ANOTHER_NIGHT = Duration.ofHours(12);

    /** Effects of a removal of which one is proof that the relationship had ended; delegated administration comes and goes on its own. */
    private static final Set<Effect> PROOFS =
            EnumSet.of(Effect.CUSTOMER_LIST, Effect.SUPPORT_CONTACT, Effect.PURCHASING);

    private final long position;
    private final UUID customerId;

    /** As it was accepted by the time of the step's last reading. */
    Listing listing;

    @Nullable
    Stage nextStage;

    @Nullable
    Instant nextLookAt;

    CaseState state;
    CaseOutcome outcome;
    List<Hold> holds;
    boolean holdNew;

    /** Since when it is held for what it is held for; null where that begins now. */
    @Nullable
    Instant holdSince;

    @Nullable
    LocalDate nextLook;

    String message;
    List<PlannedWrite> planned;
    /** As seen in this step; null for as they are stored. */
    @Nullable
    List<Subscription> holdings;

    private @Nullable String holdingsJson;

    /** As they are stored, where the end of a term is to be changed. */
    List<Subscription> seenBefore = List.of();

    Set<String> suspendedIds;
    /** By subscription. */
    Map<String, ScheduledEnd> scheduledEnds = new LinkedHashMap<>();

    int activeBefore;
    int suspended;
    int cancelled;
    int failed;

    @Nullable
    Instant suspendedAt;

    @Nullable
    Instant removedAt;

    @Nullable
    Instant firstLookAt;

    Map<Effect, EffectReading> effects;

    @Nullable
    String secondWitness;

    /** The run stopped before it was known how this customer ends: that is not a failure of the customer's. Not stored. */
    private boolean left;

    /** A write was requested of the platform for this customer, and may have been sent. Not stored. */
    private boolean written;

    CaseFacts facts = CaseFacts.NONE;

    /** Null where it is not known what is stored. */
    StoredCase.@Nullable Stored stored;

    OffboardingCase(
            long position,
            UUID customerId,
            Listing listing,
            @Nullable Stage nextStage,
            CaseState state,
            CaseOutcome outcome,
            List<Hold> holds,
            String message,
            List<PlannedWrite> planned,
            Collection<String> suspendedIds,
            Map<Effect, EffectReading> effects) {
        this.position = position;
        this.customerId = customerId;
        this.listing = listing;
        this.nextStage = nextStage;
        this.state = state;
        this.outcome = outcome;
        this.holds = holds;
        this.message = message;
        this.planned = planned;
        this.suspendedIds = new LinkedHashSet<>(suspendedIds);
        this.effects = effects;
    }

    public long position() {
        return position;
    }

    public UUID customerId() {
        return customerId;
    }

    public Listing listing() {
        return listing;
    }

    public @Nullable Stage nextStage() {
        return nextStage;
    }

    public CaseState state() {
        return state;
    }

    public CaseOutcome outcome() {
        return outcome;
    }

    public List<Hold> holds() {
        return holds;
    }

    public String message() {
        return message;
    }

    public List<PlannedWrite> planned() {
        return planned;
    }

    public Set<String> suspendedIds() {
        return suspendedIds;
    }

    public Map<String, ScheduledEnd> scheduledEnds() {
        return Map.copyOf(scheduledEnds);
    }

    /** By subscription, what was to happen at the ends of those terms that this program lets end. */
    public Map<String, TermInstruction> termsBefore() {
        Map<String, TermInstruction> before = new LinkedHashMap<>();
        facts.everScheduled(scheduledEnds).forEach((id, end) -> {
            if (end.before() != null) {
                before.put(id, end.before());
            }
        });
        return before;
    }

    /** As it was seen before anything was written to it; null where that is not known. */
    private @Nullable TermInstruction termBefore(String subscription) {
        return (holdings == null ? seenBefore : holdings)
                .stream()
                        .filter(it -> it.id().equals(subscription) && it.autoRenew() != null)
                        .map(it -> new TermInstruction(it.autoRenew(), it.scheduledActions()))
                        .findFirst()
                        .orElse(null);
    }

    /** What was to happen before this program wrote to it for the first time, which may have shown in part only. */
    private @Nullable TermInstruction termToPutBack(String subscription) {
        return facts.scheduledSinceItBegan().stream()
                .filter(end -> end.subscription().equals(subscription) && end.before() != null)
                .findFirst()
                .map(ScheduledEnd::before)
                .orElseGet(() -> termBefore(subscription));
    }

    /** Whether something is scheduled of which the end of a term depends: it is read every night until then. */
    public boolean somethingScheduled() {
        return !scheduledEnds.isEmpty()
                || (holdings != null
                        && holdings.stream().anyMatch(it -> it.active() && it.atTermEnd() == AtTermEnd.ENDS));
    }

    /** What it holds as it was seen in this step, as it is stored; null where it was not. Made once: trail and row both have it. */
    public @Nullable String holdingsJson() {
        if (holdingsJson == null && holdings != null) {
            holdingsJson = CaseJson.write(holdings);
        }
        return holdingsJson;
    }

    /** Null where it is read every night. */
    public @Nullable LocalDate nextLook() {
        return nextLook;
    }

    public @Nullable Instant suspendedAt() {
        return suspendedAt;
    }

    public @Nullable Instant removedAt() {
        return removedAt;
    }

    public @Nullable Instant firstLookAt() {
        return firstLookAt;
    }

    public Map<Effect, EffectReading> effects() {
        return effects;
    }

    public CaseFacts facts() {
        return facts;
    }

    /** Whether it is held for a relationship of which only the effects are read every night, and to which nothing is written. */
    public boolean watched() {
        return holds.stream().anyMatch(hold -> hold.reason().watched());
    }

    /**
     * This offboarding begins, unless it has begun before. What held it until now need not hold it tonight: that is found out, and is
     * compared with what it was.
     */
    public void begin(Instant at) {
        facts = facts.begun(at);
        if (listing.listedAnew()) {
            facts = facts.lastHold(new LastHold(List.of(), null));
        } else if (!holds.isEmpty() || facts.lastHold() == null) {
            facts = facts.lastHold(new LastHold(holds, holdSince));
        }
        clearHolds();
    }

    /** Of a case that did not begin tonight, because only its effects are read, it is the one that it has. */
    private LastHold lastHold() {
        LastHold last = facts.lastHold();
        return last == null ? new LastHold(holds, holdSince) : last;
    }

    /** A removal was sent for it whose answer was lost. */
    public void removalLost(Instant at) {
        facts = facts.removalLost(at);
    }

    /** The relationship was seen to have ended. */
    public void sawEnd(Instant at, String by) {
        facts = facts.ended(at, by);
    }

    /**
     * What the customer holds right before its removal is sent.
     *
     * @return whether that is not what it held when it was planned
     */
    public boolean holdsBeforeRemoval(List<Subscription> subscriptions) {
        CaseFacts before = facts;
        facts = facts.removalPlanned(subscriptions);
        return !facts.equals(before);
    }

    /** The planned writes that come before the removal. */
    public List<PlannedWrite> plannedBeforeRemoval() {
        return planned.stream().filter(write -> !ofTheRemoval(write.action())).toList();
    }

    public boolean removalPlanned() {
        return planned.stream().anyMatch(write -> write.action() == Action.REMOVE);
    }

    private static boolean ofTheRemoval(Action action) {
        return action == Action.REMOVE || action == Action.TERMINATE_GDAP || action == Action.DELETE_GDAP;
    }

    /**
     * What the customer holds, before anything is written.
     *
     * @param onTheirWay what this program has suspended so lately that it may be shown as it was before: nobody has made it active again
     */
    public void seen(List<Subscription> subscriptions, Set<String> onTheirWay) {
        holdings = List.copyOf(subscriptions);
        holdingsJson = null;
        activeBefore = (int) subscriptions.stream().filter(Subscription::active).count();
        Set<String> ours = facts.ours(suspendedIds);
        List<String> returned = subscriptions.stream()
                .filter(Subscription::active)
                .map(Subscription::id)
                .filter(id -> ours.contains(id) && !onTheirWay.contains(id))
                .toList();
        facts = facts.returned(returned);
        if (facts.heldBefore() == null) {
            // it is seen for the first time in this offboarding: what is active by now is what it was listed again for
            facts = facts.activeAsItBegan(returned);
        }
        facts = facts.seen(subscriptions, onTheirWay, suspendedAt != null);
        // somebody has changed them: what ends there one day is theirs; but for a change of this offboarding that shows
        // in part
        Set<String> inPart = facts.scheduledSinceItBegan().stream()
                .map(ScheduledEnd::subscription)
                .collect(Collectors.toSet());
        facts = facts.endNoMore(subscriptions.stream()
                .filter(it -> it.active() && it.atTermEnd() != AtTermEnd.ENDS && !onTheirWay.contains(it.id()))
                .filter(it -> !inPart.contains(it.id()) || !Boolean.FALSE.equals(it.autoRenew()))
                .map(Subscription::id)
                .toList());
        // what did not show when it was scheduled, and does now, is watched as if it had; so is what stands from before
        // the customer was listed again
        Set<String> ends = subscriptions.stream()
                .filter(it -> it.active() && it.atTermEnd() == AtTermEnd.ENDS)
                .map(Subscription::id)
                .collect(Collectors.toSet());
        facts.everScheduled(Map.of()).forEach((id, end) -> {
            if (ends.contains(id)) {
                scheduledEnds.putIfAbsent(id, end);
            }
        });
        facts = facts.endNoMore(ends);
    }

    /**
     * Subscriptions that this program has suspended, though it did not show at the time.
     *
     * @param at when it was seen
     */
    public void suspendedAfterAll(Collection<String> ids, Instant at) {
        suspendedIds.addAll(ids);
        facts = facts.suspended(ids);
        if (!ids.isEmpty()) {
            restartGracePeriod(at);
        }
    }

    /**
     * A suspension of which no answer came, and whose subscription is not shown any more, may be what hides it: if it is active again one
     * day, it is not suspended once more unasked.
     */
    public void notShownAnyMore(List<WriteOutcome> outcomes, List<Subscription> shown) {
        Set<String> ids = shown.stream().map(Subscription::id).collect(Collectors.toSet());
        outcomes.stream()
                .filter(it -> it.result() == WriteOutcome.Result.LOST && it.after() == null)
                .filter(it -> it.write().action() == Action.SUSPEND)
                .filter(it -> !ids.contains(it.write().target()))
                .forEach(it -> suspendedAfterAll(List.of(it.write().target()), it.at()));
    }

    public void plan(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        if (holdings != null && removalPlanned()) {
            facts = facts.removalPlanned(holdings);
        }
        clearHolds();
        outcome = CaseOutcome.PLANNED;
        message = "";
        nextStage = Stage.SUSPEND;
    }

    /**
     * Stays where it is. A hold that somebody has to look at is new unless the last night had the same one; so is one that will begin
     * again unless someone does something.
     */
    public void hold(List<Hold> reasons) {
        Hold shown = reasons.get(0);
        nextLook = null;
        LastHold last = lastHold();
        List<Hold> before = last.holds();
        boolean other =
                listing.listedAnew() || before.isEmpty() || before.get(0).reason() != shown.reason();
        holdNew = (shown.reason().somebodyHasToLook() && other)
                || reasons.stream().anyMatch(hold -> renewsUnseen(hold, before));
        holdSince = listing.listedAnew() || !reasonsOf(before).equals(reasonsOf(reasons)) ? null : last.since();
        holds = List.copyOf(reasons);
        outcome = other && shown.reason() == HoldReason.RE_ESTABLISHED
                ? CaseOutcome.RE_ESTABLISHED
                : shown.reason() == HoldReason.GRACE_PERIOD && !suspendedIds.isEmpty()
                        ? CaseOutcome.SUSPENDED
                        : CaseOutcome.HELD;
        message = shown.message();
        nextStage = null;
    }

    /** What it waits for, in any order, and however often: that one of two is over is a change. */
    private static List<HoldReason> reasonsOf(List<Hold> holds) {
        return holds.stream().map(Hold::reason).sorted().toList();
    }

    /** On the first night, and on those with a reminder. */
    private boolean renewsUnseen(Hold hold, List<Hold> before) {
        return hold.renewsOn() != null
                && (listing.listedAnew() || before.stream().noneMatch(hold::saysWhatWasSaid));
    }

    /** Is not read again before that day: nothing can have changed until then. */
    public void lookAgainOn(LocalDate day) {
        nextLook = day;
    }

    /**
     * Stays held, and something is written nevertheless, so that waiting comes to an end. Whether it was is read the next night,
     * whatever becomes of this one: on the last day of a term there is no other.
     */
    public void planWhileHeld(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        nextLook = null;
        nextStage = Stage.SUSPEND;
    }

    /** What was to be written while it is held is written. */
    public void stayHeld() {
        nextStage = null;
    }

    /** The relationship is gone without our doing: only its effects are still to be read back. */
    public void alreadyGone(String proof, Instant at) {
        clearHolds();
        waitsNoMore();
        sawEnd(at, proof);
        state = CaseState.REMOVED;
        // whatever ends the run before its effects are read back, it is more than a plan once something was written
        outcome = written || suspended + cancelled + failed > 0 ? CaseOutcome.REMOVED : CaseOutcome.PLANNED;
        message = "the relationship is gone already: " + proof;
        nextStage = Stage.VERIFY;
    }

    /** The relationship is removed, or gone already, and delegated administration outlives it: it is ended before anything is read back. */
    public void planEndings(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        outcome = CaseOutcome.PLANNED;
        message = "the relationship is gone, and delegated administration is not: it is to be ended";
        nextStage = Stage.REMOVE;
    }

    /** Nothing is left to be written; the effects are to be read back. */
    public void readBack(@Nullable Instant firstLook) {
        if (removedAt != null && !watched()) {
            outcome = CaseOutcome.REMOVED;
            message = "the relationship is removed; its effects are still to be confirmed";
        }
        nextLookAt = firstLook;
        nextStage = Stage.VERIFY;
    }

    /**
     * Takes in what became of the ends of delegated administration. Requests that the platform refuses to delete stay, and are not waited
     * for.
     *
     * @return whether there are any
     */
    public boolean leavesRequests(List<WriteOutcome> endings) {
        List<String> refused = endings.stream()
                .filter(it -> it.write().action() == Action.DELETE_GDAP)
                .filter(it -> it.result() == WriteOutcome.Result.REFUSED
                        && it.obstacle() == WriteOutcome.Obstacle.NONE
                        && !it.worthRetrying())
                .map(it -> it.write().target())
                .toList();
        if (!refused.isEmpty()) {
            facts = facts.undeletable(refused);
        }
        return !refused.isEmpty();
    }

    /** Another job has opened the customer's case since it was decided on. */
    public void leaveTo(String job) {
        planned = List.of();
        hold(List.of(
                new Hold(HoldReason.OTHER_JOB, null, "job %s has this customer's case, and works it".formatted(job))));
    }

    /** What was decided does not hold, and nothing is done tonight: it is as it was before, and waits for what it waited for. */
    public void leaveAsItStood(String why) {
        planned = List.of();
        if (holds.isEmpty()) {
            outcome = begun() ? CaseOutcome.SUSPENDED : CaseOutcome.PLANNED;
        } else {
            hold(holds);
        }
        message = why;
        nextStage = null;
    }

    /** Nothing of what was planned is done tonight: it is held for this as well. */
    public void holdBack(Hold hold) {
        planned = List.of();
        List<Hold> all = new ArrayList<>(holds);
        all.add(hold);
        hold(Hold.shownFirst(all));
    }

    /** Nothing of what was planned is approved: it stays as it is, and waits for that. */
    public void waitForApproval(String why) {
        planned = List.of();
        if (state == CaseState.REMOVED) {
            readBack(null);
            return;
        }
        if (holds.isEmpty()) {
            outcome = CaseOutcome.PLANNED;
            message = why;
        }
        nextStage = null;
    }

    /** Stays held, and the hold that is shown says more. */
    void holdSaying(String more) {
        List<Hold> saying = new ArrayList<>(holds);
        Hold shown = saying.get(0);
        saying.set(0, new Hold(shown.reason(), shown.until(), shown.message() + more));
        holds = List.copyOf(saying);
        message = saying.get(0).message();
    }

    /** Could not continue tonight, because of a failure; the next night tries again. */
    public void fail(String why) {
        outcome = CaseOutcome.FAILED;
        message = why;
        nextStage = null;
    }

    /** It is withdrawn: this is to be made active again, or put back as it was. */
    public void planPutBack(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        clearHolds();
        outcome = CaseOutcome.PLANNED;
        message = "";
        nextStage = Stage.SUSPEND;
    }

    /** Whether what is planned puts back what was done. */
    public boolean putsBack() {
        return !planned.isEmpty() && planned.stream().allMatch(write -> write.action() == Action.REACTIVATE);
    }

    /** Nothing is left to be put back. */
    public void withdrawn(String why) {
        end(CaseState.WITHDRAWN, CaseOutcome.WITHDRAWN, why);
    }

    /**
     * Ends on somebody's word; what this program has suspended, at the last moment also, stays so and is said.
     *
     * @param more what is to be said beside it; empty if nothing
     */
    public void closed(String word, String more) {
        Set<String> ours = state == CaseState.REMOVED ? Set.of() : facts.ours(suspendedIds);
        String left = ours.isEmpty()
                ? ""
                : "; what this program has suspended stays suspended: " + String.join(", ", new TreeSet<>(ours));
        end(CaseState.CLOSED, CaseOutcome.CLOSED, word + left + more);
    }

    private void end(CaseState how, CaseOutcome as, String why) {
        clearHolds();
        waitsNoMore();
        state = how;
        outcome = as;
        message = why;
        nextStage = null;
    }

    /** Somebody has asked for something else meanwhile: this run writes nothing more to it, and another carries that out. */
    public void leaveToWhatWasAsked(String why) {
        outcome = begun() ? CaseOutcome.SUSPENDED : CaseOutcome.PLANNED;
        message = why;
        nextStage = null;
        left = true;
    }

    /** Is left as it stands, because the run stops, and nothing is open of what was asked for. */
    public void leave(String why) {
        outcome = begun() ? CaseOutcome.SUSPENDED : written ? CaseOutcome.FAILED : CaseOutcome.PLANNED;
        message = why;
        nextStage = null;
        left = true;
    }

    /**
     * Is left, because the run stops before what became of its last write is known. That is neither planned and not begun nor, where the
     * write was the removal, suspended: the next run looks it up.
     */
    public void leaveInDoubt(String why) {
        fail(why);
        left = true;
    }

    /** Whether the customer is no longer as it was before this program got to it. */
    private boolean begun() {
        return !suspendedIds.isEmpty() || cancelled > 0;
    }

    /** Whether the run stopped before it was known how this customer ends. */
    public boolean left() {
        return left;
    }

    /** Keeps count of what became of writes to subscriptions: the last outcome of each. */
    public void account(List<WriteOutcome> outcomes) {
        outcomes.stream()
                .filter(outcome -> outcome.result() != WriteOutcome.Result.NOT_SENT)
                .findFirst()
                .ifPresent(outcome -> facts = facts.written(outcome.at()));
        for (WriteOutcome answered : outcomes) {
            written |= answered.result() != WriteOutcome.Result.NOT_SENT;
            switch (answered.write().action()) {
                case SUSPEND -> {
                    if (answered.tookEffect("suspended")) {
                        suspended++;
                        suspendedIds.add(answered.write().target());
                        restartGracePeriod(answered.at());
                        facts = facts.suspended(List.of(answered.write().target()));
                    } else if (answered.leftActive()) {
                        failed++;
                    }
                }
                case CANCEL -> {
                    if (answered.tookEffect("deleted")) {
                        cancelled++;
                        facts = facts.cancelled(answered.write().target());
                    } else if (answered.leftActive()) {
                        failed++;
                    }
                }
                case AUTO_RENEW_OFF -> {
                    if (answered.tookEffect(WriteOutcome.ENDS_WITH_TERM)) {
                        scheduledEnds.merge(
                                answered.write().target(),
                                new ScheduledEnd(
                                        answered.write().target(),
                                        answered.at(),
                                        false,
                                        termToPutBack(answered.write().target())),
                                (before, again) ->
                                        new ScheduledEnd(again.subscription(), again.at(), true, before.before()));
                        facts = facts.endNoMore(List.of(answered.write().target()));
                    } else if (mayStillCome(answered)
                            && !scheduledEnds.containsKey(answered.write().target())) {
                        facts = facts.scheduledAndNotShown(new ScheduledEnd(
                                answered.write().target(),
                                answered.at(),
                                false,
                                termToPutBack(answered.write().target())));
                    }
                }
                case REACTIVATE -> {
                    if (answered.tookEffect("active") && answered.after() != null) {
                        // whoever suspends it from now on, it is not this program
                        suspendedIds.remove(answered.write().target());
                        facts = facts.putBack(answered.write().target());
                    }
                    if (answered.after() != null
                            && (answered.tookEffect(WriteOutcome.RENEWS)
                                    || answered.tookEffect(WriteOutcome.RENEWS_NOT))) {
                        scheduledEnds.remove(answered.write().target());
                        facts = facts.endNoMore(List.of(answered.write().target()));
                    }
                }
                default -> {}
            }
        }
    }

    private static boolean mayStillCome(WriteOutcome answered) {
        return answered.result() == WriteOutcome.Result.DONE || answered.result() == WriteOutcome.Result.LOST;
    }

    /**
     * Takes in what was found of writes whose answers were never recorded, after the run that made them had died. The case stays open
     * for the next run.
     */
    public void lookedUp(List<WriteOutcome> outcomes, Instant firstLook) {
        account(outcomes);
        message = "the run was interrupted; what it did to this customer was looked up afterwards";
        if (outcome == CaseOutcome.PLANNED || outcome == CaseOutcome.SUSPENDED) {
            // it was asked for: whatever became of it, that is more than a plan
            outcome = begun() ? CaseOutcome.SUSPENDED : CaseOutcome.FAILED;
        }
        for (WriteOutcome written : outcomes) {
            if (written.write().action() == Action.REMOVE && written.tookEffect(Customer.NONE)) {
                becomeRemoved(written.at(), firstLook);
                sawEnd(written.at(), "its removal's answer was lost, and it was found gone");
            }
        }
        nextStage = null;
    }

    /** No active subscription is left, as read back from the platform. */
    public void becomeSuspended(Instant at) {
        state = CaseState.SUSPENDED;
        beginGracePeriod(at);
        if (begun()) {
            // until it is removed: whatever ends the run in between, this is how the customer stands
            outcome = CaseOutcome.SUSPENDED;
            message = "everything is suspended; the removal is still to come";
        }
        nextStage = Stage.REMOVE;
    }

    /**
     * What can be suspended is, as read back from the platform. What is active still waits to be cancelled on the grace period's last
     * day: until then the case is {@code MARKED}.
     */
    public void beginGracePeriod(Instant at) {
        if (suspendedAt == null || suspended > 0) {
            suspendedAt = at;
        }
    }

    /**
     * Something more is suspended of a customer whose grace period had begun: it ends no sooner for that, however the run ends before
     * everything is read back.
     */
    private void restartGracePeriod(Instant at) {
        if (suspendedAt != null && at.isAfter(suspendedAt)) {
            suspendedAt = at;
        }
    }

    /** Everything that can be is suspended, and the removal waits. */
    public void waitForRemoval(Hold grace) {
        hold(List.of(grace));
    }

    /** The platform accepted the removal. */
    public void becomeRemoved(Instant at, Instant firstLook) {
        state = CaseState.REMOVED;
        waitsNoMore();
        outcome = CaseOutcome.REMOVED;
        message = "the relationship is removed; its effects are still to be confirmed";
        removedAt = at;
        nextLookAt = firstLook;
        nextStage = Stage.VERIFY;
    }

    /**
     * Records one reading of the four effects.
     *
     * @param giveUpAfter how long after the first reading they are left for the next night
     * @param again when to read again before that
     */
    public void verified(Verification look, Instant now, Duration giveUpAfter, Duration again) {
        effects = new EnumMap<>(look.effects());
        secondWitness = look.secondWitness();
        if (firstLookAt == null) {
            firstLookAt = now;
        }
        boolean last = !now.plus(again).isBefore(firstLookAt.plus(giveUpAfter));
        boolean endedBefore = facts.ended();
        takeIn(look, last);
        if (missing(look).isEmpty()) {
            state = CaseState.OFFBOARDED;
            outcome = removedAt == null ? CaseOutcome.ALREADY_OFFBOARDED : CaseOutcome.OFFBOARDED;
            message = removedAt == null ? "the relationship was gone already, and its four effects are confirmed" : "";
            clearHolds();
            nextStage = null;
        } else if (look.reseller() && facts.ended() && (last || watched() || (endedBefore && !showsAnEnd()))) {
            hold(List.of(Hold.reEstablished(facts)));
        } else if (watched()) {
            stayWatched(look);
        } else if (look.reseller() && removedAt != null && !facts.ended()) {
            nothingShows(look, now, last, again);
        } else if (has(EffectReading.Result.FAILED)) {
            String what = removedAt == null
                    ? "the relationship was gone already, but its effects do not all show: "
                    : "the removal does not show everywhere: ";
            fail(what + proofs(EffectReading.Result.FAILED));
        } else {
            stillToBeConfirmed(look, now, last, again);
        }
    }

    /**
     * What keeps the case open, in words; empty where nothing does. Requests for delegated administration give no access, so all effects are
     * confirmed while they stand, and nobody would delete them any more once the case is closed.
     */
    private String missing(Verification look) {
        String requests = look.requests().stream()
                .filter(it -> !facts.isUndeletable(it.id()))
                .map(it -> "%s (%s)".formatted(it.name(), it.id()))
                .collect(Collectors.joining(", "));
        return Stream.of(
                        proofs(
                                EffectReading.Result.FAILED,
                                EffectReading.Result.PENDING,
                                EffectReading.Result.INCONCLUSIVE),
                        requests.isEmpty()
                                ? ""
                                : "a request for delegated administration is still to be deleted: " + requests)
                .filter(it -> !it.isEmpty())
                .collect(Collectors.joining("; "));
    }

    /**
     * That the relationship had ended is known for good. The log's word for it counts last, and not before the effects have had their
     * time tonight: it may be faster than what it reports.
     */
    private void takeIn(Verification look, boolean last) {
        for (Effect effect : PROOFS) {
            EffectReading reading = effects.get(effect);
            if (reading != null && reading.result() == EffectReading.Result.CONFIRMED) {
                sawEnd(reading.at(), effect.key().replace('_', ' ') + ": " + reading.proof());
            }
        }
        Instant logged = look.removalLoggedAt();
        if (last && logged != null && facts.begunAt() != null && logged.isAfter(facts.begunAt())) {
            sawEnd(logged, "the platform's own log shows a removal");
        }
    }

    /** Whether tonight's reading itself still shows a trace of an end: reading may lag, and one answer be newer than another. */
    private boolean showsAnEnd() {
        return PROOFS.stream().anyMatch(effect -> {
            EffectReading reading = effects.get(effect);
            return reading != null && reading.result() == EffectReading.Result.CONFIRMED;
        });
    }

    /** Held, and not shown as the reseller's tonight: it continues on its own once it is seen to be gone, and no one writes to it. */
    private void stayWatched(Verification look) {
        HoldReason reason = holds.stream()
                .map(Hold::reason)
                .filter(HoldReason::watched)
                .findFirst()
                .orElseThrow();
        if (look.reseller()) {
            hold(List.of(reason == HoldReason.NO_EFFECT ? noEffect() : Hold.reEstablished(facts)));
            return;
        }
        hold(List.of(new Hold(
                reason,
                null,
                "it does not show as the reseller's tonight; it is offboarded once all four effects are confirmed: %s. List the customer again if something of it is left to be ended"
                        .formatted(missing(look)))));
    }

    private void nothingShows(Verification look, Instant now, boolean last, Duration again) {
        facts = facts.nothingShown(now);
        Instant first = Objects.requireNonNull(facts.nothingShownAt());
        if (now.isBefore(first.plus(ANOTHER_NIGHT))) {
            stillToBeConfirmed(look, now, last, again);
        } else {
            hold(List.of(noEffect()));
        }
    }

    private Hold noEffect() {
        return new Hold(
                HoldReason.NO_EFFECT,
                null,
                "the removal was accepted at %s, and no effect of it has shown since %s: ask the platform's support, or list the customer again to have it removed again"
                        .formatted(removedAt, facts.nothingShownAt()));
    }

    private void stillToBeConfirmed(Verification look, Instant now, boolean last, Duration again) {
        outcome = CaseOutcome.REMOVED;
        message = (look.confirmed() ? "the relationship is gone; " : "still to be confirmed: ") + missing(look);
        nextLookAt = last ? null : now.plus(again);
        nextStage = last ? null : Stage.VERIFY;
    }

    private boolean has(EffectReading.Result result) {
        return effects.values().stream().anyMatch(reading -> reading.result() == result);
    }

    private String proofs(EffectReading.Result... results) {
        Set<EffectReading.Result> wanted = Set.of(results);
        StringBuilder text = new StringBuilder();
        effects.forEach((effect, reading) -> {
            if (wanted.contains(reading.result())) {
                text.append(text.isEmpty() ? "" : "; ")
                        .append(effect.key().replace('_', ' '))
                        .append(": ")
                        .append(reading.proof());
            }
        });
        return text.toString();
    }

    /** What it waited for before its relationship ended is over. */
    private void waitsNoMore() {
        facts = facts.lastHold(null);
    }

    private void clearHolds() {
        holds = List.of();
        holdNew = false;
        nextLook = null;
    }
}
