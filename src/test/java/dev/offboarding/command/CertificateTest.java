package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The page that is handed to a customer. */
@Execution(ExecutionMode.CONCURRENT)
class CertificateTest {

    private final Scene scene = Scene.set();
    private String out = "";
    private String err = "";

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String... args) {
        TypedCommand typed = TypedCommand.type(args);
        out = typed.out();
        err = typed.err();
        return typed.exitCode();
    }

    private int certificate(int customer) {
        return type(
                "certificate", scene.jobFile().toString(), Scene.id(customer).toString());
    }

    private Path file() {
        assertThat(out).startsWith("Certificate: ").hasLineCount(1);
        return Path.of(out.strip().substring("Certificate: ".length()));
    }

    @Test
    void itSaysWhatWasDoneWhatIsConfirmedAndWhatTiesItToTheRun() throws IOException {
        scene.customers(1, 3);
        UUID license = scene.subscription(1, "license", "active");
        scene.sql(
                "update ledger.customer set company_name = ? where customer_id = ?",
                "A <b>&\u202Egro Ltd",
                Scene.id(1));
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,reason,ticket,requested_by\n%s,customer-1.example,does not pay,T-77,Jane\n%s,customer-2.example,,,\n"
                        .formatted(Scene.id(1), Scene.id(2)));
        assertThat(type("run", scene.jobFile().toString())).isZero();

        assertThat(certificate(1)).describedAs(err).isZero();

        String page = Files.readString(file());
        assertThat(file().getParent()).isEqualTo(scene.folder().resolve("reports/nightly/certificates"));
        assertThat(page)
                .contains(Scene.id(1).toString(), license.toString(), "license of 1", "customer-1.example")
                .contains("<bdi>A &lt;b&gt;&amp;")
                .contains("Subscription suspended", "Reseller relationship removed")
                .contains(
                        "No longer in the reseller&#39;s customer list",
                        "The reseller is no longer a support contact",
                        "The reseller has no delegated administration",
                        "The reseller can no longer purchase")
                .contains(scene.reports().get(0).getFileName().toString())
                .doesNotContain("<b>", "\u202E", "<script", "src=", "href=")
                .doesNotContain(Scene.id(2).toString(), "customer-2.example", "Customer 2")
                .as("what is between the reseller and itself")
                .doesNotContain(
                        "does not pay", "T-77", "Jane", "nightly", "a.csv", "ledger.customer", "ledger.support_contact")
                .doesNotContainIgnoringCase("snapshot");
        String manifest = Files.readString(scene.reports().get(0).resolve("manifest.json"));
        assertThat(manifest).contains(between(page, "<dt>Its hash</dt><dd><code>", "</code>"));
        scene.jdbc()
                .sql("select encode(hash, 'hex') from offboarding.event where customer_id = ?")
                .param(Scene.id(1))
                .query(String.class)
                .list()
                .forEach(hash -> assertThat(page).contains(hash));
    }

    @Test
    void itNamesTheResellerAndItsDate() throws IOException {
        scene.customers(1, 2).listed(1).with("report.reseller", "Nimbus & <Söhne> Cloud");
        assertThat(type("run", scene.jobFile().toString())).isZero();

        assertThat(certificate(1)).describedAs(err).isZero();

        String head = between(Files.readString(file()), "<header>", "</header>").replaceAll("<[^>]*>", "");
        String today = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH)
                .format(LocalDate.now(ZoneId.of("Europe/Berlin")));
        assertThat(head)
                .contains("Issued on " + today + " by Nimbus &amp; &lt;Söhne&gt; Cloud.")
                .contains("Customer 1");

        scene.without("report.reseller");
        assertThat(certificate(1)).isZero();
        assertThat(Files.readString(file())).contains("<p class=\"date\">Issued on " + today + ". Times");
    }

    @Test
    void itShowsTheWayBack() throws IOException {
        scene.customers(1, 3).listed(1);
        UUID addOn = scene.subscription(1, "license", "active");
        UUID parent = scene.subscription(1, "license", "active");
        scene.sql("update ledger.subscription set parent_subscription_id = ? where subscription_id = ?", parent, addOn);
        assertThat(type("run", scene.jobFile().toString())).isZero();

        assertThat(certificate(1)).describedAs(err).isZero();

        String back = between(Files.readString(file()), "<h2>The way back</h2>", "</section>");
        assertThat(back)
                .contains("A ledger has no link for it")
                .containsSubsequence(parent + "</code>: was active", addOn + "</code>: was active")
                .doesNotContain("cancelled");
    }

    private static String between(String text, String from, String to) {
        int start = text.indexOf(from) + from.length();
        return text.substring(start, text.indexOf(to, start));
    }

    @Test
    void itSaysWhatWasNotCheckedAndHowACustomerWithAzureEndsIt() throws IOException {
        scene.customers(1, 3).listed(1, 2);
        scene.subscription(1, "usage", "active");
        scene.subscription(2, "license", "active");
        type("run", scene.jobFile().toString());

        assertThat(certificate(1)).describedAs(err).isZero();
        assertThat(Files.readString(file()))
                .contains("What was not checked", "RBAC", "AOBO", "Lighthouse", "guest users", "multi-tenant")
                .contains("role assignments of the foreign principal", "AdminAgents");
        assertThat(certificate(2)).describedAs(err).isZero();
        assertThat(Files.readString(file()))
                .contains("What was not checked", "Lighthouse")
                .doesNotContain("This customer had Azure");
    }

    /** Its last case found it gone, and saw no Azure any more. */
    @Test
    void aCustomerWithAzureIsListedAgainOnceItIsGoneAndStillReadsHowItEndsThat() throws IOException {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "usage", "active");
        type("run", scene.jobFile().toString());
        scene.sql("delete from ledger.subscription where customer_id = ?", Scene.id(1))
                .listed(1);
        type("run", scene.jobFile().toString());

        assertThat(certificate(1)).describedAs(err).isZero();

        assertThat(Files.readString(file())).contains("had ended before", "This customer had Azure");
    }

    @Test
    void askedForAgainItIsAnotherFileAndNoneIsOverwritten() throws IOException {
        scene.customers(1, 2).listed(1);
        type("run", scene.jobFile().toString());

        assertThat(certificate(1)).isZero();
        Path first = file();
        String text = Files.readString(first);
        assertThat(certificate(1)).isZero();

        assertThat(file()).isNotEqualTo(first);
        assertThat(first).hasContent(text);
        try (var files = Files.list(first.getParent())) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void oneThatWasGoneBeforeIsCertifiedAsThat() throws IOException {
        scene.customers(1, 2).customer(3, "none").listed(3);
        type("run", scene.jobFile().toString());

        assertThat(certificate(3)).describedAs(err).isZero();

        assertThat(Files.readString(file())).contains("had ended before", "Nothing was written");
    }

    @Test
    void oneWhoCameBackAndWentAgainIsCertifiedForTheLastTime() throws IOException {
        scene.customers(1, 2).listed(1);
        type("run", scene.jobFile().toString());
        scene.sql("delete from ledger.customer where customer_id = ?", Scene.id(1))
                .customer(1)
                .listed(1);
        type("run", scene.jobFile().toString());

        assertThat(certificate(1)).describedAs(err).isZero();

        assertThat(Files.readString(file()))
                .contains("offboarded 2 times")
                .contains("<code>" + scene.reports().get(1).getFileName() + "</code>");
    }

    /** On Partner Center a proof names the customer that could be read with the same token. */
    @Test
    void aProofThatNamesAnotherCustomerIsShownWithoutIt() throws IOException {
        scene.customers(1, 2).listed(1);
        type("run", scene.jobFile().toString());
        scene.sql(
                "update offboarding.offboarding_case set effects = jsonb_set(effects::jsonb, '{customer_list,proof}', to_jsonb(?::text))::json",
                "customer %s is gone; customer %s can be read".formatted(Scene.id(1), Scene.id(2)));

        assertThat(certificate(1)).describedAs(err).isZero();

        assertThat(Files.readString(file()))
                .contains("customer %s is gone; customer (another id) can be read".formatted(Scene.id(1)))
                .doesNotContain(Scene.id(2).toString());
    }

    @Test
    void anEffectThatIsNotConfirmedIsNotCertified() {
        scene.customers(1, 2).listed(1);
        type("run", scene.jobFile().toString());
        scene.sql(
                "update offboarding.offboarding_case set effects = jsonb_set(effects::jsonb, '{purchasing,result}', '\"PENDING\"')::json");

        assertThat(certificate(1)).isEqualTo(2);
        assertThat(err).contains("purchasing").contains("is not confirmed");
    }

    @Test
    void oneThatIsNotOffboardedHasNoneAndItIsSaidWhereItStands() {
        scene.customers(1, 3).listed(1);
        scene.subscription(1, "marketplace", "active");
        type("run", scene.jobFile().toString());

        assertThat(certificate(1)).isEqualTo(2);
        assertThat(err)
                .contains("is not offboarded yet: its case is open, in state MARKED, held: MARKETPLACE")
                .hasLineCount(1);
        assertThat(out).isEmpty();

        assertThat(certificate(2)).isEqualTo(2);
        assertThat(err).contains("it was never listed").hasLineCount(1);
        assertThat(type("certificate", scene.jobFile().toString(), "customer-1.example"))
                .isEqualTo(2);
        assertThat(err).contains("is not offboarded yet");
        assertThat(scene.folder().resolve("reports/nightly/certificates")).doesNotExist();
    }
}
