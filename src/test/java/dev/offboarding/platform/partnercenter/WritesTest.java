package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.DecisionBasis;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import dev.offboarding.platform.WriteOutcome.Result;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StatusChange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WritesTest {

    private Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    @Test
    void aSuspensionSendsBackEverythingThatWasReadAndTheEtag() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        Write write = Rig.suspend(customer, "E3");

        WriteOutcome outcome = Rig.perform(rig.platform(), write);

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        assertThat(outcome.before()).isEqualTo("active");
        assertThat(outcome.after()).isEqualTo("suspended");
        RecordedRequest patch = rig.requests(Endpoint.SUBSCRIPTION_WRITE).get(0);
        assertThat(patch.header("if-match")).startsWith("\"").endsWith("\"");
        assertThat(patch.header("ms-correlationid"))
                .isEqualTo(write.correlationId().toString());
        // so the trail, which has the one, has the other
        assertThat(patch.header("ms-requestid")).isEqualTo(write.correlationId().toString());
        assertThat(patch.body()).contains("serviceNote");
    }

    @Test
    void aReadThatLagsIsNoFailure() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.SUBSCRIPTION_READ, Duration.ofSeconds(40)));
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "active").licence("E5", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);

        List<WriteOutcome> outcomes =
                platform.perform(List.of(Rig.suspend(customer, "E3"), Rig.suspend(customer, "E5")), () -> true);

        assertThat(outcomes).allSatisfy(it -> {
            assertThat(it.result()).isEqualTo(Result.DONE);
            assertThat(it.after()).isEqualTo("suspended");
        });
        assertThat(Rig.found(platform, customer).subscriptions()).noneMatch(Subscription::active);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUpdateThatHappensLaterIsAwaited(boolean shownAsPending) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.asyncShare(1)
                .asyncShownAsPending(shownAsPending)
                .lag(Lag.ASYNC_UPDATE, Duration.ofSeconds(10)));
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        assertThat(outcome.after()).isEqualTo("suspended");
    }

    @Test
    void aRequestForDelegatedAdministrationIsDeletedInWhateverLettersItsStatusIsShown() {
        CustomerBuilder customer = rig.bystander().standIn.customer("Contoso").gdap("new", "created");
        ResellerPlatform platform = rig.platform();
        rig.standIn.vanish(customer.id());
        rig.standIn.garbled((endpoint, path, body) -> body.replace("\"status\":\"created\"", "\"status\":\"Created\""));

        assertThat(Rig.perform(platform, Rig.write(customer, Action.DELETE_GDAP, "new"))
                        .result())
                .isEqualTo(Result.DONE);

        assertThat(rig.standIn.gdapStatus(customer.idOf("new"))).isEqualTo("gone");
    }

    @Test
    void aCancelledTermThatIsNotShownAnyMoreIsNotCalledOneThatWasNotCancelled() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .newCommerce(
                        "Teams", "active", Rig.TONIGHT.plus(Duration.ofDays(300)), Rig.TONIGHT.plus(Duration.ofDays(5)))
                .licence("E3", "active");
        rig.standIn.garbled((endpoint, path, body) -> {
            if (endpoint != Endpoint.SUBSCRIPTION_LIST) {
                return body;
            }
            ObjectNode list = (ObjectNode) JsonMapper.shared().readTree(body);
            list.remove("totalCount");
            list.set(
                    "items",
                    JsonMapper.shared()
                            .createArrayNode()
                            .addAll(list.get("items")
                                    .valueStream()
                                    .filter(it -> !it.get("status").asString().equals("deleted"))
                                    .toList()));
            return list.toString();
        });

        List<WriteOutcome> outcomes = rig.platform()
                .perform(List.of(Rig.write(customer, Action.CANCEL, "Teams"), Rig.suspend(customer, "E3")), () -> true);

        assertThat(outcomes.get(0).message()).contains("not shown any more").doesNotContain("null");
        assertThat(outcomes.get(1).result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcomes.get(1).message()).contains("does not show").doesNotContain("was not cancelled");
    }

    /** Incident 6: success was reported, and nothing was done. */
    @Test
    void aSuspensionThatIsAcceptedAndChangesNothingDidNotTakeEffect() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.NO_EFFECT)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .always();
        ResellerPlatform platform = rig.platform();

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));

        assertThat(outcome.after()).isEqualTo("active");
        assertThat(outcome.tookEffect("suspended")).isFalse();
        assertThat(outcome.leftActive()).isTrue();
        assertThat(outcome.message()).contains("still shown as active");
        assertThat(Rig.found(platform, customer).subscriptions()).allMatch(Subscription::active);
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_AFTER", "ANSWER_LOST", "EMPTY_BODY", "TRUNCATED_JSON"})
    void aSuspensionWhoseAnswerIsLostIsFoundOutByReading(InjectedFault fault) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn.faults().inject(fault).on(Endpoint.SUBSCRIPTION_WRITE).once();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(outcome.worthRetrying()).isFalse();
        assertThat(outcome.tookEffect("suspended")).isTrue();
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_BEFORE", "CONNECTION_LOST"})
    void aSuspensionThatVisiblyDidNotHappenIsWorthRetryingOnceItCannotHappenAnyMore(InjectedFault fault) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(fault)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(502, 0)
                .once();
        ResellerPlatform platform = rig.platform();
        Instant begun = rig.clock.instant();

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isEqualTo("active");
        assertThat(outcome.worthRetrying()).isTrue();
        assertThat(Duration.between(begun, rig.clock.instant())).isGreaterThanOrEqualTo(platform.settlingTime());
        assertThat(Rig.perform(platform, Rig.suspend(customer, "E3")).result()).isEqualTo(Result.DONE);
    }

    @Test
    void aCallThatTakesEffectAfterItsSenderGaveUpIsNotMadeTwice() throws Exception {
        rig.readTimeout = Duration.ofMillis(500);
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.LANDS_LATE)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .taking(Duration.ofSeconds(30))
                .once();
        ResellerPlatform platform = PartnerCenterPlatform.open(
                rig.settings(),
                new dev.offboarding.platform.VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                rig.clock,
                CancellationToken.pausing(time -> {
                    // lands while its sender waits to see what became of it
                    rig.standIn.letGo();
                    await().until(() -> rig.standIn.status(customer.idOf("E3")).equals("suspended"));
                    rig.pause(time);
                }),
                RequestListener.UNCOUNTED);

        WriteOutcome outcome = Rig.perform(platform, Rig.suspend(customer, "E3"));
        platform.close();

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isEqualTo("suspended");
        assertThat(rig.standIn.changes(customer.idOf("E3")))
                .extracting(StatusChange::to)
                .containsExactly("suspended");
    }

    /** What was read before a pause of minutes says nothing of the moment after it. */
    @Test
    void aThrottledRemovalIsNotSentAgainWhereSomethingBecameActiveMeanwhile() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_WRITE)
                .taking(Duration.ofMinutes(5))
                .once();
        rig.meanwhile = time -> {
            if (time.compareTo(Duration.ofMinutes(1)) > 0) {
                rig.standIn.changeStatus(customer.idOf("E3"), "active");
            }
        };

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcome.message()).contains("is active, so nothing was sent");
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).hasSize(1);
        assertThat(rig.standIn.relationship(customer.id())).isEqualTo("reseller");
    }

    @Test
    void aThrottledRemovalIsSentAfterAnotherLook() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_WRITE)
                .taking(Duration.ofMinutes(5))
                .once();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.tookEffect("none")).isTrue();
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).hasSize(2);
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_LIST)).hasSize(2);
    }

    @Test
    void aThrottledWriteIsSentAgainWhenItsTimeHasComeAndIsStillOne() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .taking(Duration.ofSeconds(57))
                .once();
        Instant begun = rig.clock.instant();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        List<RecordedRequest> patches = rig.requests(Endpoint.SUBSCRIPTION_WRITE);
        assertThat(patches).hasSize(2);
        assertThat(patches.get(1).header("ms-requestid"))
                .isEqualTo(patches.get(0).header("ms-requestid"));
        assertThat(Duration.between(begun, patches.get(1).received())).isGreaterThanOrEqualTo(Duration.ofSeconds(57));
    }

    @ParameterizedTest
    @CsvSource({
        "409, 900278, PENDING_OPERATION",
        "403, 900115, AZURE_PLAN",
        "400, 800082, PENDING_OPERATION",
        "400, 900311, NONE"
    })
    void whatIsInTheWayIsReported(int status, int code, Obstacle obstacle) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(status, code)
                .once();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.obstacle()).isEqualTo(obstacle);
        assertThat(outcome.after()).isEqualTo("active");
        assertThat(outcome.message()).contains(Integer.toString(code));
    }

    /** To be admitted may take as long as a database takes to come back. */
    @Test
    void whatACustomerHoldsIsLookedAtAgainWhereTheRemovalWasAdmittedLate() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        AtomicBoolean late = new AtomicBoolean(true);

        List<WriteOutcome> outcomes = rig.platform().perform(List.of(Rig.remove(customer)), () -> {
            if (late.getAndSet(false)) {
                rig.clock.pass(Duration.ofSeconds(31));
            }
            return true;
        });

        assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.DONE);
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_LIST)).hasSize(2);
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE))
                .singleElement()
                .satisfies(sent -> assertThat(outcomes.get(0).message())
                        .isEqualTo("sent as MS-RequestId " + sent.header("ms-requestid")));
    }

    @ParameterizedTest
    @CsvSource({"400, 2055", "412, 0", "417, 800036"})
    void aStaleEtagIsReadAndSentOnceMore(int status, int code) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(status, code)
                .once();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(outcome.result()).isEqualTo(Result.DONE);
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_READ)).hasSize(2);
        List<RecordedRequest> sent = rig.requests(Endpoint.SUBSCRIPTION_WRITE);
        assertThat(sent).extracting(it -> it.header("ms-requestid")).doesNotHaveDuplicates();
        // the trail has the first one's id as the correlation id
        assertThat(outcome.message())
                .isEqualTo("sent as MS-RequestId %s".formatted(sent.get(1).header("ms-requestid")));
    }

    @Test
    void newCommerceIsNeverSuspended() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .newCommerce("Teams", "active")
                .marketplace("Backup", "active", null)
                .software("SQL", "active");
        ResellerPlatform platform = rig.platform();

        for (String name : List.of("Teams", "Backup", "SQL")) {
            assertThat(Rig.perform(platform, Rig.suspend(customer, name)).result())
                    .isEqualTo(Result.NOT_SENT);
        }
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).isEmpty();
    }

    @Test
    void newCommerceIsCancelledOrKeptFromRenewing() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .newCommerce("Teams", "active", Rig.TONIGHT.plus(Duration.ofDays(300)), Rig.TONIGHT.plusSeconds(3600))
                .newCommerce("Visio", "active");
        ResellerPlatform platform = rig.platform();

        WriteOutcome cancelled = Rig.perform(platform, Rig.write(customer, Action.CANCEL, "Teams"));
        WriteOutcome off = Rig.perform(platform, Rig.write(customer, Action.AUTO_RENEW_OFF, "Visio"));
        WriteOutcome late = Rig.perform(platform, Rig.write(customer, Action.CANCEL, "Visio"));

        assertThat(cancelled.tookEffect("deleted")).isTrue();
        assertThat(off.after()).isEqualTo("auto-renew off, cancelled at the end of the term");
        assertThat(rig.standIn.autoRenew(customer.idOf("Visio"))).isFalse();
        assertThat(rig.standIn.status(customer.idOf("Visio"))).isEqualTo("active");
        assertThat(late.result()).isEqualTo(Result.REFUSED);
        assertThat(late.message()).contains("900117");
    }

    /** Incident 36: both in one write, whatever was scheduled before; and what is not about the term's end stays as it is. */
    @Test
    void theEndOfATermIsScheduledInOneWriteAndWhatIsUnknownStays() {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").newCommerce("Visio", "active").scheduled("""
                [{"scheduleType": "TermEnd", "actionType": "RenewToNewTerm", "instructions": {"quantity": 4}},
                 {"ScheduleType": "customdate", "ActionType": "CANCEL", "effectiveDate": "2027-01-01T00:00:00Z", "zzz": [1.5]}]
                """);

        WriteOutcome off = Rig.perform(rig.platform(), Rig.write(customer, Action.AUTO_RENEW_OFF, "Visio"));

        assertThat(off.result()).isEqualTo(Result.DONE);
        assertThat(off.before()).isEqualTo("auto-renew on");
        assertThat(off.after()).isEqualTo("auto-renew off, cancelled at the end of the term");
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(1);
        JsonNode written = Objects.requireNonNull(PartnerCenterJson.object(
                rig.standIn.resource(customer.idOf("Visio")).getBytes(StandardCharsets.UTF_8)));
        assertThat(written.get("autoRenewEnabled").asBoolean()).isFalse();
        assertThat(written.get("scheduledActions"))
                .isEqualTo(Objects.requireNonNull(PartnerCenterJson.object("""
                        {"it": [{"ScheduleType": "customdate", "ActionType": "CANCEL", "effectiveDate": "2027-01-01T00:00:00Z", "zzz": [1.5]},
                                {"scheduleType": "TermEnd", "actionType": "Cancel"}]}
                        """.getBytes(StandardCharsets.UTF_8)))
                        .get("it"));
    }

    @ParameterizedTest
    @CsvSource({"suspended", "expired"})
    void ofATermThatIsNotActiveNothingIsScheduled(String status) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").newCommerce("Visio", status);

        WriteOutcome off = Rig.perform(rig.platform(), Rig.write(customer, Action.AUTO_RENEW_OFF, "Visio"));

        assertThat(off.result()).isEqualTo(Result.NOT_SENT);
        assertThat(off.message()).contains("it is not an active new-commerce term");
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).isEmpty();
    }

    @Test
    void anAzurePlanIsSuspendedOnceNothingRunsUnderIt() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .azurePlan("empty", "active", "deleted")
                .azurePlan("used", "active", "active");
        ResellerPlatform platform = rig.platform();

        assertThat(Rig.perform(platform, Rig.suspend(customer, "empty")).result())
                .isEqualTo(Result.DONE);
        assertThat(Rig.perform(platform, Rig.suspend(customer, "used")).obstacle())
                .isEqualTo(Obstacle.AZURE_PLAN);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_AFTER", "ANSWER_LOST", "EMPTY_BODY", "TRUNCATED_JSON"})
    void aRemovalWhoseAnswerIsLostIsFoundOutByReading(InjectedFault fault) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.CUSTOMER_READ, Duration.ofSeconds(5)));
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(fault)
                .on(Endpoint.CUSTOMER_WRITE)
                .answering(502, 0)
                .once();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.tookEffect("none")).isTrue();
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"900278", "800060", "800064", "800082"})
    void aRemovalThatAnotherOperationStandsInTheWayOfWaitsForALaterNight(int code) {
        WriteOutcome outcome = refusedRemoval(409, code);

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.obstacle()).isEqualTo(Obstacle.PENDING_OPERATION);
    }

    @Test
    void aRemovalThatMeetsAConflictIsTriedAgainTonight() {
        WriteOutcome outcome = refusedRemoval(409, 2000);

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.obstacle()).isEqualTo(Obstacle.NONE);
        assertThat(outcome.worthRetrying()).isTrue();
    }

    private WriteOutcome refusedRemoval(int status, int code) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_WRITE)
                .answering(status, code)
                .once();
        return Rig.perform(rig.platform(), Rig.remove(customer));
    }

    /** What was sent and refused is not taken for what was not sent, because the platform cannot be used a moment later. */
    @Test
    void aRemovalThatWasRefusedStaysRefusedWhereTheCustomerCannotBeReadAfterwards() {
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ)
                .answering(403, 900308)
                .after(1)
                .always();

        WriteOutcome outcome = refusedRemoval(400, 3000);

        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(2);
        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.message()).contains("3000");
    }

    @ParameterizedTest
    @CsvSource({"3000", "20002"})
    void aSecondAttemptThatFindsTheRelationshipGoneKnowsThatItWasTheFirst(int code) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.secondRemovalCode(code)
                .lag(Lag.CUSTOMER_READ, Duration.ofSeconds(30))
                .lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ofMinutes(2)));
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.ANSWER_LOST)
                .on(Endpoint.CUSTOMER_WRITE)
                .once();
        ResellerPlatform platform = rig.platform();

        WriteOutcome first = Rig.perform(platform, Rig.remove(customer));
        assertThat(first.result()).isEqualTo(Result.LOST);
        assertThat(first.worthRetrying()).isTrue();
        rig.clock.pass(Duration.ofSeconds(30));
        WriteOutcome second =
                Rig.perform(platform, new Write(Rig.id(customer), Action.REMOVE, customer.id(), 2, UUID.randomUUID()));

        assertThat(second.tookEffect("none")).isTrue();
    }

    /** A page of a box in between, before the suspension, is not an answer; that there is no such subscription, in the service's own words, is one. */
    @Test
    void aReadThatABoxAnswered404BeforeASuspensionIsReadAgainThisNight() {
        CustomerBuilder customer = rig.standIn.customer("Adatum").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Write write = Rig.suspend(customer, "E3");
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.SUBSCRIPTION_READ)
                .answering(404, 0)
                .page("")
                .once();

        WriteOutcome first = Rig.perform(platform, write);

        assertThat(first.result()).isEqualTo(Result.NOT_SENT);
        assertThat(first.worthRetrying()).isTrue();
        assertThat(Rig.perform(platform, secondAttempt(write)).result()).isEqualTo(Result.DONE);
        Write ofNothing =
                new Write(Rig.id(customer), Action.SUSPEND, UUID.randomUUID().toString(), 1, UUID.randomUUID());
        assertThat(Rig.perform(platform, ofNothing).worthRetrying()).isFalse();
    }

    /** What the list has shown before counts, however often it is read without that. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListThatIsCutShortAfterAWriteHidesNothingFromTheRemoval(boolean known) {
        rig.standIn.settings().pages(500, 1, 500, 100);
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "active").newCommerce("Teams", "active");
        ResellerPlatform platform = rig.platform();
        if (known) {
            Rig.observe(platform, customer);
        } else {
            platform.recall(() -> Map.of(Rig.id(customer), Set.of(customer.idOf("Teams"))));
        }
        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_ENDS_EARLY)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .always();
        assertThat(Rig.perform(platform, Rig.suspend(customer, "E3")).after()).isEqualTo("suspended");

        WriteOutcome removal = Rig.perform(platform, Rig.remove(customer));

        assertThat(removal.result()).isEqualTo(Result.NOT_SENT);
        assertThat(removal.message()).contains("Teams", "is active");
    }

    private static Write secondAttempt(Write first) {
        return new Write(first.customerId(), first.action(), first.target(), 2, UUID.randomUUID());
    }

    /** What the platform refused at the first attempt, or what was never sent, is not what ended it. */
    @ParameterizedTest
    @CsvSource({"SERVER_ERROR_BEFORE, CUSTOMER_READ, 4, NOT_SENT", "THROTTLED, CUSTOMER_WRITE, 12, REFUSED"})
    void somebodyElseEndedTheRelationshipBetweenTwoAttempts(InjectedFault fault, Endpoint on, int times, Result first) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn.faults().inject(fault).on(on).taking(Duration.ofSeconds(1)).times(times);
        ResellerPlatform platform = rig.platform();
        Write write = Rig.remove(customer);
        WriteOutcome before = Rig.perform(platform, write);
        assertThat(before.result()).isEqualTo(first);
        assertThat(before.worthRetrying()).isTrue();

        WriteOutcome second = performMeanwhile(platform, secondAttempt(write), () -> rig.standIn.vanish(customer.id()));

        assertThat(second.result()).isEqualTo(Result.REFUSED);
        assertThat(second.message()).contains("there is no relationship any more");
        assertThat(second.tookEffect("none")).isFalse();
    }

    /** Somebody else does something right before it is sent. */
    private static WriteOutcome performMeanwhile(ResellerPlatform platform, Write write, Runnable meanwhile) {
        return platform.perform(List.of(write), () -> {
                    meanwhile.run();
                    return true;
                })
                .get(0);
    }

    @Test
    void somebodyElseCancelledItBetweenTwoAttempts() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").newCommerce("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.SUBSCRIPTION_READ)
                .times(4);
        ResellerPlatform platform = rig.platform();
        Write write = Rig.write(customer, Action.CANCEL, "E3");
        WriteOutcome first = Rig.perform(platform, write);
        assertThat(first.result()).isEqualTo(Result.NOT_SENT);
        assertThat(first.worthRetrying()).isTrue();

        WriteOutcome second = performMeanwhile(
                platform, secondAttempt(write), () -> rig.standIn.changeStatus(customer.idOf("E3"), "deleted"));

        assertThat(second.result()).isEqualTo(Result.REFUSED);
        assertThat(second.after()).isEqualTo("deleted");
        assertThat(second.message()).contains("deleted already").contains("2011");
    }

    /** The second attempt itself was sent, and refused for its etag. */
    @Test
    void somebodyElseSuspendedItWhileTheSecondAttemptWasOnItsWay() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.SUBSCRIPTION_READ)
                .times(4);
        ResellerPlatform platform = rig.platform();
        Write write = Rig.suspend(customer, "E3");
        assertThat(Rig.perform(platform, write).worthRetrying()).isTrue();

        WriteOutcome second = performMeanwhile(
                platform, secondAttempt(write), () -> rig.standIn.changeStatus(customer.idOf("E3"), "suspended"));

        assertThat(second.result()).isEqualTo(Result.NOT_SENT);
        assertThat(second.tookEffect("suspended")).isFalse();
    }

    @Test
    void somebodyElseSuspendedItAfterAnAttemptThatWasRefused() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(409, 800099)
                .once();
        ResellerPlatform platform = rig.platform();
        Write write = Rig.suspend(customer, "E3");
        WriteOutcome first = Rig.perform(platform, write);
        assertThat(first.result()).isEqualTo(Result.REFUSED);
        assertThat(first.worthRetrying()).isTrue();
        rig.standIn.changeStatus(customer.idOf("E3"), "suspended");

        WriteOutcome second = Rig.perform(platform, secondAttempt(write));

        assertThat(second.result()).isEqualTo(Result.NOT_SENT);
        assertThat(second.tookEffect("suspended"))
                .as("withdrawing would undo somebody else's suspension")
                .isFalse();
    }

    @Test
    void somebodyElseEndedTheTermBetweenTwoAttempts() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").newCommerce("E3", "active");
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .answering(409, 800099)
                .once();
        ResellerPlatform platform = rig.platform();
        Write write = Rig.write(customer, Action.AUTO_RENEW_OFF, "E3");
        assertThat(Rig.perform(platform, write).worthRetrying()).isTrue();
        customer.atTermEnd(false, "Cancel");

        WriteOutcome second = Rig.perform(platform, secondAttempt(write));

        assertThat(second.result()).isEqualTo(Result.NOT_SENT);
        assertThat(second.tookEffect(WriteOutcome.ENDS_WITH_TERM)).isFalse();
    }

    @Test
    void somebodyElseEndedTheDelegationBetweenTwoAttempts() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").gdap("new", "created");
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.GDAP_READ)
                .times(4);
        ResellerPlatform platform = rig.platform();
        Write write = Rig.write(customer, Action.DELETE_GDAP, "new");
        WriteOutcome first = Rig.perform(platform, write);
        assertThat(first.result()).isEqualTo(Result.NOT_SENT);
        assertThat(first.worthRetrying()).isTrue();

        WriteOutcome second = performMeanwhile(
                platform, secondAttempt(write), () -> rig.standIn.changeGdapStatus(customer.idOf("new"), "expired"));

        assertThat(second.result()).isEqualTo(Result.NOT_SENT);
        assertThat(second.after()).isEqualTo("expired");
    }

    @Test
    void nothingIsRemovedWhileItsSubscriptionsCannotBeRead() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        for (InjectedFault fault :
                List.of(InjectedFault.FORBIDDEN, InjectedFault.SERVER_ERROR_BEFORE, InjectedFault.EMPTY_BODY)) {
            rig.standIn.faults().clear();
            rig.standIn.faults().inject(fault).on(Endpoint.SUBSCRIPTION_LIST).always();
            assertThat(Rig.perform(rig.platform(), Rig.remove(customer)).result())
                    .isEqualTo(Result.NOT_SENT);
        }
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).isEmpty();
    }

    @Test
    void nothingIsRemovedWhileAStatusIsNotUnderstood() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        rig.standIn
                .faults()
                .inject(InjectedFault.UNKNOWN_STATUS)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .once();

        assertThat(Rig.perform(rig.platform(), Rig.remove(customer)).result()).isEqualTo(Result.NOT_SENT);
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).isEmpty();
    }

    /** Its own read has to say what has become of it. */
    @ParameterizedTest
    @CsvSource({"false, NOT_SENT", "true, DONE"})
    void nothingIsRemovedWhenASubscriptionThatWasThereIsNotShown(boolean onItsOwn, Result expected) throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.pages(500, 2, 500, 100));
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        for (int i = 0; i < 6; i++) {
            customer.licence("E" + i, "suspended");
        }
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.LIST_PAGE_MISSING)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .once();
        if (!onItsOwn) {
            rig.standIn
                    .faults()
                    .inject(InjectedFault.SERVER_ERROR_BEFORE)
                    .on(Endpoint.SUBSCRIPTION_READ)
                    .always();
        }

        WriteOutcome outcome = Rig.perform(platform, Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(expected);
        assertThat(outcome.worthRetrying()).isNotEqualTo(onItsOwn);
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE)).hasSize(onItsOwn ? 1 : 0);
    }

    @Test
    void aReadThatIsLateOnceDoesNotStopARemoval() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        Rig.perform(platform, Rig.suspend(customer, "E3"));
        rig.standIn
                .faults()
                .inject(InjectedFault.STALE_READ)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .once();

        assertThat(Rig.perform(platform, Rig.remove(customer)).result()).isEqualTo(Result.DONE);
    }

    @Test
    void aRefusedRemovalIsLookedIntoAfresh() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Rig.found(platform, customer);
        Rig.perform(platform, Rig.suspend(customer, "E3"));
        rig.standIn.changeStatus(customer.idOf("E3"), "active");
        // until then the read after the suspension serves
        rig.clock.pass(Duration.ofSeconds(31));

        assertThat(Rig.perform(platform, Rig.remove(customer)).result()).isEqualTo(Result.NOT_SENT);
        assertThat(Rig.found(platform, customer).subscriptions()).allMatch(Subscription::active);
    }

    @Test
    void aReservationThatOnlyThePlatformKnowsOfRefusesTheRemoval() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").reservation("VM", true);

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(Result.REFUSED);
        assertThat(outcome.message()).contains("reserved instances");
        assertThat(rig.standIn.relationship(customer.id())).isEqualTo("reseller");
    }

    @Test
    void delegatedAdministrationIsTerminatedOrDeleted() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.lag(Lag.GDAP_TERMINATION, Duration.ofMinutes(1)));
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .gdap("in use", "active")
                .gdap("ending", "expiring")
                .gdap("new", "created")
                .gdap("over", "terminated");
        ResellerPlatform platform = rig.platform();

        List<WriteOutcome> outcomes = platform.perform(
                List.of(
                        Rig.write(customer, Action.TERMINATE_GDAP, "in use"),
                        Rig.write(customer, Action.TERMINATE_GDAP, "ending"),
                        Rig.write(customer, Action.DELETE_GDAP, "new"),
                        Rig.write(customer, Action.TERMINATE_GDAP, "over")),
                () -> true);

        assertThat(outcomes)
                .extracting(WriteOutcome::result)
                .containsExactly(Result.DONE, Result.DONE, Result.DONE, Result.NOT_SENT);
        assertThat(rig.standIn.gdapStatus(customer.idOf("in use"))).isEqualTo("terminationRequested");
        assertThat(rig.standIn.gdapStatus(customer.idOf("new"))).isEqualTo("gone");
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR_AFTER", "ANSWER_LOST", "SERVER_ERROR_BEFORE", "CONNECTION_LOST"})
    void aTerminationWhoseAnswerIsLostIsFoundOutByReading(InjectedFault fault) {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").gdap("in use", "active").gdap("new", "created");
        rig.standIn.faults().inject(fault).on(Endpoint.GDAP_WRITE).times(2);
        ResellerPlatform platform = rig.platform();

        WriteOutcome terminated = Rig.perform(platform, Rig.write(customer, Action.TERMINATE_GDAP, "in use"));
        WriteOutcome deleted = Rig.perform(platform, Rig.write(customer, Action.DELETE_GDAP, "new"));

        boolean applied = !fault.name().endsWith("BEFORE") && fault != InjectedFault.CONNECTION_LOST;
        assertThat(List.of(terminated, deleted)).allSatisfy(it -> {
            assertThat(it.result()).isEqualTo(Result.LOST);
            assertThat(it.worthRetrying()).isNotEqualTo(applied);
        });
        assertThat(deleted.after()).isEqualTo(applied ? "deleted" : "created");
    }

    /** Incident 16: killed between the write and its outcome, the next run takes it up. */
    @Test
    void afterACrashWhatWasWrittenIsSeenAndNotWrittenAgain() {
        CustomerBuilder customer =
                rig.standIn.customer("Contoso").licence("E3", "active").licence("E5", "active");
        Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));
        rig.standIn.clearRecords();

        ResellerPlatform next = rig.platform();
        assertThat(Rig.observe(next, customer)).isInstanceOf(Observation.Found.class);
        List<WriteOutcome> outcomes =
                next.perform(List.of(Rig.suspend(customer, "E3"), Rig.suspend(customer, "E5")), () -> true);

        assertThat(outcomes).extracting(WriteOutcome::result).containsExactly(Result.NOT_SENT, Result.DONE);
        assertThat(outcomes.get(0).after()).isEqualTo("suspended");
        assertThat(rig.requests(Endpoint.SUBSCRIPTION_WRITE)).hasSize(1);
    }

    @Test
    void noMoreCallsThanAllowedAreUnderWayAndAllThatAreAllowed() throws Exception {
        rig.inFlight = 5;
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            customers.add(rig.standIn.customer("Customer " + i));
        }
        rig.standIn
                .faults()
                .inject(InjectedFault.SLOW)
                .on(Endpoint.SUBSCRIPTION_LIST)
                .taking(Duration.ofSeconds(20))
                .times(5);
        ResellerPlatform platform = rig.platform();

        // a thread of its own: the common pool may have one only, and the JDK's client hands out answers on it
        FutureTask<List<Observation>> seen = new FutureTask<>(
                () -> platform.observe(customers.stream().map(Rig::id).toList()));
        new Thread(seen).start();
        assertThat(rig.standIn.awaitHeld(5, Duration.ofSeconds(20))).isTrue();
        assertThat(rig.standIn.inFlight()).isEqualTo(5);
        rig.standIn.letGo();

        assertThat(seen.get()).hasSize(40);
        assertThat(rig.standIn.maxInFlight()).isEqualTo(5);
    }

    /** What a box in between may answer with: status and page. */
    static Stream<Arguments> boxes() {
        return Stream.of(
                        arguments(200, "<html>Sign in to the guest network</html>"),
                        arguments(200, "{\"message\":\"queued\"}"),
                        arguments(202, ""),
                        arguments(302, ""),
                        arguments(401, "<html>Sign in</html>"),
                        arguments(403, "<html>Blocked</html>"),
                        arguments(403, ""),
                        arguments(403, "{\"code\":403,\"message\":\"Forbidden\"}"),
                        arguments(404, ""),
                        arguments(407, "<html>Proxy authentication required</html>"),
                        arguments(409, "{\"error\":\"conflict\"}"),
                        arguments(429, "<html>Too many requests</html>"),
                        arguments(500, "<html>Oops</html>"))
                .flatMap(it -> Stream.of(
                        arguments(it.get()[0], it.get()[1], InjectedFault.BOX_AFTER),
                        arguments(it.get()[0], it.get()[1], InjectedFault.BOX_BEFORE)));
    }

    /** Incident 42: terraform-provider-sentry#844. */
    @ParameterizedTest
    @MethodSource("boxes")
    void aBoxInBetweenAnsweredAWriteWithAPageOfItsOwn(int status, String page, InjectedFault fault) {
        CustomerBuilder suspended =
                rig.standIn.customer("Suspended").licence("E3", "active").licence("E5", "suspended");
        CustomerBuilder cancelled = rig.standIn
                .customer("Cancelled")
                .newCommerce("E3", "active", Rig.TONIGHT.plus(Duration.ofDays(300)), Rig.TONIGHT.plusSeconds(36_000));
        CustomerBuilder ending = rig.standIn.customer("Ending").newCommerce("E3", "active");
        CustomerBuilder removed =
                rig.standIn.customer("Removed").gdap("in use", "active").gdap("new", "created");
        rig.standIn
                .faults()
                .inject(fault)
                .on(Endpoint.writes())
                .answering(status, 0)
                .page(page)
                .times(7);
        ResellerPlatform platform = rig.platform();

        List<WriteOutcome> outcomes = platform.perform(
                List.of(
                        Rig.suspend(suspended, "E3"),
                        Rig.remove(removed),
                        Rig.write(removed, Action.TERMINATE_GDAP, "in use"),
                        Rig.write(removed, Action.DELETE_GDAP, "new"),
                        Rig.write(suspended, Action.REACTIVATE, "E5"),
                        Rig.write(cancelled, Action.CANCEL, "E3"),
                        Rig.write(ending, Action.AUTO_RENEW_OFF, "E3")),
                () -> true);

        boolean applied = fault == InjectedFault.BOX_AFTER;
        assertThat(outcomes).allSatisfy(it -> {
            assertThat(it.result()).isEqualTo(Result.LOST);
            assertThat(it.message()).contains("lost").doesNotContain("accepted");
        });
        assertThat(outcomes.get(0).after()).isEqualTo(applied ? "suspended" : "active");
        assertThat(outcomes.get(1).after()).isEqualTo(applied ? "none" : "reseller");
        assertThat(outcomes.get(2).after()).isEqualTo(applied ? "terminated" : "active");
        assertThat(outcomes.get(3).after()).isEqualTo(applied ? "deleted" : "created");
        assertThat(outcomes.get(4).after()).isEqualTo(applied ? "active" : "suspended");
        assertThat(outcomes.get(5).after()).isEqualTo(applied ? "deleted" : "active");
        assertThat(outcomes.get(6).after()).isEqualTo(applied ? WriteOutcome.ENDS_WITH_TERM : WriteOutcome.RENEWS);
        assertThat(rig.standIn.writes()).as("nothing is sent twice").hasSize(7);
    }

    /** Incident 42: what answers everyone with an empty 404 has not removed anyone. */
    @Test
    void anEmpty404ToTheRemovalAndToEveryReadAfterItIsNoRemoval() {
        rig.bystander();
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_WRITE)
                .answering(404, 0)
                .page("")
                .always();
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .answering(404, 0)
                .page("")
                .after(1)
                .always();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(Result.LOST);
        assertThat(outcome.after()).isNull();
        assertThat(outcome.tookEffect("none")).isFalse();
    }

    /** Somebody else ended it right before, and the platform says so in other words than usual. */
    @Test
    void anEmpty404RightBeforeTheRemovalIsGoneWhileAnotherCustomerCanBeRead() {
        rig.bystander();
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.BOX_BEFORE)
                .on(Endpoint.CUSTOMER_READ)
                .about(customer.id())
                .answering(404, 0)
                .page("")
                .always();

        WriteOutcome outcome = Rig.perform(rig.platform(), Rig.remove(customer));

        assertThat(outcome.result()).isEqualTo(Result.NOT_SENT);
        assertThat(outcome.after()).isEqualTo("none");
        assertThat(rig.standIn.writes()).isEmpty();
    }

    private static Write decidedOn(Write write, Observation seen) {
        return new Write(
                write.customerId(),
                write.action(),
                write.target(),
                write.attempt(),
                write.correlationId(),
                DecisionBasis.of(seen));
    }

    /** Incident 27: between the look and the removal it had become something else. */
    @ParameterizedTest
    @ValueSource(strings = {"advisor", "renamed", "another domain"})
    void aCustomerThatHasBecomeAnotherIsNotRemoved(String what) {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        switch (what) {
            case "advisor" -> customer.relationship("advisor");
            case "renamed" -> customer.renamed("Fabrikam");
            default -> customer.domain("fabrikam.com");
        }

        WriteOutcome outcome = Rig.perform(platform, decidedOn(Rig.remove(customer), seen));

        assertThat(outcome.stale()).as(outcome.toString()).isTrue();
        assertThat(outcome.before()).isEqualTo(what.equals("advisor") ? "advisor" : "reseller");
        assertThat(rig.standIn.writes()).isEmpty();
        assertThat(Rig.observe(platform, customer)).as("and it is read afresh").isNotEqualTo(seen);
    }

    @Test
    void nothingIsSentThatWasDecidedMoreThanTenMinutesAgo() {
        CustomerBuilder customer = rig.standIn
                .customer("Contoso")
                .licence("E3", "active")
                .licence("E5", "active")
                .gdap("in use", "active");
        CustomerBuilder empty = rig.standIn.customer("Empty");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        Observation seenEmpty = Rig.observe(platform, empty);
        rig.clock.pass(Duration.ofMinutes(10).plusMillis(1));

        List<WriteOutcome> outcomes = platform.perform(
                List.of(
                        decidedOn(Rig.suspend(customer, "E3"), seen),
                        decidedOn(Rig.suspend(customer, "E5"), seen),
                        decidedOn(Rig.write(customer, Action.TERMINATE_GDAP, "in use"), seen),
                        decidedOn(Rig.remove(empty), seenEmpty)),
                () -> true);

        assertThat(outcomes).allMatch(WriteOutcome::stale);
        assertThat(rig.standIn.writes()).isEmpty();
    }

    /** The age is judged when it is sent, not when it is asked for. */
    @Test
    void aSuspensionWhoseTurnComesTooLateIsNotSent() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        Observation seen = Rig.observe(platform, customer);
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .taking(Duration.ofMinutes(6))
                .times(2);

        WriteOutcome outcome = Rig.perform(platform, decidedOn(Rig.suspend(customer, "E3"), seen));

        assertThat(outcome.stale()).as(outcome.toString()).isTrue();
        assertThat(outcome.before()).isEqualTo("active");
        assertThat(rig.standIn.status(customer.idOf("E3"))).isEqualTo("active");
    }
}
