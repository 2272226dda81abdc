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

    public static void main(String... jobFiles) throws InterruptedException {
        List<Thread> runs = new ArrayList<>();
        for (String jobFile : jobFiles) {
            Thread run = new Thread(() -> run(Path.of(jobFile)), jobFile);
            run.start();
            runs.add(run);
        }
        for (Thread run : runs) {
            run.join();
        }
    }

    private static void run(Path jobFile) {
        int exitCode = CommandLineProgram.execute("run", jobFile.toString());
        try {
            Files.writeString(jobFile.resolveSibling(ENDED), String.valueOf(exitCode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
