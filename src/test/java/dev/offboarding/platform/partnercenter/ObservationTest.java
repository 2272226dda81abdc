package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Population;
import dev.offboarding.platform.RemainingDelegation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ObservationTest {

    private Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    /** Its subscriptions are read again after a write; a reservation that was bought meanwhile would not be seen. */
    @Test
    void whatWasReadLongAgoGetsNoYoungerByALookAtTheSubscriptions() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        rig.clock.pass(Duration.ofMinutes(9));
        assertThat(Rig.perform(platform, Rig.suspend(customer, "E3")).tookEffect("suspended"))
                .isTrue();
        customer.reservation("VM", true, Instant.parse("2027-01-05T00:00:00Z"));
        rig.clock.pass(Duration.ofMinutes(2));

        assertThat(Rig.found(platform, customer).subscriptions())
                .extracting(Subscription::kind)
                .contains(Kind.RESERVED_INSTANCE);
    }

    /** Incident 19: an answer that the customer is not there proves nothing where no other customer can be read, either. */
    @Test
    void delegatedAdministrationOutlivesARelationshipOnlyWhereSomebodyVouchesForIt() {
        CustomerBuilder gone = rig.standIn.customer("Contoso").gdap("Support", "active");
        CustomerBuilder other = rig.standIn.customer("Bystander").licence("E1", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ)
                .answering(404, 0)
                .always();
        ResellerPlatform platform = rig.platform();

        RemainingDelegation leftover = leftover(platform, gone);

        assertThat(leftover.delegations()).hasSize(1);
        assertThat(leftover.gone()).isFalse();

        rig.standIn.faults().clear();
        rig.standIn.vanish(gone.id());
        assertThat(rig.standIn.relationship(other.id())).isEqualTo("reseller");
        assertThat(leftover(platform, gone).gone()).isTrue();
    }

    private static RemainingDelegation leftover(ResellerPlatform platform, CustomerBuilder customer) {
        UUID id = Rig.id(customer);
        return Objects.requireNonNull(platform.leftovers(List.of(id)).get(id));
    }

    @Test
    void everyKindOfHoldingIsReported() {
        Instant end = Instant.parse("2026-08-31T23:59:59Z");
        Instant window = Instant.parse("2026-03-12T10:00:00Z");
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .licence("E3", "active")
                .addOn("Audio", "suspended")
                .usage("Azure", "active")
                .newCommerce("Teams", "active", end, window)
                .azurePlan("Plan", "active", "active", "deleted", "active")
                .marketplace("Backup", "active", null)
                .software("SQL", "active")
                .reservation("VM", true, Instant.parse("2027-01-05T00:00:00Z"))
                .reservation("old VM", false)
                .perpetualSoftware("Windows", true);
        ResellerPlatform platform = rig.platform();

        Customer seen = Rig.found(platform, customer);

        assertThat(seen.subscriptions())
                .filteredOn(it -> !it.id().contains("/"))
                .extracting(Subscription::name, Subscription::kind, Subscription::status)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("E3", Kind.LICENSE, Status.ACTIVE),
                        Tuple.tuple("Audio", Kind.LICENSE, Status.SUSPENDED),
                        Tuple.tuple("Azure", Kind.USAGE, Status.ACTIVE),
                        Tuple.tuple("Teams", Kind.NEW_COMMERCE, Status.ACTIVE),
                        Tuple.tuple("Plan", Kind.AZURE_PLAN, Status.ACTIVE),
                        Tuple.tuple("Backup", Kind.MARKETPLACE, Status.ACTIVE),
                        Tuple.tuple("SQL", Kind.SOFTWARE, Status.ACTIVE));
        assertThat(seen.subscriptions())
                .filteredOn(it -> it.id().contains("/"))
                .extracting(Subscription::kind, Subscription::status, Subscription::termEnd)
                .containsExactlyInAnyOrder(
                        Tuple.tuple(Kind.RESERVED_INSTANCE, Status.ACTIVE, LocalDate.parse("2027-01-05")),
                        Tuple.tuple(Kind.RESERVED_INSTANCE, Status.DELETED, LocalDate.parse("2027-01-04")),
                        Tuple.tuple(Kind.SOFTWARE, Status.ACTIVE, null));
        Subscription teams = named(seen, "Teams");
        assertThat(teams.termEnd()).isEqualTo(LocalDate.parse("2026-08-31"));
        assertThat(teams.cancellableUntil()).isEqualTo(window);
        assertThat(teams.autoRenew()).isTrue();
        assertThat(named(seen, "Plan").activeBeneath()).isEqualTo(2);
        assertThat(named(seen, "Audio").parentId()).isEqualTo(customer.idOf("E3"));
        assertThat(seen.supportContact()).contains("Stand-in Partner");
    }

    private static Subscription named(Customer customer, String name) {
        return customer.subscriptions().stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void delegatedAdministrationIsReadForAllCustomersInOneListing() {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            customers.add(rig.standIn.customer("Customer " + i).gdap("Support", i == 0 ? "approvalPending" : "active"));
        }

        List<Observation> seen =
                rig.platform().observe(customers.stream().map(Rig::id).toList());

        assertThat(seen).hasSize(10).allSatisfy(it -> {
            Customer customer = ((Observation.Found) it).customer();
            assertThat(customer.delegations()).hasSize(1);
        });
        assertThat(((Observation.Found) seen.get(0)).customer().delegations())
                .extracting(Delegation::status)
                .containsExactly("approvalPending");
        assertThat(rig.requests(Endpoint.GDAP_READ)).hasSize(1);
    }

    @Test
    void whereTheListingHasMorePagesThanThereAreCustomersEachIsReadOnItsOwn() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(500, 500, 500, 1));
        CustomerBuilder first = rig.standIn.customer("First").gdap("Support", "active");
        CustomerBuilder second = rig.standIn.customer("Second").gdap("Support", "created");
        for (int i = 0; i < 20; i++) {
            rig.standIn.customer("Other " + i).gdap("Support", "active");
        }
        ResellerPlatform platform = rig.platform();

        platform.observe(List.of(Rig.id(first), Rig.id(second)));
        int before = rig.requests(Endpoint.GDAP_READ).size();
        List<Observation> seen = platform.observe(List.of(Rig.id(first), Rig.id(second)));

        assertThat(((Observation.Found) seen.get(1)).customer().delegations())
                .extracting(Delegation::status)
                .containsExactly("created");
        assertThat(rig.requests(Endpoint.GDAP_READ)).hasSize(before + 2);
    }

    @Test
    void delegatedAdministrationThatIsNewSinceTheLastLookIsSeen() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("Support", "created");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);

        rig.standIn.changeGdapStatus(customer.idOf("Support"), "active");

        assertThat(Rig.found(platform, customer).delegations())
                .extracting(Delegation::status)
                .containsExactly("active");
    }

    /** Incident 7: an unknown status broke the whole listing. */
    @Test
    void anUnknownStatusDoesNotBreakTheListing() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .licence("E1", "active")
                .licence("E3", "expired")
                .licence("E5", "disabled")
                .licence("F1", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.UNKNOWN_STATUS)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .once();
        rig.standIn
                .faults()
                .inject(InjectedFault.UNKNOWN_FIELDS)
                .on(Endpoint.CUSTOMER_READ, Endpoint.ENTITLEMENTS)
                .always();

        Customer seen = Rig.found(rig.platform(), customer);

        assertThat(seen.subscriptions())
                .extracting(Subscription::status, Subscription::statusText)
                .containsExactlyInAnyOrder(
                        Tuple.tuple(Status.UNKNOWN, "zzz"),
                        Tuple.tuple(Status.EXPIRED, "expired"),
                        Tuple.tuple(Status.DISABLED, "disabled"),
                        Tuple.tuple(Status.SUSPENDED, "suspended"));
    }

    @Test
    void aRelationshipThatNobodyHasHeardOfIsNotReseller() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.UNKNOWN_STATUS)
                .on(Endpoint.CUSTOMER_READ)
                .once();

        Customer seen = Rig.found(rig.platform(), customer);

        assertThat(seen.relationship()).isEqualTo("zzz");
        assertThat(seen.isResellerCustomer()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCustomerWhoIsGoneIsUnknownWithProof(boolean removedIs404) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.removedIs404(removedIs404));
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").relationship("none").gdap("Support", "active");

        Observation seen = Rig.observe(rig.platform(), customer);

        assertThat(seen).isInstanceOf(Observation.Unknown.class);
        Observation.Unknown unknown = (Observation.Unknown) seen;
        assertThat(unknown.proof()).contains(removedIs404 ? "404" : "20002");
        assertThat(unknown.delegations()).extracting(Delegation::status).containsExactly("active");
    }

    @Test
    void whetherDelegatedAdministrationOutlivesARelationshipIsNotSaidWhereItCouldNotBeRead() {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").relationship("none").gdap("Support", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .always();

        Observation.Unknown unknown = (Observation.Unknown) Rig.observe(rig.platform(), customer);

        assertThat(unknown.delegations()).isNull();
    }

    /** Incident 19: a failed read was taken for "gone". */
    @ParameterizedTest
    @EnumSource(
            names = {
                "FORBIDDEN",
                "SERVER_ERROR_BEFORE",
                "CONNECTION_LOST",
                "HTML_ERROR",
                "EMPTY_BODY",
                "TRUNCATED_JSON",
                "MISLABELLED"
            })
    void aFailedReadIsNeverTakenForGone(InjectedFault fault) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        for (Endpoint endpoint : List.of(
                Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.ENTITLEMENTS, Endpoint.GDAP_READ)) {
            rig.standIn.faults().clear();
            ResellerPlatform platform = rig.platform();
            // a Graph that refuses from the first is nobody's failed read
            platform.population();
            rig.standIn.faults().inject(fault).on(endpoint).always();

            Observation seen = Rig.observe(platform, customer);

            assertThat(seen).as("%s on %s", fault, endpoint).isInstanceOf(Observation.Unreadable.class);
            assertThat(((Observation.Unreadable) seen).why()).isNotBlank();
        }
    }

    @Test
    void anAnswerThatComesCompressedThoughNobodyAskedForThatIsRead() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        rig.standIn.faults().inject(InjectedFault.COMPRESSED).always();
        rig.standIn.faults().inject(InjectedFault.COMPRESSED).on(Endpoint.LOGIN).always();

        Observation seen = Rig.observe(rig.platform(), customer);

        assertThat(seen).isInstanceOf(Observation.Found.class);
        assertThat(((Observation.Found) seen).customer().subscriptions()).hasSize(1);
    }

    @Test
    void anAnswerThatIsSaidToBeCompressedAndIsNotIsNoneAndThatIsSaid() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.MISLABELLED)
                .on(Endpoint.CUSTOMER_READ)
                .always();

        assertThat(Rig.observe(rig.platform(), customer))
                .isInstanceOfSatisfying(
                        Observation.Unreadable.class,
                        it -> assertThat(it.why()).contains("its answer is said to be compressed, and is not"));
    }

    @Test
    void aPageOfHtmlWith404IsNotTakenForGone() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.HTML_ERROR)
                .on(Endpoint.CUSTOMER_READ)
                .answering(404, 0)
                .always();

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Unreadable.class);
    }

    @Test
    void whatEverybodyIsAnsweredIsNotTakenForGone() {
        CustomerBuilder customer = rig.bystander().standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST)
                .answering(403, 20002)
                .always();
        ResellerPlatform platform = rig.platform();

        Observation seen = Rig.observe(platform, customer);

        assertThat(seen)
                .isInstanceOfSatisfying(
                        Observation.Unreadable.class,
                        it -> assertThat(it.why()).contains("20002", "no other customer could be read"));
        rig.standIn.faults().clear();
        assertThat(Rig.observe(platform, customer)).isInstanceOf(Observation.Found.class);
    }

    /** Then nobody knows whether there is somebody else. */
    @Test
    void whereTheCustomerListCannotBeReadEitherNobodyIsTakenForGone() {
        CustomerBuilder customer = rig.bystander().standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.CUSTOMER_LIST)
                .answering(403, 20002)
                .always();

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Unreadable.class);
    }

    /** Its history may say why it is gone: then it need not be asked for again. */
    @Test
    void anEmpty404IsTakenForGoneOnlyWhileAnotherCustomerCanBeRead() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .about(customer.id())
                .answering(404, 0)
                .page("")
                .always();
        ResellerPlatform platform = rig.platform();
        Observation alone = Rig.observe(platform, customer);
        assertThat(alone).isInstanceOf(Observation.Unreadable.class);
        assertThat(((Observation.Unreadable) alone).why()).contains("404").contains("no other customer could be read");
        rig.bystander();
        rig.clock.pass(Duration.ofMinutes(2));

        Observation seen = Rig.observe(platform, customer);

        assertThat(seen).isInstanceOf(Observation.Unknown.class);
        assertThat(((Observation.Unknown) seen).proof()).contains("404").contains("was readable with the same token");
    }

    @Test
    void aReadThatTimesOutIsTriedAgainAndThenUnreadable() {
        rig.readTimeout = Duration.ofMillis(500);
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.HANG_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .taking(Duration.ofSeconds(20))
                .always();

        Observation seen = Rig.observe(rig.platform(), customer);
        rig.standIn.letGo();

        assertThat(seen).isInstanceOf(Observation.Unreadable.class);
        assertThat(((Observation.Unreadable) seen).why()).contains("no answer within 500 ms");
        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(4);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ))
                .extracting(it -> it.header("MS-RequestId"))
                .as("one attempt that was never answered is one request")
                .containsOnly(rig.requests(Endpoint.CUSTOMER_READ).get(0).header("MS-RequestId"));
    }

    @Test
    void whatPassesIsTriedAgain() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .times(2);
        rig.standIn
                .faults()
                .inject(InjectedFault.CONNECTION_LOST)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .once();
        rig.standIn
                .faults()
                .inject(InjectedFault.TRUNCATED_JSON)
                .on(Endpoint.ENTITLEMENTS)
                .once();
        rig.standIn
                .faults()
                .inject(InjectedFault.TOKEN_DIES)
                .on(Endpoint.GDAP_READ)
                .once();

        assertThat(Rig.found(rig.platform(), customer).subscriptions()).hasSize(1);
    }

    @Test
    void aListOfSubscriptionsThatGoesRoundInACircleIsNotRead() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(500, 2, 500, 100));
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        for (int i = 0; i < 5; i++) {
            customer.licence("E" + i, "suspended");
        }
        assertThat(Rig.found(rig.platform(), customer).subscriptions()).hasSize(5);

        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_LOOP)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .always();

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Unreadable.class);
    }

    @Test
    void thePopulationIsReadToItsEnd() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(7, 500, 500, 100));
        for (int i = 0; i < 30; i++) {
            rig.standIn.customer("Customer " + i);
        }
        rig.standIn.customer("Friend").relationship("advisor");

        assertThat(rig.platform().population()).isEqualTo(new Population(30, true));
    }

    @Test
    void aCustomerListThatGoesRoundInACircleIsNotComplete() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(3, 500, 500, 100));
        for (int i = 0; i < 10; i++) {
            rig.standIn.customer("Customer " + i);
        }
        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_LOOP)
                .on(Endpoint.CUSTOMER_LIST)
                .always();

        assertThat(rig.platform().population().complete()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"LIST_ENDS_EARLY", "LIST_PAGE_MISSING"})
    void aCustomerListThatLacksSomebodyWhoIsAliveIsNotComplete(InjectedFault fault) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(3, 500, 500, 100));
        List<UUID> customers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            customers.add(Rig.id(rig.standIn.customer("Customer " + i)));
        }
        ResellerPlatform platform = rig.platform();
        platform.observe(customers);
        rig.standIn.faults().inject(fault).on(Endpoint.CUSTOMER_LIST).always();

        assertThat(platform.population().complete()).isFalse();
        rig.standIn.faults().clear();
        assertThat(platform.population()).isEqualTo(new Population(10, true));
    }

    /** Its own read says that it is the reseller's no more: then nothing is missing. */
    @Test
    void aCustomerListThatLacksSomebodyWhoHasLeftIsComplete() {
        CustomerBuilder left = rig.bystander().standIn.customer("Left").licence("E1", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, left);
        rig.standIn.vanish(left.id());
        rig.standIn.settings().lag(Lag.CUSTOMER_READ, Duration.ofHours(1));
        rig.standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.CUSTOMER_READ && path.contains(left.id())
                ? body.replace("\"relationshipToPartner\":\"reseller\"", "\"relationshipToPartner\":\"none\"")
                : body);

        assertThat(platform.population()).isEqualTo(new Population(1, true));
    }

    @Test
    void whatCannotBeClassifiedIsUnknown() {
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject().put("offerId", "DZH318Z0XXXX:0001:YYYY")))
                .isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject()
                        .put("offerId", "DZH318Z0XXXX:0001:YYYY")
                        .put("isMicrosoftProduct", true)))
                .isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject())).isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject().put("offerId", "cfq7TTC0LH18:0001:CFQ7TTC0K971")))
                .isEqualTo(Kind.NEW_COMMERCE);
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject().put("offerId", "MS-AZR-0145P")))
                .isEqualTo(Kind.USAGE);
    }

    /** An Azure plan under which nothing is active is suspended: so nothing is taken for one by its billing alone. */
    @Test
    void whatIsBilledByUsageIsAnAzurePlanOnlyWhereSomethingShowsIt() {
        assertThat(HoldingMapper.kind(billedByUsage("DZH318Z0XXXX:0001:YYYY"))).isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(billedByUsage("DZH318Z0XXXX:0001:YYYY").put("isMicrosoftProduct", "yes")))
                .isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(billedByUsage("DZH318Z0XXXX:0001:YYYY").putNull("isMicrosoftProduct")))
                .isEqualTo(Kind.UNKNOWN);
        // of the plan's own product, but not billed as the plan is
        assertThat(HoldingMapper.kind(PartnerCenterJson.newObject()
                        .put("offerId", "DZH318Z0BPS6:0001:YYYY")
                        .put("billingType", "license")))
                .isEqualTo(Kind.UNKNOWN);
        assertThat(HoldingMapper.kind(billedByUsage("DZH318Z0XXXX:0001:YYYY").put("isMicrosoftProduct", true)))
                .isEqualTo(Kind.AZURE_PLAN);
        assertThat(HoldingMapper.kind(billedByUsage("dzh318z0bps6:0001:YYYY"))).isEqualTo(Kind.AZURE_PLAN);
        assertThat(HoldingMapper.kind(billedByUsage("DZH318Z0BPS6:0001:YYYY").put("isMicrosoftProduct", false)))
                .isEqualTo(Kind.MARKETPLACE);
    }

    private static ObjectNode billedByUsage(String offer) {
        return PartnerCenterJson.newObject().put("offerId", offer).put("billingType", "usage");
    }

    @Test
    void aSecondLookWithinMinutesAsksOnlyForDelegatedAdministration() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E1", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        rig.standIn.clearRecords();

        Rig.found(platform, customer);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST))
                .isEmpty();

        rig.clock.pass(Duration.ofMinutes(11));
        Rig.found(platform, customer);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST))
                .hasSize(2);
    }
}
