package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    @Test
    void eachWaitIsTwiceTheOneBeforeUpToTheLongest() {
        List<Long> seconds = IntStream.rangeClosed(1, 7)
                .mapToObj(failures -> backoff.after(failures).toSeconds())
                .toList();

        assertThat(seconds).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void howeverManyFailuresTheLongestStaysTheLongest() {
        assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void chanceTakesUpToHalfOfIt() {
        assertThat(IntStream.range(0, 1_000).mapToObj(i -> backoff.afterByChance(3)))
                .allMatch(wait ->
                        wait.compareTo(Duration.ofSeconds(2)) >= 0 && wait.compareTo(Duration.ofSeconds(4)) <= 0)
                .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(3)) < 0)
                .anyMatch(wait -> wait.compareTo(Duration.ofSeconds(3)) > 0);
    }
}
