package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows that were set aside are corrected in a spreadsheet, saved, and taken as they were meant: whatever the spreadsheet's language, and
 * however much a cell looks like a number or a date to it. The files of {@code spreadsheet/} were saved by LibreOffice 7.4.
 */
class SpreadsheetRoundTripTest {
    private static final String HEADINGS =
            "customer_id;company_name;domain;effective_date;ticket;cost centre;share\r\n";

    private static final String LIST = "sep=;\r\n" + HEADINGS
            + "x;Müller & Söhne GmbH;customer-1.example;2026-12-31;000123;=1+1;1/2\r\n"
            + id(2) + ";Straße 2;customer-2.example;31.02.2027;123456789012345678;1E5;12-1\r\n"
            + id(3).toString().replace("-", "") + ";;;31.12.2026;0,50;\"zwei\r\nZeilen\";TRUE\r\n";

    /** What is written over what was wrong, as somebody types it. */
    private static String corrected(String rejects) {
        return rejects.replace("\r\nx;", "\r\n" + id(1) + ";")
                .replace("\"'31.02.2027\"", "2027-02-28")
                .replace(";;;", ";;customer-3.example;");
    }

    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void someRowsWereSetAside() {
        nights = new Nights(folder);
        nights.drop("list.csv", LIST);
        assertThat(nights.night().rejected()).isEqualTo(3);
    }

    private String rejects() {
        return nights.text("archive/list.csv.rejects.csv");
    }

    private void isTakenAsItWasMeant(String name, byte[] saved) {
        nights.drop(name, saved);

        Reception received = nights.night();

        assertThat(nights.rejects()).extracting(Reject::problem).isEmpty();
        assertThat(received.accepted()).isEqualTo(3);
        assertThat(nights.jdbc.queryForList(
                        "select concat_ws('|', customer_id, company_name, domain, effective_date, ticket, replace(others->>'cost centre', chr(13), ''), others->>'share') from offboarding.entry where run_id = ? order by line",
                        String.class,
                        nights.runId))
                .containsExactly(
                        id(1) + "|Müller & Söhne GmbH|customer-1.example|2026-12-31|000123|=1+1|1/2",
                        id(2) + "|Straße 2|customer-2.example|2027-02-28|123456789012345678|1E5|12-1",
                        id(3) + "|customer-3.example|2026-12-31|0,50|zwei\nZeilen|TRUE");
    }

    @Test
    void whatASpreadsheetWouldNotKeepIsWrittenAsText() {
        assertThat(rejects())
                .startsWith("\uFEFFsep=;\r\n")
                .contains(";\"'2026-12-31\";\"'000123\";\"'=1+1\";\"'1/2\";3;")
                .contains(";\"'31.02.2027\";\"'123456789012345678\";\"'1E5\";\"'12-1\";4;")
                .contains("\r\n\"'11112222333344440000000000000003\";")
                .contains("\"'0,50\"", "\"'TRUE\"");
    }

    @Test
    void withoutASpreadsheetItComesBackAsWell() {
        isTakenAsItWasMeant("back.csv", corrected(rejects()).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"de-DE, csv", "de-DE, xlsx", "en-US, csv", "en-US, xlsx"})
    void whatWasSavedIsTakenAsItWasMeant(String locale, String type) throws IOException {
        try (InputStream saved = Objects.requireNonNull(
                SpreadsheetRoundTripTest.class.getResourceAsStream("spreadsheet/%s.%s".formatted(locale, type)))) {
            isTakenAsItWasMeant("back." + type, saved.readAllBytes());
        }
    }

    @ParameterizedTest
    @Tag("large")
    @CsvSource({"de-DE, csv, 59", "de-DE, xlsx, 59", "en-US, csv, 44", "en-US, xlsx, 44"})
    void whatThisMachinesLibreOfficeSavesIsTakenAsItWasMeant(String locale, String type, int delimiter)
            throws IOException, InterruptedException {
        Path rejects = Files.writeString(folder.resolve("rejects.csv"), corrected(rejects()));

        Path saved = LibreOffice.find().save(rejects, locale, type, delimiter);

        isTakenAsItWasMeant("back." + type, Files.readAllBytes(saved));
    }

    /** The machine's own. */
    private record LibreOffice(Path program) {
        static LibreOffice find() {
            Optional<Path> program = Stream.of("/usr/bin/soffice", "/usr/local/bin/soffice")
                    .map(Path::of)
                    .filter(Files::isExecutable)
                    .findFirst();
            Assumptions.assumeTrue(
                    program.isPresent(),
                    "SKIPPED: there is no LibreOffice on this machine, so no list went through it."
                            + " Install it (Debian: apt-get install libreoffice-calc) to /usr/bin/soffice.");
            return new LibreOffice(program.orElseThrow());
        }

        /** Opens a CSV text with semicolons, as somebody of that language has it, and saves it. */
        Path save(Path file, String locale, String type, int delimiter) throws IOException, InterruptedException {
            Path place = file.resolveSibling(locale + "-" + type);
            Path profile = Files.createDirectories(place.resolve("profile/user"));
            Files.writeString(profile.resolve("registrymodifications.xcu"), """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <oor:items xmlns:oor="http://openoffice.org/2001/registry">
                    <item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>%s</value></prop></item>
                    </oor:items>
                    """.formatted(locale));
            Process process = new ProcessBuilder(
                            program.toString(),
                            "-env:UserInstallation=" + place.resolve("profile").toUri(),
                            "--headless",
                            "--norestore",
                            "--infilter=Text - txt - csv (StarCalc):59,34,76,1",
                            "--convert-to",
                            type.equals("csv")
                                    ? "csv:Text - txt - csv (StarCalc):%d,34,76,1,,0,false,true,false"
                                            .formatted(delimiter)
                                    : "xlsx:Calc MS Excel 2007 XML",
                            "--outdir",
                            place.toString(),
                            file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(place.resolve("said.txt").toFile())
                    .start();
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            Path saved = place.resolve("rejects." + type);
            assertThat(saved).exists();
            return saved;
        }
    }
}
