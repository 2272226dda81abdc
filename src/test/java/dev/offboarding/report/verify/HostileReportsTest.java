package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reports that somebody filled with whatever stops a program, checked all at once by one that has little memory. */
class HostileReportsTest {

    private static Forgery night = new Forgery();

    @TempDir
    Path folder;

    @TempDir
    Path home;

    @BeforeAll
    static void aNight() {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 4).listed(1);
            night = Forgery.of(scene.runs(ExitCode.OK).folder());
        }
    }

    private Path report(String name) {
        return night.copy().in(folder.resolve(name));
    }

    private Path without(String name, String file) throws IOException {
        Path path = report(name).resolve(file);
        Files.delete(path);
        return path;
    }

    private void pipe(Path file) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    /** Nothing but zeros from its old end on, which take no room. */
    private static void grown(Path file, long length) throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(length);
        }
    }

    /** With all hashes as they should be, so that nothing else is off. */
    private void record(String name, String value) {
        night.copy()
                .text("report.json", text -> "{\"x\":" + value + "," + text.substring(text.indexOf('{') + 1))
                .sealed()
                .in(folder.resolve(name));
    }

    /** As {@link #record}, larger than this process has memory for, and with the hash that it had. */
    private void record(String name, String begin, String again, int times) throws IOException {
        Path file = without(name, "report.json");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("{\"x\":" + begin);
            for (int n = 0; n < times; n++) {
                out.write(again);
            }
        }
    }

    /** What is refused by its size or its kind costs the same at any size. */
    private void whatIsNoFileOfAReport() throws Exception {
        grown(report("large-manifest").resolve("manifest.json"), 3L << 30);
        grown(report("large-record").resolve("report.json"), 300L << 20);
        grown(report("large-table").resolve("customers.csv"), 300L << 20);
        grown(report("large-actions").resolve("actions.csv"), 300L << 20);
        grown(report("large-trail").resolve("events.jsonl"), 60L << 30);
        grown(report("larger-trail").resolve("events.jsonl"), 70L << 30);
        grown(report("larger-page").resolve("report.html"), 5L << 30);
        grown(without("line-without-end", "events.jsonl"), 300L << 20);
        Path pipe = without("pipe-manifest", "manifest.json");
        pipe(pipe);
        pipe(without("pipe-trail", "events.jsonl"));
        Files.createSymbolicLink(without("link-manifest", "manifest.json"), pipe);
        Files.createSymbolicLink(without("device-trail", "events.jsonl"), Path.of("/dev/zero"));
        Files.createDirectory(without("folder-record", "report.json"));
        Files.createDirectory(without("folder-manifest", "manifest.json"));
        Files.createFile(report("odd-name").resolve("red\u001b[31m<b>\n: in order: 7"));
        record("named-twice", "1,\"x\":2");
        report("so\u001b[31mund\nx: in order: 7");
    }

    private void assertAFindingEach(String heap, int reports) throws Exception {
        try (ProgramProcess verifier = ProgramProcess.startIn(heap, home, "verify-report", folder.toString())) {
            assertThat(verifier.end()).as(verifier.out() + verifier.err()).isEqualTo(8);
            String said = verifier.out() + verifier.err();
            assertThat(said).doesNotContain("Exception", "Error", "\tat ", "\u001b");
            assertThat(said.lines().filter(line -> line.endsWith(": NOT in order")))
                    .as(said)
                    .hasSize(reports - 1);
            assertThat(said.lines().filter(line -> line.contains("[31mund") && line.contains(": in order: ")))
                    .as(said)
                    .hasSize(1);
            assertThat(said).contains("%d reports, %d not in order".formatted(reports, reports - 1));
            assertThat(said)
                    .contains(
                            "nesting depth (501)",
                            "length of the row",
                            "key x",
                            "values in one piece of JSON",
                            "length");
        }
    }

    /** Each a little over what is read at most, in half the memory that is promised. Seen: two rows of 300 megabytes took a minute and a half. */
    @Test
    @Timeout(60)
    void eachIsAFindingAndTheNextIsCheckedNevertheless() throws Exception {
        whatIsNoFileOfAReport();
        grown(report("large-page").resolve("report.html"), 130L << 20);
        record("deep-record", "[".repeat(501));
        record("wide-record", "[" + "[],".repeat(500_000) + "1]");
        record(
                "wide-head",
                IntStream.range(0, 500_001).mapToObj(",\"%d\":0"::formatted).collect(Collectors.joining("", "0", "")));
        record("long-number", "9".repeat(5_000_000));
        record("long-string", "\"" + "x".repeat(5_000_000) + "\"");
        Files.writeString(
                report("wide-manifest").resolve("manifest.json"), "{\"files\":[" + "{\"\":0},".repeat(500_000) + "0]}");

        assertAFindingEach("128m", 24);
    }

    @Test
    @Tag("large")
    @Timeout(200)
    void atTheirFullSizes() throws Exception {
        whatIsNoFileOfAReport();
        grown(report("large-page").resolve("report.html"), 300L << 20);
        record("deep-record", "", "[", 3_000_000);
        record("wide-record", "[", "[],", 100_000_000);
        record("long-number", "", "99999", 60_000_000);
        record("long-string", "\"", "xxxxxxxxxx", 30_000_000);
        Files.writeString(
                report("wide-manifest").resolve("manifest.json"),
                "{\"files\":[" + "{\"\":0},".repeat(1_000_000) + "0]}");

        assertAFindingEach("256m", 23);
    }
}
