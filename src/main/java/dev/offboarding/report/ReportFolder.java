package dev.offboarding.report;

import dev.offboarding.kit.CsvText;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.Rights;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.verify.FilesBeingWritten;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one report, {@code reports/<job>/<run-id>/}. It is written under a hidden name beside its place, reaches the
 * disk, and appears whole, by one rename. A report that is there is never overwritten.
 */
public final class ReportFolder implements FilesBeingWritten {
    private final Path writing;
    private final Path target;
    private final Rights rights;
    private final UnaryOperator<OutputStream> disk;
    private final SortedMap<String, String> hashes = new TreeMap<>();
    /** By file: how much of it a reader finds. */
    private final Map<String, Long> reached = new HashMap<>();
    /** Whether every view of the record has been begun. */
    private boolean complete;

    private ReportFolder(Path writing, Path target, Rights rights, UnaryOperator<OutputStream> disk) {
        this.writing = writing;
        this.target = target;
        this.rights = rights;
        this.disk = disk;
    }

    /** Where the report of a run is, or will be. */
    public static Path of(Path reports, String job, String runId) {
        return reports.resolve(plainName(job)).resolve(plainName(runId));
    }

    /** Whether the report of a run is there. It is there whole or not at all. */
    public static boolean isThere(Path reports, String job, String runId) {
        return Files.exists(of(reports, job, runId), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether all of it is there still, and not only its manifest. */
    public static boolean isWhole(Path reports, String job, String runId) {
        return Files.exists(of(reports, job, runId).resolve(PagePart.FILE), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Does once what a report will do, and leaves nothing but the folder of the job: creates it, writes, waits for the disk,
     * renames, deletes.
     *
     * @throws EvidenceException if reports could not be written there
     */
    public static void tryOut(Path reports, String job, Rights rights) {
        Path place = reports.resolve(plainName(job));
        String name = ".probe-" + UUID.randomUUID();
        ReportFolder probe = new ReportFolder(
                place.resolve(name), place.resolve(name + "-renamed"), rights, UnaryOperator.identity());
        try {
            rights.createFolders(place);
            rights.createFolder(probe.writing);
            try (OutputStream out = probe.create("probe")) {
                out.write('\n');
            }
            probe.publish();
            deleteAll(probe.target());
        } catch (IOException e) {
            probe.discard(e);
            throw EvidenceException.because("No report can be written", place, e);
        }
    }

    /** @throws EvidenceException if a report of this run is there already */
    static ReportFolder begin(Path reports, String job, String runId, Rights rights, UnaryOperator<OutputStream> disk)
            throws IOException {
        Path target = of(reports, job, runId);
        refuseToOverwrite(target);
        Path place = reports.resolve(plainName(job));
        rights.createFolders(place);
        removeWhatADeadWriterLeft(place, "." + runId + ".");
        Path writing = place.resolve("." + runId + "." + UUID.randomUUID());
        rights.createFolder(writing);
        return new ReportFolder(writing, target, rights, disk);
    }

    /** A new file, which is on the disk, and its hash known, once it is closed. */
    OutputStream create(String name) throws IOException {
        FileChannel channel = rights.createFile(writing.resolve(plainName(name)));
        OutputStream file = disk.apply(Channels.newOutputStream(channel));
        grows(name, 0);
        return new HashedFile(name, channel, file);
    }

    /** No other view of the record follows. */
    synchronized void complete() {
        complete = true;
        notifyAll();
    }

    @Override
    public synchronized boolean begun(String name) throws IOException {
        waitFor(() -> complete || reached.containsKey(name));
        return reached.containsKey(name);
    }

    @Override
    public synchronized long reached(String name, long read) throws IOException {
        waitFor(() -> reached.getOrDefault(name, 0L) > read);
        return reached.getOrDefault(name, 0L);
    }

    private synchronized void waitFor(BooleanSupplier known) throws InterruptedIOException {
        try {
            while (!known.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the report is given up");
        }
    }

    private synchronized void grows(String name, long bytes) {
        reached.merge(name, bytes, (before, more) -> more == ALL ? ALL : before + more);
        notifyAll();
    }

    /** Where the report is until it is published. */
    Path writing() {
        return writing;
    }

    /** Where the report will be. */
    Path target() {
        return target;
    }

    /** SHA-256 of every file that was closed, in hex, by name. */
    SortedMap<String, String> hashes() {
        return Collections.unmodifiableSortedMap(hashes);
    }

    /** Makes the report visible. */
    void publish() throws IOException {
        DurableFile.sync(writing);
        refuseToOverwrite(target);
        try {
            Files.move(writing, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw alreadyThere(target);
        }
        Path place = target.getParent();
        if (place != null) {
            DurableFile.sync(place);
        }
    }

    /** Leaves nothing behind; what goes wrong with that is added to the reason for it. */
    void discard(Throwable reason) {
        try {
            deleteAll(writing);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private static void refuseToOverwrite(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw alreadyThere(target);
        }
    }

    private static EvidenceException alreadyThere(Path target) {
        return new EvidenceException("There is already something at " + target
                + ", and a report is never overwritten. Move it away if this run's report is to be written again.");
    }

    /** Only one run of a job is under way at a time, so anything that has this run's hidden name no longer has a writer. */
    private static void removeWhatADeadWriterLeft(Path place, String prefix) throws IOException {
        try (var files = Files.list(place)) {
            for (Path path : files.filter(p -> p.getFileName().toString().startsWith(prefix))
                    .toList()) {
                deleteAll(path);
            }
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** A name from outside must not lead to another folder. */
    private static String plainName(String name) {
        if (name.isBlank()
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(ReportFolder::leadsAway)) {
            throw new EvidenceException("A report cannot be kept under the name \"" + CsvText.visible(name)
                    + "\": it is empty, or leads to another folder.");
        }
        return name;
    }

    private static boolean leadsAway(int c) {
        return c == '/' || c == '\\' || c == 0;
    }

    private final class HashedFile extends FilterOutputStream {
        private final String name;
        private final FileChannel channel;
        private final MessageDigest digest = Sha256.begin();
        private boolean closed;

        HashedFile(String name, FileChannel channel, OutputStream raw) {
            super(new BufferedOutputStream(
                    new FilterOutputStream(raw) {
                        @Override
                        public void write(byte[] bytes, int offset, int length) throws IOException {
                            out.write(bytes, offset, length);
                            grows(name, length);
                        }
                    },
                    1 << 16));
            this.name = name;
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            digest.update((byte) b);
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            digest.update(bytes, offset, length);
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            try (channel) {
                out.flush();
                grows(name, ALL); // it is checked while the disk still writes
                channel.force(true);
            }
            hashes.put(name, Sha256.hex(digest.digest()));
        }
    }
}
