package dev.offboarding.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvListTest {
    private static final String ID = "0f0e0d0c-1111-2222-3333-444455556666";

    @Test
    void aBomBeforeAQuotedHeaderIsNotPartOfTheFirstColumn() {
        Csv csv = Csv.read("\uFEFF\"customer_id\",\"domain\"\n" + ID + ",a.example\n");

        assertThat(csv.headings().has(Column.CUSTOMER_ID)).isTrue();
        assertThat(csv.cell(0, Column.CUSTOMER_ID)).isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-8"})
    void aBomSaysWhichEncodingItIsAndIsNotPartOfTheFirstColumn(String charset) throws Exception {
        Csv csv = Csv.read(
                ("\uFEFF\"customer_id\";company_name\r\n" + ID + ";Müller & Søn 株式会社 🚀\r\n").getBytes(charset));

        assertThat(csv.cells()).containsExactly(List.of(ID, "Müller & Søn 株式会社 🚀"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void aSemicolonLocaleDoesNotGiveZeroRows(String delimiter) {
        Csv csv = Csv.read("customer_id,domain,note\n".replace(",", delimiter)
                + String.join(delimiter, ID, "a.example", "x")
                + "\n");

        assertThat(csv.cells()).containsExactly(List.of(ID, "a.example", "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=;\n", "sep=;\r\n", "SEP=;\n", "\"sep=;\"\n", "\uFEFFsep=;\n", "\n\nsep=;\n"})
    void aSepLineIsNotTheHeader(String first) {
        Csv csv = Csv.read(first + "customer_id;domain\n" + ID + ";a.example\n");

        assertThat(csv.cells()).containsExactly(List.of(ID, "a.example"));
    }

    @Test
    void aSepLineMayNameATab() {
        assertThat(Csv.read("sep=\t\ncustomer_id\tdomain\n" + ID + "\ta.example\n")
                        .cells())
                .containsExactly(List.of(ID, "a.example"));
    }

    @Test
    void theDelimiterIsTheOneThatFindsTheIdNotTheOneThatIsMostFrequent() {
        Csv csv = Csv.read("\"Name, first, or, last\";customer_id\nAcme;" + ID + "\n");

        assertThat(csv.cells()).containsExactly(List.of("Acme", ID));
    }

    @Test
    void aHeadingMayHaveSeveralLines() {
        assertThat(Csv.read("\"Name of\nthe company\";customer_id\nAcme;" + ID + "\n")
                        .cells())
                .containsExactly(List.of("Acme", ID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sep=c", "sep= "})
    void aSepLineThatNamesNoDelimiterIsRefused(String first) {
        assertThatThrownBy(() -> Csv.read(first + "\ncustomer_id,domain\n" + ID + ",a.example\n"))
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContaining("delimiter");
    }

    @Test
    void partnerCentersOwnExportIsAList() {
        Csv csv = Csv.read("Microsoft ID,Company name,Primary domain name,Relationship,Tags\n" + ID
                + ",Acme,acme.onmicrosoft.com,Cloud Reseller,\n");

        assertThat(csv.cell(0, Column.CUSTOMER_ID)).isEqualTo(ID);
        assertThat(csv.cell(0, Column.COMPANY_NAME)).isEqualTo("Acme");
        assertThat(csv.cell(0, Column.DOMAIN)).isEqualTo("acme.onmicrosoft.com");
        assertThat(csv.headings().others(csv.rows().get(0)))
                .containsExactly(Assertions.entry("Relationship", "Cloud Reseller"), Assertions.entry("Tags", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "CUSTOMER-ID,CUSTOMER_ID",
        "customer id,CUSTOMER_ID",
        "Customer\u00A0Tenant_Id,CUSTOMER_ID",
        "tenant-id,CUSTOMER_ID",
        "MICROSOFT ID,CUSTOMER_ID",
        "Customer Name,COMPANY_NAME",
        "company-name,COMPANY_NAME",
        "DOMAIN,DOMAIN",
        "Primary Domain Name,DOMAIN",
        "domain_name,DOMAIN",
        "Due Date,EFFECTIVE_DATE",
        "effective-date,EFFECTIVE_DATE",
        "Reason,REASON",
        "TICKET,TICKET",
        "Requested by,REQUESTED_BY"
    })
    void headingsAreKnownInAnySpelling(String heading, Column column) {
        assertThat(Column.of(heading)).isEqualTo(column);
    }

    @Test
    void whiteSpaceAroundACellIsNotPartOfItInsideAndOutsideQuotes() {
        Csv csv = Csv.read(" customer_id\u00A0, domain , company_name\n\u200B" + ID
                + "\uFEFF, \" a.example\u3000\" ,\tA  B\u2007\n");

        assertThat(csv.cells()).containsExactly(List.of(ID, "a.example", "A  B"));
    }

    @Test
    void quotedCellsHoldDelimitersQuotesAndLineEndsExactly() {
        Csv csv = Csv.read("customer_id,company_name,reason\r\n" + ID + ",\"A \"\"B\"\", C\",\"x\r\ny\nz\rw\"\r\n" + ID
                + ",\"\"\"\",\"\"\r\n");

        assertThat(csv.cells()).containsExactly(List.of(ID, "A \"B\", C", "x\r\ny\nz\rw"), List.of(ID, "\"", ""));
        assertThat(csv.rows()).extracting(Row::line).containsExactly(2L, 6L);
    }

    /** opencsv's own parsers make one row of these three, or drop a cell of the second. */
    @Test
    void anInchMarkAtTheEndOfARowIsNotTheBeginningOfALongCell() {
        assertThat(Csv.read("customer_id,domain,company_name\n" + ID + ",a.example,5\" Pipes\n" + ID
                                + ",b.example,\"Pipes, 5\"\"\"\n" + ID + ",c.example,3\"\n")
                        .cells())
                .containsExactly(
                        List.of(ID, "a.example", "5\" Pipes"),
                        List.of(ID, "b.example", "Pipes, 5\""),
                        List.of(ID, "c.example", "3\""));
    }

    @Test
    void aQuoteInsideAnUnquotedCellIsJustAQuote() {
        assertThat(Csv.read("customer_id,company_name,domain\n" + ID + ",5\" Pipes,a.example\n")
                        .cells())
                .containsExactly(List.of(ID, "5\" Pipes", "a.example"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void linesAreCountedAndBlankOnesPassedOver(String end) {
        Csv csv = Csv.read(("\n\ncustomer_id,domain\n\n" + ID + ",a.example\n \n,\n\u00A0,\u200B\n" + ID + ",b.example")
                .replace("\n", end));

        assertThat(csv.rows()).extracting(Row::line).containsExactly(5L, 9L);
        assertThat(csv.cells()).containsExactly(List.of(ID, "a.example"), List.of(ID, "b.example"));
    }

    @Test
    void malformedUtf8IsAnErrorWithItsPlace() {
        byte[] latin1 = ("customer_id,company_name\n" + ID + ",Acme\n" + ID + ",M\u00FCller\n")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> Csv.read(latin1))
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContaining("line 3, character 39")
                .hasMessageContaining("UTF-8");
    }

    @Test
    void theRowsAfterAMalformedCharacterCanStillBeDistinguished() {
        CsvList list = new CsvList(
                new ByteArrayInputStream(("customer_id,company_name\n" + ID + ",M\u00FCller\n" + ID + ",Acme\n")
                        .getBytes(StandardCharsets.ISO_8859_1)),
                headings -> headings);

        assertThat(list.next()).isNotNull();
        assertThat(list.next()).isNotNull();
        assertThatThrownBy(list::next).isInstanceOf(ListRefusedException.class);
    }

    @Test
    void halfACharacterAtTheEndIsMalformed() {
        byte[] whole = ("\uFEFFcustomer_id,domain\n" + ID + ",a").getBytes(StandardCharsets.UTF_16LE);
        byte[] half = java.util.Arrays.copyOf(whole, whole.length - 1);

        assertThatThrownBy(() -> Csv.read(half)).hasMessageContaining("line 2").hasMessageContaining("UTF-16LE");
    }

    @Test
    void aReplacementCharacterThatIsInTheFileIsNotMalformed() {
        assertThat(Csv.read("customer_id,domain\n" + ID + ",\uFFFD\n").cells()).containsExactly(List.of(ID, "\uFFFD"));
    }

    @Test
    void aNulByteRefusesTheFile() {
        assertThatThrownBy(() -> Csv.read("customer_id,domain\n" + ID + ",a\0b\n"))
                .hasMessageContaining("line 2, character 39")
                .hasMessageContaining("NUL");
    }

    @Test
    void utf16WithoutABomIsRefusedAndSaysHowToCorrectIt() {
        assertThatThrownBy(() -> Csv.read(("customer_id,domain\n" + ID + ",a\n").getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContaining("CSV UTF-8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ID + ",\"Acme\n" + ID + ",Beta\n",
                ID + ",\"Acme\n" + ID + ",\"Beta\"\n",
                ID + ",\"Acme",
                ID + ",\"Acme\"\""
            })
    void anUnclosedQuoteIsRefusedWhereItIsOpened(String rows) {
        assertThatThrownBy(() -> Csv.read("customer_id,company_name\n" + rows))
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContaining("line 2, character 38")
                .hasMessageContaining("Close the quote");
    }

    @Test
    void anUnclosedQuoteInTheHeaderIsRefused() {
        assertThatThrownBy(() -> Csv.read("customer_id,\"domain\n" + ID + ",a.example\n"))
                .hasMessageContaining("line 1, character 13");
    }

    @Test
    void textAfterAClosingQuoteMakesTheRowWrongAndOnlyTheRow() {
        Csv csv = Csv.read("customer_id,company_name\n" + ID + ",\"Acme\" Ltd\n" + ID + ",Beta\n");

        assertThat(csv.rows().get(0).flaw()).contains("line 2").contains("closing quote");
        assertThat(csv.rows().get(1).flaw()).isNull();
    }

    @Test
    void anUnclosedQuoteBeforeAMillionRowsIsFoundAtOnce() {
        byte[] start = ("customer_id,company_name\n" + ID + ",\"Acme\n").getBytes(StandardCharsets.UTF_8);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };

        Assertions.assertThatThrownBy(() -> {
                    CsvList list = new CsvList(
                            new SequenceInputStream(new ByteArrayInputStream(start), endless), headings -> headings);
                    list.next();
                })
                .hasMessageContaining("line 2, character 38")
                .hasMessageContaining("32,767");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", ",", "\"", "\n", "\r\n", "é", " ", "\uFEFF"})
    void anEndlessFirstRowOrEndlessRowsAreNoOutOfMemoryError(String piece) {
        byte[] bytes = piece.repeat(3_000_000).getBytes(StandardCharsets.UTF_8);

        Assertions.assertThatThrownBy(() ->
                        org.junit.jupiter.api.Assertions.assertTimeout(Duration.ofSeconds(30), () -> Csv.read(bytes)))
                .isInstanceOf(ListRefusedException.class);
    }

    @Test
    void aRowOfTooManyCellsIsRefused() {
        assertThatThrownBy(() -> Csv.read("customer_id,domain\n" + ",".repeat(20_000) + "\n"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("16,384 cells");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\uFEFF", "\n\n", " ", ";;;\n;;\n", "sep=;", "sep=;\n\n"})
    void aFileWithNothingInItIsRefused(String text) {
        assertThatThrownBy(() -> Csv.read(text)).hasMessageContaining("the file is empty");
    }

    @Test
    void noDataRowIsARefusal() {
        assertThatThrownBy(() -> Csv.read("customer_id;domain\n\n;\n"))
                .hasMessageContaining("no row under the headings");
    }

    @Test
    void noCustomerIdColumnIsARefusalThatShowsWhatThereIs() {
        assertThatThrownBy(() -> Csv.read("customer,domain\nx,y\n"))
                .hasMessageContaining("no column customer_id")
                .hasMessageContaining("'customer', 'domain'");
    }

    @Test
    void twoColumnsOfOneMeaningAreARefusal() {
        assertThatThrownBy(() -> Csv.read("customer_id,Tenant ID,domain\n" + ID + "," + ID + ",a\n"))
                .hasMessageContaining("'customer_id' and 'Tenant ID' mean the same");
    }

    @Test
    void otherColumnsOfOneNameAreBothKept() {
        Csv csv = Csv.read("customer_id,domain,Note,note,\n" + ID + ",a.example,x,y,\n");

        assertThat(csv.headings().others(csv.rows().get(0)))
                .containsExactly(Assertions.entry("Note", "x"), Assertions.entry("note (2)", "y"));
    }

    @Test
    void aFileThatCannotBeReadToItsEndIsRefused() {
        InputStream broken = new SequenceInputStream(
                new ByteArrayInputStream(("customer_id,domain\n" + ID + ",a\n").getBytes(StandardCharsets.UTF_8)),
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("disk on fire");
                    }
                });

        assertThatThrownBy(() -> {
                    CsvList list = new CsvList(broken, headings -> headings);
                    List<Row> rows = new ArrayList<>();
                    for (Row row = list.next(); row != null; row = list.next()) {
                        rows.add(row);
                    }
                })
                .isInstanceOf(ListRefusedException.class)
                .hasMessageContaining("disk on fire");
    }
}
