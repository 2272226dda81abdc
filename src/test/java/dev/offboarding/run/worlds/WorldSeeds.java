package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.assertj.core.api.SoftAssertions;

/** Random worlds, one for each seed from {@code -Dsweep.seed=} on, each many nights long. */
final class WorldSeeds {

    /** Half of the others', for each is many nights long. */
    private static final int POINTS = (Integer.getInteger("sweep.points", 4) + 1) / 2;

    private static final long FIRST = Long.getLong("sweep.seed", System.currentTimeMillis());

    private WorldSeeds() {}

    /** What happened in a world before it went wrong. */
    interface World {
        List<String> story();

        void live();
    }

    /**
     * Tries worlds, and some more until all has happened, for one in which nothing happens shows nothing.
     *
     * @param most as many that went wrong are enough
     * @param shown what has to have happened in the end
     * @param happened what has, so far
     */
    static void each(int most, List<String> shown, Map<String, Integer> happened, LongConsumer world) {
        SoftAssertions seeds = new SoftAssertions();
        for (long seed = FIRST;
                seed < FIRST + POINTS
                        || seeds.wasSuccess()
                                && seed < FIRST + 10 * POINTS
                                && !happened.keySet().containsAll(shown);
                seed++) {
            long next = seed;
            seeds.check(() -> world.accept(next));
            if (seeds.assertionErrorsCollected().size() >= most) {
                break;
            }
        }
        seeds.assertAll();
        assertThat(happened).containsKeys(shown.toArray(String[]::new));
    }

    /** Says of a world that goes wrong how to try it again, and what happened in it. */
    static void live(long seed, World world) {
        try {
            world.live();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "-Dsweep.seed=%d -Dsweep.points=1:%n%s%n%s"
                            .formatted(seed, String.join("\n", world.story()), e.getMessage()),
                    e);
        }
    }
}
