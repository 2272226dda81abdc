package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
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
            // ten thousand files are written, moved and waited for, one by one
            assertThat(program.endWithin(Duration.ofMinutes(8)))
                    .as(program.out() + program.err())
                    .isEqualTo(exitCode);
            assertThat(program.out() + program.err()).doesNotContain("OutOfMemory", "Exception", "\tat ");
            return program.out();
        }
    }

    /** @param largeness of a file, in hundredths of those that were tried */
    private void longFiles(int largeness) throws IOException {
        String thousand = "x".repeat(1_000);
        file("cell.csv", HEADINGS + Scene.id(1) + ",", thousand, 1_000 * largeness);
        file("heading.csv", "customer_id,domain,", thousand, 1_000 * largeness);
        file("columns.csv", "customer_id,domain", ",a", 10_000 * largeness);
        file("quotes.csv", HEADINGS + Scene.id(1) + ",", "\"\"\"\"", 100_000 * largeness);
        file("blank.csv", HEADINGS, "\n", 500_000 * largeness);
    }

    private void assertLongFilesAreRefusedAlone() throws IOException {
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        for (String name : new String[] {"cell", "heading", "columns", "quotes", "blank"}) {
            assertThat(scene.inboxFiles()).contains("refused/" + name + ".csv.reason.txt");
        }
    }

    @Test
    void oddFilesAndNamesStopNobodyElsesOffboarding() throws Exception {
        scene.customers(1, 20);
        Path inbox = scene.inbox();
        longFiles(2);
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
        Path kept = Files.writeString(scene.folder().resolve("kept.csv"), HEADINGS + row(6));
        Files.createLink(inbox.resolve("hard.csv"), kept);
        Path jobFile = scene.jobFile();
        Files.createLink(inbox.resolve("job.csv"), jobFile);
        scene.inboxFile("-rf.csv", HEADINGS + row(2))
                .inboxFile("two\nlines.csv", HEADINGS + row(3))
                .inboxFile("red\u001b[31m<b>.csv", HEADINGS + row(4))
                .inboxFile("sound.csv", HEADINGS + row(5));

        String out = runs(4);

        assertThat(out).doesNotContain("\u001b", "root:x:");
        assertLongFilesAreRefusedAlone();
        for (int n = 2; n <= 6; n++) {
            assertThat(scene.relationshipOf(n)).as("%d", n).isEqualTo("none");
        }
        assertThat(scene.inboxFiles())
                .contains("refused/half.csv.reason.txt", "refused/nul.csv.reason.txt", "archive/-rf.csv")
                .contains("archive/hard.csv", "refused/job.csv.reason.txt");
        assertThat(kept).hasContent(HEADINGS + row(6));
        assertThat(jobFile).content().contains("offboarding.job");
    }

    /** A cell and a header of 100 megabytes, a million columns, 40 megabytes of quotes, 50 million blank lines. */
    @Test
    @Tag("large")
    void longFilesAtTheirFullSizesStopNobodyElsesOffboarding() throws Exception {
        scene.customers(1, 20);
        longFiles(100);
        scene.inboxFile("sound.csv", HEADINGS + row(5));

        runs(4);

        assertLongFilesAreRefusedAlone();
        assertThat(scene.relationshipOf(5)).isEqualTo("none");
    }

    /** Somebody's script wrote a file for each customer, and thousands without any. */
    @Test
    @Tag("large")
    void tenThousandFilesAreOneNight() throws Exception {
        scene.customers(1, 20);
        for (int n = 1; n <= 10_000; n++) {
            scene.inboxFile("list-%05d.csv".formatted(n), HEADINGS + (n <= 10 ? row(n) : "none,none.example\n"));
        }

        runs(4);

        for (int n = 1; n <= 20; n++) {
            assertThat(scene.relationshipOf(n)).as("%d", n).isEqualTo(n <= 10 ? "none" : "reseller");
        }
        // one with nothing but a reject is taken, and the others are the same again
        assertThat(scene.inboxFiles().stream().filter(name -> name.startsWith("archive/")))
                .hasSize(10 + 2);
        assertThat(scene.inboxFiles().stream().filter(name -> name.endsWith(".reason.txt")))
                .hasSize(9_989);
    }
}
