package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An inbox full of what somebody thought would stop a night, read by a program that has 128 megabytes. */
class HostileListsTest {

    private static final String HEADINGS = "customer_id,domain\n";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String row(int n) {
        return "%s,customer-%d.example\n".formatted(Scene.id(n), n);
    }

    private void file(String name, String begin, String again, int times) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(scene.inbox().resolve(name))) {
            out.write(begin);
            for (int n = 0; n < times; n++) {
                out.write(again);
            }
        }
    }

    private String runs(int exitCode) throws IOException, InterruptedException {
        try (ProgramProcess program = ProgramProcess.startIn(
                "128m", scene.folder(), "run", scene.jobFile().toString())) {
            assertThat(program.end()).as(program.out() + program.err()).isEqualTo(exitCode);
            assertThat(program.out() + program.err()).doesNotContain("OutOfMemory", "Exception", "\tat ");
            return program.out();
        }
    }

    @Test
    void oddFilesAndNamesStopNobodyElsesOffboarding() throws Exception {
        scene.customers(1, 20);
        Path inbox = scene.inbox();
        String thousand = "x".repeat(1_000);
        file("cell.csv", HEADINGS + Scene.id(1) + ",", thousand, 2_000);
        file("heading.csv", "customer_id,domain,", thousand, 2_000);
        file("columns.csv", "customer_id,domain", ",a", 100_000);
        file("quotes.csv", HEADINGS + Scene.id(1) + ",", "\"\"\"\"", 250_000);
        file("blank.csv", HEADINGS, "\n", 100_000);
        byte[] half = ("\ufeff" + HEADINGS + Scene.id(1) + ",x").getBytes(StandardCharsets.UTF_16LE);
        half[half.length - 1] = (byte) 0xD8; // the first half of a character, and no second one
        Files.write(inbox.resolve("half.csv"), half);
        Files.write(inbox.resolve("nul.csv"), (HEADINGS + Scene.id(1) + ",\0\n").getBytes(StandardCharsets.UTF_8));
        assertThat(new ProcessBuilder("mkfifo", inbox + "/pipe.csv").start().waitFor())
                .isZero();
        Files.createDirectory(inbox.resolve("folder.csv"));
        Files.createSymbolicLink(inbox.resolve("dangling.csv"), inbox.resolve("nowhere"));
        Files.createSymbolicLink(inbox.resolve("system.csv"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(inbox.resolve("endless.csv"), Path.of("/dev/zero"));
        scene.inboxFile("-rf.csv", HEADINGS + row(2))
                .inboxFile("two\nlines.csv", HEADINGS + row(3))
                .inboxFile("red\u001b[31m<b>.csv", HEADINGS + row(4))
                .inboxFile("sound.csv", HEADINGS + row(5));

        String out = runs(4);

        assertThat(out).doesNotContain("\u001b", "root:x:");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        for (int n = 2; n <= 5; n++) {
            assertThat(scene.relationshipOf(n)).as("%d", n).isEqualTo("none");
        }
        assertThat(scene.inboxFiles())
                .contains(
                        "refused/cell.csv.reason.txt",
                        "refused/heading.csv.reason.txt",
                        "refused/columns.csv.reason.txt",
                        "refused/quotes.csv.reason.txt",
                        "refused/blank.csv.reason.txt",
                        "refused/half.csv.reason.txt",
                        "refused/nul.csv.reason.txt",
                        "archive/-rf.csv");
    }
}
