package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.TypedCommand;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** As {@link HostileReportsTest}, of exports. Seen: one that named a report a hundred thousand times was never through, and one too wide for memory ended the check. */
class HostileExportsTest {

    @TempDir
    Path folder;

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Path real = Path.of("");

    private Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        FileSystemUtils.copyRecursively(real, copy);
        return copy;
    }

    private Path without(String name, String file) throws IOException {
        Path path = copy(name).resolve(file);
        Files.delete(path);
        return path;
    }

    private void record(String name, String begin, String again, int times, String end) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(without(name, "export.json"))) {
            out.write(begin);
            for (int n = 0; n < times; n++) {
                out.write(again);
            }
            out.write(end);
        }
    }

    private static void pipe(Path file) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    private Path exported(Path report) throws Exception {
        TypedCommand export =
                TypedCommand.type("export", scene.jobFile().toString(), "--from", "2026-03-10", "--to", "2026-03-10");
        assertThat(export.exitCode()).as(export.out() + export.err()).isZero();
        try (var exports = Files.list(report.resolveSibling("exports"))) {
            return exports.findFirst().orElseThrow();
        }
    }

    @Test
    @Timeout(100)
    void eachIsAFindingAndTheNextIsCheckedNevertheless() throws Exception {
        scene.customers(1, 4).listed(1);
        Path report = scene.runs(ExitCode.OK).folder();
        real = exported(report);
        pipe(without("pipe-record", "export.json"));
        pipe(without("pipe-customers", "customers.csv"));
        try (RandomAccessFile large =
                new RandomAccessFile(copy("large-record").resolve("export.json").toFile(), "rw")) {
            large.setLength(3L << 30);
        }
        record("deep-record", "{\"x\":", "[", 600, "");
        record("wide-record", "{\"x\":[", "{},", 6_000_000, "1]}");
        String json = Files.readString(real.resolve("export.json"));
        String one = json.substring(json.indexOf("\"reports\" : [ ") + 14, json.indexOf(" ],\n  \"files\""));
        Files.writeString(copy("again").resolve("export.json"), json.replace(one, one + (", " + one).repeat(20_000)));
        copy("sound");

        List<String> args = new ArrayList<>(List.of("verify-report", report.toString()));
        try (var all = Files.list(folder)) {
            all.map(Path::toString).sorted().forEach(args::add);
        }
        try (ProgramProcess verifier = ProgramProcess.startIn("128m", scene.folder(), args.toArray(String[]::new))) {
            assertThat(verifier.end()).as(verifier.out() + verifier.err()).isEqualTo(8);
            String said = verifier.out() + verifier.err();
            assertThat(said).doesNotContain("Exception", "Error", "\tat ");
            assertThat(said.lines().filter(line -> line.endsWith(": NOT in order")))
                    .as(said)
                    .hasSize(6);
            assertThat(said)
                    .contains(folder.resolve("sound") + ": in order: ", report + ": in order: ")
                    .contains("values in one piece of JSON", "nesting depth (501)", "each once", "a pipe");
        }
    }
}
