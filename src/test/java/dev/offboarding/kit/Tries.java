package dev.offboarding.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tries what has to hold whatever it is given, on many values that are made up. Which they are is fixed in an ordinary build and another in
 * each run of {@code -Psweep}, which also tries more. What failed is tried again, alone, with the {@code -Dtries.seed=} that its message
 * names and {@code -Dtries.only=1}.
 */
public final class Tries {

    private static final long SEED = Long.getLong("tries.seed", System.nanoTime());
    private static final int TIMES = Integer.getInteger("tries.times", 1);
    private static final int ONLY = Integer.getInteger("tries.only", Integer.MAX_VALUE);

    /** What has to hold. */
    public interface Property {
        void holdsFor(Draw draw) throws Exception;
    }

    private Tries() {}

    public static void of(int many, Property property) {
        ofAsManyAlways(many * TIMES, property);
    }

    /** Of a property that has a way of its own to be tried more often. */
    public static void ofAsManyAlways(int many, Property property) {
        AtomicLong seed = new AtomicLong(SEED);
        for (int i = 0; i < Math.min(many, ONLY); i++) {
            List<Object> drawn = new ArrayList<>();
            try {
                property.holdsFor(new Draw(seed.get(), drawn));
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "does not hold for try %d of %d, -Dtries.seed=%d -Dtries.only=1, which drew %s: %s"
                                .formatted(i + 1, many, seed.get(), shortened(drawn), e.getMessage()),
                        e);
            }
            seed.incrementAndGet();
        }
    }

    private static String shortened(List<Object> drawn) {
        String text = drawn.toString();
        return text.length() > 4000 ? text.substring(0, 4000) + "…" : text;
    }
}
