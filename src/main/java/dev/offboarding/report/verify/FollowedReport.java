package dev.offboarding.report.verify;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A report that is checked while it is written, by a thread of its own: what is written is read back a moment later, and what is left to do
 * at the end are its manifest, its totals and the hashes of all files as they are by then.
 */
public final class FollowedReport implements AutoCloseable {
    private final ReportVerifier verifier;
    private final Path folder;
    private final ReportFiles files;
    private final ReportPass pass;
    private final FutureTask<@Nullable Void> reading;
    private final Thread reader;

    FollowedReport(ReportVerifier verifier, Path folder, FilesBeingWritten written) {
        this.verifier = verifier;
        this.folder = folder;
        this.files = ReportFiles.following(folder, written);
        this.pass = new ReportPass(files);
        this.reading = new FutureTask<>(pass::read, null);
        this.reader = new Thread(reading, "checks the report");
        reader.setDaemon(true);
        reader.start();
    }

    /** The result, as {@link ReportVerifier#verify} has it. All files have to be complete by now. */
    public VerifiedReport verified() {
        return verifier.verify(folder, () -> {
            Throwable failure = failure();
            files.list();
            return new ReportVerifier.Look(files, pass, () -> rethrow(failure));
        });
    }

    private @Nullable Throwable failure() {
        return uninterruptibly(() -> {
            try {
                reading.get();
                return null;
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        });
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** Ends the reader, wherever it is, and waits until it has ended: whoever gives up a report may then delete its files. */
    @Override
    public void close() {
        reader.interrupt();
        uninterruptibly(() -> {
            reader.join();
            return null;
        });
        files.close();
    }

    private interface Waiting {
        @Nullable
        Throwable await() throws InterruptedException;
    }

    /** Who was asked to stop still has evidence to write. */
    private static @Nullable Throwable uninterruptibly(Waiting waiting) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return waiting.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
