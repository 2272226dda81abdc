package dev.offboarding.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowGateTest {
    private static final String ID = "0f0e0d0c-1111-2222-3333-444455556666";

    private static List<RowVerdict> check(String text, Identifier... identity) {
        Csv csv = Csv.read(text);
        RowGate gate = new RowGate("list.csv", csv.headings(), Set.of(identity), Dates.USUAL);
        return csv.rows().stream().map(gate::check).toList();
    }

    private static RowVerdict checkId(String id) {
        return check("Microsoft ID,domain\n\"" + id + "\",a.example\n", Identifier.DOMAIN)
                .get(0);
    }

    private static RowVerdict checkDate(String date) {
        return check("customer_id,domain,Due date\n%s,a.example,%s\n".formatted(ID, date), Identifier.DOMAIN)
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u00A0", "\u200B", "\uFEFF", "\u2060 \u3000\t", "\u200E\u00AD"})
    void aBlankCellDoesNotMatchEveryCustomer(String blank) {
        assertThat(checkId(blank)).isInstanceOfSatisfying(Reject.class, reject -> {
            assertThat(reject.source()).isEqualTo("list.csv");
            assertThat(reject.line()).isEqualTo(2);
            assertThat(reject.column()).isEqualTo("Microsoft ID");
            assertThat(reject.problem()).contains("missing");
            assertThat(reject.remedy()).isNotBlank();
            assertThat(reject.customerId()).isNull();
            assertThat(reject.cells()).containsEntry("domain", "a.example");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0f0e0d0c-1111-2222-3333-44445555666\uFFFD",
                "0f0e0d0c-1111-2222-3333-44445555666?",
                "0f0e0d0c-1111-2222-3333-44445555666*",
                "%",
                "*",
                "0f0e0d0c-1111-2222-3333-44445555%"
            })
    void aMisEncodedCharacterDoesNotBecomeAWildcard(String id) {
        assertThat(checkId(id))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.problem()).contains("is not a GUID"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{0f0e0d0c-1111-2222-3333-444455556666",
                "{}",
                "{{0f0e0d0c-1111-2222-3333-444455556666}}",
                "0f0e0d0c11112222-3333-444455556666",
                "(0f0e0d0c-1111-2222-3333-444455556666)",
                "0f0e0d0c-1111-2222-3333-4444555566667",
                "f0e0d0c-1111-2222-3333-444455556666",
                "0f0e0d0c-1111-2222-3333-44445555666g",
                "0f0e0d0c-1111-2222-3333-4444\u200B55556666",
                "0f0e0d0c-1111-2222-3333-44445555666\u0666",
                "0f0e0d0c\u20111111\u20112222\u20113333\u2011444455556666",
                "urn:uuid:0f0e0d0c-1111-2222-3333-444455556666",
                "acme.onmicrosoft.com",
                "1-1-1-1-1",
                "00000000-0000-0000-0000-000000000000"
            })
    void onlyAPlainGuidIsAnId(String id) {
        assertThat(checkId(id)).isInstanceOf(Reject.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,23456789012346E+031", "1.23457E+31", "4,0008E+019", "5E31"})
    void anIdOfWhichASpreadsheetHasMadeANumberIsSaidToBeLost(String id) {
        assertThat(checkId(id)).isInstanceOfSatisfying(Reject.class, reject -> {
            assertThat(reject.problem()).contains("is what a spreadsheet has made of an id");
            assertThat(reject.remedy()).contains("with its dashes");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"11112222333344440000000000000003", "11112222333344400000000000000000"})
    void anIdOfDigitsAloneIsOne(String id) {
        assertThat(checkId(id)).isInstanceOf(Entry.class);
    }

    /** Of a row that somebody has copied out of a file with rejects or results. */
    @Test
    void anApostropheBeforeAnIdOrADateIsNoPartOfItAndHasToGo() {
        assertThat(check("customer_id,domain,due date\n'" + ID + ",a.example,'2026-12-31\n", Identifier.DOMAIN))
                .singleElement()
                .isInstanceOfSatisfying(Reject.class, reject -> {
                    assertThat(reject.problem()).contains("is not a GUID; ''2026-12-31' is not a date");
                    assertThat(reject.remedy())
                            .contains("Remove the ' before it.")
                            .doesNotContain("Put the customer's Microsoft ID here", "Write year-month-day");
                });
        assertThat(checkId("'x"))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.remedy()).startsWith("Put"));
    }

    @Test
    void aDateAsASpreadsheetWritesItIsSaidToBeADateInAWorkbook() {
        String remedy = "save the list as a workbook (.xlsx) instead: there a date is a date.";
        assertThat(check(
                        "customer_id,domain,due date\n" + ID + ",a.example,12/31/2026\n" + ID + ",a.example,31.12.26\n",
                        Identifier.DOMAIN))
                .hasSize(2)
                .allSatisfy(verdict -> assertThat(verdict)
                        .isInstanceOfSatisfying(
                                Reject.class,
                                reject -> assertThat(reject.remedy()).endsWith(remedy)));
        assertThat(check("customer_id,domain,due date\n" + ID + ",a.example,soon\n", Identifier.DOMAIN))
                .singleElement()
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.remedy()).doesNotContain(remedy));
    }

    @Test
    void anInvisibleCharacterCanBeSeenInTheMessage() {
        assertThat(checkId("0f0e0d0c-1111\u200B-2222"))
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.problem()).contains("1111<U+200B>-2222"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{0f0e0d0c-1111-2222-3333-444455556666}",
                "{0F0E0D0C-1111-2222-3333-444455556666}",
                "0f0e0d0c111122223333444455556666"
            })
    void aGuidInBracesOrWithoutDashesIsTheSameId(String id) {
        assertThat(checkId(id))
                .isInstanceOfSatisfying(
                        Entry.class, entry -> assertThat(entry.customerId()).hasToString(ID));
    }

    @Test
    void anUploadThatBrokeOffLostTheLastRowsDate() { // incident 41
        String header = "customer_id,domain,effective_date\n";
        for (String brokenOff :
                List.of(ID + ",a.example", ID + ",a.example,", ID + ",a.example,\"\"", ID + ",a.example, ")) {
            assertThat(check(header + brokenOff, Identifier.DOMAIN))
                    .singleElement()
                    .isInstanceOfSatisfying(Reject.class, reject -> {
                        assertThat(reject.column()).isEqualTo("effective_date");
                        assertThat(reject.problem()).contains("may have been cut off");
                        assertThat(reject.line()).isEqualTo(2);
                    });
            assertThat(check(header + brokenOff + "\n", Identifier.DOMAIN))
                    .singleElement()
                    .isInstanceOf(Entry.class);
        }
        assertThat(check(header + ID + ",a.example,2031-01-31", Identifier.DOMAIN))
                .singleElement()
                .isInstanceOf(Entry.class);
        assertThat(check(header + ID + ",a.example,2031-01-3", Identifier.DOMAIN))
                .singleElement()
                .isInstanceOf(Reject.class);
        // an unnamed column at the end is none
        assertThat(check("customer_id,domain,\n" + ID + ",a.example,", Identifier.DOMAIN))
                .singleElement()
                .isInstanceOf(Entry.class);
    }

    @ParameterizedTest
    @CsvSource({
        "31.12.2026, , 2026-12-31",
        "1.2.2027, , 2027-02-01",
        "31/12/2026, dd/MM/yyyy, 2026-12-31",
        "12/31/2026, M/d/yyyy, 2026-12-31",
        "31 Dec 2026, d MMM uuuu, 2026-12-31"
    })
    void aDateIsReadAsTheJobFileSays(String cell, @Nullable String format, LocalDate date) {
        Csv csv = Csv.read("customer_id,domain,due_date\n%s,a.example,%s\n".formatted(ID, cell));
        RowGate gate = new RowGate("list.csv", csv.headings(), Set.of(Identifier.DOMAIN), new Dates(format));

        assertThat(gate.check(csv.rows().get(0)))
                .isInstanceOfSatisfying(
                        Entry.class,
                        entry -> assertThat(entry.cells().get(Column.EFFECTIVE_DATE))
                                .isEqualTo(date.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-31, dd/MM/yyyy",
        "31.12.2026, dd/MM/yyyy",
        "12/31/2026, dd/MM/yyyy",
        "30/02/2026, dd/MM/yyyy",
        "31/12/26, dd/MM/yyyy",
        "31/12/26, d/M/y",
        "31/12/203, d/M/y",
        "31.12.202, ",
        "32.12.2026, ",
        "30.02.2026, "
    })
    void aDateIsReadInNoOtherWay(String cell, @Nullable String format) {
        Csv csv = Csv.read("customer_id,domain,due_date\n%s,a.example,%s\n".formatted(ID, cell));
        RowGate gate = new RowGate("list.csv", csv.headings(), Set.of(Identifier.DOMAIN), new Dates(format));

        assertThat(gate.check(csv.rows().get(0)))
                .isInstanceOfSatisfying(
                        Reject.class,
                        reject -> assertThat(reject.remedy())
                                .containsPattern(format == null ? "31\\.01\\.2027" : "31/0?1/2027"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dd/MM", "MM/yyyy", "dd/MM/yyyy HH:mm", "tomorrow", "'", "dd/mm/yyyy", "dd.MM.yyyy HH"})
    void aFormatThatSaysNoDayIsNone(String format) {
        assertThat(ListSettings.dateFormatProblem(format)).isNotNull();
    }

    @Test
    void upperCaseIsTheSameId() {
        assertThat(checkId(" 0F0E0D0C-1111-2222-3333-444455556666\u00A0"))
                .isInstanceOfSatisfying(
                        Entry.class, entry -> assertThat(entry.customerId()).hasToString(ID));
    }

    @Test
    void anEntryNeedsOneOfTheConfiguredIdentifiers() {
        String header = "customer_id,Company name,Primary domain name\n";

        assertThat(check(header + ID + ",,\u00A0\n", Identifier.DOMAIN, Identifier.COMPANY_NAME))
                .first()
                .isInstanceOfSatisfying(
                        Reject.class,
                        reject -> assertThat(reject.remedy()).contains("Primary domain name or Company name"));
        assertThat(check(header + ID + ",Acme,\n", Identifier.DOMAIN, Identifier.COMPANY_NAME))
                .first()
                .isInstanceOf(Entry.class);
        assertThat(check(header + ID + ",,a.example\n", Identifier.DOMAIN, Identifier.COMPANY_NAME))
                .first()
                .isInstanceOf(Entry.class);
        assertThat(check(header + ID + ",Acme,\n", Identifier.DOMAIN))
                .first()
                .isInstanceOfSatisfying(
                        Reject.class, reject -> assertThat(reject.column()).isEqualTo("Primary domain name"));
        assertThat(check(header + ID + ",,a.example\n", Identifier.COMPANY_NAME))
                .first()
                .isInstanceOf(Reject.class);
        assertThat(check("customer_id\n" + ID + "\n", Identifier.DOMAIN))
                .first()
                .isInstanceOf(Reject.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29",
                "2026-13-01",
                "2026-00-10",
                "12/31/2026",
                "2026-1-5",
                "2026-01-05T00:00:00",
                "2026-01-05 00:00",
                "20260105",
                "tomorrow",
                "45000",
                "+2026-01-05",
                "-2026-01-05",
                "0000-01-01",
                // a year that has lost a digit or two is long over, and its customer would be due at once
                "0026-12-31",
                "0203-12-31",
                "1899-12-31",
                "12026-01-05",
                "\u0662\u0660\u0662\u0666-01-05",
                "2026-01-05Z"
            })
    void aDateThatIsNoneNeverDeletesADayEarly(String date) {
        assertThat(checkDate(date)).isInstanceOfSatisfying(Reject.class, reject -> {
            assertThat(reject.column()).isEqualTo("Due date");
            assertThat(reject.problem()).contains("is not a date");
            assertThat(reject.remedy()).contains("2027-01-31");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-03-29", "2026-10-25", "2028-02-29", "0001-01-01", "1753-01-01", "1900-01-01", "9999-12-31"
            })
    void aDateIsTheDayThatIsWritten(String date) {
        assertThat(checkDate(" " + date + " "))
                .isInstanceOfSatisfying(
                        Entry.class,
                        entry -> assertThat(entry.cells().get(Column.EFFECTIVE_DATE))
                                .isEqualTo(date));
    }

    @Test
    void moreCellsThanHeadingsAreRejectedAndFewerAreEmpty() {
        List<RowVerdict> checked = check(
                "customer_id,domain,reason\n%s,a.example,r,\n%s,a.example,r,x\n%s,a.example\n".formatted(ID, ID, ID),
                Identifier.DOMAIN);

        assertThat(checked.get(0)).isInstanceOf(Reject.class);
        assertThat(checked.get(1)).isInstanceOfSatisfying(Reject.class, reject -> {
            assertThat(reject.problem()).contains("more cells (4) than there are headings (3)");
            assertThat(reject.cells()).containsEntry("column 4", "x");
            assertThat(reject.customerId()).hasToString(ID);
        });
        assertThat(checked.get(2))
                .isInstanceOfSatisfying(
                        Entry.class,
                        entry -> assertThat(entry.cells().get(Column.REASON)).isNull());
    }

    @Test
    void aCellUnderNoHeadingAtTheEndIsOneTooMany() {
        List<RowVerdict> checked =
                check("customer_id,domain,,\n%s,a.example,,\n%s,a.example,,x\n".formatted(ID, ID), Identifier.DOMAIN);

        assertThat(checked.get(0)).isInstanceOf(Entry.class);
        assertThat(checked.get(1)).isInstanceOf(Reject.class);
    }

    @Test
    void allThatIsWrongWithARowIsSaidAtOnce() {
        assertThat(check("customer_id,domain,effective_date\nx,,never\n", Identifier.DOMAIN))
                .first()
                .isInstanceOfSatisfying(
                        Reject.class,
                        reject -> assertThat(reject.problem())
                                .contains("'x' is not a GUID")
                                .contains("nothing beside the id")
                                .contains("'never' is not a date"));
    }

    @Test
    void contentsAreTheSameWhateverTheOrderOfColumnsTheirSpellingAndBlankCells() {
        Entry one = (Entry)
                check("customer_id,domain,Account Manager,ticket\n" + ID + ",a.example,Kim,\n", Identifier.DOMAIN)
                        .get(0);
        Entry other = (Entry) check(
                        "account_manager;tenant id;Primary domain name;colour\nKim;"
                                + ID.toUpperCase(java.util.Locale.ROOT) + ";a.example;\n",
                        Identifier.DOMAIN)
                .get(0);
        Entry different = (Entry)
                check("customer_id,domain,Account Manager,ticket\n" + ID + ",a.example,Kim,T1\n", Identifier.DOMAIN)
                        .get(0);
        Entry shifted =
                (Entry) check("customer_id,domain,Account Manager,note\n" + ID + ",a.example,,Kim\n", Identifier.DOMAIN)
                        .get(0);

        assertThat(other.contents()).isEqualTo(one.contents());
        assertThat(different.contents()).isNotEqualTo(one.contents());
        // what is only carried through says nothing
        assertThat(shifted.contents()).isEqualTo(one.contents());
    }

    @Test
    void whatIsWrittenInAnotherWayIsNoDifference() {
        String header = "customer_id,company_name,domain,effective_date,ticket\n";
        Entry one =
                (Entry) check(header + ID + ",M\u00fcller  AG,m\u00fcller.example,2027-01-31,T\n", Identifier.DOMAIN)
                        .get(0);
        Entry alike = (Entry) check(
                        header + ID.toUpperCase(java.util.Locale.ROOT)
                                + ",MU\u0308LLER AG,https://www.xn--mller-kva.example/,2027-01-31,T\n",
                        Identifier.DOMAIN)
                .get(0);
        Entry other =
                (Entry) check(header + ID + ",M\u00fcller AG,m\u00fcller.example,2027-02-01,T\n", Identifier.DOMAIN)
                        .get(0);

        assertThat(alike.contents()).isEqualTo(one.contents());
        assertThat(other.contents()).isNotEqualTo(one.contents());
    }

    @Test
    void whatStandsUnderAgainIsUnderstood() {
        Entry one = (Entry) check("customer_id,domain,Again\n" + ID + ",a.example,2026-11-28\n", Identifier.DOMAIN)
                .get(0);
        Entry other = (Entry) check("customer_id,domain,again\n" + ID + ",a.example,\n", Identifier.DOMAIN)
                .get(0);

        assertThat(one.cells().get(Column.AGAIN)).isEqualTo("2026-11-28");
        assertThat(one.others()).isEmpty();
        assertThat(other.cells().get(Column.AGAIN)).isNull();
        assertThat(other.contents()).isNotEqualTo(one.contents());
    }
}
