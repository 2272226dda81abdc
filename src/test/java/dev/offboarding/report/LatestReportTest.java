package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.Rights;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leads to the newest report. */
class LatestReportTest {

    @TempDir
    Path folder;

    private Path first = Path.of("");
    private Path second = Path.of("");

    @BeforeEach
    void reports() throws IOException {
        first = Files.createDirectory(folder.resolve("20261122T033000123Z"));
        second = Files.createDirectory(folder.resolve("20261123T033000123Z"));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Path noLinks(Path link, Path target) throws IOException {
        throw new FileSystemException(link.toString(), null, "Operation not permitted");
    }

    @Test
    void itIsALinkThatStillLeadsThereWhenTheFolderIsMoved() throws IOException {
        LatestReport.is(first, Rights.USER_AND_GROUP);
        LatestReport.is(second, Rights.USER_AND_GROUP);

        assertThat(Files.readSymbolicLink(folder.resolve("latest"))).isEqualTo(second.getFileName());
        assertThat(names()).containsExactly("20261122T033000123Z", "20261123T033000123Z", "latest");
    }

    @Test
    void whereThereAreNoLinksItIsAFileWithTheName() throws IOException {
        LatestReport.is(first, Rights.USER_AND_GROUP);
        LatestReport.is(second, Rights.USER_AND_GROUP, LatestReportTest::noLinks);

        Path latest = folder.resolve("latest");
        assertThat(latest).isRegularFile().hasContent("20261123T033000123Z");
        assertThat(Files.isSymbolicLink(latest)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(latest)))
                .isEqualTo("rw-r-----");
        assertThat(names()).containsExactly("20261122T033000123Z", "20261123T033000123Z", "latest");
        assertThat(first).isEmptyDirectory();
    }

    @Test
    void whatSomebodyPutThereIsNotReplaced() throws IOException {
        Files.createDirectory(folder.resolve("latest"));

        assertThatThrownBy(() -> LatestReport.is(first, Rights.USER_AND_GROUP))
                .isInstanceOf(EvidenceException.class)
                .hasMessageContaining("latest is a folder. Move it away");
        assertThat(names()).containsExactly("20261122T033000123Z", "20261123T033000123Z", "latest");
        assertThat(folder.resolve("latest")).isEmptyDirectory();
    }
}
