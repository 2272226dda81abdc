package dev.offboarding.run;

import dev.offboarding.Offboarding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, in a scene's folder: what it says goes to {@code out} and {@code err} there. */
public final class Program {

    /** What a job file of the tests takes its secret from. */
    public static final String SECRET = "TEST_SECRET";

    private static final int PATIENCE_SECONDS = 120;

    public record Ended(int exitCode, String out, String err) {}

    private final Process process;
    private final Path folder;

    private Program(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** As somebody at a terminal starts it; made for lives that are short. */
    public static Program start(Path folder, String secret, String... args) {
        return start(Offboarding.class, folder, secret, args);
    }

    /** @param main the class to start */
    public static Program start(Class<?> main, Path folder, String secret, String... args) {
        return start(main, folder, Map.of(SECRET, secret), args);
    }

    /** @param variables of the environment, beside those that there are */
    public static Program start(Path folder, Map<String, String> variables, String... args) {
        return start(Offboarding.class, folder, variables, args);
    }

    /** The same, with another class to start. */
    public static Program start(Class<?> main, Path folder, Map<String, String> variables, String... args) {
        ProcessBuilder program = new ProcessBuilder(new ArrayList<>(ChildJvm.command("-Xmx256m")));
        program.command().add(main.getName());
        program.command().addAll(List.of(args));
        program.directory(folder.toFile());
        program.environment().putAll(variables);
        try {
            return new Program(
                    program.redirectOutput(folder.resolve("out").toFile())
                            .redirectError(folder.resolve("err").toFile())
                            .start(),
                    folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM. */
    public void askToStop() {
        process.destroy();
    }

    /** SIGKILL; returns once it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    public Ended end() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + Files.readString(folder.resolve("err")));
        }
        return new Ended(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }
}
