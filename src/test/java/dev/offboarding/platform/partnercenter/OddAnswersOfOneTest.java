package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Observation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.Subscription;
import dev.offboarding.platform.Subscription.Kind;
import dev.offboarding.platform.Subscription.Status;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Incident 30: what is said of one customer, however odd, ends nobody else's night, and never means less than it could. */
@Timeout(60)
class OddAnswersOfOneTest {

    private final Rig rig = new Rig().bystander();
    private final CustomerBuilder plain = rig.standIn.customer("Plain").licence("E3", "active");

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    /** Replaces text of the answers about one customer. */
    private void says(Endpoint where, CustomerBuilder who, String pattern, String instead) {
        rig.standIn.garbled((endpoint, path, body) ->
                endpoint == where && path.contains(who.id().toLowerCase(Locale.ROOT))
                        ? body.replaceFirst(pattern, instead)
                        : body);
    }

    private Observation odd(CustomerBuilder odd) {
        ResellerPlatform platform = rig.platform();
        List<Observation> seen = platform.observe(List.of(Rig.id(odd), Rig.id(plain)));
        assertThat(seen.get(1))
                .isInstanceOfSatisfying(
                        Observation.Found.class,
                        it -> assertThat(it.customer().subscriptions())
                                .extracting(Subscription::status)
                                .containsExactly(Status.ACTIVE));
        assertThat(seen.get(0).customerId()).isEqualTo(Rig.id(odd));
        return seen.get(0);
    }

