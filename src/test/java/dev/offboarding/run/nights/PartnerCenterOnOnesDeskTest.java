package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.PartnerCenterOnOnesDesk;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@code ./mvnw spring-boot:test-run} starts, and what a new user sees of it. */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterOnOnesDeskTest {

    @Test
    void aSampleJobIsTriedOutWithoutAnAccount(@TempDir Path folder) throws Exception {
        int exitCode;
        try (ProgramProcess program = ProgramProcess.start(folder, PartnerCenterOnOnesDesk.class)) {
            exitCode = program.end();
        }

        assertThat(exitCode)
                .describedAs(Files.readString(folder.resolve("err")))
                .isZero();
        assertThat(folder.resolve("target/partner-center/job.yaml")).isRegularFile();
        assertThat(Files.readString(folder.resolve("out")))
                .contains("Partner Center is a stand-in", "target/partner-center/job.yaml");
        List<Path> reports;
        try (Stream<Path> folders = Files.list(folder.resolve("reports/partner-center-stand-in"))) {
            reports = folders.filter(it -> !Files.isSymbolicLink(it) && Files.isRegularFile(it.resolve("report.json")))
                    .toList();
        }
        assertThat(reports).hasSize(1);
        assertThat(Scene.csv(reports.get(0).resolve("customers.csv")))
                .extracting(it -> it.get("outcome"))
                .containsOnly("OFFBOARDED", "HELD")
                .contains("OFFBOARDED", "HELD");
    }
}
