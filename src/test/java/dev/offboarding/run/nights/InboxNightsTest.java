package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** Nights with files in an inbox, in whole runs. */
@Execution(ExecutionMode.CONCURRENT)
class InboxNightsTest {

    private static final String HEADER = "customer_id,domain,ticket\n";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private static String row(int n) {
        return Scene.id(n) + ",customer-" + n + ".example,T\n";
    }

    @Test
    void takenFilesGoToTheArchiveAndRefusedOnesAsideWithTheReason() {
        scene.customers(1, 3);
        scene.inboxFile("good.csv", HEADER + row(1));
        scene.inboxFile("bad.csv", "name\nCustomer 2\n");
        scene.inboxFile("notes.txt", "for the night shift");

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.inboxFiles())
                .containsExactly("archive/good.csv", "notes.txt", "refused/bad.csv", "refused/bad.csv.reason.txt");
        assertThat(scene.inboxText("archive/good.csv")).isEqualTo(HEADER + row(1));
        assertThat(scene.inboxText("refused/bad.csv.reason.txt")).contains("customer_id");
        assertThat(report.json().get("totals").get("rows").toString())
                .isEqualTo("{\"read\":2,\"accepted\":1,\"duplicates\":0,\"rejected\":1}");
        assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void contentsThatWereTakenBeforeAreRefusedUnderAnotherNameAndWithAnotherTicketTheyAreNot() {
        scene.customers(1, 2);
        scene.subscription(1, "marketplace", "active");
        scene.inboxFile("monday.csv", HEADER + row(1)).runs(ExitCode.OK);
        scene.clock.pass(Duration.ofDays(1));

        scene.inboxFile("tuesday.csv", HEADER + row(1));
        scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.inboxFiles())
                .containsExactly("archive/monday.csv", "refused/tuesday.csv", "refused/tuesday.csv.reason.txt");
        assertThat(scene.inboxText("refused/tuesday.csv.reason.txt"))
                .contains("2026-03-10")
                .contains("monday.csv")
                .contains("ticket");

