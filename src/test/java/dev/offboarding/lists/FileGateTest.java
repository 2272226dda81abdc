package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static dev.offboarding.lists.Nights.list;
import static dev.offboarding.lists.Nights.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileGateTest {
    @TempDir
    Path folder;

    private Nights nights;

    @BeforeEach
    void anInbox() {
        nights = new Nights(folder);
    }

    private Reception.File only(Reception reception) {
        assertThat(reception.files()).hasSize(1);
        assertThat(reception.read()).isEqualTo(reception.accepted() + reception.duplicates() + reception.rejected());
        return reception.files().get(0);
    }

    @Test
    void everythingAnEntrySaysIsStaged() {
        nights.drop(
                "a.csv",
                "note;customer_id;company_name;domain;effective_date;reason;ticket;requested_by;again;Colour\n\"x, \"\"y\"\"\nz\";"
                        + id(1) + ";Müller 🚀;Müller.example;2027-01-31;gone;T-1;Kim;once more;\n");

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(FileStatus.TAKEN);
        assertThat(reception.accepted()).isEqualTo(1);
        assertThat(nights.jdbc.queryForMap(
                        "select *, others::text as o, octet_length(contents) as hash from offboarding.entry where run_id = ?",
                        nights.runId))
                .containsEntry("file_no", 1)
                .containsEntry("line", 2L)
                .containsEntry("source", "a.csv")
                .containsEntry("customer_id", id(1))
                .containsEntry("company_name", "Müller 🚀")
                .containsEntry("company_key", "müller 🚀")
                .containsEntry("domain", "Müller.example")
                .containsEntry("domain_key", "xn--mller-kva.example")
                .containsEntry("again", "once more")
                .containsEntry("effective_date", java.sql.Date.valueOf("2027-01-31"))
                .containsEntry("reason", "gone")
                .containsEntry("ticket", "T-1")
                .containsEntry("requested_by", "Kim")
                .containsEntry("o", "{\"note\":\"x, \\\"y\\\"\\nz\",\"Colour\":\"\"}")
                .containsEntry("hash", 32)
                .containsEntry("status", "ACCEPTED");
    }

    /** As {@code cat *.csv > all.csv} makes them: dates of the second list were taken for reasons, and its customers removed that night. */
    @Test
    void twoListsInOneFileWithOtherColumnsAreRefused() {
        nights.drop(
                "a.csv",
                "customer_id,domain,reason\n%s,a.example,gone\nMicrosoft ID,Domain,Due date\n%s,b.example,2031-01-31\n"
                        .formatted(id(1), id(2)));

        Reception.File file = only(nights.receive());

        assertThat(file.status()).isEqualTo(FileStatus.REFUSED);
        assertThat(file.reason())
                .contains("line 3 has headings again, and different ones: 'Due date' is below 'reason'", "two lists");
        assertThat(file.rejected()).isEqualTo(3);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void theSameHeadingsOnceMoreAreARowThatIsSetAside() {
        nights.drop(
                "a.csv",
                "customer_id,domain,note,reject_line\n%s,a.example,x\nMicrosoft ID,DOMAIN,Note,7\n%s,b.example,y\n"
                        .formatted(id(1), id(2)));

        assertThat(only(nights.receive()).status()).isEqualTo(FileStatus.TAKEN);
        assertThat(nights.accepted()).containsExactly(id(1), id(2));
    }

    @Test
    void aRowIsSetAsideWithLineColumnProblemAndRemedyAndTheOthersGoOn() {
        nights.drop("a.csv", list(1, 3) + "not-a-guid,Acme,a.example\n");

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(FileStatus.TAKEN);
        assertThat(nights.accepted()).containsExactly(id(1), id(2), id(3));
        assertThat(nights.rejects()).singleElement().satisfies(reject -> {
            assertThat(reject.source()).isEqualTo("a.csv");
            assertThat(reject.line()).isEqualTo(5);
            assertThat(reject.column()).isEqualTo("customer_id");
            assertThat(reject.cells().values()).containsExactly("not-a-guid", "Acme", "a.example");
        });
    }

    @ParameterizedTest
    @CsvSource({"3, 3, TAKEN", "4, 4, REFUSED", "4, 80, TAKEN", "4, 79, REFUSED", "5, 100, TAKEN", "6, 100, REFUSED"})
    void moreThanFivePercentAndMoreThanThreeRejectedRowsRefuseTheFile(int bad, int rows, FileStatus status) {
        nights.drop("a.csv", list(1, rows - bad) + "x,Acme,a.example\n".repeat(bad));

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(status);
        assertThat(reception.read()).isEqualTo(rows);
        assertThat(reception.rejected()).isEqualTo(status == FileStatus.TAKEN ? bad : rows);
        assertThat(nights.accepted()).hasSize(status == FileStatus.TAKEN ? rows - bad : 0);
        assertThat(nights.rejects()).hasSize((int) reception.rejected());
    }

    @Test
    void theRowsOfARefusedFileSayWhyAndKeepTheirColumnsAndTheirOwnReasons() {
        nights.drop(
                "a.csv",
                "Note,Domain name,Due date,Tenant ID\nn,a.example,2027-01-31," + id(1) + "\n,b.example\n"
                        + "x,c.example,never,y\n".repeat(4));

        nights.receive();

        assertThat(nights.rejects()).hasSize(6);
        Reject first = nights.rejects().get(0);
        assertThat(first.problem()).startsWith("the file was refused: 5 of its 6 rows are wrong");
        assertThat(first.customerId()).isEqualTo(id(1));
        assertThat(first.cells().toString())
                .isEqualTo("{Note=n, Domain name=a.example, Due date=2027-01-31, Tenant ID=" + id(1) + "}");
        assertThat(nights.rejects().get(1).problem()).contains("id is missing");
        assertThat(nights.jdbc.queryForObject(
                        "select count(*) from offboarding.entry where run_id = ? and status <> 'REFUSED'",
                        Integer.class,
                        nights.runId))
                .isZero();
    }

    @Test
    void aFileWithoutAnIdColumnRejectsAllItsRowsAndSaysWhyOnce() {
        nights.drop("a.csv", "id,domain\n1,a.example\n2,b.example\n");

        Reception reception = nights.receive();

        assertThat(only(reception).reason()).startsWith("there is no column customer_id");
        assertThat(reception.rejected()).isEqualTo(2);
        assertThat(nights.rejects())
                .allSatisfy(reject -> assertThat(reject.problem())
                        .startsWith("the file was refused: there is no column customer_id"));
    }

    @Test
    void twoColumnsOfOneMeaningAcceptNothing() {
        nights.drop("a.csv", "customer_id,domain,Primary domain name\n" + id(1) + ",a.example,a.example\n");

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(reception.rejected()).isEqualTo(1);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void malformedUtf8AcceptsNothingOfTheFile() {
        nights.drop("a.csv", (list(1, 2) + id(3) + ",M\u00FCller,m.example\n").getBytes(StandardCharsets.ISO_8859_1));

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(only(reception).reason()).contains("line 4, character 39").contains("CSV UTF-8");
        assertThat(reception.read()).isEqualTo(3);
        assertThat(reception.rejected()).isEqualTo(3);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void anUnclosedQuoteAcceptsNothingOfTheFileAndTheRowsBeforeItAreRejected() {
        nights.drop("a.csv", list(1, 2) + id(3) + ",\"Acme\n" + row(4));

        Reception reception = nights.receive();

        assertThat(only(reception).reason()).contains("line 4, character 38");
        assertThat(reception.rejected()).isEqualTo(2);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void identicalDuplicatesCollapseAndAreCountedAlsoAcrossFiles() {
        nights.drop("a.csv", list(1, 2) + row(1) + "\"" + id(2) + "\" , Company 2,company2.example\n");
        nights.drop(
                "b.csv",
                "domain;Tenant ID;Company name\ncompany2.example;" + id(2) + ";Company 2\n" + "company3.example;"
                        + id(3) + ";Company 3\n");

        Reception reception = nights.receive();

        assertThat(reception.read()).isEqualTo(6);
        assertThat(reception.accepted()).isEqualTo(3);
        assertThat(reception.duplicates()).isEqualTo(3);
        assertThat(reception.rejected()).isZero();
        assertThat(reception.files()).extracting(Reception.File::duplicates).containsExactly(2L, 1L);
        assertThat(nights.accepted()).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void theSameCustomerTwiceWithDifferentContentsRefusesTheFile() {
        nights.drop("a.csv", list(1, 30) + id(7) + ",Company 7,other.example\n");

        Reception reception = nights.receive();

        assertThat(only(reception).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(only(reception).reason())
                .contains(id(7).toString())
                .contains("line 8")
                .contains("a.csv, line 32");
        assertThat(reception.rejected()).isEqualTo(31);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void theSameCustomerWithDifferentContentsInTwoFilesOfANightRefusesBothAndNoOther() {
        nights.drop("a.csv", list(1, 3));
        nights.drop("b.csv", "customer_id,company_name,domain,ticket\n" + id(3) + ",Company 3,company3.example,T-1\n");
        nights.drop("c.csv", list(4, 5));

        Reception reception = nights.receive();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.REFUSED, FileStatus.REFUSED, FileStatus.TAKEN);
        assertThat(reception.files().get(0).reason()).contains("b.csv, line 2");
        assertThat(reception.files().get(1).reason()).contains("a.csv, line 4");
        assertThat(nights.accepted()).containsExactly(id(4), id(5));
        assertThat(reception.rejected()).isEqualTo(4);
    }

    @Test
    void rowsThatDifferOnlyInWhatIsCarriedThroughAreDuplicates() {
        nights.drop("a.csv", "customer_id,domain,Tags\n" + id(1) + ",a.example,x\n" + id(1) + ",A.EXAMPLE,y\n");
        nights.drop("b.csv", "Microsoft ID,domain\n{" + id(1) + "},https://a.example/\n");

        Reception reception = nights.receive();

        assertThat(reception.files()).extracting(Reception.File::status).containsOnly(FileStatus.TAKEN);
        assertThat(reception.accepted()).isEqualTo(1);
        assertThat(reception.duplicates()).isEqualTo(2);
    }

    @Test
    void aFileIsRefusedForANulWhereverItStands() {
        nights.drop("a.csv", list(1, 3) + id(4) + ",Company\0 4,company4.example\n");

        assertThat(only(nights.receive()).reason())
                .contains("line 5")
                .contains("NUL")
                .contains("CSV UTF-8");
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void aRowThatIsSetAsideContradictsAGoodOneOfTheSameCustomer() {
        nights.drop(
                "a.csv",
                "customer_id,domain,effective_date\n" + id(1) + ",a.example,\n" + id(1) + ",a.example,31.12.2027\n");

        assertThat(only(nights.receive()).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(nights.accepted()).isEmpty();
    }

    @Test
    void aFileThatIsRefusedForItselfContradictsNoOther() {
        nights.drop("a.csv", "customer_id,domain\n" + id(1) + ",a.example\n" + "x,y\n".repeat(4));
        nights.drop("b.csv", "customer_id,domain\n" + id(1) + ",b.example\n");

        assertThat(nights.receive().files())
                .extracting(Reception.File::status)
                .containsExactly(FileStatus.REFUSED, FileStatus.TAKEN);
    }

    @Test
    void whichIdentifiersCountIsUpToTheJobFile() {
        nights.identity = Set.of(Identifier.DOMAIN);
        nights.drop("a.csv", "customer_id,company_name\n" + id(1) + ",Acme\n");

        assertThat(nights.receive().rejected()).isEqualTo(1);
    }

    @Test
    void badFilesOfEveryKindLeaveTheGoodOneAlone() {
        nights.drop("a.csv", "");
        nights.drop("b.csv", new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0, 1});
        nights.drop("c.csv", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0});
        nights.drop("d.csv", "customer_id,domain\n");
        nights.drop("e.csv", list(1, 1));

        Reception reception = nights.receive();

        assertThat(reception.files())
                .extracting(Reception.File::status)
                .containsExactly(
                        FileStatus.REFUSED,
                        FileStatus.REFUSED,
                        FileStatus.REFUSED,
                        FileStatus.REFUSED,
                        FileStatus.TAKEN);
        assertThat(reception.files().subList(0, 4))
                .allSatisfy(file -> assertThat(file.reason()).isNotBlank());
        assertThat(nights.accepted()).isEqualTo(List.of(id(1)));
    }
}
