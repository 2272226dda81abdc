package dev.offboarding.standin;

import static dev.offboarding.standin.Caller.customer;
import static dev.offboarding.standin.Caller.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.SettableClock;
import dev.offboarding.standin.Caller.Reply;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How the stand-in ends new-commerce terms since May 2026; and transfers and savings plans. */
class NewCommerceTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-07-27T02:00:00Z"));
    private final StandInSettings settings =
            StandInSettings.standard().clock(clock).throttleGrace(Duration.ZERO);
    private final PartnerCenterStandIn standIn = PartnerCenterStandIn.start(settings);
    private final Caller caller = new Caller(standIn).signedIn();

    @AfterEach
    void close() {
        standIn.close();
    }

    private Instant at(int days) {
        return clock.instant().plus(Duration.ofDays(days));
    }

    private CustomerBuilder teams() {
        return standIn.customer("Fabrikam").newCommerce("Teams", "active", at(30), null);
    }

    private ObjectNode read(CustomerBuilder it) {
        return (ObjectNode) caller.get(subscription(it, "Teams")).json();
    }

    private Reply schedule(CustomerBuilder it, boolean autoRenew, String... actionTypes) {
        ObjectNode json = read(it).put("autoRenewEnabled", autoRenew);
        var actions = json.putArray("scheduledActions");
        for (String actionType : actionTypes) {
            actions.addObject().put("scheduleType", "TermEnd").put("actionType", actionType);
        }
        return caller.patch(subscription(it, "Teams"), json);
    }

    private void later(Duration by) {
        clock.pass(by);
        caller.signedIn();
    }

    @Test
    void autoRenewThatWasOnlySwitchedOffIsSwitchedOnAgainWithinADay() {
        CustomerBuilder it = teams();
        ObjectNode json = read(it).put("autoRenewEnabled", false);
        json.remove("scheduledActions");
        assertThat(caller.patch(subscription(it, "Teams"), json).status()).isEqualTo(200);

        later(Duration.ofHours(19));
        assertThat(read(it).path("autoRenewEnabled").asBoolean()).isFalse();
        later(Duration.ofHours(1));
        assertThat(read(it).path("autoRenewEnabled").asBoolean()).isTrue();
        assertThat(standIn.scheduledAtTermEnd(it.idOf("Teams"))).isEqualTo("renewtonewterm");
        later(Duration.ofDays(30));
        assertThat(read(it).path("commitmentEndDate").asString()).startsWith("2027-08-26");
    }

    @Test
    void aTermIsCancelledAtItsEndWhereThatIsScheduled() {
        CustomerBuilder it = teams();
        assertThat(schedule(it, false, "Cancel").status()).isEqualTo(200);

        later(Duration.ofDays(29));
        assertThat(read(it).path("autoRenewEnabled").asBoolean()).isFalse();
        assertThat(standIn.scheduledAtTermEnd(it.idOf("Teams"))).isEqualTo("cancel");
        assertThat(standIn.status(it.idOf("Teams"))).isEqualTo("active");
        later(Duration.ofDays(1));
        assertThat(standIn.status(it.idOf("Teams"))).isEqualTo("expired");
        assertThat(caller.change(subscription(it, "Teams"), "active").code()).isEqualTo(800040);
    }

    @Test
    void theEndOfATermIsProcessedUpToADayLater() {
        settings.lag(Lag.RENEWAL, Duration.ofHours(30));
        CustomerBuilder ends = teams();
        schedule(ends, false, "Cancel");
        CustomerBuilder renews = standIn.customer("Contoso").newCommerce("Teams", "active", at(30), null);

        later(Duration.ofDays(31));
        assertThat(read(ends).path("status").asString()).isEqualTo("active");
        assertThat(read(renews).path("commitmentEndDate").asString()).startsWith("2026-08-26");
        later(Duration.ofHours(6));
        assertThat(read(ends).path("status").asString()).isEqualTo("expired");
        assertThat(read(renews).path("commitmentEndDate").asString()).startsWith("2027-08-26");
    }

    @Test
    void anExtendedTermHasASkuOfItsOwnAndTheSameIdAndRenewsByTheMonth() {
        CustomerBuilder it = teams();
        String offer = read(it).path("offerId").asString();
        schedule(it, false, "RenewToExtendedServiceTerm");

        later(Duration.ofDays(40));
        ObjectNode extended = read(it);
        assertThat(extended.path("id").asString()).isEqualToIgnoringCase(it.idOf("Teams"));
        assertThat(extended.path("offerId").asString()).isNotEqualTo(offer).startsWith("CFQ7TTC0LH18:");
        assertThat(extended.path("autoRenewEnabled").asBoolean()).isTrue();
        assertThat(extended.path("commitmentEndDate").asString()).startsWith("2026-09-26");
        assertThat(extended.path("cancellationAllowedUntilDate").asString())
                .isEqualTo(extended.path("commitmentEndDate").asString());
        later(Duration.ofDays(30));
        assertThat(read(it).path("commitmentEndDate").asString()).startsWith("2026-10-26");
    }

    @Test
    void ofAnExtendedTermNothingCanBeChangedButThatItIsCancelledOnAnyDay() {
        CustomerBuilder it = teams();
        schedule(it, false, "RenewToExtendedServiceTerm");
        later(Duration.ofDays(50));

        assertThat(schedule(it, false, "Cancel").code()).isEqualTo(900279);
        assertThat(caller.patch(subscription(it, "Teams"), read(it).put("autoRenewEnabled", false))
                        .code())
                .isEqualTo(900279);
        assertThat(caller.change(subscription(it, "Teams"), "deleted").status()).isEqualTo(200);
        assertThat(standIn.status(it.idOf("Teams"))).isEqualTo("deleted");
    }

    /** What was bought before April 2025, ends before May 2026 or is a trial, ends as it always did. */
    @Test
    void whatIsNotEligibleEndsWithoutAnExtendedTerm() {
        CustomerBuilder old = teams().saying("effectiveStartDate", "2025-03-31T00:00:00Z");
        CustomerBuilder young = standIn.customer("Contoso")
                .newCommerce("Teams", "active", at(30), null)
                .saying("effectiveStartDate", "2025-04-01T00:00:00Z");
        for (CustomerBuilder it : new CustomerBuilder[] {old, young}) {
            ObjectNode json = read(it).put("autoRenewEnabled", false);
            json.remove("scheduledActions");
            caller.patch(subscription(it, "Teams"), json);
        }

        later(Duration.ofHours(25));
        assertThat(read(old).path("autoRenewEnabled").asBoolean()).isFalse();
        assertThat(read(young).path("autoRenewEnabled").asBoolean()).isTrue();
        later(Duration.ofDays(30));
        assertThat(standIn.status(old.idOf("Teams"))).isEqualTo("expired");
    }

    @Test
    void whatIsScheduledHasToMakeSense() {
        CustomerBuilder it = teams();

        assertThat(schedule(it, true, "Cancel").status()).isEqualTo(400);
        assertThat(schedule(it, false, "RenewToNewTerm").status()).isEqualTo(400);
        assertThat(schedule(it, false, "Cancel", "RenewToExtendedServiceTerm").status())
                .isEqualTo(400);
        assertThat(schedule(it, false, "Vanish").status()).isEqualTo(400);
        assertThat(standIn.autoRenew(it.idOf("Teams"))).isTrue();
    }

    @Test
    void somebodySwitchesAutoRenewOnAgain() {
        CustomerBuilder it = teams();
        schedule(it, false, "Cancel");

        standIn.renewAgain(it.idOf("Teams"));

        assertThat(read(it).path("autoRenewEnabled").asBoolean()).isTrue();
        assertThat(standIn.scheduledAtTermEnd(it.idOf("Teams"))).isEqualTo("renewtonewterm");
    }

    @Test
    void aTermThatEndsWhileItIsSuspendedIsDisabled() {
        CustomerBuilder it = standIn.customer("Fabrikam").newCommerce("Teams", "suspended", at(30), null);
        later(Duration.ofDays(31));
        assertThat(standIn.status(it.idOf("Teams"))).isEqualTo("disabled");
    }

    @Test
    void aTransferIsShownUntilItLapsesAfterThirtyDays() {
        CustomerBuilder it = teams().transferTo("99999999-1111-4222-8333-444455556666", "Northwind", "Pending");

        JsonNode transfer =
                caller.get(customer(it) + "/transfers").json().path("items").get(0);
        assertThat(transfer.path("status").asString()).isEqualTo("Pending");
        assertThat(transfer.path("createdTime").asString()).startsWith("2026-07-27");
        assertThat(transfer.path("sourcePartnerTenantId").asString())
                .isEqualTo(standIn.signIn().tenantId());
        assertThat(transfer.path("targetPartnerName").asString()).isEqualTo("Northwind");
        later(Duration.ofDays(30));
        assertThat(caller.get(customer(it) + "/transfers")
                        .json()
                        .path("items")
                        .get(0)
                        .path("status")
                        .asString())
                .isEqualTo("Expired");
        assertThat(caller.asApplication().get(customer(it) + "/transfers").status())
                .isEqualTo(200);
    }

    @Test
    void aSavingsPlanIsEndedInTheAzurePortalOnly() {
        CustomerBuilder it = standIn.customer("Fabrikam").savingsPlan("Compute", "active");

        JsonNode plan = caller.get(subscription(it, "Compute")).json();
        assertThat(plan.path("billingType").asString()).isEqualTo("benefit");
        assertThat(plan.path("unitType").asString()).isEqualTo("benefit");
        assertThat(plan.path("productType").path("id").asString()).isEqualTo("SavingsPlan");
        for (String status : new String[] {"suspended", "deleted"}) {
            Reply reply = caller.change(subscription(it, "Compute"), status);
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo(900321);
        }
    }
}
