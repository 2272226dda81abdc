package dev.offboarding.report.verify;

import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a report, each opened at most once, and hashed while it is read; those of one that is still written are hashed at its end. */
final class ReportFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportFiles.class);
    private static final int MOST_FILES = 100;

    private final Path folder;
    private final @Nullable FilesBeingWritten written;
    private final SortedMap<String, Long> sizes = new TreeMap<>();
    private final Map<String, HashedFile> open = new HashMap<>();
    private final List<InputStream> growing = new ArrayList<>();

    private ReportFiles(Path folder, @Nullable FilesBeingWritten written) {
        this.folder = folder;
        this.written = written;
    }

    /** @throws Mismatch if there is anything in it but files */
    static ReportFiles in(Path folder) throws IOException {
        if (!Files.isDirectory(folder) && Files.exists(folder)) {
            throw new NotDirectoryException(folder.toString()); // before it is opened: a pipe would wait for its writer
        }
        ReportFiles files = new ReportFiles(folder, null);
        files.list();
        return files;
    }

    /** Of a report that is still written: which files it has is known once they are listed. */
    static ReportFiles following(Path folder, FilesBeingWritten written) {
        return new ReportFiles(folder, written);
    }

    /** @throws Mismatch if there is anything in it but files */
    void list() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.limit(MOST_FILES).toList()) {
                String name = file.getFileName().toString();
                boolean isFile = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                Place.in("").holds(isFile, name, "a file", "something else");
                sizes.put(name, Files.size(file));
            }
        }
    }

    SortedSet<String> names() {
        return new TreeSet<>(sizes.keySet());
    }

    long size(String name) {
        return Objects.requireNonNullElse(sizes.get(name), 0L);
    }

    byte[] manifest() {
        try {
            return RegularFile.bytes(folder.resolve(ManifestFile.FILE), ManifestFile.MOST_BYTES);
        } catch (IOException e) {
            throw unreadable(ManifestFile.FILE, e);
        }
    }

    /** Null if there is none of that name. */
    @Nullable
    InputStream open(String name) {
        if (written != null) {
            return following(name, written);
        }
        return sizes.containsKey(name) ? file(name) : null;
    }

    private @Nullable InputStream following(String name, FilesBeingWritten files) {
        try {
            if (!files.begun(name)) {
                return null;
            }
            InputStream file = new GrowingFile(HashedFile.opened(folder.resolve(name)), name, files);
            growing.add(file);
            return file;
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /** Of all of it, also of what has not been read yet. */
    String hash(String name) throws IOException {
        return file(name).hash();
    }

    private HashedFile file(String name) {
        return open.computeIfAbsent(name, n -> {
            try {
                return new HashedFile(folder.resolve(n));
            } catch (IOException e) {
                throw unreadable(n, e);
            }
        });
    }

    private static Mismatch unreadable(String name, IOException e) {
        return Place.in(name).off("the file", "readable", inWords(e));
    }

    static String inWords(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof NoSuchFileException) {
            return "that it is gone";
        }
        if (cause instanceof AccessDeniedException) {
            return "that %s may not read it".formatted(System.getProperty("user.name"));
        }
        if (cause instanceof NotDirectoryException) {
            return "that it is not a folder";
        }
        String reason = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
        return reason == null ? "that it cannot be read" : "that it " + reason;
    }

    /** Nothing was written, so nothing can be lost. */
    @Override
    public void close() {
        growing.addAll(open.values());
        for (InputStream file : growing) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.debug("a file of {} cannot be closed", folder, e);
            }
        }
    }
}
