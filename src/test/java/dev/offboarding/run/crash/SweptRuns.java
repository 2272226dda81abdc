package dev.offboarding.run.crash;

import dev.offboarding.command.CommandLineProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program, with a run of each of many job files at once, so that one {@code kill -9} ends many runs. Jobs, databases, lists and
 * platforms have nothing in common. Beside its job file each leaves its exit code in {@code ended}.
 */
public final class SweptRuns {

    public static final String ENDED = "ended";

    private SweptRuns() {}

    /** @param nightsAndJobFiles which {@link SweptNight} it is and the job file, of each */
    public static void main(String... nightsAndJobFiles) throws InterruptedException {
        List<Thread> runs = new ArrayList<>();
        for (int i = 0; i < nightsAndJobFiles.length; i += 2) {
            SweptNight night = SweptNight.valueOf(nightsAndJobFiles[i]);
            String jobFile = nightsAndJobFiles[i + 1];
            Thread run = new Thread(() -> run(night, Path.of(jobFile)), jobFile);
            run.start();
            runs.add(run);
        }
        for (Thread run : runs) {
            run.join();
        }
    }

    private static void run(SweptNight night, Path jobFile) {
        int exitCode = 0;
        for (int times = 0; times < night.times(); times++) {
            exitCode = CommandLineProgram.execute(night.command(jobFile.toString()));
        }
        try {
            Files.writeString(jobFile.resolveSibling(ENDED), String.valueOf(exitCode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
