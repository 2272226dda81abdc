package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.database.RunLock;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.ToldLines;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page of all runs of a job, night after night. */
class OverviewNightsTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private Path job() {
        return scene.folder().resolve("reports/nightly");
    }

    private String index() throws IOException {
        return Files.readString(job().resolve("index.html"));
    }

    private static String link(Scene.Report report) {
        return "href=\"" + report.folder().getFileName() + "/report.html\"";
    }

    @Test
    void itHasEachRunWithItsEndAndItsCustomersAndWhatWaits() throws Exception {
        scene.customers(1, 4);
        scene.subscription(2, "new_commerce", "active", LocalDate.parse("2026-11-30"));
        scene.subscription(3, "marketplace", "active");
        scene.inboxFile("list.csv", """
                customer_id,domain,company_name
                %s,customer-1.example,
                %s,customer-2.example,
                %s,customer-3.example,
                %s,other.example,<b>&"quoted"</b>
                """.formatted(Scene.id(1), Scene.id(2), Scene.id(3), Scene.id(4)));

        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        scene.clock.pass(Duration.ofDays(1));
        Scene.Report planned = scene.plans(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(1));
        Scene.Report second = scene.runs(ExitCode.OK);

        String page = index();
        assertThat(page)
                .contains(link(first), link(planned), link(second))
                .contains("1 offboarded, 3 held", "3 held", "exit code 4: <bdi>finished, but something needs attention")
                .contains("The last 2 nights", "3 cases are open", "December 2026", "Marketplace", "1 day")
                .contains("href=\"" + second.folder().getFileName() + "/report.html#c-" + Scene.id(3))
                .contains("&lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt;")
                .doesNotContain("<b>&", "<script", "style=\"");
        assertThat(page.indexOf(link(second))).isLessThan(page.lastIndexOf(link(planned)));
        assertThat(page.lastIndexOf(link(planned))).isLessThan(page.lastIndexOf(link(first)));
        assertThat(Files.readSymbolicLink(job().resolve("latest")))
                .isEqualTo(second.folder().getFileName());
        assertThat(CommandLineProgram.execute("verify-report", job().toString()))
                .as("neither stumbled over nor counted")
                .isZero();
        assertThat(second.text("manifest.json")).doesNotContain("index.html", "latest");
        try (Stream<Path> all = Files.list(job())) {
            assertThat(all).noneMatch(path -> path.getFileName().toString().startsWith("."));
        }
    }

    /** It is no night, and its report is the newest. */
    @Test
    void aWithdrawalIsInItToo() throws Exception {
        scene.customers(1, 3).with("grace-period", "3d").listed(1);
        scene.subscription(1, "license", "active");
        scene.runs(ExitCode.OK);
        scene.clock.pass(Duration.ofHours(8));
        scene.asks(InterventionKind.WITHDRAW, 1, "they stay");
        Scene.Report withdrawn = Scene.report(scene.carriesOut());

        assertThat(index())
                .contains("The last 1 night<", "0 cases are open", "Nobody waits")
                .containsPattern(link(withdrawn) + "[^\\n]*<td>withdraw</td>[^\\n]*1 withdrawn");
        assertThat(Files.readSymbolicLink(job().resolve("latest")))
                .isEqualTo(withdrawn.folder().getFileName());
    }

    @Test
    void nightsThatCouldNotBeginAreInIt() throws Exception {
        scene.customers(1, 2).listed(1);
        Files.createDirectories(job().getParent());
        Files.writeString(job(), "in the way");
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        scene.clock.pass(Duration.ofMinutes(5));
        assertThat(scene.run().exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(scene.plan().exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        Files.delete(job());
        scene.clock.pass(Duration.ofDays(1));
        try (RunLock other =
                RunLock.tryAcquire(scene.database().direct(), "nightly").orElseThrow()) {
            assertThat(scene.run().exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(other.isHeld()).isTrue();
        }
        scene.clock.pass(Duration.ofDays(1));
        scene.runs(ExitCode.OK);

        assertThat(index())
                .contains("The last 3 nights", "2 Did not begin")
                .containsOnlyOnce("did not begin: No report can be written")
                .contains("(tried 2 times)")
                .contains("did not begin: another run of job nightly is under way");
    }

    @Test
    void nightsThatTheScheduleMissedAreInIt() throws Exception {
        scene.customers(1, 2).listed(1);
        scene.followed(
                        Progress.NONE,
                        "missed: 2 runs that were due from 2026-03-08T03:30:00+01:00 to 2026-03-09T03:30:00+01:00 did not take place: the program was not running")
                .start();

        assertThat(index())
                .contains("did not begin: 2 runs that were due from 2026-03-08T03:30:00+01:00")
                .contains("9 Mar")
                .contains("1 Did not begin");
    }

    @Test
    void aNightOnWhichItCannotBeWrittenIsAGoodOne() throws Exception {
        scene.customers(1, 2).listed(1);
        Files.createDirectories(job().resolve("index.html/something"));
        Files.createDirectories(job().resolve("latest"));

        ToldLines said = new ToldLines();
        RunResult result = scene.followed(said).start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(said.lines)
                .anyMatch(line -> line.contains("Note: The page of all runs could not be written in"))
                .anyMatch(line -> line.contains("latest is a folder. Move it away"));
        Files.delete(job().resolve("index.html/something"));
        Files.delete(job().resolve("index.html"));
        scene.runs(ExitCode.OK);
        assertThat(index()).contains("The last 2 nights");
    }
}
