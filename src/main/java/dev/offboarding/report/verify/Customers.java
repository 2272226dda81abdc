package dev.offboarding.report.verify;

import java.util.Arrays;
import java.util.UUID;

/**
 * What is remembered of each customer of a report between its row and the end of the trail: some hundred bytes, so that a million of
 * them fit into a small heap.
 */
final class Customers {
    static final int NONE = -1;

    private static final byte LISTED_ANEW = 1;
    private static final byte OFFBOARDED = 2;
    private static final byte RECEIVED = 4;
    private static final byte DECIDED = 8;
    private static final byte STANDS = 16;
    private static final byte VERIFIED = 32;
    private static final byte CONFIRMED = 64;
    private static final byte MOVED = (byte) 128;

    private int[] slots;
    private int size;
    private long[] high;
    private long[] low;
    private byte[] flags;
    private long[] standing;
    private long[] standingInTrail;
    private long[] planned;
    private long[] plannedInTrail;
    private long[] effects;
    private long[] effectsInTrail;
    private long[] entry;
    private long[] suspendedAt;
    private long[] removedAt;
    private long[] names;
    /** Whether what the trail knows of the customer beside its standing is what the row says. */
    private boolean[] knownOtherwise;

    private int[] suspended;
    private int[] cancelled;
    private int[] failed;
    private int[] suspendedInTrail;
    private int[] cancelledInTrail;
    private int[] attempted;

    /** @param expected how many there will be, as far as is known */
    Customers(int expected) {
        int capacity = Math.max(64, expected);
        slots = new int[Integer.highestOneBit(capacity) * 4];
        high = new long[capacity];
        low = new long[capacity];
        flags = new byte[capacity];
        standing = new long[capacity];
        standingInTrail = new long[capacity];
        planned = new long[capacity];
        plannedInTrail = new long[capacity];
        effects = new long[capacity];
        effectsInTrail = new long[capacity];
        entry = new long[capacity];
        suspendedAt = new long[capacity];
        removedAt = new long[capacity];
        names = new long[capacity];
        knownOtherwise = new boolean[capacity];
        suspended = new int[capacity];
        cancelled = new int[capacity];
        failed = new int[capacity];
        suspendedInTrail = new int[capacity];
        cancelledInTrail = new int[capacity];
        attempted = new int[capacity];
    }

    int size() {
        return size;
    }

    UUID id(int index) {
        return new UUID(high[index], low[index]);
    }

    /** {@link #NONE} if the report has no such customer. */
    int find(UUID id) {
        return slots[slot(id.getMostSignificantBits(), id.getLeastSignificantBits())] - 1;
    }

    /** @return its index, in the order of the rows; {@link #NONE} if it is there already */
    int add(UUID id) {
        if (size == high.length) {
            growRows();
        }
        if (size * 2L >= slots.length) {
            growSlots();
        }
        int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
        if (slots[slot] != 0) {
            return NONE;
        }
        high[size] = id.getMostSignificantBits();
        low[size] = id.getLeastSignificantBits();
        slots[slot] = size + 1;
        return size++;
    }

    /** @param moved whether its outcome is one that only something that happened in the run leads to */
    void row(
            int at,
            boolean listedAnew,
            boolean offboarded,
            boolean moved,
            long entry,
            long standing,
            long planned,
            long effects) {
        this.entry[at] = entry;
        flags[at] |= (byte) ((listedAnew ? LISTED_ANEW : 0) | (offboarded ? OFFBOARDED : 0) | (moved ? MOVED : 0));
        this.standing[at] = standing;
        this.planned[at] = planned;
        this.effects[at] = effects;
    }

    void known(int at, long suspendedAt, long removedAt, long names) {
        this.suspendedAt[at] = suspendedAt;
        this.removedAt[at] = removedAt;
        this.names[at] = names;
    }

    /** The last that the trail says of it counts. */
    void knownInTrail(int at, EventData.Known known) {
        knownOtherwise[at] = known.names() != null
                && !(known.names() == names[at]
                        && ReportInstant.same(known.suspendedAt(), suspendedAt[at])
                        && ReportInstant.same(known.removedAt(), removedAt[at]));
    }

    boolean knownOtherwise(int at) {
        return knownOtherwise[at];
    }

