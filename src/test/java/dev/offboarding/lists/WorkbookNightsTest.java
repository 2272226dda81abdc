package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static dev.offboarding.lists.Workbook.cell;
import static dev.offboarding.lists.Workbook.typed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Index.atIndex;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workbook passes the same gates as a text. */
class WorkbookNightsTest {
    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void anInbox() {
        nights = new Nights(folder);
    }

    private static Workbook list() {
        return new Workbook().row("Microsoft ID", "Primary domain name", "due date", "Ticket", "Note");
    }

    @Test
    void aWorkbookIsTakenLikeAText() {
        nights.drop(
                "List.XLSX",
                list().row("{" + id(1) + "}", " a.example ", LocalDate.of(2026, 12, 31), 4711, "n")
                        .bytes());

        Reception received = nights.night();

        assertThat(received.accepted()).isEqualTo(1);
        assertThat(received.files().get(0).understood())
                .containsExactly("Microsoft ID", "Primary domain name", "due date", "Ticket");
        assertThat(received.files().get(0).carried()).containsExactly("Note");
        assertThat(nights.accepted()).containsExactly(id(1));
        assertThat(nights.jdbc.queryForList(
                        "select concat_ws(' ', domain, effective_date, ticket, others) from offboarding.entry where run_id = ?",
                        String.class,
                        nights.runId))
                .containsExactly("a.example 2026-12-31 4711 {\"Note\":\"n\"}");
        assertThat(nights.files()).containsExactly("archive/List.XLSX");
    }

    @Test
    void whatIsToBeDoneAboutTwoCellsIsSaidOnce() {
        Workbook.Cell formula = new Workbook.Cell("", "<f>X1</f>");
        nights.drop(
                "list.xlsx",
                list().row(id(1).toString(), formula, "", formula)
                        .row(id(2).toString(), "b.example", "", "T")
                        .bytes());

        nights.receive();

        assertThat(nights.rejects()).first().satisfies(row -> {
            assertThat(row.problem())
                    .contains(
                            "B2: the cell is a formula that was saved without its value",
                            "D2: the cell is a formula that was saved without its value");
            assertThat(row.remedy()).containsOnlyOnce("Open the list in Excel or LibreOffice");
        });
    }

    @Test
    void whatIsWrongIsNamedByItsCell() {
        nights.drop(
                "list.xlsx",
                list().blankRows(1)
                        .row("x", "a.example")
                        .row(id(1).toString(), "", "2026-12-31", "T")
                        .row(id(2).toString(), "b.example", 46387, "T")
                        .row(id(3).toString(), typed("e", "<f>X1</f><v>#REF!</v>"), "", "T")
                        .row(id(4).toString(), "d.example", new Workbook.Cell(" s=\"1\"", "<f>TODAY()</f>"), "T")
                        .row(id(5).toString(), "e.example", cell(Workbook.DATE_AND_TIME, "46387.5"), "T")
                        .row(id(6).toString(), "f.example", "", "T", "n", "", "more")
                        .row(id(7).toString(), "g.example", "", "T", typed("e", "<v>#N/A</v>"))
                        .bytes());

        nights.receive();

        assertThat(nights.rejects().stream().map(Reject::problem))
                .containsExactly(
                        "A3: 'x' is not a GUID",
                        "B4: nothing beside the id says which customer is meant",
                        "C5: '46387' is not a date",
                        "B6: the cell is an error, '#REF!'",
                        "C7: the cell is a formula that was saved without its value",
                        "C8: '2026-12-31 12:00:00' is not a date",
                        "the row has more cells (7) than there are headings (5)",
                        "the file was refused: 7 of its 8 rows are wrong, more than 5 in a hundred; the first is line 3: A3: 'x' is not a GUID");
        assertThat(nights.rejects().get(0).line()).isEqualTo(3);
        assertThat(nights.rejects().get(0).column()).isEqualTo("Microsoft ID");
    }

    @Test
    void rejectsOfAWorkbookAreATextThatMayBeCorrectedAndDroppedBack() {
        Workbook workbook = list();
        for (int i = 10; i < 90; i++) {
            workbook.row(id(i).toString(), "c.example");
        }
        nights.drop(
                "list.xlsx",
                workbook.row("x", "a.example", LocalDate.of(2026, 12, 31), "007", "=1+1; \"two\"")
                        .bytes());
        assertThat(nights.night().rejected()).isEqualTo(1);

        String rejects = nights.text("archive/list.xlsx.rejects.csv");
        assertThat(rejects)
                .startsWith("\uFEFFsep=;\r\nMicrosoft ID;Primary domain name;due date;Ticket;Note;reject_line;")
                .contains(
                        "\r\nx;a.example;2026-12-31;\"'007\";\"'=1+1; \"\"two\"\"\";82;Microsoft ID;\"A82: 'x' is not a GUID\";");
        nights.drop("back.csv", rejects.replace("\r\nx;", "\r\n" + id(1) + ";"));

        assertThat(nights.night().accepted()).isEqualTo(1);
        assertThat(nights.jdbc.queryForList(
                        "select concat_ws(' ', effective_date, ticket, others->>'Note') from offboarding.entry where run_id = ?",
                        String.class,
                        nights.runId))
                .containsExactly("2026-12-31 007 =1+1; \"two\"");
    }

