package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.JobFileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever begins. */
class InitCommandTest {
    @TempDir
    Path folder;

    @Test
    void thereIsAJobFileAProtectedListAndAListToFillIn() throws IOException {
        Path acme = folder.resolve("acme");

        TypedCommand said = TypedCommand.type("init", acme.toString());

        assertThat(said.exitCode()).isZero();
        assertThat(said.out()).contains("Made in " + acme, "offboarding plan nightly.yaml");
        try (Stream<Path> files = Files.list(acme)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "inbox", "nightly.yaml", "protected-customers.csv", "to-offboard.csv", "to-offboard.xlsx");
        }
        JobFile job = new JobFileReader().read(acme.resolve("nightly.yaml")).jobFile();
        assertThat(job.job()).isEqualTo("nightly");
        assertThat(job.limits().maxCustomers()).isEqualTo(25);
        assertThat(Files.readString(acme.resolve("to-offboard.csv")))
                .startsWith("\uFEFFcustomer_id,company_name,domain,effective_date,reason,ticket,requested_by\r\n");
    }

    /** A forgotten example is nobody. */
    @Test
    void theExampleIsUnderstoodAndNeverAccepted() {
        TypedCommand.type("init", folder.toString());

        for (String list : new String[] {"to-offboard.csv", "to-offboard.xlsx"}) {
            TypedCommand said = TypedCommand.type("check", folder.resolve(list).toString());
            assertThat(said.out())
                    .contains(
                            "understood: customer_id, company_name, domain, effective_date, reason, ticket, requested_by")
                    .contains("'00000000-0000-0000-0000-000000000000' is nobody's id")
                    .contains("1 row: 0 would be accepted, 0 duplicates, 1 set aside")
                    .doesNotContain("not a date", "only carried through");
            assertThat(said.exitCode()).isEqualTo(4);
        }
    }

    /** In America it was saved as CSV with 01/31/2031, which no list takes. */
    @Test
    void theWorkbooksDatesAreShownAlikeInEveryCountry() throws IOException {
        TypedCommand.type("init", folder.toString());

        try (ZipFile workbook = new ZipFile(folder.resolve("to-offboard.xlsx").toFile())) {
            String styles = new String(
                    workbook.getInputStream(workbook.getEntry("xl/styles.xml")).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(styles)
                    .contains("<numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>")
                    .contains("<xf numFmtId=\"164\"");
        }
    }

    @Test
    void nothingIsEverOverwritten() throws IOException {
        Files.writeString(folder.resolve("to-offboard.csv"), "mine");

        TypedCommand said = TypedCommand.type("init", folder.toString());

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("to-offboard.csv is there already", "nothing was made");
        assertThat(folder.resolve("to-offboard.csv")).hasContent("mine");
        assertThat(folder.resolve("nightly.yaml")).doesNotExist();
    }
}
