package dev.offboarding.report.verify;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
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
    private final CompletableFuture<@Nullable Void> reading = new CompletableFuture<>();
    private final Thread reader;

    FollowedReport(ReportVerifier verifier, Path folder, FilesBeingWritten written) {
        this.verifier = verifier;
        this.folder = folder;
        this.files = ReportFiles.following(folder, written);
        this.pass = new ReportPass(files);
        this.reader = new Thread(this::read, "checks the report");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            pass.read();
            reading.complete(null);
        } catch (Throwable e) {
            reading.completeExceptionally(e);
        }
    }

    /** The result, as {@link ReportVerifier#verify} has it. All files have to be complete by now. */
    public VerifiedReport verified() {
        return verifier.verify(folder, () -> {
            Throwable failure = failure();
            files.list();
            return new ReportVerifier.Look(files, pass, () -> rethrow(failure));
        });
    }

    /** Waits to its end, also where the run was asked to stop: there is still evidence to write. */
    private @Nullable Throwable failure() {
        return reading.<@Nullable Throwable>handle((done, failure) -> failure).join();
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
        boolean interrupted = false;
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                // also where the run was asked to stop
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        files.close();
    }
}