        scene.inboxFile("wednesday.csv", HEADER + row(1).replace(",T", ",T-2"));
        Scene.Report again = scene.runs(ExitCode.OK);
        assertThat(again.customer(1).get("ticket").asString()).isEqualTo("T-2");
        assertThat(scene.inboxFiles()).contains("archive/wednesday.csv");
    }

    @Test
    void filesThatContradictEachOtherAreRefusedBothAndTheThirdIsTaken() {
        scene.customers(1, 4);
        scene.inboxFile("a.csv", HEADER + row(1) + row(2));
        scene.inboxFile("b.csv", HEADER + row(3) + row(2).replace(",T", ",U"));
        scene.inboxFile("c.csv", HEADER + row(4));
        Map<String, List<String>> ledger = scene.ledger();

        Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.inboxFiles())
                .containsExactly(
                        "archive/c.csv",
                        "refused/a.csv",
                        "refused/a.csv.reason.txt",
                        "refused/b.csv",
                        "refused/b.csv.reason.txt");
        assertThat(scene.inboxText("refused/a.csv.reason.txt"))
                .contains(Scene.id(2).toString())
                .contains("b.csv");
        assertThat(report.total("rows", "rejected")).isEqualTo(4);
        assertThat(report.total("customers", "total")).isEqualTo(1);
        assertThat(scene.ledger().get("subscription")).isEqualTo(ledger.get("subscription"));
        for (int n = 1; n <= 4; n++) {
            assertThat(scene.relationshipOf(n)).isEqualTo(n == 4 ? "none" : "reseller");
        }
    }

    @Test
    void theSameRowTwiceCountsOnce() {
        scene.customers(1, 2);
        scene.inboxFile("a.csv", HEADER + row(1) + row(1));
        scene.inboxFile("b.csv", "domain;Microsoft ID;TICKET\ncustomer-1.example;" + Scene.id(1) + ";T\n");

        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(report.json().get("totals").get("rows").toString())
                .isEqualTo("{\"read\":3,\"accepted\":1,\"duplicates\":2,\"rejected\":0}");
        assertThat(report.total("customers", "total")).isEqualTo(1);
    }

    /** The report's own file is evidence: who corrects it there has changed it, and it has rows of refused files among the others. */
    @Test
    void thePageSendsNobodyToTheReportsOwnFileToCorrectRows() {
        scene.customers(1, 4);
        String list = "customer_id,domain\n" + Scene.id(1) + ",customer-1.example\nx,customer-2.example\n";

        assertThat(scene.inboxFile("list.csv", list)
                        .plans(ExitCode.NEEDS_ATTENTION)
                        .text("report.html"))
                .contains("Correct them in the list itself, where it is: the next run reads it again.")
                .doesNotContain("folder archive");
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).text("report.html"))
                .contains(
                        "Correct them in NAME.rejects.csv, beside the list NAME in the archive folder of the inbox, and put that file into the inbox.")
                .doesNotContain("in the list itself");
        assertThat(scene.inboxFiles()).contains("archive/list.csv.rejects.csv");
    }

    @Test
    void mendedRejectsDroppedBackAreTakenAndAGuardIsTakenOffAgain() throws IOException {
        scene.customers(1, 3);
        scene.sql("update ledger.customer set company_name = '=Sum & Co' where customer_id = ?", Scene.id(2));
        String header = "customer_id,company_name,note\n";
        scene.inboxFile(
                "list.csv",
                header + Scene.id(1) + ",Customer 1,-\n"
                        + Scene.id(2).toString().substring(1) + ",=Sum & Co,+49 30 123456\n");
        Scene.Report first = scene.runs(ExitCode.NEEDS_ATTENTION);
        assertThat(first.outcome(1)).isEqualTo("OFFBOARDED");

        Path rejects = scene.inbox().resolve("archive/list.csv.rejects.csv");
        assertThat(Scene.csv(rejects))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("company_name", "'=Sum & Co")
                        .containsEntry("note", "'+49 30 123456"));
        String mended = Files.readString(rejects)
                .replace(Scene.id(2).toString().substring(1), Scene.id(2).toString());
        scene.inboxFile("mended.csv", mended);

        Scene.Report second = scene.runs(ExitCode.OK);

        assertThat(second.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(second.customer(2).get("company_name").asString()).isEqualTo("=Sum & Co");
        assertThat(second.customer(2).get("others").get("note").asString()).isEqualTo("+49 30 123456");
        assertThat(second.table("customers.csv"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("company_name", "'=Sum & Co")
                        .containsEntry("note", "'+49 30 123456"));
    }

    @Test
    void aFileThatIsReadInPlaceStaysAndUnchangedContentsAreNothingNew() {
        scene.customers(1, 3);
        Path file = scene.folder().resolve("list.csv");
        String text = HEADER + row(1);
        scene.write(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        scene.without("list.csv.inbox").with("list.csv.file", file.toString());

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(file).hasContent(text);
        Scene.Report second = scene.runs(ExitCode.OK);
        assertThat(second.total("rows", "accepted")).isEqualTo(1);
        assertThat(second.text("report.json")).contains("1 row is nothing new");
        assertThat(second.total("customers", "total")).isZero();

        scene.write(file, (text + row(2)).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Scene.Report third = scene.runs(ExitCode.OK);
        assertThat(third.outcome(2)).isEqualTo("OFFBOARDED");
        assertThat(third.total("customers", "total")).isEqualTo(1);
        assertThat(third.actions()).hasSize(1);
    }

    @Test
    void aFileThatIsStillWrittenIsLeftForTheNextRun() {
        scene.customers(1, 5);
        scene.inboxFile("a.csv", HEADER + row(1));
        scene.inboxFile("b.csv.part", HEADER + row(2));
        scene.inboxFile("c.csv.tmp", HEADER + row(3));
        scene.inboxFile(".d.csv", HEADER + row(4));
        scene.inboxFile("e.csv", HEADER + row(5));
        scene.betweenLooks = Duration.ofMillis(300);
        AtomicBoolean written = new AtomicBoolean(true);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(
                () -> {
                    for (long n = 1; written.get(); n++) {
                        touch(scene.inbox().resolve("a.csv"), n);
                    }
                },
                new SimpleAsyncTaskExecutor("a writer"));
        Scene.Report first;
        try {
            first = scene.runs(ExitCode.OK);
        } finally {
            written.set(false);
            writer.join();
        }

        assertThat(first.total("customers", "OFFBOARDED")).isEqualTo(1);
        assertThat(first.outcome(5)).isEqualTo("OFFBOARDED");
        assertThat(scene.inboxFiles()).containsExactly(".d.csv", "a.csv", "archive/e.csv", "b.csv.part", "c.csv.tmp");

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
        assertThat(scene.inboxFiles())
                .containsExactly(".d.csv", "archive/a.csv", "archive/e.csv", "b.csv.part", "c.csv.tmp");
    }

    private static void touch(Path file, long n) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(n));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aPlanMovesNothingAndTakesNothing() {
        scene.customers(1, 2);
        scene.inboxFile("good.csv", HEADER + row(1) + "x,y,z\n");
        scene.inboxFile("bad.csv", "name\nCustomer 2\n");

        Scene.Report plan = scene.plans(ExitCode.NEEDS_ATTENTION);

        assertThat(scene.inboxFiles()).containsExactly("bad.csv", "good.csv");
        assertThat(plan.outcome(1)).isEqualTo("PLANNED");
        assertThat(plan.total("rows", "rejected")).isEqualTo(2);
        assertThat(scene.runs(ExitCode.NEEDS_ATTENTION).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void anInboxThatIsNotThereTouchesNothing() {
        scene.customers(1, 2);
        scene.with("list.csv.inbox", scene.folder().resolve("inbx").toString());

        assertThat(scene.refusesToBegin(ExitCode.WRONG_USAGE))
                .singleElement()
                .asString()
                .contains("list.csv.inbox")
                .contains("inbx");
    }
}
