package dev.offboarding.report.verify;

/** Numbers, each with a byte: what a million entries fit into. */
final class LongTable {
    private long[] keys;
    private byte[] values;
    private int size;

    LongTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 28)) * 2);
        keys = new long[capacity];
        values = new byte[capacity];
    }

    /** 0 if it is not there. */
    byte get(long key) {
        return values[slot(keys, values, key)];
    }

    /** @param value not 0 */
    void put(long key, byte value) {
        if (size * 3L > keys.length * 2L) {
            grow();
        }
        int slot = slot(keys, values, key);
        if (values[slot] == 0) {
            size++;
            keys[slot] = key;
        }
        values[slot] = value;
    }

    private static int slot(long[] keys, byte[] values, long key) {
        int mask = keys.length - 1;
        int slot = (int) (key ^ key >>> 32) & mask;
        while (values[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] moreKeys = new long[keys.length * 2];
        byte[] moreValues = new byte[moreKeys.length];
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != 0) {
                int slot = slot(moreKeys, moreValues, keys[i]);
                moreKeys[slot] = keys[i];
                moreValues[slot] = values[i];
            }
        }
        keys = moreKeys;
        values = moreValues;
    }
}
