package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.Scene.Report;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.StandInSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** What is left to whoever comes to regret a removal. */
@Execution(ExecutionMode.CONCURRENT)
class WayBackTest {

    private static List<String> wayBack(JsonNode customer) {
        return customer.get("way_back")
                .valueStream()
                .map(it -> "%s %s %s %s"
                        .formatted(
                                it.get("name").asString(),
                                it.get("status_before").asString(),
                                it.get("until").asString("-"),
                                it.get("again").asBoolean()))
                .toList();
    }

    private static void parentAndAddOns(Scene scene) {
        UUID addOn = scene.subscription(1, "license", "active");
        UUID parent = scene.subscription(1, "license", "active");
        UUID ofTheAddOn = scene.subscription(1, "license", "active");
        UUID alone = scene.subscription(1, "license", "suspended");
        name(scene, addOn, "add-on", parent);
        name(scene, parent, "parent", null);
        name(scene, ofTheAddOn, "add-on of the add-on", addOn);
        name(scene, alone, "suspended by somebody else", null);
    }

    private static void name(Scene scene, UUID id, String name, UUID parent) {
        scene.sql(
                "update ledger.subscription set name = ?, parent_subscription_id = ? where subscription_id = ?",
                name,
                parent,
                id);
    }

    @Test
    void whatThisProgramSuspendedIsNamedInTheOrderInWhichToMakeItActive() {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 4).listed(1, 2);
            parentAndAddOns(scene);
            scene.subscription(3, "license", "active");

            Report report = scene.runs(ExitCode.OK);

            assertThat(wayBack(report.customer(1)))
                    .containsExactly(
                            "parent active - true", "add-on active - true", "add-on of the add-on active - true");
            assertThat(wayBack(report.customer(2))).isEmpty();
            assertThat(report.json().at("/way_back/link").isNull()).isTrue();
            assertThat(report.json().at("/way_back/how").asString()).contains("A ledger has no link for it");
            String page = report.text("report.html");
            assertThat(page).contains("A ledger has no link for it", "\"wayBack\":[");
            assertThat(page.substring(page.indexOf("\"wayBack\":[")))
                    .containsSubsequence("\"parent\"", "\"add-on\"", "\"add-on of the add-on\"", "]");
        }
    }

    /** The night of the removal reads them suspended: they were active before this program came. */
    @Test
    void afterAGracePeriodItIsTheStatesFromBeforeIt() {
        try (Scene scene = Scene.set()) {
            scene.customers(1, 4).listed(1).with("grace-period", "3d");
            parentAndAddOns(scene);
            assertThat(scene.runs(ExitCode.OK).customer(1).has("way_back")).isFalse();
            scene.clock.set(Scene.TONIGHT.plus(Duration.ofDays(3)));

            Report report = scene.runs(ExitCode.OK);

            assertThat(report.outcome(1)).isEqualTo("OFFBOARDED");
            assertThat(wayBack(report.customer(1)))
                    .containsExactly(
                            "parent active - true", "add-on active - true", "add-on of the add-on active - true");
        }
    }

    @Test
    void onPartnerCenterTheLinkIsReadOnceARunAndOnlyWhereSomethingWasRemoved() throws IOException {
        try (PartnerCenterScene center =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            center.standIn.customer("Bystander").licence("E1", "active");
            List<CustomerBuilder> customers = new ArrayList<>();
            for (int n = 0; n < 4; n++) {
                customers.add(center.standIn
                        .customer("Customer " + n)
                        .licence("E5", "active")
                        .addOn("Audio", "active"));
            }
            center.listed(customers);

            RunResult night = center.run();

            assertThat(night.exitCode()).as("%s", night.failures()).isEqualTo(ExitCode.OK);
            assertThat(links(center)).isEqualTo(1);
            Report report = Scene.report(night);
            String link = report.json().at("/way_back/link").asString();
            assertThat(link)
                    .startsWith("https://admin.microsoft.com/")
                    .contains(center.standIn.signIn().tenantId());
            assertThat(report.text("report.html").replace("&amp;", "&").replace("&#x3D;", "="))
                    .contains("<code>" + link + "</code>");
            for (CustomerBuilder it : customers) {
                assertThat(wayBack(PartnerCenterScene.row(report, it)))
                        .satisfiesExactly(
                                parent -> assertThat(parent).matches("E5 active \\d{4}-\\d\\d-\\d\\d true"),
                                addOn -> assertThat(addOn).matches("Audio active \\d{4}-\\d\\d-\\d\\d true"));
            }

            assertThat(CommandLineProgram.execute(
                            "certificate",
                            center.scene.jobFile().toString(),
                            customers.get(2).domain()))
                    .isZero();
            try (Stream<Path> files = Files.list(center.scene.folder().resolve("reports/nightly/certificates"))) {
                assertThat(Files.readString(files.findFirst().orElseThrow())
                                .replace("&amp;", "&")
                                .replace("&#x3D;", "="))
                        .containsSubsequence("The way back", "<code>" + link + "</code>", "E5", "Audio");
            }

            assertThat(center.run().exitCode()).isEqualTo(ExitCode.OK);
            assertThat(links(center))
                    .as("nothing was removed in the second night")
                    .isEqualTo(1);
            assertThat(center.standIn.violations()).isEmpty();
        }
    }

    private static long links(PartnerCenterScene center) {
        return center.standIn.requests().stream()
                .filter(it -> it.path().endsWith("/customers/relationshiprequests"))
                .count();
    }

    @Test
    void aLinkThatCannotBeReadCostsNobodyAnythingAndIsSaid() {
        try (PartnerCenterScene center =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            center.standIn.customer("Bystander").licence("E1", "active");
            CustomerBuilder contoso = center.standIn.customer("Contoso").licence("E5", "active");
            center.listed(List.of(contoso));
            center.standIn
                    .faults()
                    .inject(InjectedFault.REFUSED)
                    .on(Endpoint.OTHER)
                    .answering(403, 1000)
                    .always();

            RunResult night = center.run();

            assertThat(night.exitCode()).as("%s", night.failures()).isEqualTo(ExitCode.OK);
            Report report = Scene.report(night);
            assertThat(PartnerCenterScene.outcome(report, contoso)).isEqualTo("OFFBOARDED");
            assertThat(report.json().at("/way_back/link").isNull()).isTrue();
            assertThat(report.json().at("/way_back/how").asString()).contains("Request a reseller relationship");
            assertThat(report.json().get("notes").toString())
                    .contains("the link to request a relationship again could not be read: answered 403, code 1000");
        }
    }
}
