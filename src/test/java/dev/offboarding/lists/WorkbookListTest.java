package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static dev.offboarding.lists.Workbook.cell;
import static dev.offboarding.lists.Workbook.typed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workbooks as Excel and LibreOffice write them, and as nobody should. */
class WorkbookListTest {
    private static final LocalDate DAY = LocalDate.of(2026, 12, 31);

    private static List<Row> rows(byte[] bytes, Dates dates) {
        List<Row> rows = new ArrayList<>();
        try (WorkbookList list = new WorkbookList(new ByteArrayInputStream(bytes), headings -> headings, dates)) {
            for (Row row = list.next(); row != null; row = list.next()) {
                rows.add(row);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private static List<String> cells(Workbook workbook) {
        return rows(workbook.bytes(), Dates.USUAL).get(0).cells();
    }

    private static ListRefusedException refusal(byte[] bytes) {
        try {
            rows(bytes, Dates.USUAL);
        } catch (ListRefusedException e) {
            return e;
        }
        throw new AssertionError("it was not refused");
    }

    private static Workbook customers() {
        return new Workbook().row("customer_id", "domain", "effective_date", "ticket");
    }

    private static Workbook list() {
        return customers().row(id(1).toString(), "a.example", DAY, "T-1");
    }

    @Test
    void textIsTextAndADateCellIsADate() {
        assertThat(cells(list())).containsExactly(id(1).toString(), "a.example", "2026-12-31", "T-1");
    }

    @Test
    void whatAnyFormatOfADateShowsIsADate() {
        long serial = Workbook.serial(DAY);

        assertThat(cells(customers()
                        .row(
                                cell(Workbook.GERMAN_DATE, serial + ""),
                                cell(Workbook.DATE_AND_TIME, serial + ""),
                                cell(Workbook.DATE_AND_TIME, serial + ".5"),
                                cell(Workbook.DATE, serial + ".75"))))
                .containsExactly("2026-12-31", "2026-12-31", "2026-12-31 12:00:00", "2026-12-31");
    }

    @Test
    void aNumberIsWrittenAsItIsShown() {
        assertThat(cells(customers()
                        .row(
                                4711,
                                cell(0, "4711.0"),
                                cell(0, "1.2345678E+10"),
                                cell(0, "0.30000000000000004"),
                                cell(Workbook.FIVE_DIGITS, "42"),
                                cell(Workbook.MONEY, "12.5"),
                                cell(0, "-7"),
                                cell(0, "1E-7"))))
                .containsExactly("4711", "4711", "12345678000", "0.3", "00042", "12.5", "-7", "0.0000001");
    }

    @Test
    void aLineForReadersOfCsvAboveTheHeadingsIsNotTakenForThem() {
        for (String line : new String[] {"sep=", "sep=;", "SEP=,"}) {
            assertThat(rows(
                                    new Workbook()
                                            .row(line)
                                            .row("customer_id", "domain")
                                            .row(id(1).toString(), "a.example")
                                            .bytes(),
                                    Dates.USUAL)
                            .get(0)
                            .cells())
                    .containsExactly(id(1).toString(), "a.example");
        }
    }

    @Test
    void columnsInOneCellAreToBePutIntoColumnsOfTheSheet() {
        for (String heading :
                new String[] {"customer_id:domain", "customer_id;domain", "domain,Microsoft ID", "customer_id\tdomain"
                }) {
            byte[] bytes = new Workbook().row(heading).row(id(1) + ";a.example").bytes();
            ListRefusedException refused = refusal(bytes);
            assertThat(refused.problem()).contains("is one cell: its columns seem to be separated by");
            assertThat(refused.remedy()).contains("Text to Columns").doesNotContain("sep=");
        }
    }

    @Test
    void aDateIsWrittenAsTheJobsListsHaveThem() {
        byte[] bytes = list().bytes();

        assertThat(rows(bytes, new Dates("dd/MM/yyyy")).get(0).cells()).contains("31/12/2026");
        // nobody takes the one for the other
        assertThat(rows(customers().row("", "", LocalDate.of(2026, 6, 5)).bytes(), new Dates("yyyy-dd-MM"))
                        .get(0)
                        .cells())
                .contains("2026-05-06");
    }

    @Test
    void theYearFromWhichAWorkbookCountsIsKnown() {
        Workbook workbook =
                list().with("xl/workbook.xml", xml -> xml.replace("<workbookPr/>", "<workbookPr date1904=\"1\"/>"));

        assertThat(cells(workbook)).contains("2031-01-01");
        assertThat(cells(customers().row(cell(1, "59"), cell(1, "60"), cell(1, "61"), cell(1, "0"))))
                .containsExactly("1900-02-28", "60", "1900-03-01", "0");
    }

    @Test
    void aFormulasValueIsTheOneThatWasSaved() {
        List<String> cells = cells(
                customers()
                        .row(
                                typed("str", "<f>LOWER(\"X\")</f><v>x</v>"),
                                new Workbook.Cell("", "<f>1+1</f><v>2</v>"),
                                typed("b", "<f>TRUE()</f><v>1</v>"),
                                typed("str", "<f>T(\"\")</f><v></v>"),
                                typed("d", "<v>2026-12-31T00:00:00</v>"),
                                typed(
                                        "inlineStr",
                                        "<is><r><t>in</t></r><r><t>line</t></r><rPh sb=\"0\" eb=\"1\"><t>kana</t></rPh></is>")));

        assertThat(cells).containsExactly("x", "2", "TRUE", "", "2026-12-31", "inline");
    }

    @Test
    void aCellWithoutAValueIsNamedAndNotTakenForAnEmptyOne() {
        Row row = rows(
                        customers()
                                .row(
                                        typed("e", "<f>A1/0</f><v>#DIV/0!</v>"),
                                        "x",
                                        new Workbook.Cell(" s=\"1\"", "<f>TODAY()</f><v></v>"),
                                        new Workbook.Cell("", "<f>A1</f>"))
                                .bytes(),
                        Dates.USUAL)
                .get(0);

        assertThat(row.cellFlaws())
                .isEqualTo(Map.of(
                        0, "the cell is an error, '#DIV/0!'",
                        2, "the cell is a formula that was saved without its value",
                        3, "the cell is a formula that was saved without its value"));
    }

    @Test
    void cellsAndRowsThatAreNotInTheFileAreEmpty() {
        Workbook workbook = new Workbook()
                .blankRows(2)
                .row("customer_id", "", "domain")
                .blankRows(9)
                .row("", "", "")
                .row("", "", "a.example");

        Row row = rows(workbook.bytes(), Dates.USUAL).get(0);

        assertThat(row.line()).isEqualTo(14);
        assertThat(row.cells()).containsExactly("", "", "a.example");
    }

    @Test
    void aWriterNeedNotNumberItsRowsAndCells() {
        Workbook workbook = list().with("xl/worksheets/sheet1.xml", xml -> xml.replaceAll(" r=\"[A-Z0-9]+\"", ""));

        assertThat(cells(workbook)).containsExactly(id(1).toString(), "a.example", "2026-12-31", "T-1");
        assertThat(rows(workbook.bytes(), Dates.USUAL).get(0).line()).isEqualTo(2);
    }

    @Test
    void whatIsEscapedInAWorkbookIsNotAfterwards() {
        assertThat(cells(customers().row("one_x000D_\ntwo", "_x005F_x000D_", "& <b>")))
                .containsExactly("one\r\ntwo", "_x000D_", "& <b>");
        assertThat(refusal(customers().row("a_x0000_b").bytes()).problem()).contains("NUL character");
    }

    @Test
    void whatIsOnASheetThatNobodySeesIsNoList() {
        assertThat(refusal(list().with(
                                        "xl/workbook.xml",
                                        xml -> xml.replaceFirst("sheetId=\"1\"", "sheetId=\"1\" state=\"hidden\""))
                                .bytes())
                        .problem())
                .isEqualTo("the first sheet, 'To offboard', is hidden");
        assertThat(refusal(list().with(
                                        "xl/workbook.xml",
                                        xml -> xml.replaceFirst("sheetId=\"1\"", "sheetId=\"1\" state=\"veryHidden\""))
                                .bytes())
                        .problem())
                .contains("is hidden");
        assertThat(refusal(list().with(
                                        "xl/_rels/workbook.xml.rels",
                                        xml -> xml.replace(
                                                "/worksheet\" Target=\"worksheets/sheet1.xml",
                                                "/chartsheet\" Target=\"worksheets/sheet1.xml"))
                                .bytes())
                        .problem())
                .contains("is a chart");
        assertThat(refusal(new Workbook().bytes()).problem()).isEqualTo("the first sheet, 'To offboard', is empty");
        assertThat(refusal(new Workbook().row("customer_id", "domain").bytes()).problem())
                .isEqualTo("there is no row under the headings");
    }

    /** Who filters a list and saves it means what is to be seen. */
    @Test
    void rowsThatAFilterHidesRefuseTheWorkbook() {
        Workbook filtered = list().hiddenRow(id(2).toString(), "b.example");

        assertThat(refusal(filtered.bytes()).problem()).startsWith("row 3 is hidden");
        assertThat(rows(list().hiddenRow("", "").bytes(), Dates.USUAL)).hasSize(1);
    }

    /** Who crosses a customer out in a list that others have seen hardly means it. */
    @Test
    void whatIsCrossedOutRefusesTheWorkbook() {
        UnaryOperator<String> fonts = xml -> xml.replace(
                        "<cellStyleXfs",
                        "<fonts><font/><font><strike/></font><font><strike val=\"0\"/></font></fonts><cellStyleXfs")
                .replace("</cellXfs>", "<xf numFmtId=\"0\" fontId=\"1\"/><xf numFmtId=\"0\" fontId=\"2\"/></cellXfs>");
        Object struck = new Workbook.Cell(" s=\"6\" t=\"str\"", "<v>b.example</v>");
        Object plain = new Workbook.Cell(" s=\"7\" t=\"str\"", "<v>b.example</v>");
        Object nothing = new Workbook.Cell(" s=\"6\"", "");

        assertThat(refusal(list().row(id(2).toString(), struck)
                                .with("xl/styles.xml", fonts)
                                .bytes())
                        .problem())
                .startsWith("the cell B3 is crossed out");
        assertThat(rows(
                        list().row(id(2).toString(), plain, nothing, "", struck)
                                .with("xl/styles.xml", fonts)
                                .bytes(),
                        Dates.USUAL))
                .hasSize(2);
    }

    /** In a cell that is being typed into, only what is selected is crossed out. */
    @Test
    void textThatIsCrossedOutWithinACellRefusesTheWorkbook() {
        String struck = "<r><rPr><strike/></rPr><t>b.example</t></r>";
        String partly =
                "<r><t xml:space=\"preserve\">b.example </t></r><r><rPr><b/><strike val=\"1\"/></rPr><t>c.example</t></r>";
        String blank = "<r><t>b.example</t></r><r><rPr><strike/></rPr><t xml:space=\"preserve\"> </t></r>";
        String not = "<r><rPr><strike val=\"0\"/></rPr><t>b.example</t></r>";

        assertThat(refusal(inline(struck)).problem()).startsWith("the cell B3 is crossed out");
        assertThat(refusal(inline(partly)).problem()).startsWith("the cell B3 is crossed out");
        assertThat(refusal(shared(struck)).problem()).startsWith("the cell B3 is crossed out");
        assertThat(rows(inline(blank), Dates.USUAL)).hasSize(2);
        assertThat(rows(inline(not), Dates.USUAL)).hasSize(2);
        assertThat(rows(
                        list().row(id(2).toString(), "b.example", "", "", rich(struck))
                                .bytes(),
                        Dates.USUAL))
                .as("in a column that is only carried through")
                .hasSize(2);
    }

    private static byte[] inline(String runs) {
        return list().row(id(2).toString(), rich(runs)).bytes();
    }

    private static Object rich(String runs) {
        return new Workbook.Cell(" t=\"inlineStr\"", "<is>%s</is>".formatted(runs));
    }

    private static byte[] shared(String runs) {
        return list().row(id(2).toString(), "in its place")
                .with("xl/sharedStrings.xml", xml -> xml.replaceFirst("<t[^>]*>in its place</t>", runs))
                .bytes();
    }

    @Test
    void aWorkbookWithMacrosIsRefused() {
        assertThat(refusal(list().with("xl/vbaProject.bin", none -> "x").bytes())
                        .problem())
                .contains("macros");
        assertThat(refusal(list().with(
                                        "[Content_Types].xml",
                                        xml -> xml.replace(
                                                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                                                "application/vnd.ms-excel.sheet.macroEnabled.main+xml"))
                                .bytes())
                        .problem())
                .contains("macros");
        assertThat(refusal(list().with("xl/macrosheets/sheet1.xml", none -> "<x/>")
                                .bytes())
                        .problem())
                .contains("macros");
    }

    @Test
    void whatIsNoWorkbookIsCalledWhatItIs() throws IOException {
        assertThat(refusal(new byte[0]).problem()).isEqualTo("the file is empty");
        assertThat(refusal("customer_id,domain\n".getBytes(StandardCharsets.UTF_8))
                        .problem())
                .isEqualTo("the file is not a workbook, whatever its name says");
        byte[] encrypted = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1};
        assertThat(refusal(encrypted).problem()).contains("protected with a password");
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(other)) {
            zip.putNextEntry(new ZipEntry("mimetype"));
            zip.closeEntry();
        }
        assertThat(refusal(other.toByteArray()).problem()).contains("not an Excel workbook");
    }

    @Test
    void anUploadThatWasCutOffIsNeverAShorterList() {
        byte[] whole = list().row(id(2).toString(), "b.example").bytes();
        // where the archive's directory is, each
        for (int length = 1; length < whole.length; length += length > whole.length - 100 ? 1 : 7) {
            assertThat(refusal(Arrays.copyOf(whole, length)).problem()).isNotEmpty();
        }
    }

    @Test
    void aDamagedWorkbookIsRefusedOrReadAsItWas() {
        Workbook workbook = list();
        for (int i = 2; i < 40; i++) {
            workbook.row(id(i).toString(), "c" + i + ".example", DAY, "T-" + i);
        }
        byte[] whole = workbook.bytes();
        List<Row> meant = rows(whole, Dates.USUAL);
        Random random = new Random(15);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(rows(damaged, Dates.USUAL)).isEqualTo(meant);
            } catch (ListRefusedException e) {
                assertThat(e.problem()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE worksheet [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><worksheet| <c t=\"str\"><v>&x;</v></c>",
                "<!DOCTYPE worksheet [<!ENTITY x \"y\">]><worksheet| <c t=\"str\"><v>&x;</v></c>",
                "<!DOCTYPE worksheet SYSTEM \"http://127.0.0.1:9/x.dtd\"><worksheet| <c t=\"str\"><v>x</v></c>"
            })
    void noEntityIsEverRead(String start, String cell) {
        Workbook workbook = list().with(
                        "xl/worksheets/sheet1.xml",
                        xml -> xml.replace("<worksheet", start).replace("</row><row", cell.strip() + "</row><row"));

        assertThat(refusal(workbook.bytes()).problem()).contains("entities of its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZZZZZZ2", "XFE2", "2", "a2", "A2", ""})
    void aCellIsWhereACellCanBe(String name) {
        Workbook workbook =
                list().with("xl/worksheets/sheet1.xml", xml -> xml.replace("r=\"B2\"", "r=\"" + name + "\""));

        assertThat(refusal(workbook.bytes()).problem()).contains("where none can be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "-5", "1048577", "99999999999", "x"})
    void aRowIsWhereARowCanBe(String number) {
        Workbook workbook = list().with(
                        "xl/worksheets/sheet1.xml", xml -> xml.replace("<row r=\"2\"", "<row r=\"" + number + "\""));

        assertThat(refusal(workbook.bytes()).problem()).startsWith("the workbook cannot be read (");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1E999999999", "1E+999", "--1", "1.2.3", "NaN", "9999999999999999999999999999999999999999999"})
    void aNumberThatIsNoneDoesNoHarm(String number) {
        assertThat(cells(customers().row(cell(Workbook.DATE, number), "x"))
                        .get(0)
                        .length())
                .isLessThan(1_100);
    }

    @Test
    @Timeout(60)
    void aBombIsNotUnpacked() throws IOException {
        assertThat(refusal(bomb("<row>" + "<c t=\"str\"><v>x</v></c>".repeat(16_385), 1))
                        .problem())
                .contains("row 2 has more than 16,384 cells");
        assertThat(refusal(bomb(
                                "<row><c t=\"inlineStr\"><is><t>%s</t></is></c></row>".formatted("x".repeat(30_000)),
                                10_000))
                        .problem())
                .contains("once it is unpacked");
        assertThat(refusal(bomb("<a>", 1_000_000)).problem()).contains("nested too deeply");
        assertThat(refusal(bomb("<row><c><v>" + "1".repeat(100), 1)).problem()).contains("cannot be read");
        assertThat(refusal(bomb("<row a=\"" + " ".repeat(9 << 20), 1)).problem())
                .contains("no cell");
        assertThat(refusal(bomb("<!--" + "x".repeat(9 << 20), 1)).problem()).contains("no cell");
        assertThat(refusal(bomb("<![CDATA[" + "x".repeat(9 << 20), 1)).problem())
                .contains("no cell");
    }

    /** All of it has to be read before it can be known to be too much. */
    @Test
    @Tag("large")
    @Timeout(60)
    void aBombOfCellsThatAreInNoRowIsNotUnpacked() throws IOException {
        assertThat(refusal(bomb("<c t=\"str\"><v>x</v></c>".repeat(1_000), 12_000))
                        .problem())
                .containsAnyOf("where none can be", "once it is unpacked", "longer than");
    }

    @Test
    void aRowWhoseCellsDoNotSayWhereTheyAreHasAsManyAsOneWhereTheyDo() throws IOException {
        assertThat(rows(
                                bomb(
                                        "<row>" + "<c t=\"str\"><v>x</v></c>".repeat(16_384)
                                                + "</row></sheetData></worksheet>",
                                        1),
                                Dates.USUAL)
                        .get(0)
                        .cells())
                .hasSize(16_384);
    }

    /** One text that a million cells show. */
    @Test
    @Timeout(60)
    void aTextThatIsRepeatedIsCountedEachTime() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 12_000; i++) {
            rows.append("<row><c t=\"s\"><v>0</v></c></row>");
        }
        Workbook workbook = list().with(
                        "xl/sharedStrings.xml", xml -> xml.replaceFirst("customer_id", "x".repeat(32_000)))
                .with("xl/worksheets/sheet1.xml", xml -> xml.replace("</sheetData>", rows + "</sheetData>"));

        assertThat(refusal(workbook.bytes()).problem()).contains("more text in the workbook");
    }

    private static byte[] bomb(String piece, int times) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String sheet = "worksheets/sheet1.xml";
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.BEST_SPEED);
            put(zip, "_rels/.rels", relation("officeDocument", "xl/workbook.xml"), 1);
            put(zip, "xl/_rels/workbook.xml.rels", relation("worksheet", sheet), 1);
            put(zip, "xl/workbook.xml", "<workbook><sheets><sheet name=\"x\" id=\"r\"/></sheets></workbook>", 1);
            zip.putNextEntry(new ZipEntry("xl/" + sheet));
            zip.write("<worksheet><sheetData><row><c t=\"str\"><v>customer_id</v></c></row>"
                    .getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < times; i++) {
                zip.write(piece.getBytes(StandardCharsets.UTF_8));
            }
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static String relation(String type, String target) {
        return "<Relationships><Relationship Id=\"r\" Type=\"http://x/%s\" Target=\"%s\"/></Relationships>"
                .formatted(type, target);
    }

    private static void put(ZipOutputStream zip, String part, String text, int times) throws IOException {
        zip.putNextEntry(new ZipEntry(part));
        zip.write(text.repeat(times).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** The others looked empty to the program, and nothing in the list said that they were due that night. */
    @Test
    void aDateThatWasMergedOverSeveralCustomersWasThatOfTheFirstOneOnly() {
        for (String cells : List.of("C2:C3", "A3:B3", "C1:C2", "A2:XFD1048576", "C2", "?")) {
            assertThat(refusal(merged(cells).bytes()).problem())
                    .startsWith("the cells '%s' are merged".formatted(cells));
        }
    }

    /** What somebody has formatted beside a list, or below it, shows nothing of it. */
    @Test
    void cellsThatAreMergedWhereNothingIsFilledDoNoHarm() throws IOException {
        for (String cells : List.of("A1:C1", "D2:E9", "A4:C4", "XFC2:XFD3", "A1048575:A1048576")) {
            assertThat(rows(merged(cells).bytes(), Dates.USUAL)).as(cells).hasSize(2);
        }
        Workbook more = threeColumns().row(id(3).toString(), "c.example", "", "", "", "x");
        assertThat(refusal(merged(more, "F2:F3").bytes()).problem()).startsWith("the cells 'F2:F3' are merged");
    }

    private static Workbook threeColumns() {
        return new Workbook()
                .row("customer_id", "domain", "effective_date")
                .row(id(1).toString(), "a.example", "2026-12-31")
                .row(id(2).toString(), "b.example");
    }

    private static Workbook merged(String cells) {
        return merged(threeColumns(), cells);
    }

    private static Workbook merged(Workbook workbook, String cells) {
        return workbook.with(
                "xl/worksheets/sheet1.xml",
                xml -> xml.replace(
                        "</sheetData>",
                        "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"%s\"/></mergeCells>".formatted(cells)));
    }

    @Test
    void oneStrayCellFarToTheRightDoesNotFillTheHeap() {
        List<String> cells = new ArrayList<>(Collections.nCopies(16_384, ""));
        cells.set(0, id(1).toString());
        cells.set(16_383, "x");
        Row row = new Row(2, cells, null, false);

        assertThat(new Headings(List.of("customer_id")).cells(row)).containsOnlyKeys("customer_id", "column 16384");
        assertThat(row.length()).as("room in a batch").isGreaterThan(16_384);
    }
}
