package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Delegation;
import dev.offboarding.platform.Effect;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.EffectReading.Result;
import dev.offboarding.platform.RemovalRequests;
import dev.offboarding.platform.Removed;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Verification;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

    private Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    private static Verification verify(ResellerPlatform platform, CustomerBuilder customer) {
        return platform.verify(RemovalRequests.of(Rig.id(customer))).get(0);
    }

    private static Verification verifyWithSubscription(ResellerPlatform platform, CustomerBuilder customer) {
        return platform.verify(List.of(new Removed(Rig.id(customer), null, customer.idOf("E3"))))
                .get(0);
    }

    private static EffectReading reading(Verification verification, Effect effect) {
        return Objects.requireNonNull(verification.effects().get(effect));
    }

    private static Result result(Verification verification, Effect effect) {
        return reading(verification, effect).result();
    }

    private CustomerBuilder removed(ResellerPlatform platform) {
        return removed(platform, "Contoso");
    }

    private CustomerBuilder removed(ResellerPlatform platform, String name) {
        CustomerBuilder customer = rig.standIn.customer(name).licence("E3", "suspended");
        Rig.found(platform, customer);
        assertThat(Rig.perform(platform, Rig.remove(customer)).result()).isEqualTo(WriteOutcome.Result.DONE);
        return customer;
    }

    @Test
    void eachEffectIsConfirmedWhenItShows() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ofSeconds(10))
                .lag(Lag.SUPPORT_CONTACT, Duration.ofSeconds(20))
                .lag(Lag.CUSTOMER_READ, Duration.ofSeconds(30))
                .lag(Lag.CUSTOMER_LIST, Duration.ofSeconds(40)));
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);

        Verification first = verifyWithSubscription(platform, customer);
        assertThat(first.effects().values()).extracting(EffectReading::result).contains(Result.PENDING);
        assertThat(first.reseller()).isTrue();

        rig.clock.pass(Duration.ofSeconds(10));
        Verification second = verifyWithSubscription(platform, customer);
        assertThat(result(second, Effect.PURCHASING)).isEqualTo(Result.CONFIRMED);
        assertThat(result(second, Effect.SUPPORT_CONTACT)).isEqualTo(Result.PENDING);

        rig.clock.pass(Duration.ofSeconds(20));
        Verification third = verifyWithSubscription(platform, customer);
        assertThat(result(third, Effect.SUPPORT_CONTACT)).isEqualTo(Result.CONFIRMED);
        assertThat(result(third, Effect.CUSTOMER_LIST)).isEqualTo(Result.PENDING);
        assertThat(third.reseller()).isFalse();

        rig.clock.pass(Duration.ofSeconds(10));
        assertThat(verifyWithSubscription(platform, customer).confirmed()).isTrue();
    }

    /** Incident 6: the platform answers 200 to a removal and changes nothing. */
    @Test
    void aRemovalThatIsAcceptedAndChangesNothingIsNotConfirmed() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "suspended").gdap("Support", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.NO_EFFECT)
                .on(Endpoint.CUSTOMER_WRITE)
                .once();
        assertThat(Rig.perform(platform, Rig.remove(customer)).result()).isEqualTo(WriteOutcome.Result.DONE);

        Verification verification = verify(platform, customer);

        assertThat(verification.effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.PENDING);
        assertThat(verification.reseller()).isTrue();
    }

    /** Incident 19: a failed read was taken for "gone". */
    @ParameterizedTest
    @EnumSource(names = {"FORBIDDEN", "SERVER_ERROR_BEFORE", "CONNECTION_LOST", "HTML_ERROR", "MISLABELLED"})
    void aReadThatFailsConfirmsNothing(InjectedFault fault) {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        rig.standIn
                .faults()
                .inject(fault)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.SUPPORT_CONTACT)
                .about(customer.id())
                .always();
        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_LOOP)
                .on(Endpoint.CUSTOMER_LIST)
                .always();

        assertThat(verifyWithSubscription(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);
    }

    private void everyReadAnswers404(String about, String page) {
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST, Endpoint.SUPPORT_CONTACT)
                .about(about)
                .answering(404, 0)
                .page(page)
                .always();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"message\":\"Not found\"}", "{\"error\":{\"code\":\"NotFound\",\"message\":\"?\"}}"
            })
    void a404InWhateverWordsIsGoneWhileAnotherCustomerCanBeRead(String body) {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        everyReadAnswers404(customer.id(), body);

        Verification verification = verifyWithSubscription(platform, customer);

        assertThat(verification.confirmed()).as("%s", verification).isTrue();
        assertThat(Objects.requireNonNull(verification.effects().get(Effect.PURCHASING))
                        .proof())
                .contains("answered 404")
                .contains("was readable with the same token");
    }

    /** Incident 19: an address that nobody serves answers like that, whoever is asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"", "{\"message\":\"Not found\"}"})
    void a404IsNothingWhereEverybodyIsAnsweredSo(String body) {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        everyReadAnswers404("", body);

        assertThat(verifyWithSubscription(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);
    }

    /** Incident 19: a box in between blocks the address of one customer. */
    @ParameterizedTest
    @ValueSource(strings = {"<html>404</html>", "404 page not found", " ", "[]"})
    void a404OfSomebodyInBetweenIsNothing(String page) {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        everyReadAnswers404(customer.id(), page);

        assertThat(verifyWithSubscription(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);
    }

    @Test
    void goneIsNothingWhileNobodyElseCanBeRead() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        rig.standIn
                .faults()
                .inject(InjectedFault.FORBIDDEN)
                .on(Endpoint.CUSTOMER_READ)
                .answering(403, 20002)
                .always();

        assertThat(verify(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);

        rig.standIn.faults().clear();
        assertThat(verify(platform, customer).confirmed()).isTrue();
    }

    @Test
    void theLastCustomerOfAllCannotBeConfirmed() {
        ResellerPlatform platform = rig.platform();
        CustomerBuilder customer = removed(platform);

        assertThat(verify(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);
    }

    @Test
    void aControlCustomerWhoVanishesIsReplacedByAnother() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.CUSTOMER_LIST, Duration.ofMinutes(5)));
        List<CustomerBuilder> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(rig.standIn.customer("Bystander " + i));
        }
        ResellerPlatform platform = rig.platform();
        CustomerBuilder customer = removed(platform);
        others.stream().map(CustomerBuilder::id).sorted().limit(2).forEach(id -> rig.standIn.vanish(id));

        Verification verification = verify(platform, customer);

        assertThat(result(verification, Effect.PURCHASING)).isEqualTo(Result.CONFIRMED);
        assertThat(result(verification, Effect.CUSTOMER_LIST)).isEqualTo(Result.PENDING);
    }

    /** One customer that is locked, say, is not a reason to offboard no one any more. */
    @ParameterizedTest
    @EnumSource(names = {"FORBIDDEN", "SERVER_ERROR_BEFORE", "HTML_ERROR"})
    void aControlCustomerWhoCannotBeReadIsReplacedByAnother(InjectedFault fault) {
        ResellerPlatform platform = rig.platform();
        CustomerBuilder customer = removed(platform);
        bystanders(3).stream().limit(2).forEach(id -> unreadable(id, fault));

        assertThat(verify(platform, customer).confirmed()).isTrue();
    }

    @Test
    void whoCannotBeReadIsAskedToVouchOnlyOnceALook() {
        ResellerPlatform platform = rig.platform();
        CustomerBuilder customer = removed(platform);
        List<String> bystanders = bystanders(7);
        bystanders.forEach(id -> unreadable(id, InjectedFault.FORBIDDEN));
        rig.standIn.clearRecords();

        assertThat(verify(platform, customer).effects().values())
                .extracting(EffectReading::result)
                .containsOnly(Result.INCONCLUSIVE);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ))
                .filteredOn(it -> !it.path().contains(customer.id()))
                .extracting(it -> it.path().substring("/v1/customers/".length()))
                .containsExactlyElementsOf(bystanders.subList(0, 5));
    }

    /** Their ids, in the order in which they are asked to vouch. */
    private List<String> bystanders(int count) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(Rig.id(rig.standIn.customer("Bystander " + i)));
        }
        return ids.stream().sorted().map(UUID::toString).toList();
    }

    private void unreadable(String id, InjectedFault fault) {
        rig.standIn.faults().inject(fault).on(Endpoint.CUSTOMER_READ).about(id).always();
    }

    @Test
    void theProofNamesTheAnswerAndWhoVouchesForIt() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);

        Verification verification = verify(platform, customer);

        assertThat(verification.confirmed()).isTrue();
        assertThat(verification.effects().values())
                .allSatisfy(
                        it -> assertThat(it.proof()).contains("20002").contains("was readable with the same token"));
    }

    @Test
    void livingDelegatedAdministrationIsPendingUntilItIsTerminated() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.GDAP_TERMINATION, Duration.ofMinutes(1)));
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .gdap("Support", "active")
                .gdap("Invitation", "approvalPending")
                .gdap("Old", "terminated");
        Rig.perform(platform, Rig.remove(customer));
        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.PENDING);

        Rig.perform(platform, Rig.write(customer, Action.TERMINATE_GDAP, "Support"));
        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.PENDING);

        rig.clock.pass(Duration.ofMinutes(1));
        Verification verification = verify(platform, customer);
        assertThat(verification.confirmed()).isTrue();
        assertThat(reading(verification, Effect.DELEGATED_ADMIN).proof()).contains("Invitation");
    }

    /** Waiting does not end it, and whoever reads the report learns why. */
    @Test
    void livingDelegatedAdministrationWhoseEndWasRefusedHasFailed() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").gdap("Ending", "terminating").gdap("Support", "active");
        Rig.perform(platform, Rig.remove(customer));
        refusedEnd(platform, customer);
        EffectReading refused = reading(verify(platform, customer), Effect.DELEGATED_ADMIN);
        assertThat(refused.result()).isEqualTo(Result.FAILED);
        assertThat(refused.proof()).contains("Support", "is active, and its end was refused", "403");

        Rig.perform(platform, Rig.write(customer, Action.TERMINATE_GDAP, "Support"));
        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.PENDING);
    }

    private void refusedEnd(ResellerPlatform platform, CustomerBuilder customer) {
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.GDAP_WRITE)
                .answering(403, 0)
                .once();
        Rig.perform(platform, Rig.write(customer, Action.TERMINATE_GDAP, "Support"));
    }

    /** A failure ends the night's looking. */
    @Test
    void aRefusedEndOfDelegatedAdministrationIsNoFailureWhileAnythingElseIsStillToShow() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.CUSTOMER_LIST, Duration.ofMinutes(1)));
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("Support", "active");
        Rig.perform(platform, Rig.remove(customer));
        refusedEnd(platform, customer);

        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.PENDING);

        rig.clock.pass(Duration.ofMinutes(1));
        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.FAILED);
    }

    /** Nor where nobody can vouch that the others are gone. */
    @Test
    void aRefusedEndOfDelegatedAdministrationIsNoFailureWhileTheOthersCannotBeRead() {
        ResellerPlatform platform = rig.platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("Support", "active");
        Rig.perform(platform, Rig.remove(customer));
        refusedEnd(platform, customer);

        Verification verification = verify(platform, customer);

        assertThat(result(verification, Effect.PURCHASING)).isEqualTo(Result.INCONCLUSIVE);
        assertThat(result(verification, Effect.DELEGATED_ADMIN)).isEqualTo(Result.PENDING);
    }

    /** It gives no access, so no effect shows it. */
    @Test
    void aRequestForDelegatedAdministrationThatNobodyHasApprovedIsSaidToStand() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").gdap("Draft", "created").gdap("Invitation", "approvalPending");
        Rig.perform(platform, Rig.remove(customer));

        Verification verification = verify(platform, customer);

        assertThat(verification.confirmed()).isTrue();
        assertThat(verification.requests())
                .containsExactly(new Delegation(customer.idOf("Draft"), "Draft", Delegation.CREATED));

        Rig.perform(platform, Rig.write(customer, Action.DELETE_GDAP, "Draft"));
        assertThat(verify(platform, customer).requests()).isEmpty();
    }

    /** Its case would never close: there is nothing by which to delete it. */
    @Test
    void aRequestForDelegatedAdministrationWithoutAnIdIsNamedAndNotSaidToStand() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdapWithoutId("Draft", "created");
        Rig.perform(platform, Rig.remove(customer));

        Verification verification = verify(platform, customer);

        assertThat(verification.confirmed()).isTrue();
        assertThat(verification.requests()).isEmpty();
        assertThat(reading(verification, Effect.DELEGATED_ADMIN).proof())
                .contains("the request Draft is shown without an id to delete it by");
    }

    @Test
    void whetherARequestForDelegatedAdministrationStandsIsNotKnownWhereItCouldNotBeRead() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("Draft", "created");
        Rig.perform(platform, Rig.remove(customer));
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .always();

        Verification verification = verify(platform, customer);

        assertThat(verification.requests()).isEmpty();
        assertThat(result(verification, Effect.DELEGATED_ADMIN)).isEqualTo(Result.INCONCLUSIVE);
    }

    /** The list ends early: what was there before may live on. */
    @Test
    void delegatedAdministrationThatTheListLeavesOutIsReadOnItsOwn() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(500, 500, 500, 1));
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .gdap("Other", "terminated")
                .gdap("Support", "active")
                .gdap("Draft", "created");
        Rig.found(platform, customer);
        Rig.perform(platform, Rig.remove(customer));
        Rig.perform(platform, Rig.write(customer, Action.DELETE_GDAP, "Draft"));
        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_ENDS_EARLY)
                .on(Endpoint.GDAP_READ)
                .always();

        assertThat(reading(verify(platform, customer), Effect.DELEGATED_ADMIN).proof())
                .contains("Support", "is active");

        Rig.perform(platform, Rig.write(customer, Action.TERMINATE_GDAP, "Support"));
        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.CONFIRMED);
    }

    @Test
    void delegatedAdministrationOfAnUnknownStatusIsInconclusive() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("Support", "terminated");
        Rig.perform(platform, Rig.remove(customer));
        rig.standIn
                .faults()
                .inject(InjectedFault.UNKNOWN_STATUS)
                .on(Endpoint.GDAP_READ)
                .always();

        assertThat(result(verify(platform, customer), Effect.DELEGATED_ADMIN)).isEqualTo(Result.INCONCLUSIVE);
    }

    @Test
    void theNextNightConfirmsWithoutAnyMemoryOfThisOne() {
        CustomerBuilder customer = removed(rig.bystander().platform());

        assertThat(verify(rig.platform(), customer).confirmed()).isTrue();
    }

    @Test
    void aRelationshipThatIsThereAgainIsSeen() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = removed(platform);
        assertThat(verify(platform, customer).confirmed()).isTrue();

        rig.standIn.reestablish(customer.id());

        assertThat(verify(platform, customer).reseller()).isTrue();
    }

    @Test
    void theCustomerListIsReadOnceForAllThatAreVerified() {
        ResellerPlatform platform = rig.bystander().platform();
        List<UUID> customers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CustomerBuilder customer = rig.standIn.customer("Customer " + i);
            customers.add(Rig.id(customer));
            Rig.perform(platform, Rig.remove(customer));
        }
        rig.standIn.clearRecords();

        assertThat(platform.verify(RemovalRequests.of(customers))).allMatch(Verification::confirmed);
        assertThat(rig.requests(Endpoint.CUSTOMER_LIST)).hasSize(1);
        assertThat(rig.requests(Endpoint.GDAP_READ)).hasSize(1);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(21);
    }

    private static String witness(Verification verification) {
        return Objects.requireNonNull(verification.secondWitness());
    }

    @Test
    void theActivityLogIsASecondWitnessOnceItsRecordsAreThere() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.AUDIT, Duration.ofMinutes(5)));
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        CustomerBuilder other = rig.standIn.customer("Fabrikam").licence("E3", "suspended");
        Rig.found(platform, customer);
        Rig.perform(platform, Rig.suspend(customer, "E3"));
        Write removal = Rig.remove(customer);
        Rig.perform(platform, removal);
        rig.clock.pass(Duration.ofMinutes(2));

        Verification early = verify(platform, customer);
        assertThat(early.confirmed()).isTrue();
        assertThat(witness(early)).contains("has no record of it");

        rig.clock.pass(Duration.ofMinutes(4));
        Verification late = verify(platform, customer);
        assertThat(late.confirmed()).isTrue();
        assertThat(witness(late))
                .contains("update_subscription succeeded at")
                .contains("remove_partner_customer_relationship succeeded at")
                .contains("correlation id %s, which this run sent".formatted(removal.correlationId()));
        assertThat(witness(verify(platform, other))).contains("has no record of it");
    }

    /** It is another run's of this program, as a rule, and not to be mistaken for a stranger's. */
    @Test
    void whatThisRunDidNotRemoveMayBeAnotherRunsOrSomebodyElses() {
        ResellerPlatform lastNight = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        Write removal = Rig.remove(customer);
        Rig.perform(lastNight, removal);
        rig.clock.pass(Duration.ofDays(1));

        assertThat(witness(verify(rig.platform(), customer)))
                .contains("remove_partner_customer_relationship")
                .contains("correlation id %s, sent by another run, and then in the trail, or by someone else"
                        .formatted(removal.correlationId()))
                .doesNotContain("this run");
    }

    @Test
    void theActivityLogIsReadFromBeforeTheFirstRemovalOn() {
        rig.clock.pass(Duration.ofHours(-3));
        CustomerBuilder customer = removed(rig.bystander().platform());
        Instant removedAt = rig.clock.instant().plus(Duration.ofHours(3));
        rig.clock.pass(Duration.ofDays(10));
        ResellerPlatform platform = rig.platform();
        UUID id = Rig.id(customer);

        assertThat(witness(verify(platform, customer))).contains("read from 2026-03-17 on", "has no record of it");
        // it is not waited for the next reading, and what was read from an earlier day on is good for a later one
        assertThat(witness(platform.verify(List.of(new Removed(id, removedAt, null)))
                        .get(0)))
                .contains("read from 2026-03-09 on")
                .contains("remove_partner_customer_relationship succeeded at 2026-03-09T23:30");
        assertThat(witness(verify(platform, customer))).contains("read from 2026-03-09 on");
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(2);
    }

    /** Records come late, and nights have midnights in them. */
    @Test
    void theActivityLogIsReadFromTwoDaysBeforeAtLeast() {
        ResellerPlatform platform = rig.bystander().platform();
        UUID id = Rig.id(removed(platform));

        assertThat(witness(platform.verify(List.of(new Removed(id, rig.clock.instant(), null)))
                        .get(0)))
                .contains("read from 2026-03-08 on");
    }

    /** Who asks for more than is kept is refused. */
    @Test
    void theActivityLogIsNotAskedForMoreThanItKeeps() {
        ResellerPlatform platform = rig.bystander().platform();
        UUID id = Rig.id(removed(platform));
        Instant longAgo = rig.clock.instant().minus(Duration.ofDays(200));

        assertThat(witness(
                        platform.verify(List.of(new Removed(id, longAgo, null))).get(0)))
                .contains("read from 2025-12-11 on")
                .doesNotContain("could not be read");
    }

    @Test
    void theActivityLogIsOneListingForAllAndReadAgainOnlyAfterMinutes() {
        ResellerPlatform platform = rig.bystander().platform();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(Rig.id(removed(platform, "Customer " + i)));
        }

        platform.verify(RemovalRequests.of(ids));
        platform.verify(RemovalRequests.of(ids));
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(1);
        assertThat(rig.requests(Endpoint.AUDIT).get(0).path())
                .doesNotContain(ids.get(0).toString());

        rig.clock.pass(Duration.ofMinutes(3).minusMillis(1));
        platform.verify(RemovalRequests.of(ids));
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(1);
        rig.clock.pass(Duration.ofMillis(1));
        platform.verify(RemovalRequests.of(ids));
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(2);
    }

    /** Whatever it may have to say: it decides nothing, and requests are few. */
    @Test
    void anActivityLogThatCannotBeReadIsLeftAloneForHalfAnHour() {
        ResellerPlatform platform = rig.bystander().platform();
        UUID id = Rig.id(removed(platform));
        List<Removed> weeksAgo = List.of(new Removed(id, rig.clock.instant().minus(Duration.ofDays(30)), null));
        rig.standIn.faults().inject(InjectedFault.FORBIDDEN).on(Endpoint.AUDIT).always();
        platform.verify(RemovalRequests.of(id));
        int asked = rig.requests(Endpoint.AUDIT).size();

        rig.clock.pass(Duration.ofMinutes(30).minusMillis(1));
        rig.standIn.faults().clear();
        assertThat(witness(platform.verify(weeksAgo).get(0))).contains("could not be read to its end");
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(asked);

        rig.clock.pass(Duration.ofMillis(1));
        assertThat(witness(platform.verify(weeksAgo).get(0))).doesNotContain("could not be read to its end");
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(asked + 1);
    }

    /** And of much more the report of a customer with many subscriptions would consist. */
    @Test
    void theRemovalIsToldFirstAndNotMoreThanTwentyRecordsOfWhatThisProgramDoes() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        for (int i = 0; i < 25; i++) {
            rig.standIn.recorded(
                    customer.id(), "update_subscription", UUID.randomUUID().toString());
        }
        rig.standIn.recorded(customer.id(), "create_order", UUID.randomUUID().toString());
        Rig.perform(platform, Rig.remove(customer));

        String witness = witness(verify(platform, customer));

        assertThat(witness)
                .containsPattern(
                        "^Microsoft's activity log, [^:]+[^ ]+Z: remove_partner_customer_relationship succeeded at ")
                .doesNotContain("create_order")
                .endsWith("; and 6 more");
        assertThat(witness.split("update_subscription", -1)).hasSize(20);
    }

    @Test
    void anIdInCapitalsIsTheSame() {
        ResellerPlatform platform = rig.bystander().platform();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        Write removal = Rig.remove(customer);
        Rig.perform(platform, removal);
        String capitals = removal.correlationId().toString().toUpperCase(Locale.ROOT);
        rig.standIn.recorded(customer.id(), "delete_customer", capitals);

        assertThat(witness(verify(platform, customer)))
                .contains("delete_customer", "with correlation id %s, which this run sent".formatted(capitals));
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED", "SERVER_ERROR_BEFORE", "TRUNCATED_JSON", "HTML_ERROR", "LIST_LOOP", "FORBIDDEN"})
    void anActivityLogThatCannotBeReadChangesNoResult(InjectedFault fault) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(500, 500, 1, 300));
        ResellerPlatform platform = rig.bystander().platform();
        removed(platform, "Fabrikam");
        CustomerBuilder customer = removed(platform);
        rig.standIn
                .faults()
                .inject(fault)
                .on(Endpoint.AUDIT)
                .answering(fault == InjectedFault.REFUSED ? 401 : fault == InjectedFault.FORBIDDEN ? 403 : 502, 0)
                .always();

        Verification look = verify(platform, customer);

        assertThat(look.confirmed()).isTrue();
        assertThat(witness(look)).contains("could not be read to its end");
        // and it does not break what comes later
        assertThat(verify(platform, customer).confirmed()).isTrue();
    }
}
