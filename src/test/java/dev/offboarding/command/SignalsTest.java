package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sun.misc.Signal;
import sun.misc.SignalHandler;

class SignalsTest {

    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    private void await(AtomicInteger count, int expected) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> count.get() == expected);
    }

    /** Ignored, as under nohup, where whoever started this program wants it so: then it has to stay so. */
    private static boolean ignored(String name) {
        SignalHandler before = Signal.handle(new Signal(name), signal -> {});
        Signal.handle(new Signal(name), before);
        return before == SignalHandler.SIG_IGN;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void theFirstSignalIsPassedOnAndTheSecondEndsAtOnce(String name) {
        boolean ignored = ignored(name);
        try (Signals signals = Signals.handle(told::incrementAndGet, () -> false, ended::incrementAndGet)) {
            Signal.raise(new Signal(name));
            Signal.raise(new Signal("TERM"));
            await(told, 1);
            if (!ignored) {
                await(ended, 1);
            }
            Signal.raise(new Signal("TERM"));
            await(ended, ignored ? 1 : 2);
        }
        assertThat(told).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void afterwardsSignalsAreWhatTheyWereBefore(String name) {
        AtomicInteger others = new AtomicInteger();
        SignalHandler outer = signal -> others.incrementAndGet();
        SignalHandler before = Signal.handle(new Signal(name), outer);
        try {
            try (Signals signals = Signals.handle(told::incrementAndGet, () -> false, ended::incrementAndGet)) {
                assertThat(told).hasValue(0);
            }
            SignalHandler after = Signal.handle(new Signal(name), outer);
            assertThat(after).isSameAs(before == SignalHandler.SIG_IGN ? before : outer);
        } finally {
            Signal.handle(new Signal(name), before);
        }
        assertThat(told).hasValue(0);
    }
}