    /** An object, a text or a number in the place of the list would have been a customer who holds nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "\"\"", "0", "true", "{\"id\": 1}"})
    void whatIsNoListIsNoEmptyList(String instead) {
        CustomerBuilder odd = rig.standIn.customer("Odd").newCommerce("Teams", "active");
        for (Endpoint where : List.of(Endpoint.SUBSCRIPTION_LIST, Endpoint.ENTITLEMENTS, Endpoint.TRANSFERS)) {
            says(where, odd, "(?s).*", "{\"items\": " + instead + "}");

            assertThat(odd(odd)).as(where.toString()).isInstanceOf(Observation.Unreadable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "123456789012345678901234567890", "\"3\"", "1.5"})
    void aTotalThatIsNoNumberOfEntriesCountsForNothing(String total) {
        CustomerBuilder odd = rig.standIn.customer("Odd").licence("E3", "active");
        says(Endpoint.SUBSCRIPTION_LIST, odd, "\"totalCount\":1", "\"totalCount\":" + total);

        assertThat(odd(odd)).isInstanceOf(Observation.Found.class);
    }

    /** Where it continues is not clear: then there may be more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\"",
                "[]",
                "{\"next\": \"x\"}",
                "{\"next\": {}}",
                "{\"next\": {\"uri\": 5}}",
                "{\"next\": {\"uri\": {}}}",
                "{\"next\": {\"uri\": \"a b%zz\\u0000\"}}",
                "{\"next\": {\"uri\": \"/customers\", \"headers\": [{\"key\": \"MS-ContinuationToken\", \"value\": \"a\\r\\nb: c\"}]}}"
            })
    void aLinkThatLeadsNowhereMakesItsListIncomplete(String links) {
        CustomerBuilder odd = rig.standIn.customer("Odd").licence("E3", "active");
        rig.standIn.garbled((endpoint, path, body) -> {
            if (endpoint != Endpoint.SUBSCRIPTION_LIST
                    || !path.contains(odd.id().toLowerCase(Locale.ROOT))) {
                return body;
            }
            ObjectNode whole = (ObjectNode) JsonMapper.shared().readTree(body);
            whole.set("links", JsonMapper.shared().readTree(links));
            return whole.toString();
        });

        assertThat(odd(odd)).isInstanceOf(Observation.Unreadable.class);
    }

    /** Of the two a listing does not show to whom it belongs: it may be anybody's. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "5", "[]", "\"1-1-1-1-1\""})
    void delegatedAdministrationOfNobodyIsLookedUp(String tenant) {
        CustomerBuilder odd =
                rig.standIn.customer("Odd").licence("E3", "active").gdap("Helpdesk", "active");
        rig.standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.GDAP_READ
                ? body.replaceAll("\"tenantId\":\"" + odd.id() + "\"", "\"tenantId\":" + tenant)
                : body);

        assertThat(odd(odd))
                .isInstanceOfSatisfying(
                        Observation.Found.class,
                        it -> assertThat(it.customer().delegations()).hasSize(1));
    }

    /** What .NET writes where no date was set. */
    @ParameterizedTest
    @ValueSource(strings = {"0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "-999999999-01-01T00:00:00Z"})
    void aReservationWhoseEndWasNeverSetHasNotEnded(String date) {
        CustomerBuilder odd = rig.standIn
                .customer("Odd")
                .licence("E3", "active")
                .reservation("VM", true, Rig.TONIGHT.plusSeconds(86_400 * 90));
        says(Endpoint.ENTITLEMENTS, odd, "\"expiryDate\":\"[^\"]*\"", "\"expiryDate\":\"" + date + "\"");

        assertThat(odd(odd))
                .isInstanceOfSatisfying(
                        Observation.Found.class,
                        it -> assertThat(it.customer().subscriptions())
                                .filteredOn(one -> one.kind() == Kind.RESERVED_INSTANCE)
                                .singleElement()
                                .satisfies(one -> assertThat(one.status()).isEqualTo(Status.ACTIVE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "5", "\"../../customers\"", "\"a\\\\u0000b\"", "\"\\\\ud83d\""})
    void whatHasNoIdThatCanBeWrittenToIsLeftToSomebodyToLookAt(String id) {
        CustomerBuilder odd = rig.standIn.customer("Odd").licence("E3", "active");
        says(Endpoint.SUBSCRIPTION_LIST, odd, "\"id\":\"[^\"]*\"", "\"id\":" + id);

        assertThat(odd(odd))
                .isInstanceOfSatisfying(
                        Observation.Found.class,
                        it -> assertThat(it.customer().subscriptions())
                                .singleElement()
                                .satisfies(one -> {
                                    assertThat(one.kind()).isEqualTo(Kind.UNKNOWN);
                                    assertThat(one.id()).doesNotContainPattern("[\\p{Cntrl}\\p{Cs}]");
                                }));
    }

    /** A short form that Java takes for a GUID would have been another customer, and this one missing. */
    @ParameterizedTest
    @CsvSource({"1-1-1-1-1", "''", "0"})
    void aCustomerListWithAnEntryOfNobodyIsNotComplete(String id) {
        CustomerBuilder odd = rig.standIn.customer("Odd").licence("E3", "active");
        rig.standIn.garbled((endpoint, path, body) -> endpoint == Endpoint.CUSTOMER_LIST
                ? body.replace("\"id\":\"" + odd.id() + "\"", "\"id\":\"" + id + "\"")
                : body);

        assertThat(rig.platform().population().complete()).isFalse();
    }

    @Test
    void halfOfACharacterIsNoText() {
        String face = "\uD83D\uDE00";
        assertThat(ErrorBody.line("a\uD83Db" + face)).isEqualTo("a b" + face);
        assertThat(ErrorBody.line("x".repeat(299) + face)).isEqualTo("x".repeat(299) + "…");
    }

    @Test
    void whatIsReadCanBeWrittenDown() {
        CustomerBuilder odd = rig.standIn
                .customer("Odd")
                .newCommerce("Teams", "active", Instant.parse("2026-09-01T00:00:00Z"), null)
                .gdap("Helpdesk", "active");
        String dirt = "a\\\\u0000\\\\ud83db" + "x".repeat(2_000);
        rig.standIn.garbled((endpoint, path, body) -> switch (endpoint) {
            case SUBSCRIPTION_LIST ->
                body.replaceAll(
                        "\"(id|status|friendlyName|offerName|productType|offerId|partnerId)\":\"[^\"]*\"",
                        "\"$1\":\"" + dirt + "\"");
            case GDAP_READ -> body.replaceAll("\"(id|status|displayName)\":\"[^\"]*\"", "\"$1\":\"" + dirt + "\"");
            case ENTITLEMENTS, TRANSFERS, SUPPORT_CONTACT ->
                body.replaceAll("\"(id|status|name|supportTenantId)\":\"[^\"]*\"", "\"$1\":\"" + dirt + "\"");
            default -> body;
        });

        Observation seen = rig.platform().observe(List.of(Rig.id(odd))).get(0);

        assertThat(seen).isInstanceOfSatisfying(Observation.Found.class, it -> {
            Stream.concat(
                            it.customer().subscriptions().stream()
                                    .flatMap(one -> Stream.of(
                                            one.id(),
                                            one.name(),
                                            one.kindText(),
                                            one.statusText(),
                                            String.valueOf(one.parentId()),
                                            String.valueOf(one.reseller()))),
                            it.customer().delegations().stream()
                                    .flatMap(one -> Stream.of(one.id(), one.name(), one.status())))
                    .forEach(
                            text -> assertThat(text).hasSizeLessThan(400).doesNotContainPattern("[\\p{Cntrl}\\p{Cs}]"));
        });
    }
}
