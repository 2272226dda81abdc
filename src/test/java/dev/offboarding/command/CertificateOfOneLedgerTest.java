package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A customer with a case on each of two ledgers: what happened on one says nothing of the other. */
class CertificateOfOneLedgerTest {

    private final Scene scene = Scene.set();
    private final TestDatabase other = TestDatabase.create();
    private String out = "";
    private String err = "";

    @AfterEach
    void close() {
        scene.close();
        other.close();
    }

    private int type(String verb, String... more) {
        String[] args = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(verb, scene.jobFile().toString()), List.of(more).stream())
                .toArray(String[]::new);
        TypedCommand typed = TypedCommand.type(args);
        out = typed.out();
        err = typed.err();
        return typed.exitCode();
    }

    private void theOtherLedgerHasItToo() {
        for (int n = 1; n <= 5; n++) {
            other.jdbc()
                    .sql("insert into ledger.customer values (?, ?, ?, 'reseller', null)")
                    .params(Scene.id(n), "Customer " + n, "customer-" + n + ".example")
                    .update();
        }
    }

    private void marketplacePurchaseOnTheOtherLedger() {
        other.jdbc()
                .sql(
                        "insert into ledger.subscription values (gen_random_uuid(), ?, 'bought', 'marketplace', 'active', null, null, null, null)")
                .param(Scene.id(1))
                .update();
    }

    private String page() throws IOException {
        return Files.readString(Path.of(out.strip().substring("Certificate: ".length())));
    }

    private void onTheOther() {
        scene.with("ledger.url", other.url());
    }

    private void onItsOwn() {
        scene.without("ledger.url");
    }

    @Test
    void whatIsOpenOnAnotherLedgerDoesNotHideWhatWasOffboardedOnThisOne() throws IOException {
        scene.customers(1, 5).listed(1);
        assertThat(type("run")).describedAs(err).isZero();
        theOtherLedgerHasItToo();
        marketplacePurchaseOnTheOtherLedger();
        onTheOther();
        scene.listed(1);
        assertThat(type("run")).describedAs(err).isZero();

        assertThat(type("certificate", Scene.id(1).toString())).isEqualTo(2);
        assertThat(err).contains("is not offboarded yet").contains("held: MARKETPLACE");
        assertThat(type("explain", Scene.id(1).toString(), "--events")).isZero();
        assertThat(out.lines().filter(line -> line.startsWith("Case "))).hasSize(2);
        assertThat(out.lines().filter(line -> line.startsWith("  on: ledger ")).distinct())
                .hasSize(2);
        assertThat(out.lines().filter(line -> line.startsWith("Run ")).map(line -> line.replaceFirst(".*, on ", "")))
                .hasSize(2)
                .doesNotHaveDuplicates();

        onItsOwn();
        assertThat(type("certificate", Scene.id(1).toString())).describedAs(err).isZero();
        assertThat(page())
                .contains(
                        "Reseller relationship removed",
                        scene.reports().get(0).getFileName().toString())
                .doesNotContain("offboarded 2 times");
    }

    @Test
    void whatWasOffboardedOnAnotherLedgerIsNoProofForThisOne() throws IOException {
        scene.customers(1, 5).listed(1);
        scene.subscription(1, "marketplace", "active");
        assertThat(type("run")).describedAs(err).isZero();
        theOtherLedgerHasItToo();
        onTheOther();
        scene.listed(1);
        assertThat(type("run")).describedAs(err).isZero();
        assertThat(type("certificate", Scene.id(1).toString())).describedAs(err).isZero();
        assertThat(page()).contains("Reseller relationship removed");

        onItsOwn();
        assertThat(type("certificate", Scene.id(1).toString())).isEqualTo(2);
        assertThat(err).contains("is not offboarded yet").contains("held: MARKETPLACE");
        scene.sql("delete from ledger.subscription");
        assertThat(type("run")).describedAs(err).isZero();
        assertThat(type("certificate", Scene.id(1).toString())).describedAs(err).isZero();
        assertThat(page())
                .contains(scene.reports().get(2).getFileName().toString())
                .as("the run in between worked on the other ledger")
                .containsOnlyOnce("about to remove");
    }

    @Test
    void aCustomerThatIsKnownOnAnotherLedgerOnlyHasNoCertificateHere() {
        scene.customers(1, 5).listed(1);
        assertThat(type("run")).describedAs(err).isZero();
        theOtherLedgerHasItToo();
        onTheOther();

        assertThat(type("certificate", Scene.id(1).toString())).isEqualTo(2);
        assertThat(err).contains("has no case on ledger").contains("belongs to").hasLineCount(1);
        assertThat(type("explain", Scene.id(1).toString(), "--events")).isZero();
        assertThat(out).contains("OFFBOARDED, closed as OFFBOARDED");
    }
}
