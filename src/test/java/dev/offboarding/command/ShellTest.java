package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.MeasuredRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a shell has of the program: the script that starts it, and the completion of its command line. */
@DisabledOnOs(OS.WINDOWS)
class ShellTest {

    @TempDir
    Path folder;

    private Path home;

    /** The script beside a jar, and a java that only says what it was asked for. */
    @BeforeEach
    void install() throws IOException {
        home = Files.createDirectories(folder.resolve("opt with a blank"));
        executable(home.resolve("offboarding"), Files.readString(Path.of("src/dist/offboarding")));
        executable(
                Files.createDirectories(folder.resolve("jdk/bin")).resolve("java"),
                "#!/bin/sh\necho \"process $$\"\nfor argument; do echo \"$argument\"; done\nexit 4\n");
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Ended(long process, int exitCode, List<String> lines) {}

    private Ended shell(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        Process process = builder.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.pid(), process.exitValue(), Files.readAllLines(out));
    }

    @Test
    void theScriptStartsTheJarBesideItAndEndsAsItDoes() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("offboarding"), home.resolve("offboarding"));

        Ended ended = shell(link.toString(), "run", "a job.yaml");

        assertThat(ended.exitCode()).isEqualTo(4);
        assertThat(ended.lines().subList(1, ended.lines().size()))
                .as("as it is measured")
                .isEqualTo(Stream.concat(
                                Stream.of(MeasuredRun.BY_SCRIPT.split(" ")),
                                Stream.of(
                                        "-jar",
                                        home.toRealPath()
                                                .resolve("offboarding.jar")
                                                .toString(),
                                        "run",
                                        "a job.yaml"))
                        .toList());
    }

    /** And this java knows each of them: one that does not must not refuse to start. */
    @Test
    void itLimitsWhatIsCompiledWithOptionsThatThisJavaKnows() throws Exception {
        Ended ended = shell(home.resolve("offboarding").toString(), "--version");

        List<String> options = ended.lines().stream()
                .filter(argument -> argument.startsWith("-XX:"))
                .toList();
        assertThat(options).startsWith("-XX:+IgnoreUnrecognizedVMOptions").hasSizeGreaterThan(1);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.subList(1, options.size()));
        command.add("-version");
        assertThat(shell(command.toArray(String[]::new)).exitCode()).isZero();
    }

    @Test
    void itStartsFromAnArchiveOfClassesWhereOneLiesBesideIt() throws Exception {
        Path archive = Files.createFile(home.resolve("offboarding.jsa"));

        Ended ended = shell(home.resolve("offboarding").toString(), "--version");

        assertThat(ended.lines())
                .contains("-XX:SharedArchiveFile=" + home.toRealPath().resolve(archive.getFileName()), "-Xshare:auto")
                .endsWith("-jar", home.toRealPath().resolve("offboarding.jar").toString(), "--version");
    }

    /** Whoever ends the script ends the program, in order. */
    @Test
    void theProgramTakesThePlaceOfTheScript() throws Exception {
        Ended ended = shell(home.resolve("offboarding").toString());

        assertThat(ended.lines().get(0)).isEqualTo("process " + ended.process());
    }

    @Test
    void aShellCompletesVerbsAndOptions() throws Exception {
        StringWriter script = new StringWriter();
        assertThat(CommandLineProgram.execute(
                        new PrintWriter(script, true), new PrintWriter(new StringWriter()), "generate-completion"))
                .isZero();
        Path file = Files.writeString(folder.resolve("completion"), script.toString());

        assertThat(completed(file, "offboarding", "sched")).containsExactly("schedule");
        assertThat(completed(file, "offboarding", "cases", "--man")).containsExactly("--manual");
        assertThat(completed(file, "offboarding", "cases", "--hold", "AZ")).containsExactly("AZURE_PLAN");
    }

    private List<String> completed(Path file, String... words) throws Exception {
        return shell(
                        "bash",
                        "-c",
                        "source '%s'; compopt() { :; }; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_offboarding; echo \"${COMPREPLY[@]}\""
                                .formatted(file, String.join(" ", words), words.length - 1))
                .lines();
    }
}
