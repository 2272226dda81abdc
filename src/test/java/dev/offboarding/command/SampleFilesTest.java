package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample runs from the jar alone, in any folder. */
class SampleFilesTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private boolean areThere() {
        return SampleFiles.areThere(folder, new PrintWriter(out), new PrintWriter(err));
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(folder::relativize)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theyAreMadeAsTheProjectHasThemAndNamed() throws IOException {
        assertThat(areThere()).isTrue();

        assertThat(files())
                .hasSize(4)
                .allSatisfy(file -> assertThat(folder.resolve(file))
                        .hasSameBinaryContentAs(Path.of("").resolve(file)));
        assertThat(out.toString()).startsWith("Made in " + folder).contains("jobs/sample.yaml");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whoHasThemAlreadyKeepsThem() throws IOException {
        Path jobFile = Files.createDirectory(folder.resolve("jobs")).resolve("sample.yaml");
        Files.writeString(jobFile, "mine");

        assertThat(areThere()).isTrue();

        assertThat(files()).hasSize(1);
        assertThat(jobFile).hasContent("mine");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"customers.csv", "ledger.sql", "protected-customers.csv"})
    void nothingIsOverwrittenAndNothingHalfMade(String mine) throws IOException {
        Files.createDirectory(folder.resolve("sample-data"));
        Files.writeString(folder.resolve("sample-data").resolve(mine), "mine");

        assertThat(areThere()).isFalse();

        assertThat(files()).hasSize(1);
        assertThat(err.toString())
                .contains(
                        "sample-data/" + mine + " is",
                        "nothing is overwritten, and nothing was made",
                        "another folder");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsSaid() throws IOException {
        Files.writeString(folder.resolve("jobs"), "a file where a folder is to be");

        assertThat(areThere()).isFalse();

        assertThat(files()).containsExactly(Path.of("jobs"));
        assertThat(err.toString()).contains("the sample's files could not be made", "a folder that you may write to");
    }
}
