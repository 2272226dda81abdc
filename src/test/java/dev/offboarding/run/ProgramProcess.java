package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.Offboarding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The program in a process of its own, as a shell starts it. */
public final class ProgramProcess implements AutoCloseable {

    private final Path folder;
    private final Process process;

    private ProgramProcess(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    /** @param folder the working directory, in which what it says lies, too */
    public static ProgramProcess start(Path folder, String... args) throws IOException {
        return start(folder, Offboarding.class, args);
    }

    public static ProgramProcess start(Path folder, Class<?> main, String... args) throws IOException {
        return start(folder, Map.of(), main, args);
    }

    /** @param environment beside this process's own */
    public static ProgramProcess start(Path folder, Map<String, String> environment, Class<?> main, String... args)
            throws IOException {
        return start(folder, environment, command(main, args));
    }

    /** @param folder the working directory; what it says lies in the other one */
    public static ProgramProcess startFrom(Path folder, Path said, Class<?> main, String... args) throws IOException {
        return start(folder, said, Map.of(), command(main, args));
    }

    /** @param heap as in {@code -Xmx} */
    public static ProgramProcess startIn(String heap, Path folder, String... args) throws IOException {
        return start(folder, Map.of(), command("-Xmx" + heap, Offboarding.class, args));
    }

    /**
     * Behind a command that changes what the program finds: {@code env}, {@code setpriv}, {@code unshare}.
     *
     * @param first that command with its arguments
     */
    public static ProgramProcess startBehind(List<String> first, Path folder, String... args) throws IOException {
        return startBehind(first, folder, Offboarding.class, args);
    }

    public static ProgramProcess startBehind(List<String> first, Path folder, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(first);
        command.addAll(command(main, args));
        return start(folder, Map.of(), command);
    }

    /** What a shell does before it becomes the program. */
    public static List<String> shell(String first) {
        return List.of("/bin/sh", "-c", first + "; exec \"$@\"", "sh");
    }

    private static List<String> command(Class<?> main, String... args) {
        return command("-Xmx256m", main, args);
    }

    private static List<String> command(String heap, Class<?> main, String... args) {
        List<String> command = new ArrayList<>(ChildJvm.command(heap));
        command.add(main.getName());
        command.addAll(List.of(args));
        return command;
    }

    private static ProgramProcess start(Path folder, Map<String, String> environment, List<String> command)
            throws IOException {
        return start(folder, folder, environment, command);
    }

    private static ProgramProcess start(Path folder, Path said, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder program = new ProcessBuilder(command).directory(folder.toFile());
        program.environment().putAll(environment);
        return new ProgramProcess(
                said,
                program.redirectOutput(said.resolve("out").toFile())
                        .redirectError(said.resolve("err").toFile())
                        .start());
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public void awaitErr(Predicate<String> says) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> says.test(err()) || !process.isAlive());
        assertThat(err()).matches(says);
    }

    /** Its exit code. */
    public int end() throws InterruptedException {
        return endWithin(Duration.ofMinutes(2));
    }

    public int endWithin(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end: " + err());
        }
        return process.exitValue();
    }

    public String out() {
        return text("out");
    }

    public String err() {
        return text("err");
    }

    private String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
