package dev.offboarding.run.nights;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whoever hands back what this program has written, through a spreadsheet or not, has not asked for anything by that. */
@Execution(ExecutionMode.CONCURRENT)
class SpreadsheetNightsTest {
    private static final String HEADINGS = "customer_id,domain,reason,ticket,again,note\n";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String row(int n, String cells) {
        return "%s,customer-%d.example,%s\n".formatted(id(n), n, cells);
    }

    private void listed(int customers, String cells) {
        scene.customers(1, customers + 1);
        StringBuilder list = new StringBuilder(HEADINGS);
        for (int n = 1; n <= customers; n++) {
            list.append(row(n, cells));
        }
        scene.inboxFile("list.csv", list.toString()).runs(ExitCode.OK);
    }

    /** Everybody signs up again: whoever is listed again now is offboarded again. */
    private void allCameBack() {
        scene.sql("update ledger.customer set relationship = 'reseller', relationship_ended_at = null");
        scene.clock.pass(Duration.ofDays(1));
    }

    private Scene.Report dropped(String name, String text) {
        scene.clock.pass(Duration.ofHours(12));
        scene.inboxFile(name, text);
        return Scene.report(scene.run());
    }

    private long cases() {
        return scene.count("offboarding.offboarding_case");
    }

    private List<Map<String, String>> result(String archived) {
        return Scene.csv(scene.inbox().resolve(archived + ".result.csv"));
    }

    @Test
    void aResultThatComesBackListsNobodyAgainHoweverOften() throws IOException {
        listed(2, "1/2,000123,2026-03-10,=1+1");
        allCameBack();
        String first = Files.readString(scene.inbox().resolve("archive/list.csv.result.csv"));
        assertThat(first).contains("\"'1/2\",\"'000123\",\"'2026-03-10\",\"'=1+1\"");

        dropped("once.csv", first);
        String second = Files.readString(scene.inbox().resolve("archive/once.csv.result.csv"));
        dropped("twice.csv", second);

        assertThat(cases()).isEqualTo(2);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
        for (String archived : List.of("archive/once.csv", "archive/twice.csv")) {
            assertThat(result(archived))
                    .allSatisfy(row -> assertThat(row)
                            .containsEntry("result_outcome", "NOTHING_NEW")
                            .containsEntry("ticket", "'000123")
                            .containsEntry("note", "'=1+1"));
        }
    }

    /** The columns that say which guards are ours were taken out by somebody tidy. */
    @Test
    void rowsThatWereCutOutOfAResultListNobodyAgain() {
        listed(2, "1/2,000123,2026-03-10,x");
        allCameBack();

        Scene.Report report = dropped(
                "rows.csv", HEADINGS + row(1, "'1/2,'000123,'2026-03-10,x") + row(2, "1/2,000123,2026-03-10,x"));

        assertThat(cases()).isEqualTo(2);
        assertThat(report.text("report.json")).contains("2 rows are nothing new: ");
    }

    /** LibreOffice ends the lines of a cell in its own way. */
    @Test
    void howTheLinesOfACellEndListsNobodyAgain() {
        listed(1, "\"one\r\ntwo\",,,x");
        allCameBack();

        dropped("saved.csv", HEADINGS + row(1, "\"one\ntwo\",,,x"));

        assertThat(cases()).isEqualTo(1);
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void anApostropheBeforeANameIsNoOtherName() {
        scene.customers(1, 2);
        scene.sql("update ledger.customer set company_name = '24/7'");
        scene.with("identity", "company-name").with("grace-period", "3d");
        scene.inboxFile("list.csv", "customer_id,company_name\n" + id(1) + ",24/7\n")
                .runs(ExitCode.OK);

        Scene.Report report = dropped("rows.csv", "customer_id,company_name\n" + id(1) + ",'24/7\n");

        assertThat(report.text("report.json")).contains("1 row is nothing new: ");
        assertThat(report.table("customers.csv"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("hold_reason", "GRACE_PERIOD"));
    }

    /** What a database says is what it says. */
    @Test
    void anApostropheInAQueryIsADifference() {
        scene.customers(1, 2);
        String query =
                "select customer_id, 'customer-1.example' as domain, %s as ticket from ledger.customer where customer_id = '"
                        + id(1) + "'";
        scene.listedBy(query.formatted("'x'")).runs(ExitCode.OK);
        allCameBack();

        scene.listedBy(query.formatted("chr(39) || 'x'")).run();

        assertThat(cases()).isEqualTo(2);
    }

    /** The letter of the contract: a row that differs lists its customer again, whatever has changed it. */
    @Test
    void whatASpreadsheetHasMadeOfAListOfOnesOwnIsAnotherRow() {
        listed(1, "x,000123,,n");
        allCameBack();

        dropped("saved.csv", HEADINGS + row(1, "x,123,,n"));

        assertThat(cases()).isEqualTo(2);
    }

    /** Earlier versions put no guard before such a cell: there it is somebody's own. */
    @Test
    void aResultOfAnEarlierVersionIsReadAsEver() {
        scene.customers(1, 1);
        dropped(
                "list.csv.result.csv",
                "customer_id,domain,ticket,note,result_outcome,result_state,result_hold_reason,result_hold_until,result_message,result_run\n"
                        + id(1) + ",customer-1.example,'000123,'=1+1,REJECTED,,,,,\n");

        assertThat(scene.jdbc()
                        .sql("select ticket || ' ' || (others->>'note') from offboarding.offboarding_case")
                        .query(String.class)
                        .single())
                .isEqualTo("'000123 =1+1");
    }
}
