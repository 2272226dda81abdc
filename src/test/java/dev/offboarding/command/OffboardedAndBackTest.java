package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the commands say a year later of a customer that was offboarded, and was reported to be the reseller's again. */
@Execution(ExecutionMode.CONCURRENT)
class OffboardedAndBackTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private TypedCommand type(String verb, String... more) {
        return TypedCommand.type(Stream.concat(Stream.of(verb, scene.jobFile().toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private String certificate() throws IOException {
        TypedCommand typed = type("certificate", Scene.id(1).toString());
        assertThat(typed.exitCode()).as(typed.err()).isZero();
        return Files.readString(Path.of(typed.out().strip().substring("Certificate: ".length())));
    }

    private void offboardedAndReportedToBeBack() {
        scene.customers(1, 5).listed(1);
        assertThat(type("run").exitCode()).isZero();
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        assertThat(type("run").exitCode()).isEqualTo(4);
    }

    /** The run that reported it took the four effects out of the closed case, and said that its row was gone from the list. */
    @Test
    void whatWasConfirmedStaysAndThatItIsBackIsSaid() throws IOException {
        offboardedAndReportedToBeBack();

        assertThat(certificate())
                .contains("the ledger says of the relationship", "no support contact", "it was found to be there again")
                .doesNotContain("The reseller relationship with this customer is ended");
        String story = type("explain", Scene.id(1).toString()).out();
        assertThat(story)
                .contains("effect: customer_list CONFIRMED", "effect: purchasing CONFIRMED")
                .doesNotContain("it is not listed any more")
                .containsPattern("Why: all four effects were confirmed; since then, at .*, it was found")
                .contains("What to do: Find out who wants it");
    }

    @Test
    void whatAnEarlierVersionTookOutOfTheCaseIsInTheTrail() throws IOException {
        offboardedAndReportedToBeBack();
        scene.sql("update offboarding.offboarding_case set effects = '{}'");

        assertThat(certificate()).contains("no support contact", "no right to purchase");
    }

    /** What was reported where the ledger was before is not told again where it is now. */
    @Test
    void thatItIsBackIsSaidAfterItsLedgerWasMovedToo() throws IOException {
        offboardedAndReportedToBeBack();
        scene.unwrite("update offboarding.run set platform_identity = 'elsewhere/1'");
        scene.sql("update offboarding.offboarding_case set platform_identity = 'elsewhere/1'");
        scene.sql("update offboarding.accepted_row set platform_identity = 'elsewhere/1'");
        assertThat(type("adopt", "--platform", "elsewhere/1", "--reason", "the ledger was moved")
                        .exitCode())
                .isZero();
        assertThat(type("run").exitCode()).as("told once").isZero();

        assertThat(certificate())
                .contains("it was found to be there again")
                .doesNotContain("The reseller relationship with this customer is ended");
        assertThat(type("explain", Scene.id(1).toString()).out())
                .containsPattern("Why: all four effects were confirmed; since then, at .*, it was found")
                .contains("What to do: Find out who wants it");
    }

    @Test
    void ofOneThatStaysAwayNothingElseIsSaid() throws IOException {
        scene.customers(1, 5).listed(1);
        assertThat(type("run").exitCode()).isZero();
        scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", Scene.id(1));
        assertThat(type("plan").exitCode()).isEqualTo(4);
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = ?", Scene.id(1));

        assertThat(certificate())
                .as("a plan has not happened")
                .contains("The reseller relationship with this customer is ended")
                .doesNotContain("found to be there again");
        assertThat(type("explain", Scene.id(1).toString()).out()).contains("nothing; its certificate proves it");
    }
}
