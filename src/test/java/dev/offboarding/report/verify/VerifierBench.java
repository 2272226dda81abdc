package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How large a report a small heap can check, and how long that takes. */
@Tag("bench")
class VerifierBench {

    @TempDir
    Path folder;

    private static Forgery night() {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 30);
            for (String kind : new String[] {"license", "license", "usage"}) {
                scene.subscription(1, kind, "active");
            }
            scene.inboxFile("first.csv", """
                    customer_id,domain,ticket,Cost center
                    %s,customer-1.example,T-1,=1+1
                    %s,somebody-else.example,T-5,4711
                    """.formatted(Scene.id(1), Scene.id(2)));
            return Forgery.of(scene.runs(ExitCode.NEEDS_ATTENTION).folder());
        }
    }

    private void inOrderIn(String heap, int offboarded, int held) throws Exception {
        Path report = GrownReport.of(night(), offboarded, held, folder.resolve("report"));
        long bytes = 0;
        try (Stream<Path> files = Files.list(report)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        long begun = System.nanoTime();
        try (ProgramProcess verifier = ProgramProcess.startIn(heap, folder, "verify-report", report.toString())) {
            assertThat(verifier.end()).as(verifier.out() + verifier.err()).isZero();
        }
        System.out.printf(
                "%n%,d customers offboarded, %,d held, %,d MB: checked in %.1f s in a heap of %s%n",
                offboarded, held, bytes >> 20, (System.nanoTime() - begun) / 1e9, heap);
    }

    @Test
    void aHundredThousandCustomersIn256Megabytes() throws Exception {
        inOrderIn("256m", 99_999, 1);
    }

    @Test
    void aMillionCustomersInAGigabyte() throws Exception {
        inOrderIn("1g", 200_000, 800_000);
    }

    /** For a look with other tools: {@code FOLDER OFFBOARDED HELD}. */
    public static void main(String[] args) throws IOException {
        GrownReport.of(night(), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Path.of(args[0]));
    }
}
