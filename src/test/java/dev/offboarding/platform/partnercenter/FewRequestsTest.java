package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What was read for something else serves again; and where it must not. */
class FewRequestsTest {

    private static final Duration A_MOMENT = Duration.ofMillis(1);

    private Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    private List<CustomerBuilder> customers(int count, String status) {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            customers.add(rig.standIn.customer("Customer " + i).licence("E3", status));
        }
        return customers;
    }

    private static List<Observation> observed(ResellerPlatform platform, List<CustomerBuilder> customers) {
        return platform.observe(customers.stream().map(Rig::id).toList());
    }

    private static Write decided(Write write, Observation seen) {
        return write.on(DecisionBasis.of(seen));
    }

    private static List<WriteOutcome> removed(
            ResellerPlatform platform, List<CustomerBuilder> customers, List<Observation> seen) {
        List<Write> removals = new ArrayList<>();
        for (int i = 0; i < customers.size(); i++) {
            removals.add(decided(Rig.remove(customers.get(i)), seen.get(i)));
        }
        return platform.perform(removals, () -> true);
    }

    private int asked(Endpoint... endpoints) {
        return rig.requests(endpoints).size();
    }

    // ---- a subscription as the list shows it

    @Test
    void aSubscriptionIsSentBackAsTheListShowsItWithItsEtag() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .licence("E3", "active")
                .addOn("Audio", "active")
                .usage("Azure", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);

        List<WriteOutcome> outcomes = platform.perform(
                List.of(
                        decided(Rig.suspend(customer, "Audio"), seen),
                        decided(Rig.suspend(customer, "E3"), seen),
                        decided(Rig.suspend(customer, "Azure"), seen)),
                () -> true);

        assertThat(outcomes).allSatisfy(it -> {
            assertThat(it.result()).isEqualTo(Result.DONE);
            assertThat(it.before()).isEqualTo("active");
            assertThat(it.after()).isEqualTo("suspended");
            assertThat(it.message()).isEmpty();
        });
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isZero();
        // that nothing is lost on the way is the stand-in's to say
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(3).allSatisfy(it -> {
            assertThat(it.header("if-match")).startsWith("\"").endsWith("\"");
            assertThat(it.body()).contains("serviceNote");
        });
    }

    @ParameterizedTest
    @CsvSource({"412, 0", "400, 2055", "417, 800036"})
    void anEtagThatIsRefusedIsReadAndSentOnceMore(int status, int code) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.staleEtagAnswer(status, code));
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn.changeStatus(customer.idOf("E3"), "active");

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen));

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
        List<RecordedRequest> sent = rig.requests(Endpoint.SUBSCRIPTION_WRITE);
        assertThat(sent).extracting(RecordedRequest::applied).containsExactly(false, true);
        assertThat(outcome.message())
                .isEqualTo("sent as MS-RequestId %s".formatted(sent.get(1).header("ms-requestid")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"suspended", "deleted", "pending"})
    void afterAnEtagThatIsRefusedItIsDecidedAgain(String meanwhile) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn.changeStatus(customer.idOf("E3"), meanwhile);

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen));

        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcome.before()).isEqualTo(meanwhile);
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(1).noneMatch(RecordedRequest::applied);
    }

    @Test
    void anEtagThatIsRefusedEveryTimeIsNotSentForEver() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(412, 0)
                .always();

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen));

        assertThat(outcome.worthRetrying()).isTrue();
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isEqualTo(2);
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE))
                .hasSize(3)
                .extracting(it -> it.header("ms-requestid"))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatTheListShowedServesOnce() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(409, 0)
                .once();

        assertThat(Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen))
                        .worthRetrying())
                .isTrue();
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isZero();
        Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen));
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
    }

    @Test
    void aSubscriptionWithoutAnEtagIsRead() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").azurePlan("Plan", "active", "deleted");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn.clearRecords();

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.suspend(customer, "Plan"), seen));

        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
    }

    /** What is left out of the PATCH would count as changed. */
    @ParameterizedTest
    @ValueSource(strings = {"billingCycle", "autoRenewEnabled", "quantity", "etag"})
    void aListThatShowsLessThanThereIsToASubscriptionDoesNotServe(String leftOut) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.SUBSCRIPTION_LIST
                ? body.replaceAll("(?i)\"" + leftOut + "\" ?: ?(\"[^\"]*\"|[a-z0-9]+),", "")
                : body);
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen));

        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
    }

    @Test
    void aSubscriptionListedMoreThanTenMinutesAgoIsRead() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Rig.observe(platform, customer);
        rig.clock.pass(DecisionBasis.GOOD_FOR.plus(A_MOMENT));

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));

        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(asked(Endpoint.SUBSCRIPTION_READ)).isOne();
    }

    // ---- the read after the last suspension

    private Observation suspended(ResellerPlatform platform, CustomerBuilder customer) {
        Observation seen = Rig.observe(platform, customer);
        assertThat(Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen))
                        .after())
                .isEqualTo("suspended");
        Observation after = Rig.observe(platform, customer);
        rig.standIn.clearRecords();
        return after;
    }

    @Test
    void theReadAfterTheLastSuspensionServesForThirtySeconds() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation after = suspended(platform, customer);
        rig.clock.pass(Duration.ofSeconds(30));

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.remove(customer), after));

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isZero();
        assertThat(asked(Endpoint.CUSTOMER_READ)).isOne();
    }

    @Test
    void anOlderOneDoesNot() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation after = suspended(platform, customer);
        rig.clock.pass(Duration.ofSeconds(30).plus(A_MOMENT));

        assertThat(Rig.perform(platform, decided(Rig.remove(customer), after)).result())
                .isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isOne();
    }

    /** Its age counts when the removal is sent, not when it is asked for. */
    @Test
    void oneThatGetsTooOldWhileTheRemovalWaitsDoesNot() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation after = suspended(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_WRITE)
                .taking(Duration.ofSeconds(31))
                .once();

        assertThat(Rig.perform(platform, decided(Rig.remove(customer), after)).result())
                .isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isOne();
        assertThat(asked(Endpoint.CUSTOMER_READ)).isEqualTo(2);
    }

    @Test
    void theFirstReadDoesNotThoughItIsAsRecent() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn.clearRecords();

        assertThat(Rig.perform(platform, decided(Rig.remove(customer), seen)).result())
                .isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatLeavesOutASubscriptionDoesOnlyWhereThatIsReadOnItsOwn(boolean onItsOwn) {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "active").licence("E5", "suspended");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        String hidden = customer.idOf("E5");
        List<Boolean> hide = new ArrayList<>(List.of(true));
        rig.standIn.garbled((endpoint, path, body) ->
                endpoint == Endpoint.SUBSCRIPTION_LIST && !hide.isEmpty() ? without(body, hidden) : body);
        if (!onItsOwn) {
            rig.standIn
                    .faults()
                    .inject(InjectedFault.FORBIDDEN)
                    .on(Endpoint.SUBSCRIPTION_READ)
                    .always();
        }
        assertThat(Rig.perform(platform, decided(Rig.suspend(customer, "E3"), seen))
                        .after())
                .isEqualTo("suspended");
        hide.clear();
        rig.standIn.faults().clear();
        rig.standIn.clearRecords();

        assertThat(Rig.perform(platform, decided(Rig.remove(customer), seen)).result())
                .isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isEqualTo(onItsOwn ? 0 : 1);
    }

    /** It is what was written that has to be found; another that cannot be read keeps it from nothing. */
    @Test
    void whatWasWrittenIsReadOnItsOwnAlsoWhereAnotherHiddenOneCannotBe() {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "active").licence("E5", "active");
        boolean e5First = customer.idOf("E5").compareTo(customer.idOf("E3")) < 0;
        String written = e5First ? "E3" : "E5";
        String other = e5First ? "E5" : "E3";
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.SUBSCRIPTION_LIST
                ? without(without(body, customer.idOf("E3")), customer.idOf("E5"))
                : body);
        rig.standIn
                .faults()
                .inject(InjectedFault.FORBIDDEN)
                .on(Endpoint.SUBSCRIPTION_READ)
                .about(customer.idOf(other))
                .always();

        assertThat(Rig.perform(platform, decided(Rig.suspend(customer, written), seen))
                        .after())
                .isEqualTo("suspended");
    }

    private static String without(String list, String id) {
        ObjectNode json = Objects.requireNonNull(PartnerCenterJson.object(list.getBytes(StandardCharsets.UTF_8)));
        List<JsonNode> left = PartnerCenterJson.elements(json, "items").stream()
                .filter(it -> !PartnerCenterJson.text(it, "id", "").equalsIgnoreCase(id))
                .toList();
        json.putArray("items").addAll(left);
        json.put("totalCount", left.size());
        return json.toString();
    }

    private void somethingBecomesActive(CustomerBuilder customer, boolean added) {
        if (added) {
            customer.licence("New", "active");
        } else {
            rig.standIn.changeStatus(customer.idOf("E3"), "active");
        }
    }

    /** Within those seconds only the platform can know: it refuses, and then everything is read afresh. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatBecomesActiveWithinThoseSecondsIsRefusedAndThenSeen(boolean added) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation after = suspended(platform, customer);
        somethingBecomesActive(customer, added);

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.remove(customer), after));

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(rig.standIn.relationship(customer.id())).isEqualTo("reseller");
        assertThat(Rig.found(platform, customer).subscriptions()).anyMatch(Subscription::active);
        // seen by the stand-in, which knows better than any read
        assertThat(rig.standIn.violations())
                .extracting(Violation::kind)
                .containsOnly(Violation.Kind.REMOVAL_WHILE_ACTIVE);
        rig.standIn.clearRecords();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatBecameActiveIsSeenBeforeTheRemovalWhereTheReadIsOlder(boolean added) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation after = suspended(platform, customer);
        somethingBecomesActive(customer, added);
        rig.clock.pass(Duration.ofSeconds(30).plus(A_MOMENT));

        WriteOutcome outcome = Rig.perform(platform, decided(Rig.remove(customer), after));

        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(rig.standIn.writes()).isEmpty();
    }

    // ---- the customer list

    @Test
    void theListSaysWhoACustomerIs() {
        List<CustomerBuilder> customers = customers(3, "suspended");

        List<Observation> seen = observed(rig.platform(), customers);

        assertThat(asked(Endpoint.CUSTOMER_LIST)).isOne();
        assertThat(asked(Endpoint.CUSTOMER_READ)).isZero();
        for (int i = 0; i < customers.size(); i++) {
            Customer customer = ((Observation.Found) seen.get(i)).customer();
            assertThat(customer.companyName()).isEqualTo(customers.get(i).companyName());
            assertThat(customer.domain()).isEqualTo(customers.get(i).domain());
            assertThat(customer.relationship()).isEqualTo("reseller");
            assertThat(customer.subscriptions()).hasSize(1);
        }
    }

    @Test
    void whoIsNoResellerCustomerOrNotInTheListIsRead() {
        List<CustomerBuilder> customers = customers(3, "suspended");
        customers.get(0).relationship("advisor");
        rig.standIn.vanish(customers.get(1).id());

        List<Observation> seen = observed(rig.platform(), customers);

        assertThat(((Observation.Found) seen.get(0)).customer().relationship()).isEqualTo("advisor");
        assertThat(seen.get(1)).isInstanceOf(Observation.Unknown.class);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ))
                .as("the third one vouches for who is gone")
                .extracting(RecordedRequest::path)
                .containsExactlyInAnyOrderElementsOf(
                        customers.stream().map(it -> "/v1/customers/" + it.id()).toList());
    }

    @Test
    void aListThatLagsBehindDoesNotHideThatACustomerIsGone() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.CUSTOMER_LIST, Duration.ofMinutes(5)));
        List<CustomerBuilder> customers = customers(3, "suspended");
        rig.standIn.vanish(customers.get(1).id());

        List<Observation> seen = observed(rig.platform(), customers);

        assertThat(seen.get(1)).isInstanceOf(Observation.Unknown.class);
        assertThat(asked(Endpoint.CUSTOMER_READ))
                .as("its own read, and that of one who vouches for it")
                .isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"LIST_ENDS_EARLY", "LIST_LOOP", "SERVER_ERROR_BEFORE"})
    void aListThatIsNotCompleteDoesNotServe(InjectedFault fault) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(4, 500, 500, 100));
        List<CustomerBuilder> customers = customers(12, "suspended");
        rig.standIn.faults().inject(fault).on(Endpoint.CUSTOMER_LIST).always();
        ResellerPlatform platform = rig.platform();

        List<Observation> seen = observed(platform, customers);

        assertThat(seen).allMatch(Observation.Found.class::isInstance);
        // one that ends early looks complete: then it serves for those whom it shows, and the others are read
        assertThat(asked(Endpoint.CUSTOMER_READ)).isEqualTo(fault == InjectedFault.LIST_ENDS_EARLY ? 8 : 12);
        assertThat(platform.population().complete()).isFalse();
    }

    @Test
    void aListWithMorePagesThanAreWorthItIsLeftAlone() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(2, 500, 500, 100));
        rig.standIn.populate(20);
        List<CustomerBuilder> customers = customers(8, "suspended");
        ResellerPlatform platform = rig.platform();

        observed(platform, customers);

        assertThat(asked(Endpoint.CUSTOMER_LIST)).isEqualTo(2);
        assertThat(asked(Endpoint.CUSTOMER_READ)).isEqualTo(8);
        rig.clock.pass(DecisionBasis.GOOD_FOR.plus(A_MOMENT));
        rig.standIn.clearRecords();
        observed(platform, customers);
        assertThat(asked(Endpoint.CUSTOMER_LIST)).isZero();
    }

    @Test
    void aListThatIsOlderThanAMinuteIsReadAgain() {
        List<CustomerBuilder> customers = customers(6, "suspended");
        ResellerPlatform platform = rig.platform();
        observed(platform, customers.subList(0, 2));
        rig.clock.pass(Duration.ofSeconds(59));
        observed(platform, customers.subList(2, 4));
        assertThat(asked(Endpoint.CUSTOMER_LIST)).isOne();
        rig.clock.pass(Duration.ofSeconds(1));

        observed(platform, customers.subList(4, 6));

        assertThat(asked(Endpoint.CUSTOMER_LIST)).isEqualTo(2);
        assertThat(asked(Endpoint.CUSTOMER_READ)).isZero();
    }

    /** What is decided on is as old as the oldest part of it. */
    @Test
    void anObservationIsAsOldAsTheList() {
        List<CustomerBuilder> customers = customers(4, "suspended");
        ResellerPlatform platform = rig.platform();
        observed(platform, customers.subList(0, 2));
        rig.clock.pass(Duration.ofSeconds(50));

        List<Observation> later = observed(platform, customers.subList(2, 4));

        assertThat(later).extracting(Observation::at).containsOnly(Rig.TONIGHT);
    }

    @Test
    void beforeTheRemovalAListOfTheLastSecondsServes() {
        rig.bystander();
        List<CustomerBuilder> customers = customers(3, "suspended");
        ResellerPlatform platform = rig.platform();
        List<Observation> seen = observed(platform, customers);
        rig.clock.pass(Duration.ofMinutes(1));
        rig.standIn.clearRecords();

        assertThat(removed(platform, customers, seen)).allMatch(it -> it.result() == Result.DONE);

        assertThat(asked(Endpoint.CUSTOMER_LIST)).isOne();
        assertThat(asked(Endpoint.CUSTOMER_READ)).isZero();
        assertThat(asked(Endpoint.SUBSCRIPTION_LIST)).isEqualTo(3);
    }

    @Test
    void oneThatIsOlderThanTheLastWriteDoesNot() {
        rig.bystander();
        List<CustomerBuilder> customers = customers(2, "active");
        ResellerPlatform platform = rig.platform();
        List<Observation> seen = observed(platform, customers);
        rig.clock.pass(Duration.ofSeconds(1));
        List<Write> suspensions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            suspensions.add(decided(Rig.suspend(customers.get(i), "E3"), seen.get(i)));
        }
        platform.perform(suspensions, () -> true);
        rig.clock.pass(Duration.ofSeconds(1));
        List<Observation> after = observed(platform, customers);
        rig.standIn.clearRecords();

        assertThat(removed(platform, customers, after)).allMatch(it -> it.result() == Result.DONE);

        assertThat(asked(Endpoint.CUSTOMER_LIST)).isOne();
        assertThat(asked(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST)).isZero();
    }

    /** Incident 27, and the list that was read for the removals tells. */
    @ParameterizedTest
    @ValueSource(strings = {"advisor", "renamed", "another domain"})
    void aCustomerThatTheListShowsAsAnotherIsReadAndNotRemoved(String what) {
        rig.bystander();
        List<CustomerBuilder> customers = customers(3, "suspended");
        ResellerPlatform platform = rig.platform();
        List<Observation> seen = observed(platform, customers);
        rig.clock.pass(Duration.ofMinutes(1));
        switch (what) {
            case "advisor" -> customers.get(1).relationship("advisor");
            case "renamed" -> customers.get(1).renamed("Fabrikam");
            default -> customers.get(1).domain("fabrikam.com");
        }

        List<WriteOutcome> outcomes = removed(platform, customers, seen);

        assertThat(outcomes.get(1).stale()).isTrue();
        assertThat(rig.standIn.relationship(customers.get(1).id()))
                .isEqualTo(what.equals("advisor") ? what : "reseller");
        assertThat(outcomes.get(0).result()).isEqualTo(Result.DONE);
        assertThat(outcomes.get(2).result()).isEqualTo(Result.DONE);
        assertThat(asked(Endpoint.CUSTOMER_READ)).isOne();
    }

    @Test
    void aSecondAttemptAsksTheCustomerItself() {
        rig.bystander();
        List<CustomerBuilder> customers = customers(2, "suspended");
        ResellerPlatform platform = rig.platform();
        List<Observation> seen = observed(platform, customers);
        rig.clock.pass(Duration.ofMinutes(1));
        List<Write> second = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            UUID id = Rig.id(customers.get(i));
            second.add(
                    new Write(id, Action.REMOVE, id.toString(), 2, UUID.randomUUID(), DecisionBasis.of(seen.get(i))));
        }

        assertThat(platform.perform(second, () -> true)).allMatch(it -> it.result() == Result.DONE);

        assertThat(asked(Endpoint.CUSTOMER_READ)).isEqualTo(2);
    }
}
