package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A plan, made by one person, is approved by another: all of it typed. */
@Execution(ExecutionMode.CONCURRENT)
class ApproveCommandTest {

    private final Scene scene = Scene.set().with("approval", "required");
    private final StringWriter said = new StringWriter();

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String verb, String... options) {
        said.getBuffer().setLength(0);
        List<String> args = new ArrayList<>(List.of(verb, scene.jobFile().toString()));
        args.addAll(List.of(options));
        return CommandLineProgram.execute(
                new PrintWriter(said, true), new PrintWriter(said, true), args.toArray(String[]::new));
    }

    private String plan() {
        return scene.jdbc()
                .sql("select plan_id from offboarding.saved_plan order by plan_no desc limit 1")
                .query(String.class)
                .single();
    }

    @Test
    void aPlanOfOneCustomerIsSpokenOfAsOne() {
        scene.customers(1, 4).listed(1);
        assertThat(type("plan", "--by", "Grace")).as(said.toString()).isEqualTo(3);

        assertThat(type("approve", plan(), "--reason", "looked at it", "--by", "Ada"))
                .isZero();

        assertThat(said.toString()).contains("1 customer, 1 from the list, 0 from open cases; 1 is begun.");
    }

    @Test
    void oneMakesAPlanAndAnotherApprovesIt() {
        scene.customers(1, 4).listed(1, 2);
        assertThat(type("plan", "--by", "Grace")).as(said.toString()).isEqualTo(3);
        assertThat(said.toString())
                .contains(
                        "plan " + plan() + ", made by Grace (a claim of the user",
                        "is kept for whoever may approve it");

        assertThat(type("approve", plan(), "--reason", "mine", "--by", "grace")).isEqualTo(2);
        assertThat(said.toString()).contains("Grace", "made this plan", "Nothing was approved.");
        assertThat(type("approve", plan(), "--reason", "looked at both", "--by", "Ada"))
                .as(said.toString())
                .isZero();
        assertThat(said.toString())
                .contains(
                        "2 customers, 2 from the list, 0 from open cases; 2 are begun.",
                        "Approved by Ada",
                        "A run has to use it by");
        assertThat(scene.jdbc()
                        .sql("select data from offboarding.event where kind = 'APPROVED'")
                        .query(String.class)
                        .single())
                .contains(plan(), "\"reason\":\"looked at both\"", "\"name\":\"Ada\",\"claimed\":true");

        assertThat(type("run")).as(said.toString()).isZero();
        assertThat(said.toString())
                .contains(
                        "Approval: plan " + plan().substring(0, 12),
                        "was approved by Ada",
                        "looked at both",
                        "2 offboarded");
        List<String> folders = new ArrayList<>();
        scene.reports().forEach(folder -> folders.add(folder.toString()));
        said.getBuffer().setLength(0);
        List<String> verify = new ArrayList<>(List.of("verify-report"));
        verify.addAll(folders);
        assertThat(CommandLineProgram.execute(
                        new PrintWriter(said, true), new PrintWriter(said, true), verify.toArray(String[]::new)))
                .as(said.toString())
                .isZero();
        assertThat(said.toString())
                .as("an approval leaves no report, and none is missing")
                .doesNotContain("any more");
    }

    @Test
    void aReasonIsNeededAndSpreadAndLiftAreOneOrTheOther() {
        scene.customers(1, 4).listed(1, 2);

        assertThat(type("approve", "0123456789")).isEqualTo(2);
        assertThat(said.toString()).contains("--reason");
        assertThat(type("approve", "0123456789", "--reason", " ")).isEqualTo(2);
        assertThat(said.toString()).contains("--reason is empty");
        assertThat(type("approve", "0123456789", "--reason", "x", "--spread", "--lift", "max-share"))
                .isEqualTo(2);
        assertThat(said.toString()).contains("mutually exclusive");
    }

    @Test
    void thePageSaysWhoAskedPlannedAndApprovedAndWhy() {
        scene.customers(1, 4)
                .inboxFile(
                        "list.csv", "customer_id,domain,requested_by\n" + Scene.id(1) + ",customer-1.example,Linus\n");
        type("plan", "--by", "Grace");
        assertThat(type("approve", plan(), "--reason", "contract ended", "--by", "Ada"))
                .as(said.toString())
                .isZero();
        scene.listed(2);

        assertThat(type("run")).as(said.toString()).isEqualTo(4);

        String page = scene.reports().stream()
                .filter(report -> report.getFileName().toString().endsWith("Z"))
                .map(Scene.Report::new)
                .reduce((one, next) -> next)
                .orElseThrow()
                .text("report.html");
        assertThat(said.toString()).contains("1 planned customer waits for an approval of plan");
        assertThat(page).contains("Linus", "Ada (a claim of the user", "made by Grace", "contract ended");
        assertThat(page).contains("1 customer waits for an approval");
    }
}
