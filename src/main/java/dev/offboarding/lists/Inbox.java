package dev.offboarding.lists;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the files that may be read tonight. */
final class Inbox {
    static final String STILL_WRITTEN =
            "the file is still being written: it changed within a second. It is left for the next run.";

    /** So begins what Excel puts beside a workbook as long as somebody has it open. */
    static final String OPEN_IN_EXCEL = "~$";

    /** Size and time of a regular file. */
    record Look(long size, FileTime modified) {}

    /**
     * A file that was checked twice.
     *
     * @param look what was seen; null if it is not a regular file
     * @param settled was it the same both times?
     */
    record Candidate(Path path, @Nullable Look look, boolean settled) {
        String name() {
            return String.valueOf(path.getFileName());
        }
    }

    private final Duration betweenLooks;
    private final CancellationToken cancellation;

    Inbox(Duration betweenLooks, CancellationToken cancellation) {
        this.betweenLooks = betweenLooks;
        this.cancellation = cancellation;
    }

    /**
     * The lists of a folder in the order of their names. One that is gone the second time is left out.
     *
     * @throws ListUnavailableException if there is no such folder, or it cannot be read
     */
    List<Candidate> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ListUnavailableException(
                    "list.csv.inbox: there is no folder %s. Make it, or correct the path in the job file (relative paths are relative to the working directory)."
                            .formatted(folder.toAbsolutePath()));
        }
        try (Stream<Path> files = Files.list(folder)) {
            return lookTwice(files.filter(Inbox::isList).sorted().toList(), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw unreadable(folder, e);
        }
    }

    private static ListUnavailableException unreadable(Path folder, Exception e) {
        return new ListUnavailableException(
                "list.csv.inbox: the folder %s cannot be read (%s). Look at its rights."
                        .formatted(folder.toAbsolutePath(), FileFault.inWords(e, folder)),
                e);
    }

    /**
     * What else is in a folder and is not a list, sorted by name. What is still being written is left out, and so are the folders for taken
     * and refused files.
     *
     * @throws ListUnavailableException if the folder cannot be read
     */
    List<NonListFile> noListsIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Inbox::isStranger).sorted().map(NonListFile::of).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw unreadable(folder, e);
        }
    }

    private static boolean isStranger(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean passedOver = name.startsWith(".") || name.endsWith(".tmp") || name.endsWith(".part");
        boolean ours = ListReception.FOLDERS.contains(name) && Files.isDirectory(path);
        // what is gone by now was someone's work in progress
        return !passedOver && !ours && !isList(path) && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** @throws ListUnavailableException if there is no such file */
    Candidate file(Path file) {
        List<Candidate> found = lookTwice(List.of(file));
        if (found.isEmpty()) {
            throw new ListUnavailableException(
                    "list.csv.file: there is no file %s. Put it there, or correct the path in the job file (relative paths are relative to the working directory)."
                            .formatted(file.toAbsolutePath()));
        }
        return found.get(0);
    }

    /** Whether a list may be called so. */
    static boolean hasListName(String name) {
        // .tmp and .part do not end in .csv, nor in .xlsx, so they are passed over as well
        return (name.toLowerCase(Locale.ROOT).endsWith(".csv") || WorkbookList.isOne(name))
                && !name.startsWith(".")
                && !name.startsWith(OPEN_IN_EXCEL);
    }

    private static boolean isList(Path path) {
        String name = path.getFileName().toString();
        return hasListName(name) && NonListFile.flaw(path) == null && look(path, LinkOption.NOFOLLOW_LINKS) != null;
    }

    /** All files share one second: a full inbox must not make the night longer. */
    private List<Candidate> lookTwice(List<Path> paths, LinkOption... options) {
        if (paths.isEmpty()) {
            return List.of();
        }
        List<@Nullable Look> first = new ArrayList<>();
        paths.forEach(path -> first.add(look(path, options)));
        try {
            cancellation.pause(betweenLooks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at the inbox", e);
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            Look second = look(path, options);
            if (second != null || Files.exists(path, options)) {
                candidates.add(new Candidate(
                        path.toAbsolutePath().normalize(), second, second == null || second.equals(first.get(i))));
            }
        }
        return candidates;
    }

    /** Null if it is not there, or not a regular file. */
    static @Nullable Look look(Path path, LinkOption... options) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, options);
            return attributes.isRegularFile() ? new Look(attributes.size(), attributes.lastModifiedTime()) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
