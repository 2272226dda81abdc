package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What someone has put into the inbox and is not a list was passed over without a word. */
class NoListInTheInboxTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    // 47: Calibre-Web-NextGen#1740
    @Test
    void aWorkbookAndATextFileInTheInboxGotNotAWord() { // incident 47
        scene.customers(1, 3).inboxFile("list.xls", "PK").inboxFile("list.csv.txt", "customer_id");

        assertThat(scene.plans(ExitCode.NEEDS_ATTENTION).json().get("failures").toString())
                .contains("list.xls in the inbox was not read: it is a workbook");
        Scene.Report told = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(told.json().get("failures").toString())
                .contains("list.xls in the inbox was not read: it is a workbook", "list.csv.txt in the inbox");
        assertThat(told.text("report.html")).contains("list.xls in the inbox was not read");
        assertThat(scene.inboxFiles()).containsExactly("list.csv.txt", "list.xls");
        Scene.Report afterwards = scene.runs(ExitCode.OK);
        assertThat(afterwards.json().get("notes").toString()).contains("list.xls in the inbox was not read");

        scene.inboxFile("list.xls", "PK, another workbook of that name");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).json().get("failures").toString())
                .contains("list.xls in the inbox")
                .doesNotContain("list.csv.txt");
    }
}
