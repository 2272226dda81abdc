package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rejects are corrected in a spreadsheet, saved, and taken as they were meant, and a result that went through one says what the list said:
 * whatever the spreadsheet's language, and however much a cell looks like a number or a date to it.
 *
 * <p>The files of {@code spreadsheet/} were saved by LibreOffice 7.4, as {@link LibreOffice#save} has it, from what this test writes:
 * {@code soffice "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,0,false,true" --convert-to …}.
 */
class SpreadsheetRoundTripTest {
    private static final String DIGITS = id(0).toString().replace("-", "").substring(0, 16) + "000000000000000";

    private static final String LIST = "sep=;\r\n"
            + "customer_id;company_name;domain;effective_date;reason;ticket;requested_by;again;cost centre;share;1/2\r\n"
            + "x;Müller & Söhne GmbH;customer-1.example;2031-12-31;1E5;000123;12-1;2026-11-29;=1+1;1/2;#N/A\r\n"
            + id(2) + ";24/7;customer-2.example;31.02.2031;MAR-12;123456789012345678;10:30;'007;1,5;50 %;TRUE\r\n"
            + DIGITS + "3;;;31.12.2031;;0,50;+49 30 1;1;\"zwei\r\nZeilen\";wahr;'=2+2\r\n"
            + id(4) + ";Vier;customer-4.example;2031-12-31;1/2;000123;'000123;29.11.2026;'5;3,14;2026-11-29\r\n"
            + DIGITS + "5;Fünf;customer-5.example;;=A1;123456789012345678;0;;00;1e3;\"5\"\"\"\r\n";

    /** What is read of it, row by row, once the rejects are corrected. */
    private static final List<String> CORRECTED = List.of(
            id(1) + "|Müller & Söhne GmbH|customer-1.example|2031-12-31|1E5|000123|12-1|2026-11-29|=1+1|1/2|#N/A",
            id(2) + "|24/7|customer-2.example|2031-02-28|MAR-12|123456789012345678|10:30|'007|1,5|50 %|TRUE",
            id(3) + "|customer-3.example|2031-12-31|0,50|+49 30 1|1|zwei\nZeilen|wahr|'=2+2");

    private static final List<String> TAKEN = List.of(
            id(4) + "|Vier|customer-4.example|2031-12-31|1/2|000123|'000123|29.11.2026|'5|3,14|2026-11-29",
            id(5) + "|Fünf|customer-5.example|=A1|123456789012345678|0|00|1e3|5\"");

    /** What is written over what was wrong, as somebody types it. */
    private static String corrected(String rejects) {
        return rejects.replace("\r\nx;", "\r\n" + id(1) + ";")
                .replace("31.02.2031", "2031-02-28")
                .replace("3\";;;", "3\";;customer-3.example;");
    }

    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void someRowsWereSetAside() {
        nights = new Nights(folder);
        nights.drop("list.csv", LIST);
        assertThat(nights.night().rejected()).isEqualTo(3);
        assertThat(read()).isEqualTo(TAKEN);
        assertThat(nights.reception.writeResults(nights.job, nights.settings, nights.identity))
                .isEmpty();
    }

    private String rejects() {
        return nights.text("archive/list.csv.rejects.csv");
    }

    private String result() {
        return nights.text("archive/list.csv.result.csv");
    }

    private List<String> read() {
        return nights.jdbc.queryForList(
                "select concat_ws('|', customer_id, company_name, domain, effective_date, reason, ticket, requested_by, again,"
                        + " replace(others->>'cost centre', chr(13), ''), others->>'share', others->>'1/2')"
                        + " from offboarding.entry where run_id = ? order by line",
                String.class,
                nights.runId);
    }

    private void correctedRowsAreTakenFrom(String name, byte[] saved) {
        nights.drop(name, saved);
        nights.night();

        assertThat(nights.rejects()).extracting(Reject::problem).isEmpty();
        assertThat(read()).isEqualTo(CORRECTED);
    }

    private void resultSaysWhatTheListSaid(String name, byte[] saved) {
        nights.drop(name, saved);
        nights.night();

        assertThat(read()).isEqualTo(TAKEN);
    }

    @Test
    void whatASpreadsheetWouldNotKeepIsWrittenAsTextAndTheRowSaysSo() {
        assertThat(rejects())
                .startsWith("\uFEFFsep=;\r\ncustomer_id;company_name;")
                .contains(
                        ";share;\"'1/2\";reject_line;reject_column;reject_problem;reject_remedy;reject_apostrophes\r\n")
                .contains(
                        ";customer-1.example;2031-12-31;\"'1E5\";\"'000123\";\"'12-1\";\"'2026-11-29\";\"'=1+1\";\"'1/2\";\"'#N/A\";3;")
                .contains(";\"reason, ticket, requested_by, again, cost centre, share, 1/2\"\r\n")
                .contains(
                        ";\"'24/7\";customer-2.example;31.02.2031;\"'MAR-12\";\"'123456789012345678\";\"'10:30\";\"''007\";\"'1,5\";\"'50 %\";\"'TRUE\";4;")
                .contains("\r\n\"'" + DIGITS
                        + "3\";;;31.12.2031;;\"'0,50\";\"'+49 30 1\";1;\"zwei\r\nZeilen\";\"'wahr\";\"''=2+2\";5;");
        assertThat(result())
                .contains(";result_run;result_apostrophes\r\n")
                .contains(
                        "\r\n" + id(4)
                                + ";Vier;customer-4.example;2031-12-31;\"'1/2\";\"'000123\";\"''000123\";\"'29.11.2026\";\"'5\";\"'3,14\";\"'2026-11-29\";NOTHING_NEW;");
    }

    @Test
    void withoutASpreadsheetBothComeBackAsWell() {
        correctedRowsAreTakenFrom("back.csv", corrected(rejects()).getBytes(StandardCharsets.UTF_8));
        resultSaysWhatTheListSaid("result.csv", result().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aResultOfAResultIsThatResultHoweverOften() {
        String first = result();
        for (int n = 1; n <= 3; n++) {
            // the same contents would be refused
            resultSaysWhatTheListSaid(
                    "result.csv",
                    ("\r\n".repeat(n) + first).replace("\r\n\uFEFF", "\r\n").getBytes(StandardCharsets.UTF_8));
            nights.reception.writeResults(nights.job, nights.settings, nights.identity);
            assertThat(nights.files())
                    .anyMatch(name -> name.startsWith("archive/result.") && name.endsWith("csv.result.csv"));
            String again = nights.text(nights.files().stream()
                    .filter(name -> name.startsWith("archive/result.") && name.endsWith("csv.result.csv"))
                    .sorted()
                    .reduce((one, other) -> other)
                    .orElseThrow());
            assertThat(again.replace("it says the same as line 6", ""))
                    .isEqualTo(first.replace("it says the same as line 6", ""));
        }
    }

    /** Which guards are ours the file says, and no database has to be asked. */
    @Test
    void aCheckOfCorrectedRejectsFindsNothingWrong() throws IOException {
        Path file = Files.writeString(folder.resolve("rejects.csv"), corrected(rejects()));

        assertThat(ListCheck.of(List.of(file), LocalDate.of(2026, 3, 27)))
                .singleElement()
                .satisfies(checked -> {
                    assertThat(checked.rows()).isEqualTo(3);
                    assertThat(checked.rejects()).isEmpty();
                    assertThat(checked.refusal()).isNull();
                });
    }

    @ParameterizedTest
    @CsvSource({"de-DE, csv", "de-DE, xlsx", "en-US, csv", "en-US, xlsx"})
    void whatLibreOfficeHasSavedIsTakenAsItWasMeant(String locale, String type) throws IOException {
        correctedRowsAreTakenFrom("back." + type, saved("rejects", locale, type));
        resultSaysWhatTheListSaid("result." + type, saved("result", locale, type));
    }

    private static byte[] saved(String name, String locale, String type) throws IOException {
        try (InputStream saved = Objects.requireNonNull(SpreadsheetRoundTripTest.class.getResourceAsStream(
                "spreadsheet/%s-%s.%s".formatted(name, locale, type)))) {
            return saved.readAllBytes();
        }
    }

    @ParameterizedTest
    @Tag("large")
    @CsvSource({"de-DE, csv", "de-DE, xlsx", "en-US, csv", "en-US, xlsx"})
    void whatThisMachinesLibreOfficeSavesIsTakenAsItWasMeant(String locale, String type)
            throws IOException, InterruptedException {
        LibreOffice office = LibreOffice.find();
        Path rejects = Files.writeString(folder.resolve("rejects.csv"), corrected(rejects()));
        Path result = Files.writeString(folder.resolve("result.csv"), result());

        correctedRowsAreTakenFrom("back." + type, Files.readAllBytes(office.save(rejects, ';', locale, type)));
        resultSaysWhatTheListSaid("result." + type, Files.readAllBytes(office.save(result, ';', locale, type)));
    }
}
