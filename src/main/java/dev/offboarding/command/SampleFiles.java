package dev.offboarding.command;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.OneLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        List<String> there = NewFiles.there(folder, FILES);
        if (there.contains(JOB_FILE)) {
            return true;
        }
        String where = folder.toAbsolutePath().normalize().toString();
        if (!there.isEmpty()) {
            return told(
                    err,
                    "%s: the sample's %s is not there, and %s is: nothing is overwritten, and nothing was made. Start the program in another folder to try it, or name a job file: offboarding run JOBFILE"
                            .formatted(where, JOB_FILE, there.get(0)));
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        FILES.forEach(name -> files.put(name, NewFiles.own("sample/" + name)));
        try {
            NewFiles.make(folder, files);
        } catch (IOException e) {
            return told(
                    err,
                    "%s: the sample's files could not be made (%s). Start the program in a folder that you may write to."
                            .formatted(where, FileFault.inWords(e)));
        }
        out.println(OneLine.of("Made in %s: %s".formatted(where, String.join(", ", FILES))));
        out.flush();
        return true;
    }

    private static boolean told(PrintWriter err, String problem) {
        err.println(OneLine.of(problem));
        err.flush();
        return false;
    }
}
