package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

class CancellationTokenTest {

    /** Not the common pool's, which may have one thread only, and has to do with other things. */
    private static final Executor OWN_THREAD = new SimpleAsyncTaskExecutor("a call");

    /** To cancel a statement one connects to its server, which may have vanished. */
    @Test
    @Timeout(30)
    void aCallThatCannotBeCalledOffKeepsNobodyElseWaiting() throws Exception {
        CancellationToken cancellation = new CancellationToken(Duration.ZERO);
        CountDownLatch underWay = new CountDownLatch(2);
        CountDownLatch vanished = new CountDownLatch(1);
        CountDownLatch calledOff = new CountDownLatch(1);
        CompletableFuture<Void> hangs = CompletableFuture.runAsync(
                () -> call(cancellation, underWay, vanished, () -> await(vanished)), OWN_THREAD);
        CompletableFuture<Void> ends = CompletableFuture.runAsync(
                () -> call(cancellation, underWay, calledOff, calledOff::countDown), OWN_THREAD);
        await(underWay);

        cancellation.cancel();

        ends.get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> next = CompletableFuture.runAsync(
                () -> Awaitility.await()
                        .untilAsserted(() -> assertThatThrownBy(() -> cancellation.call(() -> 1, () -> {}))
                                .isInstanceOf(CancelledException.class)),
                OWN_THREAD);
        next.get(10, TimeUnit.SECONDS);
        vanished.countDown();
        hangs.get(10, TimeUnit.SECONDS);
    }

    @Test
    @Timeout(30)
    void aPauseEndsAsSoonAsItIsKnownThatTheRunWillHaveEndedBefore() throws Exception {
        CancellationToken cancellation = new CancellationToken(Duration.ofHours(1));
        CompletableFuture<Void> pause =
                CompletableFuture.runAsync(() -> pause(cancellation, Duration.ofHours(2)), OWN_THREAD);

        cancellation.cancel();

        assertThatThrownBy(() -> pause.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> cancellation.pause(Duration.ofHours(2))).isInstanceOf(CancelledException.class);
        // there is time for that
        cancellation.pause(Duration.ofMillis(1));
    }

    @Test
    void whatNeedNotEvenBeBegunIsNot() {
        CancellationToken cancellation = new CancellationToken(Duration.ofHours(1));
        cancellation.check();

        cancellation.cancel();

        assertThat(cancellation.isCancelled()).isTrue();
        assertThatThrownBy(cancellation::check)
                .isInstanceOf(CancelledException.class)
                .hasMessage("the run was asked to stop");
        // what has been begun may still ask
        assertThat(cancellation.call(() -> 1, () -> {})).isEqualTo(1);
    }

    private static void pause(CancellationToken cancellation, Duration time) {
        try {
            cancellation.pause(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(
            CancellationToken cancellation, CountDownLatch underWay, CountDownLatch answer, Runnable callOff) {
        cancellation.call(
                () -> {
                    underWay.countDown();
                    await(answer);
                    return true;
                },
                callOff);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
