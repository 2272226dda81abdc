package dev.offboarding.report.verify;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Finds the reports in a folder of them, also what is left of one: whoever takes away the manifest of a report must not have it passed over.
 * What others keep there is none of them.
 */
public final class ReportsBelow {
    private static final Pattern RUN_ID = Pattern.compile("[0-9]{8}T[0-9]{9}Z");

    /** Two of them are beside each other in a report only; one alone, or a page beside a record, is in other programs' folders, too. */
    private static final Set<String> TELLING =
            Set.of(ReportPass.FILE, CustomerRows.FILE, ActionRows.FILE, EventLines.FILE);

    private static final int MANIFEST_OF_A_JOB_BESIDE_OTHERS = 3;

    private final Path folder;
    private final SortedSet<Path> reports = new TreeSet<>();
    /** The first such file of each folder. */
    private final Map<Path, Path> telling = new HashMap<>();

    private ReportsBelow(Path folder) {
        this.folder = folder;
    }

    /** Whether the folder of a report may have this name, for it is a run's. */
    public static boolean isRunId(String name) {
        return RUN_ID.matcher(name).matches();
    }

    /** The reports in a folder of them, also a job's beside others', the earliest first; none if the folder is a report itself. */
    public static List<Path> of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)
                || isNamedAsARun(folder)
                || Files.exists(folder.resolve(ManifestFile.FILE), LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        ReportsBelow below = new ReportsBelow(folder);
        below.walk();
        return List.copyOf(below.reports);
    }

    private void walk() throws IOException {
        // whatever it is: the reader of the report finds a pipe in a manifest's place, or a folder that may not be read
        Files.walkFileTree(folder, Set.of(), MANIFEST_OF_A_JOB_BESIDE_OTHERS, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                // a run is still writing there, or died while it did; or somebody has thrown away what is in it
                if (!path.equals(folder) && isHidden(path)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                look(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                look(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) {
                // one that was being written has its own name meanwhile
                if (path.equals(folder) || !isHidden(path)) {
                    reports.add(path);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void look(Path path) {
        if (path.equals(folder)) {
            return;
        }
        // what is in the folder in which one stands has no parent, where that is named by nothing
        Path parent = Objects.requireNonNullElse(path.getParent(), folder);
        String name = String.valueOf(path.getFileName());
        if (name.equals(ManifestFile.FILE)) {
            reports.add(parent);
        } else if (TELLING.contains(name) && telling.putIfAbsent(parent, path) != null) {
            reports.add(parent);
        } else if (isRunId(name) && path.getNameCount() - folder.getNameCount() < MANIFEST_OF_A_JOB_BESIDE_OTHERS) {
            reports.add(path);
        }
    }

    private static boolean isNamedAsARun(Path folder) {
        Path name = folder.normalize().getFileName();
        return name != null && isRunId(name.toString());
    }

    private static boolean isHidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }
}
