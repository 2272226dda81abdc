package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TriesTest {

    private static int drawnFrom(long seed) {
        return new Draw(seed, new ArrayList<>()).between(0, 1_000_000_000);
    }

    @Test
    void whatFailsNamesTheSeedThatDrawsItAgain() {
        List<Integer> failed = new ArrayList<>();

        Throwable thrown = catchThrowable(() -> Tries.of(1000, draw -> {
            int n = draw.between(0, 1_000_000_000);
            if (n % 10 == 7) {
                failed.add(n);
                throw new AssertionError("a seven");
            }
        }));

        assertThat(thrown).isInstanceOf(AssertionError.class).hasMessageContaining(failed + ": a seven");
        Matcher seed = Pattern.compile("-Dtries\\.seed=(-?\\d+)").matcher(Objects.requireNonNull(thrown.getMessage()));
        assertThat(seed.find()).isTrue();
        assertThat(drawnFrom(Long.parseLong(seed.group(1)))).isEqualTo(failed.get(0));
    }

    @Test
    void theEndsOfARangeAreDrawnAndNothingBeyond() {
        Set<Long> drawn = new HashSet<>();

        Tries.of(200, draw -> drawn.add(draw.between(-5, 1_000_000_000_000L)));
        Tries.of(200, draw -> drawn.add((long) draw.between(3, 3)));

        assertThat(drawn)
                .contains(-5L, 0L, 1L, 1_000_000_000_000L, 3L)
                .allSatisfy(n -> assertThat(n).isBetween(-5L, 1_000_000_000_000L));
        Tries.of(200, draw -> drawn.add(draw.anyLong()));
        assertThat(drawn).contains(Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
