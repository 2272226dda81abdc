package dev.offboarding.standin;

import java.util.UUID;

/** Chance that repeats itself: every throw depends on the seed, its purpose and its number only, never on the order of threads. */
record Dice(long seed) {

    double roll(String purpose, long number) {
        return (bits(purpose, number) >>> 11) * 0x1.0p-53;
    }

    int pick(String purpose, long number, int bound) {
        return (int) Math.floorMod(bits(purpose, number), (long) bound);
    }

    UUID uuid(String purpose, long number) {
        long high = bits(purpose, number);
        long low = mix(high + 0x9E3779B97F4A7C15L);
        return new UUID((high & 0xFFFFFFFFFFFF0FFFL) | 0x4000L, (low & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L);
    }

    private long bits(String purpose, long number) {
        return mix(mix(seed * 0x9E3779B97F4A7C15L + purpose.hashCode()) + number * 0xD1B54A32D192ED03L);
    }

    private static long mix(long it) {
        it = (it ^ (it >>> 30)) * 0xBF58476D1CE4E5B9L;
        it = (it ^ (it >>> 27)) * 0x94D049BB133111EBL;
        return it ^ (it >>> 31);
    }
}