    @Test
    void aWorkbookIsRefusedForWhatATextIsRefusedFor() {
        nights.drop(
                "a.xlsx",
                new Workbook()
                        .row("id", "domain")
                        .row(id(1).toString(), "a.example")
                        .bytes());
        nights.drop(
                "b.xlsx",
                list().row(id(2).toString(), "b.example")
                        .row(id(2).toString(), "c.example")
                        .bytes());
        nights.drop(
                "c.xlsx",
                new Workbook()
                        .row("customer_id", "domain", "until")
                        .row(id(3).toString(), "c.example", LocalDate.of(2031, 1, 1))
                        .bytes());
        nights.drop("d.xlsx", "PK");
        nights.drop("e.csv", "customer_id,domain\n" + id(5) + ",e.example\n");
        nights.drop("f.xlsx", list().row(id(5).toString(), "f.example").bytes());

        List<Reception.File> files = nights.night().files();

        assertThat(files.stream().map(Reception.File::reason))
                .satisfies(reason -> assertThat(reason).startsWith("there is no column customer_id"), atIndex(0))
                .satisfies(reason -> assertThat(reason).contains("is listed on line 2"), atIndex(1))
                .satisfies(reason -> assertThat(reason).contains("the column 'until'"), atIndex(2))
                .satisfies(reason -> assertThat(reason).startsWith("the workbook cannot be read"), atIndex(3))
                .satisfies(reason -> assertThat(reason).contains("f.xlsx, line 2"), atIndex(4))
                .satisfies(reason -> assertThat(reason).contains("e.csv, line 2"), atIndex(5));
        assertThat(nights.files()).contains("refused/d.xlsx", "refused/d.xlsx.reason.txt");
    }

    @Test
    void theSameWorkbookIsTakenOnce() {
        byte[] workbook = list().row(id(1).toString(), "a.example").bytes();
        nights.drop("a.xlsx", workbook);
        nights.night();
        nights.drop("b.xlsx", workbook);

        assertThat(nights.night().files().get(0).reason()).startsWith("the same contents were taken before");
    }

    @Test
    void aWorkbookThatStaysIsReadWhereItIs() throws IOException {
        Path file = Files.write(
                folder.resolve("list.xlsx"),
                list().row(id(1).toString(), "a.example").bytes());
        nights.settings = new ListSettings(new ListSettings.Csv(null, file), null, null);

        assertThat(nights.night().accepted()).isEqualTo(1);
        assertThat(file).exists();
    }

    /** It is there as long as somebody has the workbook open, and is no list: nothing was said of it. */
    @Test
    void whatExcelPutsBesideAnOpenWorkbookIsNamedAndTheListsAreTaken() {
        nights.drop("~$list.xlsx", "Somebody");
        nights.drop("list.xlsx", list().row(id(1).toString(), "a.example").bytes());

        Reception received = nights.night();

        assertThat(received.accepted()).isEqualTo(1);
        assertThat(received.files()).hasSize(1);
        assertThat(received.noLists()).singleElement().satisfies(file -> {
            assertThat(file.name()).isEqualTo("~$list.xlsx");
            assertThat(file.remedy()).contains("somebody has open");
        });
        assertThat(nights.files()).contains("~$list.xlsx");
    }

    @Test
    void noCopyStaysBehind() throws IOException {
        List<Path> before = copies();
        nights.drop("a.xlsx", list().row(id(1).toString(), "a.example").bytes());
        nights.drop("b.xlsx", "PK");
        nights.drop("c.xlsx", "");
        nights.night();

        // others, who share that folder, take theirs away as well
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(copies()).isSubsetOf(before));
    }

    private static List<Path> copies() throws IOException {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("offboarding-.*\\.xlsx"))
                    .toList();
        }
    }

    /** Whoever is on its second sheet was not protected, without a word. */
    @Test
    void protectedCustomersAreNoWorkbook() throws IOException {
        Path file = Files.write(
                folder.resolve("protected.xlsx"),
                new Workbook()
                        .row("customer_id", "why")
                        .row(id(1).toString(), "ours")
                        .bytes());

        assertThatThrownBy(() -> ProtectedCustomers.read(file, null))
                .hasMessageContaining("it is a workbook. Save it as CSV UTF-8");
    }
}
