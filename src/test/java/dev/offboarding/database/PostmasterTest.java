package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

class PostmasterTest {

    @TempDir
    Path data;

    /** A first start made and took away its file several times; a program that looked in between concluded that the server did not start. */
    @Test
    void aFileThatComesAndGoesIsNoServerAndNoFailure() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> coming =
                CompletableFuture.runAsync(() -> comesAndGoes(over), new SimpleAsyncTaskExecutor());
        try {
            for (int look = 0; look < 3_000; look++) {
                assertThat(Postmaster.of(data)).isEmpty();
            }
        } finally {
            over.set(true);
            coming.join();
        }
    }

    private void comesAndGoes(AtomicBoolean over) {
        Path file = data.resolve("postmaster.pid");
        try {
            while (!over.get()) {
                Files.writeString(file, "2147483647\n" + data + "\n");
                Thread.onSpinWait();
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
