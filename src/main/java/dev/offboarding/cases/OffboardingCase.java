package dev.offboarding.cases;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The offboarding of one customer, as one run sees it and moves it. What a run may do with it next is {@link #nextStep()}; null
 * once the run is through with it.
 */
public final class OffboardingCase {

    /** The steps that work on single cases. */
    public enum Step {
        OBSERVE,
        SUSPEND,
        REMOVE,
        VERIFY;

        /** The step of this name, if it is one of these. */
        public static Optional<Step> named(String name) {
            return Arrays.stream(values())
                    .filter(step -> step.name().equalsIgnoreCase(name))
                    .findFirst();
        }
    }

    /** What was listed; does not change during a run. */
    public record Listing(
            String source,
            long line,
            @Nullable String companyName,
            @Nullable String domain,
            @Nullable LocalDate effectiveDate,
            boolean listed,
            boolean listedAnew) {}

    /** A customer that is still shown as the reseller's so long after its removal was accepted was never removed. */
    private static final Duration LONGEST_LAG = Duration.ofHours(12);

    private final long position;
    private final UUID customerId;
    private final Listing listing;

    @Nullable
    Step nextStep;

    @Nullable
    Instant nextLookAt;

    CaseState state;
    CaseOutcome outcome;
    List<Hold> holds;
    boolean holdNew;

    @Nullable
    LocalDate nextLook;

    String message;
    List<PlannedWrite> planned;
    /** As seen in this step; null for as they are stored. */
    @Nullable
    List<Subscription> holdings;

    Set<String> suspendedIds;
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

    /** The run stopped before it was known how this customer ends: that is no failure of the customer's. Not stored. */
    private boolean left;

    /** Something was asked of the platform for this customer, and may have been sent. Not stored. */
    private boolean written;

    OffboardingCase(
            long position,
            UUID customerId,
            Listing listing,
            @Nullable Step nextStep,
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
        this.nextStep = nextStep;
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

    public @Nullable Step nextStep() {
        return nextStep;
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

    /** What the customer holds, before anything is written. */
    public void seen(List<Subscription> subscriptions) {
        holdings = List.copyOf(subscriptions);
        activeBefore = (int) subscriptions.stream().filter(Subscription::active).count();
    }

    /** Subscriptions that this program has suspended, though it did not show at the time. */
    public void suspendedAfterAll(Collection<String> ids) {
        suspendedIds.addAll(ids);
    }

    public void plan(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        clearHolds();
        outcome = CaseOutcome.PLANNED;
        message = "";
        nextStep = Step.SUSPEND;
    }

    /**
     * Stays where it is. A hold that somebody has to look at is new unless the last night had the same one; so is one that will begin
     * anew unless somebody does something.
     */
    public void hold(List<Hold> reasons) {
        Hold shown = reasons.get(0);
        nextLook = null;
        boolean other = listing.listedAnew() || holds.isEmpty() || holds.get(0).reason() != shown.reason();
        holdNew = (shown.reason().somebodyHasToLook() && other)
                || reasons.stream().anyMatch(this::renewsUnseen);
        holds = List.copyOf(reasons);
        outcome = shown.reason() == HoldReason.GRACE_PERIOD && !suspendedIds.isEmpty()
                ? CaseOutcome.SUSPENDED
                : CaseOutcome.HELD;
        message = shown.message();
        nextStep = null;
    }

    private boolean renewsUnseen(Hold hold) {
        return hold.renewsOn() != null
                && (listing.listedAnew()
                        || holds.stream()
                                .noneMatch(before -> before.reason() == hold.reason()
                                        && hold.renewsOn().equals(before.renewsOn())));
    }

    /** Is not read again before that day: nothing can have changed until then. */
    public void lookAgainOn(LocalDate day) {
        nextLook = day;
    }

    /**
     * Stays held, and something is written all the same, so that waiting comes to an end. Whether it was is looked at the next night,
     * whatever becomes of this one: on the last day of a term there is no other.
     */
    public void planWhileHeld(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        nextLook = null;
        nextStep = Step.SUSPEND;
    }

    /** What was to be written while it is held is written. */
    public void stayHeld() {
        nextStep = null;
    }

    /** The relationship is gone without our doing: only its effects are still to be read back. */
    public void alreadyGone(String proof) {
        clearHolds();
        state = CaseState.REMOVED;
        outcome = CaseOutcome.PLANNED;
        message = "the relationship is gone already: " + proof;
        nextStep = Step.VERIFY;
    }

    /**
     * Whether an accepted removal may still be on its way to where it is read: until then a relationship that shows has not come
     * back.
     */
    public boolean removalMayLag(Instant now) {
        return removedAt != null && !wasSeenGone() && !now.isAfter(removedAt.plus(LONGEST_LAG));
    }

    private boolean wasSeenGone() {
        EffectReading earlier = effects.get(Effect.CUSTOMER_LIST);
        return earlier != null && earlier.result() == EffectReading.Result.CONFIRMED;
    }

    /** The relationship is removed, or gone already, and delegated administration lives on: it is ended before anything is read back. */
    public void planEndings(List<PlannedWrite> writes) {
        planned = List.copyOf(writes);
        outcome = CaseOutcome.PLANNED;
        message = "the relationship is gone, and delegated administration is not: it is to be ended";
        nextStep = Step.REMOVE;
    }

    /** Nothing is left to be written; the effects are to be read back. */
    public void readBack(@Nullable Instant firstLook) {
        if (removedAt != null) {
            outcome = CaseOutcome.REMOVED;
            message = "the relationship is removed; its effects are still to be confirmed";
        }
        nextLookAt = firstLook;
        nextStep = Step.VERIFY;
    }

    /** Could not go on tonight, through a failure; the next night tries again. */
    public void fail(String why) {
        outcome = CaseOutcome.FAILED;
        message = why;
        nextStep = null;
    }

    /** Is left as it stands, because the run stops, and nothing is open of what was asked for. */
    public void leave(String why) {
        outcome = begun() ? CaseOutcome.SUSPENDED : written ? CaseOutcome.FAILED : CaseOutcome.PLANNED;
        message = why;
        nextStep = null;
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

    /** Whether the customer is no longer as it was before this program came to it. */
    private boolean begun() {
        return !suspendedIds.isEmpty() || cancelled > 0;
    }

    /** Whether the run stopped before it was known how this customer ends. */
    public boolean left() {
        return left;
    }

    /** Keeps count of what became of writes to subscriptions: the last outcome of each. */
    public void account(List<WriteOutcome> outcomes) {
        for (WriteOutcome answered : outcomes) {
            written |= answered.result() != WriteOutcome.Result.NOT_SENT;
            switch (answered.write().action()) {
                case SUSPEND -> {
                    if (answered.tookEffect("suspended")) {
                        suspended++;
                        suspendedIds.add(answered.write().target());
                    } else if (answered.leftActive()) {
                        failed++;
                    }
                }
                case CANCEL -> {
                    if (answered.tookEffect("deleted")) {
                        cancelled++;
                    } else if (answered.leftActive()) {
                        failed++;
                    }
                }
                default -> {}
            }
        }
    }

    /**
     * Takes in what was found of writes whose answers were never recorded, after the run that made them had died. The case stays open
     * for the next run.
     */
    public void lookedUp(List<WriteOutcome> outcomes, Instant firstLook) {
        account(outcomes);
        message = "the run was interrupted; what it did to this customer was looked up afterwards";
        if (outcome == CaseOutcome.PLANNED || outcome == CaseOutcome.SUSPENDED) {
            // it was asked for: whatever came of it, that is more than a plan
            outcome = begun() ? CaseOutcome.SUSPENDED : CaseOutcome.FAILED;
        }
        for (WriteOutcome written : outcomes) {
            if (written.write().action() == Action.REMOVE && written.tookEffect(Customer.NONE)) {
                becomeRemoved(written.at(), firstLook);
            }
        }
        nextStep = null;
    }

    /** No active subscription is left, as read back from the platform. */
    public void becomeSuspended(Instant at) {
        state = CaseState.SUSPENDED;
        if (suspendedAt == null || suspended > 0) {
            suspendedAt = at;
        }
        if (begun()) {
            // until it is removed: whatever ends the run in between, this is how the customer stands
            outcome = CaseOutcome.SUSPENDED;
            message = "everything is suspended; the removal is still to come";
        }
        nextStep = Step.REMOVE;
    }

    /** Everything is suspended, and the removal waits. */
    public void waitForRemoval(Hold grace) {
        hold(List.of(grace));
    }

    /** The platform accepted the removal. */
    public void becomeRemoved(Instant at, Instant firstLook) {
        state = CaseState.REMOVED;
        outcome = CaseOutcome.REMOVED;
        message = "the relationship is removed; its effects are still to be confirmed";
        removedAt = at;
        nextLookAt = firstLook;
        nextStep = Step.VERIFY;
    }

    /**
     * Takes in one look at the four effects.
     *
     * @param giveUpAfter how long after the first look they are left for the next night
     * @param again when to look again before that
     */
    public void verified(Verification look, Instant now, Duration giveUpAfter, Duration again) {
        boolean wasGone = wasSeenGone();
        effects = new EnumMap<>(look.effects());
        secondWitness = look.secondWitness();
        if (firstLookAt == null) {
            firstLookAt = now;
        }
        if (look.confirmed()) {
            state = CaseState.OFFBOARDED;
            outcome = removedAt == null ? CaseOutcome.ALREADY_OFFBOARDED : CaseOutcome.OFFBOARDED;
            message = removedAt == null ? "the relationship was gone already, and its four effects are confirmed" : "";
            nextStep = null;
        } else if (look.reseller() && wasGone) {
            hold(
                    List.of(
                            new Hold(
                                    HoldReason.REACTIVATED,
                                    null,
                                    "the relationship was removed and is there again: find out who wants it, and list the customer again if it is to go")));
            outcome = CaseOutcome.RE_ESTABLISHED;
        } else if (look.reseller() && removedAt != null && now.isAfter(removedAt.plus(LONGEST_LAG))) {
            fail("the removal was accepted at %s and had no effect; the next run removes it again"
                    .formatted(removedAt));
            // what was seen stands in the report of tonight, and no longer
            state = CaseState.SUSPENDED;
            removedAt = null;
        } else if (has(EffectReading.Result.FAILED)) {
            String what = removedAt == null
                    ? "the relationship was gone already, but its effects do not all show: "
                    : "the removal was accepted and does not show: ";
            fail(what + proofs(EffectReading.Result.FAILED));
        } else {
            outcome = CaseOutcome.REMOVED;
            message =
                    "still to be confirmed: " + proofs(EffectReading.Result.PENDING, EffectReading.Result.INCONCLUSIVE);
            boolean givenUp = !now.plus(again).isBefore(firstLookAt.plus(giveUpAfter));
            nextLookAt = givenUp ? null : now.plus(again);
            nextStep = givenUp ? null : Step.VERIFY;
        }
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

    private void clearHolds() {
        holds = List.of();
        holdNew = false;
        nextLook = null;
    }
}
