package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.lists.Workbook;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A list that somebody keeps in Excel, through a whole night. */
class WorkbookInTheInboxTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aDateCellIsTheDayBeforeWhichNothingHappens() {
        scene.customers(1, 40)
                .inboxFile(
                        "list.xlsx",
                        new Workbook()
                                .row("Microsoft ID", "domain", "effective_date", "ticket", "Note")
                                .row(Scene.id(1).toString(), "customer-1.example", "", 4711, "n")
                                .row(Scene.id(2).toString(), "customer-2.example", LocalDate.of(2099, 12, 31), 4712)
                                .row("x", "customer-3.example", "", 4713)
                                .bytes());

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(report.customer(1).get("outcome").asString()).isEqualTo("OFFBOARDED");
        assertThat(report.customer(1).get("ticket").asString()).isEqualTo("4711");
        assertThat(report.customer(2).get("hold_reason").asString()).isEqualTo("NOT_DUE");
        assertThat(report.customer(2).get("hold_until").asString()).isEqualTo("2099-12-31");
        assertThat(report.text("rejects.csv")).contains("A4: 'x' is not a GUID");
        assertThat(scene.inboxFiles()).containsExactly("archive/list.xlsx", "archive/list.xlsx.rejects.csv");
    }
}
