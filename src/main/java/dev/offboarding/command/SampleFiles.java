package dev.offboarding.command;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the sample needs, for whoever has the jar and nothing else: made where the program is started, if it is not there yet. */
final class SampleFiles {

    /** Below the working directory, and below {@code sample/} in the jar. */
    static final String JOB_FILE = "jobs/sample.yaml";

    /** The job file last: where it is, all is there. */
    private static final List<String> FILES = List.of(
            "sample-data/customers.csv", "sample-data/ledger.sql", "sample-data/protected-customers.csv", JOB_FILE);

    private SampleFiles() {}

    /**
     * Makes them, unless the sample's job file is there. Overwrites nothing.
     *
     * @return whether the sample can be run; what is in the way is told
     */
    static boolean areThere(Path folder, PrintWriter out, PrintWriter err) {
        if (isThere(folder.resolve(JOB_FILE))) {
            return true;
        }
        String where = folder.toAbsolutePath().normalize().toString();
        List<String> others =
                FILES.stream().filter(name -> isThere(folder.resolve(name))).toList();
        if (!others.isEmpty()) {
            return told(
                    err,
                    "%s: the sample's %s is not there, and %s is: nothing is overwritten, and nothing was made. Start the program in another folder to try it, or name a job file: offboarding run JOBFILE"
                            .formatted(where, JOB_FILE, others.get(0)));
        }
        List<Path> made = new ArrayList<>();
        try {
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (String name : FILES) {
                files.put(name, own(name));
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.write(path, file.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                made.add(path);
            }
        } catch (IOException e) {
            takeAway(made);
            return told(
                    err,
                    "%s: the sample's files could not be made (%s). Start the program in a folder that you may write to."
                            .formatted(where, FileFault.inWords(e)));
        }
        out.println(OneLine.of("Made in %s: %s".formatted(where, String.join(", ", FILES))));
        out.flush();
        return true;
    }

    /** Half of the sample would be in the way of the whole. */
    private static void takeAway(List<Path> made) {
        for (Path file : made) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // the folder cannot be written to any more, as is said already
                return;
            }
        }
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean told(PrintWriter err, String problem) {
        err.println(OneLine.of(problem));
        err.flush();
        return false;
    }

    private static byte[] own(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SampleFiles.class.getResourceAsStream("sample/" + name), "the sample's own files are in the jar")) {
            return in.readAllBytes();
        }
    }
}
