package dev.offboarding.platform.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WavesProperties {

    @Provide
    Arbitrary<List<Write>> writes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(Action.SUSPEND, Action.REMOVE, Action.REACTIVATE),
                        Arbitraries.integers().between(0, 3))
                .as((customer, action, target) ->
                        new Write(new UUID(0, customer), action, "target " + target, 1, new UUID(1, 1)))
                .list()
                .ofMaxSize(30);
    }

    @Property(tries = 300)
    void everyWriteIsInOneWaveAndEachCustomersOrderIsKept(@ForAll("writes") List<Write> writes) {
        List<Map<Action, List<Asked>>> waves = Waves.of(writes);

        List<Asked> made = waves.stream()
                .flatMap(wave -> wave.values().stream())
                .flatMap(List::stream)
                .toList();
        assertThat(made)
                .extracting(Asked::position)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, writes.size()).boxed().toList());
        made.stream()
                .collect(Collectors.groupingBy(Asked::customer))
                .values()
                .forEach(own -> assertThat(own).extracting(Asked::position).isSorted());
        assertThat(made)
                .allSatisfy(asked -> assertThat(writes.get(asked.position())).isEqualTo(asked.write()));
    }

    @Property(tries = 300)
    void noTargetIsTwiceInAWaveAndNoCustomerUnderTwoActions(@ForAll("writes") List<Write> writes) {
        for (Map<Action, List<Asked>> wave : Waves.of(writes)) {
            List<Asked> all = wave.values().stream().flatMap(List::stream).toList();
            assertThat(all).extracting(asked -> asked.write().target()).doesNotHaveDuplicates();
            all.stream()
                    .collect(Collectors.groupingBy(Asked::customer))
                    .values()
                    .forEach(own -> assertThat(own)
                            .extracting(asked -> asked.write().action())
                            .containsOnly(own.get(0).write().action()));
        }
    }
}
