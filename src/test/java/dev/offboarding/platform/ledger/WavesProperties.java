package dev.offboarding.platform.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class WavesProperties {

    private static List<Write> writes(Draw draw) {
        return draw.list(
                0,
                30,
                () -> new Write(
                        new UUID(0, draw.between(0, 4)),
                        draw.of(Action.SUSPEND, Action.REMOVE, Action.REACTIVATE),
                        "target " + draw.between(0, 3),
                        1,
                        new UUID(1, 1)));
    }

    @Test
    void everyWriteIsInOneWaveAndEachCustomersOrderIsKept() {
        Tries.of(300, draw -> {
            List<Write> writes = writes(draw);
            List<Map<Action, List<NumberedWrite>>> waves = Waves.of(writes);

            List<NumberedWrite> made = waves.stream()
                    .flatMap(wave -> wave.values().stream())
                    .flatMap(List::stream)
                    .toList();
            assertThat(made)
                    .extracting(NumberedWrite::position)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, writes.size()).boxed().toList());
            made.stream()
                    .collect(Collectors.groupingBy(NumberedWrite::customer))
                    .values()
                    .forEach(own ->
                            assertThat(own).extracting(NumberedWrite::position).isSorted());
            assertThat(made)
                    .allSatisfy(
                            asked -> assertThat(writes.get(asked.position())).isEqualTo(asked.write()));
        });
    }

    @Test
    void noTargetIsTwiceInAWaveAndNoCustomerUnderTwoActions() {
        Tries.of(300, draw -> {
            List<Write> writes = writes(draw);
            for (Map<Action, List<NumberedWrite>> wave : Waves.of(writes)) {
                List<NumberedWrite> all =
                        wave.values().stream().flatMap(List::stream).toList();
                assertThat(all).extracting(asked -> asked.write().target()).doesNotHaveDuplicates();
                all.stream()
                        .collect(Collectors.groupingBy(NumberedWrite::customer))
                        .values()
                        .forEach(own -> assertThat(own)
                                .extracting(asked -> asked.write().action())
                                .containsOnly(own.get(0).write().action()));
            }
        });
    }
}