    void counts(int at, int suspended, int cancelled, int failed) {
        this.suspended[at] = suspended;
        this.cancelled[at] = cancelled;
        this.failed[at] = failed;
    }

    void received(int at) {
        flags[at] |= RECEIVED;
    }

    void decided(int at, long planned) {
        flags[at] |= DECIDED;
        plannedInTrail[at] = planned;
    }

    void stands(int at, long standing) {
        flags[at] |= STANDS;
        standingInTrail[at] = standing;
    }

    void verified(int at, long effects, boolean confirmed) {
        flags[at] = (byte) ((flags[at] | VERIFIED) & ~CONFIRMED | (confirmed ? CONFIRMED : 0));
        effectsInTrail[at] = effects;
    }

    /** A subscription of it was asked to be suspended or cancelled, for the first time. */
    void attempted(int at) {
        attempted[at]++;
    }

    void suspendedInTrail(int at, int more) {
        suspendedInTrail[at] += more;
    }

    void cancelledInTrail(int at, int more) {
        cancelledInTrail[at] += more;
    }

    boolean listedAnew(int at) {
        return is(at, LISTED_ANEW);
    }

    /** What was listed of it. */
    long entry(int at) {
        return entry[at];
    }

    boolean receivedInTrail(int at) {
        return is(at, RECEIVED);
    }

    boolean sameStanding(int at) {
        return !is(at, STANDS) || standing[at] == standingInTrail[at];
    }

    boolean movedWithoutEvent(int at) {
        return is(at, MOVED) && !is(at, STANDS);
    }

    /** @param nothing what stands for an empty plan */
    boolean samePlan(int at, long nothing) {
        return planned[at] == (is(at, DECIDED) ? plannedInTrail[at] : nothing);
    }

    boolean sameEffects(int at) {
        return !is(at, VERIFIED) || effects[at] == effectsInTrail[at];
    }

    boolean offboardedWithoutProof(int at) {
        return is(at, OFFBOARDED) && !(is(at, VERIFIED) && is(at, CONFIRMED));
    }

    int suspended(int at) {
        return suspended[at];
    }

    int suspendedInTrail(int at) {
        return suspendedInTrail[at];
    }

    int cancelled(int at) {
        return cancelled[at];
    }

    int cancelledInTrail(int at) {
        return cancelledInTrail[at];
    }

    int failed(int at) {
        return failed[at];
    }

    int attemptedInTrail(int at) {
        return attempted[at];
    }

    private boolean is(int at, byte flag) {
        return (flags[at] & flag) != 0;
    }

    private int slot(long h, long l) {
        long mixed = (h ^ l * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        int mask = slots.length - 1;
        int slot = (int) (mixed >>> 32) & mask;
        while (slots[slot] != 0 && (high[slots[slot] - 1] != h || low[slots[slot] - 1] != l)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void growSlots() {
        slots = new int[slots.length * 2];
        for (int i = 0; i < size; i++) {
            slots[slot(high[i], low[i])] = i + 1;
        }
    }

    private void growRows() {
        int capacity = high.length + (high.length >> 1);
        high = Arrays.copyOf(high, capacity);
        low = Arrays.copyOf(low, capacity);
        flags = Arrays.copyOf(flags, capacity);
        standing = Arrays.copyOf(standing, capacity);
        standingInTrail = Arrays.copyOf(standingInTrail, capacity);
        planned = Arrays.copyOf(planned, capacity);
        plannedInTrail = Arrays.copyOf(plannedInTrail, capacity);
        effects = Arrays.copyOf(effects, capacity);
        effectsInTrail = Arrays.copyOf(effectsInTrail, capacity);
        entry = Arrays.copyOf(entry, capacity);
        suspendedAt = Arrays.copyOf(suspendedAt, capacity);
        removedAt = Arrays.copyOf(removedAt, capacity);
        names = Arrays.copyOf(names, capacity);
        knownOtherwise = Arrays.copyOf(knownOtherwise, capacity);
        suspended = Arrays.copyOf(suspended, capacity);
        cancelled = Arrays.copyOf(cancelled, capacity);
        failed = Arrays.copyOf(failed, capacity);
        suspendedInTrail = Arrays.copyOf(suspendedInTrail, capacity);
        cancelledInTrail = Arrays.copyOf(cancelledInTrail, capacity);
        attempted = Arrays.copyOf(attempted, capacity);
    }
}
