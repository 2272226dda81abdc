package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.Rights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportFolderTest {
    @TempDir
    Path reports;

    @Test
    void tryingOutLeavesAnEmptyFolder() {
        ReportFolder.tryOut(reports.resolve("deep/down"), "nightly", Rights.USER_AND_GROUP);

        assertThat(reports.resolve("deep/down/nightly")).isEmptyDirectory();
    }

    @Test
    void aFileWhereTheFolderShouldBeIsReportedBeforeTheFirstWrite() throws Exception {
        Path file = Files.createFile(reports.resolve("file"));

        assertThatThrownBy(() -> ReportFolder.tryOut(file, "nightly", Rights.USER_AND_GROUP))
                .isInstanceOf(EvidenceException.class)
                .hasMessageStartingWith("No report can be written in " + file.resolve("nightly")
                        + ": there is a file where a folder is needed")
                .hasMessageContaining("`reports` in the job file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "a/b", "a\\b", "../x"})
    void aNameThatLeadsToAnotherFolderIsRefused(String name) {
        assertThatThrownBy(() -> ReportFolder.of(reports, name, "run")).isInstanceOf(EvidenceException.class);
        assertThatThrownBy(() -> ReportFolder.of(reports, "job", name)).isInstanceOf(EvidenceException.class);
    }

    @Test
    void nothingIsVisibleBeforeItIsPublishedAndEverythingAfter() throws Exception {
        ReportFolder folder =
                ReportFolder.begin(reports, "nightly", "r1", Rights.USER_AND_GROUP, UnaryOperator.identity());
        try (var out = folder.create("a.txt")) {
            out.write("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(ReportFolder.isThere(reports, "nightly", "r1")).isFalse();
        }
        assertThat(visible(reports.resolve("nightly"))).isEmpty();

        folder.publish();

        assertThat(ReportFolder.isThere(reports, "nightly", "r1")).isTrue();
        assertThat(reports.resolve("nightly")).isDirectoryContaining("glob:**/r1");
        assertThat(reports.resolve("nightly").toFile().list()).containsExactly("r1");
        assertThat(folder.hashes())
                .containsEntry("a.txt", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void whatAWriterThatDiedLeftIsTidiedUpAndNothingElse() throws Exception {
        Path job = Files.createDirectories(reports.resolve("nightly"));
        Files.writeString(Files.createDirectory(job.resolve(".r1.dead")).resolve("report.json"), "{");
        Files.createDirectory(job.resolve(".r10.another"));
        Files.createDirectory(job.resolve("logs"));

        ReportFolder.begin(reports, "nightly", "r1", Rights.USER_AND_GROUP, UnaryOperator.identity())
                .publish();

        assertThat(job.toFile().list()).containsExactlyInAnyOrder("r1", ".r10.another", "logs");
    }

    @Test
    void aFolderThatAppearedMeanwhileIsNotOverwritten() throws Exception {
        ReportFolder folder =
                ReportFolder.begin(reports, "nightly", "r1", Rights.USER_AND_GROUP, UnaryOperator.identity());
        Path other = Files.createDirectory(reports.resolve("nightly/r1"));

        assertThatThrownBy(folder::publish)
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("a report is never overwritten");
        assertThat(other).isEmptyDirectory();
    }

    static String[] visible(Path folder) {
        String[] names = folder.toFile().list((dir, name) -> !name.startsWith("."));
        return names == null ? new String[0] : names;
    }
}
