package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports that somebody filled with whatever stops a program, checked all at once by one that has 256 megabytes. */
class HostileReportsTest {

    @TempDir
    Path folder;

    private Path report(String name) {
        return AuditedNights.unsigned().get(0).copy().in(folder.resolve(name));
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

    private void record(String name, String value) {
        AuditedNights.unsigned()
                .get(0)
                .copy()
                .text("report.json", text -> text.replaceFirst("\\{", "{\"x\":" + value + ","))
                .sealed()
                .in(folder.resolve(name));
    }

    @Test
    void eachIsAFindingAndTheNextIsCheckedAllTheSame() throws Exception {
        grown(report("large-manifest").resolve("manifest.json"), 3L << 30);
        grown(report("large-record").resolve("report.json"), 300L << 20);
        grown(report("large-page").resolve("report.html"), 300L << 20);
        grown(report("large-table").resolve("customers.csv"), 300L << 20);
        grown(report("large-actions").resolve("actions.csv"), 300L << 20);
        grown(report("large-trail").resolve("events.jsonl"), 3L << 30);
        grown(without("line-without-end", "events.jsonl"), 300L << 20);
        Path pipe = without("pipe-manifest", "manifest.json");
        pipe(pipe);
        pipe(without("pipe-trail", "events.jsonl"));
        Files.createSymbolicLink(without("link-manifest", "manifest.json"), pipe);
        Files.createSymbolicLink(without("device-trail", "events.jsonl"), Path.of("/dev/zero"));
        Files.createDirectory(without("folder-record", "report.json"));
        Files.createDirectory(without("folder-manifest", "manifest.json"));
        record("deep-record", "[".repeat(3_000_000));
        record("wide-record", "[" + "[],".repeat(20_000_000) + "1]");
        record("long-number", "9".repeat(5_000_000));
        record("named-twice", "1,\"x\":2");
        record("long-string", "\"" + "x".repeat(60_000_000) + "\"");
        Files.writeString(
                report("wide-manifest").resolve("manifest.json"),
                "{\"files\":[" + "{\"\":0},".repeat(1_000_000) + "0]}");
        report("sound");

        Path out = folder.resolve("out");
        Process verifier = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.offboarding.Offboarding",
                        "verify-report",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = verifier.waitFor(120, TimeUnit.SECONDS);
        verifier.destroyForcibly();

        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(verifier.exitValue()).as(said).isEqualTo(8);
        assertThat(said).doesNotContain("Exception", "Error", "\tat ");
        assertThat(said.lines().filter(line -> line.endsWith(": NOT in order")))
                .as(said)
                .hasSize(19);
        assertThat(said).contains("sound: in order: ", "20 reports, 19 not in order");
    }
}
