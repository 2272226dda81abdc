package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report that is checked while it is written is checked as well as one that is there. */
@Tag("sweep")
class FollowedReportProperties {

    @TempDir
    Path folder;

    /** Writes a report piece by piece. */
    private static final class Pieces implements FilesBeingWritten {
        private final Path folder;
        private final Map<String, Long> reached = new HashMap<>();
        private final CompletableFuture<Thread> reader = new CompletableFuture<>();
        private boolean complete;

        Pieces(Path folder) {
            this.folder = folder;
        }

        /** In the order in which they are written, each after another as the draw has it. */
        void write(Forgery report, Draw draw) throws IOException {
            List<String> open = new ArrayList<>(report.files.keySet());
            open.remove(ManifestFile.FILE);
            Map<String, Integer> at = new HashMap<>();
            while (!open.isEmpty()) {
                String name = draw.of(open);
                byte[] bytes = Objects.requireNonNull(report.files.get(name));
                int from = at.getOrDefault(name, 0);
                int to = draw.oneIn(4) ? bytes.length : Math.min(bytes.length, from + draw.between(0, 20_000));
                piece(name, bytes, from, to);
                at.put(name, to);
                if (to == bytes.length) {
                    open.remove(name);
                    grown(name, ALL);
                }
            }
            synchronized (this) {
                complete = true;
                notifyAll();
            }
            byte[] manifest = report.files.get(ManifestFile.FILE);
            if (manifest != null) {
                Files.write(folder.resolve(ManifestFile.FILE), manifest);
            }
        }

        private void piece(String name, byte[] bytes, int from, int to) throws IOException {
            try (OutputStream out =
                    Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(bytes, from, to - from);
            }
            grown(name, to);
        }

        private synchronized void grown(String name, long bytes) {
            reached.put(name, bytes);
            notifyAll();
        }

        @Override
        public synchronized boolean begun(String name) throws IOException {
            reader.complete(Thread.currentThread());
            while (!complete && !reached.containsKey(name)) {
                await();
            }
            return reached.containsKey(name);
        }

        @Override
        public synchronized long reached(String name, long read) throws IOException {
            while (reached.getOrDefault(name, 0L) <= read) {
                await();
            }
            return Objects.requireNonNull(reached.get(name));
        }

        @SuppressWarnings("WaitNotInLoop") // it is, in both
        private void await() throws InterruptedIOException {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    private static Forgery forged(Draw draw) {
        Forgery report = draw.of(AuditedNights.unsigned()).copy();
        String name = draw.of(report.files.keySet());
        byte[] bytes = Objects.requireNonNull(report.files.get(name)).clone();
        switch (draw.between(0, 4)) {
            case 0 -> report.files.remove(name);
            case 1 -> bytes[(int) (draw.share() * bytes.length)] ^= (byte) draw.between(1, 255);
            case 2 -> bytes = Arrays.copyOf(bytes, (int) (draw.share() * bytes.length));
            default -> {}
        }
        if (report.files.containsKey(name)) {
            report.files.put(name, bytes);
            if (!name.equals(ManifestFile.FILE) && !name.equals(EventLines.FILE) && draw.either()) {
                report.sealed();
            }
        }
        return report;
    }

    @Test
    void itIsFoundToBeWhatItIs() {
        Tries.of(60, draw -> {
            Forgery report = forged(draw);
            Path there = report.in(folder.resolve("there"));
            VerifiedReport expected = new ReportVerifier(null).verify(there);
            Path written = new Forgery().in(folder.resolve("written"));
            Pieces pieces = new Pieces(written);

            VerifiedReport found;
            try (FollowedReport followed = new ReportVerifier(null).follow(written, pieces)) {
                pieces.write(report, draw);
                found = followed.verified();
            }

            assertThat(found.findings()).isEqualTo(expected.findings());
            assertThat(found.notes()).isEqualTo(expected.notes());
            assertThat(found.figures()).isEqualTo(expected.figures());
            assertThat(found.link()).isEqualTo(expected.link());
        });
    }

    /** What was read of it was in order; by the end it is not what the manifest names. */
    @Test
    void whatIsChangedBehindTheReaderIsFound() throws Exception {
        Forgery report = AuditedNights.unsigned().get(0);
        for (String name : List.of("report.json", "customers.csv", "actions.csv", "events.jsonl", "rejects.csv")) {
            Path written = new Forgery().in(folder.resolve("written"));
            Pieces pieces = new Pieces(written);
            try (FollowedReport followed = new ReportVerifier(null).follow(written, pieces)) {
                Tries.of(1, draw -> pieces.write(report, draw));
                byte[] bytes = Files.readAllBytes(written.resolve(name));
                bytes[bytes.length / 2] ^= 1;
                Files.write(written.resolve(name), bytes);

                assertThat(followed.verified().findings())
                        .extracting(Finding::file)
                        .contains(name);
            }
        }
    }

    @Test
    void whereItIsGivenUpNobodyGoesOnReading() throws Exception {
        Path written = Files.createDirectories(folder.resolve("written"));
        Pieces pieces = new Pieces(written);
        Thread reader;
        try (FollowedReport followed = new ReportVerifier(null).follow(written, pieces)) {
            byte[] record =
                    Objects.requireNonNull(AuditedNights.unsigned().get(0).files.get("report.json"));
            pieces.piece("report.json", record, 0, record.length / 2);
            reader = pieces.reader.get();
        }

        assertThat(reader.isAlive()).isFalse();
    }
}
