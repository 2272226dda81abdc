package dev.offboarding.standin;

import static dev.offboarding.standin.Caller.customer;
import static dev.offboarding.standin.Caller.encoded;
import static dev.offboarding.standin.Caller.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.SettableClock;
import dev.offboarding.standin.Caller.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The stand-in against the texts it was made from, by a client that knows nothing of it. */
class PartnerCenterStandInTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-07-27T02:00:00.1234567Z"));
    private final StandInSettings settings =
            StandInSettings.standard().clock(clock).throttleGrace(Duration.ZERO);
    private final PartnerCenterStandIn standIn = PartnerCenterStandIn.start(settings);
    private final Caller caller = new Caller(standIn).signedIn();

    @AfterEach
    void close() {
        standIn.close();
    }

    private List<Violation.Kind> violations() {
        return standIn.violations().stream().map(Violation::kind).toList();
    }

    private int audited(String customerId) {
        String filter = encoded("{\"Field\":\"CustomerId\",\"Value\":\"" + customerId + "\",\"Operator\":\"equals\"}");
        return caller.get("/v1/auditrecords?startDate=2026-07-20&filter=" + filter)
                .json()
                .path("totalCount")
                .asInt();
    }

    @Nested
    class Resources {

        @Test
        void successesBeginWithAByteOrderMarkAndErrorsDoNot() {
            Reply list = caller.get("/v1/customers?size=40");
            assertThat(list.text()).startsWith("\uFEFF{");
            assertThat(list.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
            Reply error = caller.get("/v1/customers/" + UUID.randomUUID());
            assertThat(error.status()).isEqualTo(404);
            assertThat(error.text()).startsWith("{");
            settings.byteOrderMark(false);
            assertThat(caller.get("/v1/customers?size=40").text()).startsWith("{");
        }

        @Test
        void aLicenceHasAnEtagOfItsIdAndVersion() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            JsonNode json = caller.get(subscription(it, "E3")).json();
            String etag = json.path("attributes").path("etag").asString();
            assertThat(new String(Base64.getDecoder().decode(etag)))
                    .isEqualTo("{\"id\":\"" + it.idOf("E3") + "\",\"version\":1}");
            assertThat(json.path("unitType").asString()).isEqualTo("Licenses");
            assertThat(json.path("status").asString()).isEqualTo("active");
        }

        @Test
        void everyKindLooksAsItsKindDoes() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .usage("Azure", "active")
                    .newCommerce("Teams", "active")
                    .azurePlan("Plan", "active", "active")
                    .marketplace("Backup", "active", null)
                    .software("Server", "active")
                    .licence("E3", "active")
                    .addOn("Audio", "active");
            assertThat(caller.get(subscription(it, "Azure"))
                            .json()
                            .path("offerId")
                            .asString())
                    .startsWith("MS-AZR");
            JsonNode nce = caller.get(subscription(it, "Teams")).json();
            assertThat(nce.path("productType").path("id").asString()).isEqualTo("OnlineServicesNCE");
            assertThat(nce.path("attributes").path("etag").asString("")).isEmpty();
            assertThat(nce.has("cancellationAllowedUntilDate")).isTrue();
            JsonNode plan = caller.get(subscription(it, "Plan")).json();
            assertThat(plan.path("offerId").asString()).startsWith("DZH318Z0BPS6:");
            assertThat(plan.path("billingType").asString()).isEqualTo("usage");
            assertThat(caller.get(subscription(it, "Backup"))
                            .json()
                            .path("isMicrosoftProduct")
                            .asBoolean(true))
                    .isFalse();
            assertThat(caller.get(subscription(it, "Server"))
                            .json()
                            .path("productType")
                            .path("id")
                            .asString())
                    .isEqualTo("Software");
            assertThat(caller.get(subscription(it, "Audio"))
                            .json()
                            .path("parentSubscriptionId")
                            .asString())
                    .isEqualToIgnoringCase(it.idOf("E3"));
            assertThat(caller.get(subscription(it, "E3") + "/addons")
                            .json()
                            .path("totalCount")
                            .asInt())
                    .isEqualTo(1);
            assertThat(caller.get(subscription(it, "Plan") + "/azureEntitlements")
                            .json()
                            .path("items")
                            .get(0)
                            .path("status")
                            .asString())
                    .isEqualTo("active");
        }

        @Test
        void subscriptionsCanBeAskedForByOrder() {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").licence("E3", "active").licence("E5", "active");
            String order =
                    caller.get(subscription(it, "E5")).json().path("orderId").asString();
            JsonNode list = caller.get(customer(it) + "/subscriptions?order_id=" + order)
                    .json();
            assertThat(list.path("totalCount").asInt()).isEqualTo(1);
            assertThat(caller.get(customer(it) + "/orders/" + order).status()).isEqualTo(200);
        }

        @Test
        void idsComeInEitherCase() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 30; i++) {
                seen.add(caller.get(subscription(it, "E3")).json().path("id").asString());
            }
            assertThat(seen)
                    .containsExactlyInAnyOrder(it.idOf("E3"), it.idOf("E3").toUpperCase(Locale.ROOT));
        }

        @Test
        void datesHaveZeroToSevenDigitsAndTwoEndings() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            Set<String> endings = new HashSet<>();
            Set<Integer> lengths = new HashSet<>();
            for (int i = 0; i < 40; i++) {
                it.licence("E" + i, "active");
                String date = caller.get(subscription(it, "E" + i))
                        .json()
                        .path("creationDate")
                        .asString();
                endings.add(date.endsWith("Z") ? "Z" : date.substring(date.length() - 6));
                lengths.add(date.replace("Z", "").replace("+00:00", "").length());
            }
            assertThat(endings).containsExactlyInAnyOrder("Z", "+00:00");
            assertThat(lengths).contains(19, 27).hasSizeGreaterThan(5);
        }

        @Test
        void withoutDelegatedAccessACustomerTellsLess() {
            CustomerBuilder with = standIn.customer("Fabrikam").delegatedAccess(true);
            CustomerBuilder without = standIn.customer("Contoso");
            assertThat(caller.get(customer(with)).json().path("customDomains").size())
                    .isEqualTo(1);
            assertThat(caller.get(customer(without)).json().has("customDomains"))
                    .isFalse();
            assertThat(caller.get("/v1/customers?size=9")
                            .json()
                            .path("items")
                            .get(0)
                            .has("allowDelegatedAccess"))
                    .isFalse();
        }

        @Test
        void anUnknownSubscriptionIs20003AndABadIdIs400() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            Reply reply = caller.get(customer(it) + "/subscriptions/" + UUID.randomUUID());
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.code()).isEqualTo(20003);
            assertThat(caller.get("/v1/customers/fabrikam").status()).isEqualTo(400);
            assertThat(caller.get(customer(it) + "/subscriptions/e3").code()).isEqualTo(2000);
        }

        @Test
        void theCorrelationIdIsEchoedAndTheRequestIdNotAlways() {
            int differs = 0;
            for (int i = 0; i < 30; i++) {
                String id = UUID.randomUUID().toString();
                Reply reply = caller.header("MS-RequestId", id)
                        .header("MS-CorrelationId", id)
                        .get("/v1/customers?size=1");
                assertThat(reply.header("MS-CorrelationId")).isEqualTo(id);
                assertThat(reply.header("MS-CV")).isNotEmpty();
                differs += reply.header("MS-RequestId").equals(id) ? 0 : 1;
            }
            assertThat(differs).isBetween(1, 20);
        }

        @Test
        void entitlementsListWhatIsGoneTooAndTheArtifactTellsIt() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .reservation("VM", true)
                    .reservation("Old VM", true, clock.instant().minusSeconds(60))
                    .perpetualSoftware("Office", true);
            JsonNode list = caller.get(customer(it) + "/entitlements?entitlementType=reservedInstance&showExpiry=true")
                    .json();
            assertThat(list.path("totalCount").asInt()).isEqualTo(2);
            String link = list.path("items")
                    .get(1)
                    .path("entitledArtifacts")
                    .get(0)
                    .path("link")
                    .path("uri")
                    .asString();
            JsonNode artifact = caller.get("/v1" + link).json();
            assertThat(artifact.path("reservations")
                            .get(0)
                            .path("provisioningState")
                            .asString())
                    .isEqualTo("Expired");
            assertThat(caller.get(customer(it) + "/entitlements?entitlementType=software")
                            .json()
                            .path("totalCount")
                            .asInt())
                    .isEqualTo(1);
            assertThat(caller.get(customer(it) + "/entitlements?entitlementType=virtualmachinereservedinstance")
                            .text())
                    .contains("virtual_machine_reserved_instance");
            assertThat(caller.get(customer(it) + "/entitlements?entitlementType=house")
                            .status())
                    .isEqualTo(400);
        }

        @Test
        void theSupportContactAndTheProvisioningStatusCanBeRead() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            assertThat(caller.get(subscription(it, "E3") + "/supportcontact")
                            .json()
                            .path("supportTenantId")
                            .asString())
                    .isEqualTo(standIn.signIn().tenantId());
            assertThat(caller.get(subscription(it, "E3") + "/provisioningstatus")
                            .json()
                            .path("status")
                            .asString())
                    .isEqualTo("success");
        }

        @Test
        void theLinkForANewRelationshipIsThePartners() {
            assertThat(caller.get("/v1/customers/relationshiprequests")
                            .json()
                            .path("url")
                            .asString())
                    .contains("ResellerRelationship", standIn.signIn().tenantId());
        }

        @Test
        void aDirectPartnerCannotReadRelationships() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .associatedPartner(UUID.randomUUID().toString());
            assertThat(caller.get(customer(it) + "/relationships").code()).isEqualTo(1002);
            settings.account(StandInSettings.Account.INDIRECT_PROVIDER);
            assertThat(caller.get(customer(it) + "/relationships")
                            .json()
                            .path("totalCount")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Nested
    class CustomerList {

        @Test
        void pagesFollowTheTokenInTheHeader() {
            settings.pages(3, 9, 9, 9);
            for (int i = 0; i < 8; i++) {
                standIn.customer("Customer " + i);
            }
            Set<String> ids = new HashSet<>();
            Reply page = caller.get("/v1/customers?size=40");
            int pages = 1;
            while (page.json().path("links").has("next")) {
                page.json()
                        .path("items")
                        .forEach(it -> ids.add(AnswerWriter.lower(it.path("id").asString())));
                JsonNode next = page.json().path("links").path("next");
                assertThat(next.path("uri").asString())
                        .startsWith("/customers?")
                        .contains("seekOperation=Next");
                JsonNode header = next.path("headers").get(0);
                page = caller.header(
                                header.path("key").asString(),
                                header.path("value").asString())
                        .get("/v1" + next.path("uri").asString());
                pages++;
            }
            page.json()
                    .path("items")
                    .forEach(it -> ids.add(AnswerWriter.lower(it.path("id").asString())));
            assertThat(pages).isEqualTo(3);
            assertThat(ids).hasSize(8);
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void theSdksSeekWithoutSizeWorksToo() {
            settings.pages(2, 9, 9, 9);
            for (int i = 0; i < 3; i++) {
                standIn.customer("Customer " + i);
            }
            JsonNode header = caller.get("/v1/customers")
                    .json()
                    .path("links")
                    .path("next")
                    .path("headers")
                    .get(0);
            JsonNode page = caller.header(
                            "MS-ContinuationToken", header.path("value").asString())
                    .get("/v1/customers?seekOperation=Next")
                    .json();
            assertThat(page.path("totalCount").asInt()).isEqualTo(1);
            assertThat(page.path("links").has("next")).isFalse();
        }

        @Test
        void withoutTheHeaderThereIsNoNextPage() {
            settings.pages(1, 9, 9, 9);
            standIn.customer("One");
            standIn.customer("Two");
            String first = caller.get("/v1/customers?size=1")
                    .json()
                    .path("items")
                    .get(0)
                    .path("id")
                    .asString();
            String again = caller.get("/v1/customers?size=1&seekOperation=Next")
                    .json()
                    .path("items")
                    .get(0)
                    .path("id")
                    .asString();
            assertThat(again).isEqualToIgnoringCase(first);
            assertThat(violations()).containsExactly(Violation.Kind.PAGE_WITHOUT_TOKEN);
            assertThat(caller.header("MS-ContinuationToken", "AQAAAA==")
                            .get("/v1/customers?seekOperation=Next")
                            .code())
                    .isEqualTo(2000);
        }

        @Test
        void onlyStartsWithIsAFilterAndItsCaseIsIgnored() {
            CustomerBuilder it = standIn.customer("Fabrikam Nord");
            standIn.customer("Contoso");
            String filter = "{\"Field\":\"CompanyName\",\"Value\":\"FABRI\",\"Operator\":\"starts_with\"}";
            JsonNode list =
                    caller.get("/v1/customers?size=0&filter=" + encoded(filter)).json();
            assertThat(list.path("totalCount").asInt()).isEqualTo(1);
            assertThat(list.path("items").get(0).path("id").asString()).isEqualToIgnoringCase(it.id());
            String domain = "{\"Field\":\"Domain\",\"Value\":\"contoso.on\",\"Operator\":\"starts_with\"}";
            assertThat(caller.get("/v1/customers?filter=" + encoded(domain))
                            .json()
                            .path("totalCount")
                            .asInt())
                    .isEqualTo(1);
            for (String wrong :
                    List.of(filter.replace("starts_with", "equals"), filter.replace("CompanyName", "Id"), "x")) {
                Reply refused = caller.get("/v1/customers?size=0&filter=" + encoded(wrong));
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.code()).isEqualTo(2000);
            }
            assertThat(caller.get("/v1/customers?size=-1").code()).isEqualTo(2000);
        }

        @Test
        void otherRelationshipsAreListedWithTheirNames() {
            standIn.customer("Fabrikam").relationship("advisor");
            standIn.customer("Gone").relationship("none");
            JsonNode items = caller.get("/v1/customers?size=9").json().path("items");
            assertThat(items.size()).isEqualTo(1);
            assertThat(items.get(0).path("relationshipToPartner").asString()).isEqualTo("advisor");
        }

        @Test
        void aListCanBeShortOrALoop() {
            settings.pages(2, 9, 9, 9);
            for (int i = 0; i < 7; i++) {
                standIn.customer("Customer " + i);
            }
            standIn.faults()
                    .inject(InjectedFault.LIST_ENDS_EARLY)
                    .on(Endpoint.CUSTOMER_LIST)
                    .once();
            assertThat(walk(20)).hasSize(2);
            standIn.faults()
                    .inject(InjectedFault.LIST_PAGE_MISSING)
                    .on(Endpoint.CUSTOMER_LIST)
                    .once();
            assertThat(walk(20)).hasSize(5).doesNotHaveDuplicates();
            standIn.faults()
                    .inject(InjectedFault.LIST_LOOP)
                    .on(Endpoint.CUSTOMER_LIST)
                    .always();
            assertThat(walk(20)).hasSize(40);
            assertThat(new HashSet<>(walk(20))).hasSize(2);
        }

        private List<String> walk(int atMost) {
            List<String> ids = new ArrayList<>();
            String token = "";
            for (int i = 0; i < atMost; i++) {
                caller.header("MS-ContinuationToken", token);
                JsonNode page = caller.get("/v1/customers?size=2" + (token.isEmpty() ? "" : "&seekOperation=Next"))
                        .json();
                page.path("items")
                        .forEach(it -> ids.add(AnswerWriter.lower(it.path("id").asString())));
                if (!page.path("links").has("next")) {
                    break;
                }
                token = page.path("links")
                        .path("next")
                        .path("headers")
                        .get(0)
                        .path("value")
                        .asString();
            }
            return ids;
        }
    }

    @Nested
    class Suspending {

        @Test
        void aFaithfulRoundTripSuspendsAndRaisesTheEtag() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode before = (ObjectNode) caller.get(subscription(it, "E3")).json();
            String etag = before.path("attributes").path("etag").asString();
            Reply reply = caller.header("If-Match", "\"" + etag + "\"")
                    .patch(subscription(it, "E3"), before.put("status", "suspended"));
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("Status").asString()).isEqualTo("suspended");
            assertThat(reply.json().path("PromotionId").isNull()).isTrue();
            JsonNode after = caller.get(subscription(it, "E3")).json();
            assertThat(after.path("status").asString()).isEqualTo("suspended");
            assertThat(after.path("suspensionReasons").get(0).asString()).isEqualTo("CustomerCancellation");
            assertThat(after.path("attributes").path("etag").asString()).isNotEqualTo(etag);
            assertThat(after.path("autoRenewEnabled").asBoolean()).isTrue();
            assertThat(standIn.changes(it.idOf("E3")))
                    .containsExactly(new StatusChange(clock.instant(), "active", "suspended"));
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void aStaleEtagIsRefusedInHeaderAndBody() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode old = (ObjectNode) caller.get(subscription(it, "E3")).json();
            standIn.changeStatus(it.idOf("E3"), "active");
            old.put("status", "suspended");
            assertThat(caller.patch(subscription(it, "E3"), old).code()).isEqualTo(2055);
            String etag = old.path("attributes").path("etag").asString();
            old.withObject("attributes").put("etag", "");
            Reply reply = caller.header("If-Match", "\"" + etag + "\"").patch(subscription(it, "E3"), old);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo(2055);
            settings.staleEtagAnswer(417, 800036);
            assertThat(caller.header("If-Match", "\"" + etag + "\"")
                            .patch(subscription(it, "E3"), old)
                            .status())
                    .isEqualTo(417);
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("active");
        }

        @Test
        void anEtagWithoutQuotesIsABreach() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            Reply reply = caller.header(
                            "If-Match", json.path("attributes").path("etag").asString())
                    .patch(subscription(it, "E3"), json.put("status", "suspended"));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(violations()).containsExactly(Violation.Kind.HEADER);
        }

        @Test
        void whatABodyLeavesOutIsLost() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            json.put("status", "suspended").remove(List.of("autoRenewEnabled", "serviceNote"));
            assertThat(caller.patch(subscription(it, "E3"), json).status()).isEqualTo(200);
            assertThat(standIn.autoRenew(it.idOf("E3"))).isFalse();
            assertThat(standIn.resource(it.idOf("E3"))).doesNotContain("serviceNote");
            assertThat(standIn.violations()).hasSize(1);
            assertThat(standIn.violations().get(0).kind()).isEqualTo(Violation.Kind.FIELDS_LOST);
            assertThat(standIn.violations().get(0).what()).contains("autoRenewEnabled", "serviceNote");
        }

        @Test
        void aBareStatusIsRefused() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            Reply reply = caller.patch(subscription(it, "E3"), "{\"status\":\"suspended\"}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo(2000);
            assertThat(violations()).contains(Violation.Kind.FIELDS_LOST);
        }

        @Test
        void quantityAndBillingCycleMustStayAsTheyAre() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            json.put("status", "suspended");
            ObjectNode cycle = json.deepCopy().put("billingCycle", "annual");
            assertThat(caller.patch(subscription(it, "E3"), cycle).code()).isEqualTo(2054);
            ObjectNode quantity = json.deepCopy().put("quantity", 4711);
            assertThat(caller.patch(subscription(it, "E3"), quantity).code()).isEqualTo(2001);
            assertThat(violations()).containsOnly(Violation.Kind.FIELDS_CHANGED);
        }

        @Test
        void everyStatusHasItsOwnRefusal() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .licence("deleted", "deleted")
                    .licence("expired", "expired")
                    .licence("disabled", "disabled")
                    .licence("pending", "pending")
                    .licence("suspended", "suspended")
                    .licence("zzz", "zzz");
            assertThat(refusal(it, "deleted")).isEqualTo(2011);
            assertThat(refusal(it, "expired")).isEqualTo(800040);
            assertThat(refusal(it, "disabled")).isEqualTo(800040);
            assertThat(refusal(it, "pending")).isEqualTo(800082);
            assertThat(refusal(it, "suspended")).isEqualTo(800091);
            assertThat(refusal(it, "zzz")).isEqualTo(800096);
        }

        private int refusal(CustomerBuilder it, String name) {
            Reply reply = caller.change(subscription(it, name), "suspended");
            assertThat(reply.status()).isEqualTo(400);
            return reply.code();
        }

        @Test
        void marketplaceAndSoftwareAreNotSuspended() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .marketplace("Backup", "active", null)
                    .software("Server", "active");
            assertThat(refusal(it, "Backup")).isEqualTo(800096);
            assertThat(refusal(it, "Server")).isEqualTo(2006);
        }

        @Test
        void newCommerceCanBeSuspendedAndThatIsABreach() {
            CustomerBuilder it = standIn.customer("Fabrikam").newCommerce("Teams", "active");
            assertThat(caller.change(subscription(it, "Teams"), "suspended").status())
                    .isEqualTo(200);
            assertThat(standIn.status(it.idOf("Teams"))).isEqualTo("suspended");
            assertThat(standIn.resource(it.idOf("Teams"))).doesNotContain("scheduledNextTermInstructions");
            assertThat(violations()).containsExactly(Violation.Kind.NEW_COMMERCE_SUSPENDED);
        }

        @Test
        void anAzurePlanWithActiveSubscriptionsIsNotSuspended() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .azurePlan("Busy", "active", "deleted", "active")
                    .azurePlan("Quiet", "active", "deleted");
            Reply reply = caller.change(subscription(it, "Busy"), "suspended");
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo(900115);
            assertThat(caller.change(subscription(it, "Quiet"), "suspended").status())
                    .isEqualTo(200);
        }

        @Test
        void aParentIsSuspendedWithoutItsChildAndTheChildIsNotEnabledWithoutIt() {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").licence("E3", "active").addOn("Audio", "active");
            caller.change(subscription(it, "E3"), "suspended");
            assertThat(standIn.status(it.idOf("Audio"))).isEqualTo("active");
            caller.change(subscription(it, "Audio"), "suspended");
            Reply reply = caller.change(subscription(it, "Audio"), "active");
            assertThat(reply.status()).isEqualTo(409);
            assertThat(reply.code()).isEqualTo(27009);
            assertThat(caller.change(subscription(it, "E3"), "active").status()).isEqualTo(200);
            assertThat(caller.change(subscription(it, "Audio"), "active").status())
                    .isEqualTo(200);
        }

        @Test
        void anAcceptedUpdateHappensLaterAndIsPendingUntilThen() {
            settings.asyncShare(1).lag(Lag.ASYNC_UPDATE, Duration.ofSeconds(30));
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            Reply reply = caller.change(subscription(it, "E3"), "suspended");
            assertThat(reply.status()).isEqualTo(202);
            assertThat(reply.header("Location"))
                    .isEqualTo(subscription(it, "E3").substring(3));
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            json.put("status", "suspended").withObject("attributes").put("etag", "");
            Reply pending = caller.patch(subscription(it, "E3"), json);
            assertThat(pending.status()).isEqualTo(409);
            assertThat(pending.code()).isEqualTo(900278);
            clock.pass(Duration.ofSeconds(30));
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("suspended");
        }

        @Test
        void anAcceptedUpdateMayBeShownAsPendingUntilItHappens() {
            settings.asyncShare(1).asyncShownAsPending(true).lag(Lag.ASYNC_UPDATE, Duration.ofSeconds(30));
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            assertThat(caller.change(subscription(it, "E3"), "suspended").status())
                    .isEqualTo(202);
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("pending");
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("active");
            clock.pass(Duration.ofSeconds(30));
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("suspended");
        }

        @Test
        void readsLagBehindWrites() {
            settings.lag(Lag.SUBSCRIPTION_READ, Duration.ofSeconds(20));
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            caller.change(subscription(it, "E3"), "suspended");
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("suspended");
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("active");
            clock.pass(Duration.ofSeconds(20));
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("suspended");
        }
    }

    @Nested
    class NewCommerce {

        @Test
        void isCancelledInsideItsWindowOnly() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .newCommerce("Young", "active", at(300), at(3))
                    .newCommerce("Old", "active")
                    .newCommerce("Never", "active", at(300), null);
            Reply done = caller.change(subscription(it, "Young"), "deleted");
            assertThat(done.status()).isEqualTo(200);
            assertThat(done.json().path("status").asString()).isEqualTo("deleted");
            assertThat(caller.change(subscription(it, "Old"), "deleted").code()).isEqualTo(900117);
            assertThat(caller.change(subscription(it, "Never"), "deleted").code())
                    .isEqualTo(800040);
            assertThat(caller.change(subscription(it, "Young"), "deleted").code())
                    .isEqualTo(2011);
        }

        @Test
        void onceSuspendedIsNotCancelledUnlessTheLifecyclePageIsRight() {
            CustomerBuilder it = standIn.customer("Fabrikam").newCommerce("Teams", "suspended", at(300), at(3));
            assertThat(caller.change(subscription(it, "Teams"), "deleted").code())
                    .isEqualTo(800091);
            settings.suspendedNewCommerceCanBeCancelled(true);
            assertThat(caller.change(subscription(it, "Teams"), "deleted").status())
                    .isEqualTo(200);
        }

        @Test
        void withoutRenewalExpiresAtTheEndOfItsTermAndElseBeginsAnother() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .newCommerce("Ends", "active", at(30), null)
                    .newCommerce("Renews", "active", at(30), null);
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "Ends")).json();
            json.put("autoRenewEnabled", false)
                    .putArray("scheduledActions")
                    .addObject()
                    .put("scheduleType", "TermEnd")
                    .put("actionType", "Cancel");
            assertThat(caller.patch(subscription(it, "Ends"), json).status()).isEqualTo(200);
            assertThat(standIn.violations()).isEmpty();
            clock.pass(Duration.ofDays(31));
            caller.signedIn();
            assertThat(standIn.status(it.idOf("Ends"))).isEqualTo("expired");
            assertThat(standIn.status(it.idOf("Renews"))).isEqualTo("active");
            assertThat(caller.get(subscription(it, "Renews"))
                            .json()
                            .path("commitmentEndDate")
                            .asString())
                    .startsWith("2027-08-26");
            assertThat(caller.change(subscription(it, "Renews"), "deleted").status())
                    .isEqualTo(200);
        }

        private Instant at(int days) {
            return clock.instant().plus(Duration.ofDays(days));
        }
    }

    @Nested
    class Removing {

        @Test
        void isRefusedWhileAnythingIsActiveAndThatIsABreach() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            Reply reply = caller.remove(it);
            assertThat(reply.status()).isIn(400, 403, 409);
            assertThat(reply.code()).isNotEqualTo(20002);
            assertThat(standIn.relationship(it.id())).isEqualTo("reseller");
            assertThat(violations()).containsExactly(Violation.Kind.REMOVAL_WHILE_ACTIVE);
            settings.removalRefusedWith(409, 4711);
            assertThat(caller.remove(it).code()).isEqualTo(4711);
        }

        @Test
        void answersInPascalCaseWithNulls() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "suspended");
            Reply reply = caller.remove(it);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text().substring(1))
                    .isEqualTo("{\"Id\":null,\"CommerceId\":null,\"CompanyProfile\":null,\"BillingProfile\":null,"
                            + "\"RelationshipToPartner\":\"none\",\"AllowDelegatedAccess\":null,"
                            + "\"UserCredentials\":null,\"CustomDomains\":null,\"AssociatedPartnerId\":null,"
                            + "\"Attributes\":{\"ObjectType\":\"Customer\"}}");
            assertThat(standIn.relationship(it.id())).isEqualTo("none");
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void afterwardsReadsAnswer20002FromPartnerFd() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "suspended");
            caller.remove(it);
            for (String path : List.of(
                    customer(it),
                    customer(it) + "/subscriptions",
                    subscription(it, "E3"),
                    subscription(it, "E3") + "/supportcontact",
                    customer(it) + "/entitlements")) {
                Reply reply = caller.get(path);
                assertThat(reply.status()).isEqualTo(403);
                assertThat(reply.code()).isEqualTo(20002);
                assertThat(reply.json().path("source").asString()).isEqualTo("PartnerFD");
            }
            assertThat(caller.get("/v1/customers?size=9")
                            .json()
                            .path("totalCount")
                            .asInt())
                    .isZero();
            settings.removedIs404(true);
            assertThat(caller.get(customer(it)).code()).isEqualTo(1000);
        }

        @Test
        void eachEffectHasALagOfItsOwn() {
            settings.lag(Lag.CUSTOMER_LIST, Duration.ofSeconds(90))
                    .lag(Lag.CUSTOMER_READ, Duration.ofSeconds(60))
                    .lag(Lag.SUBSCRIPTIONS_AFTER_REMOVAL, Duration.ofSeconds(30));
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "suspended");
            caller.remove(it);
            assertThat(seen(it)).containsExactly(true, true, true);
            clock.pass(Duration.ofSeconds(30));
            assertThat(seen(it)).containsExactly(true, true, false);
            clock.pass(Duration.ofSeconds(30));
            assertThat(seen(it)).containsExactly(true, false, false);
            clock.pass(Duration.ofSeconds(30));
            assertThat(seen(it)).containsExactly(false, false, false);
        }

        private List<Boolean> seen(CustomerBuilder it) {
            JsonNode list = caller.get("/v1/customers?size=9").json();
            return List.of(
                    list.path("totalCount").asInt() == 1,
                    caller.get(customer(it)).status() == 200,
                    caller.get(customer(it) + "/subscriptions").status() == 200);
        }

        @Test
        void aSecondTimeFindsNoRelationship() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            caller.remove(it);
            Reply second = caller.remove(it);
            assertThat(second.status()).isEqualTo(400);
            assertThat(second.code()).isEqualTo(3000);
            settings.secondRemovalCode(20002);
            assertThat(caller.remove(it).code()).isEqualTo(20002);
        }

        @Test
        void isBlockedByWhatIsNotASubscription() {
            CustomerBuilder reserved = standIn.customer("Reserved").reservation("VM", true);
            assertThat(caller.remove(reserved).json().path("description").asString())
                    .contains("active Azure reserved instances.Please cancel the following orders: ");
            CustomerBuilder software = standIn.customer("Software").perpetualSoftware("Office", true);
            assertThat(caller.remove(software).status()).isNotEqualTo(200);
            CustomerBuilder plan = standIn.customer("Plan").azurePlan("Azure plan", "active", "deleted");
            assertThat(caller.remove(plan).text()).contains("active Azure reserved instances");
            CustomerBuilder suspended = standIn.customer("Suspended").newCommerce("Teams", "suspended");
            assertThat(caller.remove(suspended).status()).isNotEqualTo(200);
            CustomerBuilder pending = standIn.customer("Pending").licence("E3", "pending");
            assertThat(caller.remove(pending).status()).isNotEqualTo(200);
            settings.pendingBlocksRemoval(false);
            assertThat(caller.remove(pending).status()).isEqualTo(200);
        }

        @Test
        void isNotBlockedByWhatIsOver() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .licence("E1", "expired")
                    .licence("E2", "disabled")
                    .licence("E3", "suspended")
                    .newCommerce("Teams", "deleted")
                    .reservation("VM", false)
                    .perpetualSoftware("Office", false);
            assertThat(caller.remove(it).status()).isEqualTo(200);
        }

        @Test
        void needsAResellerRelationshipAndAPartnerWhoMay() {
            CustomerBuilder advisor = standIn.customer("Fabrikam").relationship("advisor");
            assertThat(caller.remove(advisor).code()).isEqualTo(3000);
            settings.account(StandInSettings.Account.INDIRECT_RESELLER);
            CustomerBuilder it = standIn.customer("Contoso");
            assertThat(caller.remove(it).code()).isEqualTo(2032);
            assertThat(caller.patch(customer(it), "{\"relationshipToPartner\":\"reseller\"}")
                            .code())
                    .isEqualTo(3000);
        }

        @Test
        void delegatedAccessEndsWithoutTheRelationship() {
            CustomerBuilder it = standIn.customer("Fabrikam").delegatedAccess(true);
            Reply reply = caller.patch(customer(it), "{\"allowDelegatedAccess\":false}");
            assertThat(reply.json().path("AllowDelegatedAccess").asBoolean(true))
                    .isFalse();
            assertThat(caller.get(customer(it))
                            .json()
                            .path("allowDelegatedAccess")
                            .asBoolean(true))
                    .isFalse();
            assertThat(standIn.relationship(it.id())).isEqualTo("reseller");
        }

        @Test
        void aCustomerThatVanishesOrComesBackDoesSoOnItsOwn() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            standIn.vanish(it.id());
            assertThat(caller.get(customer(it)).code()).isEqualTo(20002);
            standIn.reestablish(it.id());
            assertThat(caller.get(customer(it)).status()).isEqualTo(200);
        }

        @Test
        void deletingIsABreachAndForTheSandboxOnly() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            assertThat(caller.api("DELETE", customer(it), null).code()).isEqualTo(2032);
            settings.sandbox(true);
            assertThat(caller.api("DELETE", customer(it), null).status()).isEqualTo(204);
            assertThat(violations()).containsOnly(Violation.Kind.CUSTOMER_DELETED);
        }

        @Test
        void ordersAndCartsAreNotForUs() {
            CustomerBuilder it = standIn.customer("Fabrikam")
                    .perpetualSoftware("Office", true)
                    .licence("E3", "active");
            JsonNode orders = caller.get(customer(it) + "/orders").json().path("items");
            String licence = orders.get(0).path("id").asString();
            assertThat(caller.patch(customer(it) + "/orders/" + licence, "{\"status\":\"cancelled\"}")
                            .code())
                    .isEqualTo(800063);
            String software = orders.get(1).path("id").asString();
            Reply cancelled = caller.patch(customer(it) + "/orders/" + software, "{\"status\":\"cancelled\"}");
            assertThat(cancelled
                            .json()
                            .path("lineItems")
                            .get(0)
                            .path("quantity")
                            .asInt(-1))
                    .isZero();
            assertThat(caller.api("POST", customer(it) + "/carts", "{}").code()).isEqualTo(13605);
            assertThat(violations()).hasSize(3).containsOnly(Violation.Kind.ORDER_TOUCHED);
        }

        @Test
        void azureSubscriptionsAndSupportContactsAreNotForUsEither() {
            CustomerBuilder it = standIn.customer("Fabrikam").azurePlan("Plan", "active", "active");
            String azure = caller.get(subscription(it, "Plan") + "/azureEntitlements")
                    .json()
                    .path("items")
                    .get(0)
                    .path("id")
                    .asString();
            assertThat(caller.api(
                                    "POST",
                                    subscription(it, "Plan") + "/azureEntitlements/" + azure + "/cancel",
                                    "{\"cancellationReason\":\"fraud\"}")
                            .status())
                    .isEqualTo(202);
            assertThat(caller.api(
                                    "PUT",
                                    subscription(it, "Plan") + "/supportcontact",
                                    "{\"supportTenantId\":\"" + UUID.randomUUID() + "\"}")
                            .status())
                    .isEqualTo(200);
            assertThat(violations())
                    .containsExactly(
                            Violation.Kind.AZURE_SUBSCRIPTION_CANCELLED, Violation.Kind.SUPPORT_CONTACT_CHANGED);
        }
    }

    @Nested
    class Audit {

        @Test
        void aWriteIsRecordedWithItsCorrelationIdAfterAWhile() {
            settings.lag(Lag.AUDIT, Duration.ofMinutes(5));
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            String correlation = UUID.randomUUID().toString();
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            caller.header("MS-CorrelationId", correlation)
                    .patch(subscription(it, "E3"), json.put("status", "suspended"));
            assertThat(audited(it.id())).isZero();
            clock.pass(Duration.ofMinutes(5));
            caller.remove(it);
            clock.pass(Duration.ofMinutes(5));
            assertThat(audited(it.id())).isEqualTo(2);
            JsonNode items =
                    caller.get("/v1/auditrecords?startDate=2026-07-20").json().path("items");
            assertThat(items.get(0).path("operationType").asString()).isEqualTo("update_subscription");
            assertThat(items.get(0).path("originalCorrelationId").asString()).isEqualTo(correlation);
            assertThat(items.get(0).path("resourceNewValue").asString()).contains("\"Status\":\"suspended\"");
            assertThat(items.get(1).path("operationType").asString()).isEqualTo("remove_partner_customer_relationship");
        }

        @Test
        void aRefusedWriteIsRecordedAsFailed() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            caller.remove(it);
            assertThat(caller.get("/v1/auditrecords")
                            .json()
                            .path("items")
                            .get(0)
                            .path("operationStatus")
                            .asString())
                    .isEqualTo("failed");
        }

        @Test
        void recordsArePagedAndFilteredAndKeptNinetyDays() {
            settings.pages(9, 9, 1, 9);
            caller.remove(standIn.customer("Fabrikam"));
            caller.remove(standIn.customer("Contoso"));
            JsonNode first = caller.get("/v1/auditrecords?startDate=2026-07-01").json();
            JsonNode next = first.path("links").path("next");
            JsonNode second = caller.header(
                            "MS-ContinuationToken",
                            next.path("headers").get(0).path("value").asString())
                    .get("/v1" + next.path("uri").asString())
                    .json();
            assertThat(second.path("items").get(0).path("customerName").asString())
                    .isEqualTo("Contoso");
            assertThat(second.path("links").has("next")).isFalse();
            String byName = encoded("{\"Field\":\"companyname\",\"Value\":\"BRIK\",\"Operator\":\"substring\"}");
            assertThat(caller.get("/v1/auditrecords?filter=" + byName)
                            .json()
                            .path("items")
                            .get(0)
                            .path("customerName")
                            .asString())
                    .isEqualTo("Fabrikam");
            assertThat(caller.get("/v1/auditrecords?startDate=2026-04-28").status())
                    .isEqualTo(200);
            assertThat(caller.get("/v1/auditrecords?startDate=2026-04-27").status())
                    .isEqualTo(400);
            assertThat(caller.get("/v1/auditrecords?startDate=27.07.2026").status())
                    .isEqualTo(400);
            String wrong = encoded("{\"Field\":\"CustomerId\",\"Value\":\"x\",\"Operator\":\"substring\"}");
            assertThat(caller.get("/v1/auditrecords?filter=" + wrong).code()).isEqualTo(2000);
        }
    }

    @Nested
    class Gdap {

        private static final String PATH = "/delegatedAdminRelationships";

        private String filter(CustomerBuilder it, String status) {
            String tenant = "customer/tenantId eq '" + it.id() + "'";
            return PATH + "?$filter="
                    + encoded(status.isEmpty() ? tenant : "(status eq '" + status + "') and (" + tenant + ")");
        }

        @Test
        void relationshipsAreFoundByCustomerAndStatus() {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").gdap("Support", "active").gdap("Old", "terminated");
            standIn.customer("Contoso").gdap("Support", "active");
            JsonNode active =
                    caller.graph("GET", filter(it, "active"), null).json().path("value");
            assertThat(active.size()).isEqualTo(1);
            assertThat(active.get(0).path("id").asString()).isEqualTo(it.idOf("Support"));
            assertThat(active.get(0).path("customer").path("tenantId").asString())
                    .isEqualTo(it.id());
            assertThat(caller.graph("GET", filter(it, ""), null)
                            .json()
                            .path("value")
                            .size())
                    .isEqualTo(2);
            Reply wrong = caller.graph("GET", PATH + "?$filter=" + encoded("contains(displayName,'x')"), null);
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.json().path("error").path("innerError").has("request-id"))
                    .isTrue();
        }

        @Test
        void pagesFollowTheNextLink() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            for (int i = 0; i < 5; i++) {
                it.gdap("GDAP " + i, "active");
            }
            JsonNode page =
                    caller.graph("GET", filter(it, "active") + "&$top=2", null).json();
            int rows = page.path("value").size();
            while (page.has("@odata.nextLink")) {
                page = caller.graph("GET", page.path("@odata.nextLink").asString(), null)
                        .json();
                rows += page.path("value").size();
            }
            assertThat(rows).isEqualTo(5);
            assertThat(caller.graph("GET", PATH + "?$top=301", null).status()).isEqualTo(400);
        }

        @Test
        void terminationIsAcceptedAndTakesAWhile() {
            settings.lag(Lag.GDAP_TERMINATION, Duration.ofSeconds(60));
            CustomerBuilder it = standIn.customer("Fabrikam").gdap("Support", "expiring");
            String path = PATH + "/" + it.idOf("Support");
            Reply reply = caller.graph("POST", path + "/requests", "{\"action\":\"terminate\"}");
            assertThat(reply.status()).isEqualTo(201);
            assertThat(standIn.gdapStatus(it.idOf("Support"))).isEqualTo("terminationRequested");
            clock.pass(Duration.ofSeconds(30));
            assertThat(caller.graph("GET", path, null).json().path("status").asString())
                    .isEqualTo("terminating");
            assertThat(caller.graph("GET", reply.header("Location"), null)
                            .json()
                            .path("status")
                            .asString())
                    .isEqualTo("pending");
            clock.pass(Duration.ofSeconds(30));
            assertThat(standIn.gdapStatus(it.idOf("Support"))).isEqualTo("terminated");
            assertThat(caller.graph("POST", path + "/requests", "{\"action\":\"terminate\"}")
                            .status())
                    .isEqualTo(400);
        }

        @Test
        void whatWasOnlyCreatedIsDeletedWithItsEtag() {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").gdap("Draft", "created").gdap("Support", "active");
            String path = PATH + "/" + it.idOf("Draft");
            String etag =
                    caller.graph("GET", path, null).json().path("@odata.etag").asString();
            assertThat(caller.graph("POST", path + "/requests", "{\"action\":\"terminate\"}")
                            .status())
                    .isEqualTo(400);
            assertThat(caller.graph("DELETE", path, null).status()).isEqualTo(400);
            assertThat(caller.header("If-Match", "W/\"x\"")
                            .graph("DELETE", path, null)
                            .status())
                    .isEqualTo(412);
            assertThat(caller.header("If-Match", etag)
                            .graph("DELETE", path, null)
                            .status())
                    .isEqualTo(204);
            assertThat(standIn.gdapStatus(it.idOf("Draft"))).isEqualTo("gone");
        }

        @Test
        void survivesTheRemovalOfTheRelationship() {
            CustomerBuilder it = standIn.customer("Fabrikam").gdap("Support", "active");
            caller.remove(it);
            assertThat(caller.graph("GET", filter(it, "active"), null)
                            .json()
                            .path("value")
                            .size())
                    .isEqualTo(1);
            standIn.changeGdapStatus(it.idOf("Support"), "expired");
            assertThat(standIn.gdapStatus(it.idOf("Support"))).isEqualTo("expired");
        }
    }

    @Nested
    class Quotas {

        @Test
        void overTheQuotaTheGatewayAnswersAndEveryKnockCounts() {
            settings.quota(Resource.CUSTOMER, 3, Duration.ofSeconds(60));
            for (int i = 0; i < 3; i++) {
                assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(200);
            }
            Reply throttled = caller.get("/v1/customers?size=1");
            assertThat(throttled.status()).isEqualTo(429);
            assertThat(throttled.header("Retry-After")).isEqualTo("60");
            assertThat(throttled.json().path("statusCode").asInt()).isEqualTo(429);
            assertThat(throttled.json().path("message").asString())
                    .isEqualTo("Rate limit is exceeded. Try again in 60 seconds.");
            assertThat(standIn.violations()).isEmpty();
            clock.pass(Duration.ofSeconds(59));
            assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(429);
            assertThat(violations()).containsExactly(Violation.Kind.TOO_EARLY);
            clock.pass(Duration.ofSeconds(60));
            assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(200);
            assertThat(violations()).hasSize(1);
        }

        @Test
        void eachResourceHasAQuotaOfItsOwn() {
            settings.quota(Resource.CUSTOMER, 1, Duration.ofSeconds(60));
            CustomerBuilder it = standIn.customer("Fabrikam");
            caller.get(customer(it));
            assertThat(caller.get(customer(it)).status()).isEqualTo(429);
            assertThat(caller.get(customer(it) + "/subscriptions").status()).isEqualTo(200);
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void waitingAsLongAsAskedIsEnough() {
            settings.quota(Resource.SUBSCRIPTION, 2, Duration.ofSeconds(10));
            CustomerBuilder it = standIn.customer("Fabrikam");
            for (int i = 0; i < 20; i++) {
                Reply reply = caller.get(customer(it) + "/subscriptions");
                if (reply.status() == 429) {
                    clock.pass(Duration.ofSeconds(Long.parseLong(reply.header("Retry-After"))));
                    assertThat(caller.get(customer(it) + "/subscriptions").status())
                            .isEqualTo(200);
                }
                clock.pass(Duration.ofMillis(700));
            }
            assertThat(standIn.violations()).isEmpty();
        }
    }

    @Nested
    class Records {

        @Test
        void missingAndWrongHeadersAreBreaches() {
            caller.header("Authorization", "").get("/v1/customers?size=1");
            assertThat(violations()).containsExactly(Violation.Kind.NO_BEARER);
            standIn.clearRecords();
            caller.header("MS-RequestId", "42").get("/v1/customers?size=1");
            caller.header("MS-CorrelationId", "").get("/v1/customers?size=1");
            caller.header("Accept", "text/html").get("/v1/customers?size=1");
            caller.header("Content-Type", "text/plain")
                    .patch(customer(standIn.customer("Fabrikam")), "{\"allowDelegatedAccess\":false}");
            assertThat(violations()).hasSize(4).containsOnly(Violation.Kind.HEADER);
        }

        @Test
        void aRequestIdBelongsToOneRequestAndEndsWithItsAnswer() {
            String id = UUID.randomUUID().toString();
            caller.header("MS-RequestId", id).get("/v1/customers?size=1");
            caller.header("MS-RequestId", id).get("/v1/customers?size=2");
            caller.header("MS-RequestId", id).get("/v1/customers?size=1");
            assertThat(violations())
                    .containsExactly(
                            Violation.Kind.REQUEST_ID_OF_ANOTHER_REQUEST,
                            Violation.Kind.REQUEST_ID_USED_AGAIN_AFTER_AN_ANSWER);
        }

        @Test
        void requestsAreWrittenDownWithoutSecrets() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            caller.change(subscription(it, "E3"), "suspended");
            RecordedRequest write = standIn.writes().get(0);
            assertThat(write.method()).isEqualTo("PATCH");
            assertThat(write.path()).isEqualTo(subscription(it, "E3"));
            assertThat(write.status()).isEqualTo(200);
            assertThat(write.applied()).isTrue();
            assertThat(write.body()).contains("\"suspended\"");
            assertThat(write.header("Authorization")).isEqualTo("Bearer #1");
            assertThat(write.answered()).isEqualTo(clock.instant());
            assertThat(standIn.requests().toString())
                    .doesNotContain(standIn.signIn().clientSecret())
                    .doesNotContain(standIn.signIn().refreshToken())
                    .contains("grant_type=refresh_token");
        }

        @Test
        void twoWritesForOneCustomerAtOneTimeAreABreach() throws InterruptedException {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").licence("E3", "active").licence("E5", "active");
            CustomerBuilder other = standIn.customer("Contoso").licence("E3", "active");
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            standIn.faults()
                    .inject(InjectedFault.SLOW)
                    .on(Endpoint.SUBSCRIPTION_WRITE)
                    .times(3);
            for (String path : List.of(subscription(it, "E3"), subscription(it, "E5"), subscription(other, "E3"))) {
                ObjectNode json = (ObjectNode) caller.get(path).json();
                replies.add(caller.later(
                        "PATCH", path, json.put("status", "suspended").toString()));
            }
            assertThat(standIn.awaitHeld(3, SOON)).isTrue();
            assertThat(standIn.inFlight()).isEqualTo(3);
            standIn.letGo();
            replies.forEach(reply -> assertThat(reply.join().status()).isEqualTo(200));
            assertThat(violations()).containsExactly(Violation.Kind.CONCURRENT_WRITES);
            assertThat(standIn.maxInFlight()).isEqualTo(3);
        }

        @Test
        void aWriteAfterALostAnswerNeedsAReadInBetween() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            String body = json.put("status", "suspended").toString();
            standIn.faults()
                    .inject(InjectedFault.CONNECTION_LOST)
                    .on(Endpoint.SUBSCRIPTION_WRITE)
                    .once();
            assertThat(caller.isLost("PATCH", subscription(it, "E3"), body)).isTrue();
            standIn.faults()
                    .inject(InjectedFault.SERVER_ERROR_BEFORE)
                    .on(Endpoint.SUBSCRIPTION_WRITE)
                    .once();
            assertThat(caller.patch(subscription(it, "E3"), body).status()).isGreaterThanOrEqualTo(500);
            assertThat(violations()).containsExactly(Violation.Kind.WRITE_REPEATED_BLINDLY);
            caller.get(customer(it) + "/subscriptions");
            assertThat(caller.patch(subscription(it, "E3"), body).status()).isEqualTo(200);
            assertThat(violations()).hasSize(1);
        }

        @Test
        void aHungWriteThatWasLookedIntoLeavesNoDoubtBehind() throws InterruptedException {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            standIn.faults()
                    .inject(InjectedFault.HANG_BEFORE)
                    .on(Endpoint.SUBSCRIPTION_WRITE)
                    .once();
            CompletableFuture<Reply> hung = caller.later(
                    "PATCH",
                    subscription(it, "E3"),
                    json.put("status", "suspended").toString());
            assertThat(standIn.awaitHeld(1, SOON)).isTrue();
            assertThat(standIn.inFlight()).isZero();
            assertThat(caller.change(subscription(it, "E3"), "suspended").status())
                    .isEqualTo(200);
            standIn.letGo();
            assertThat(hung).failsWithin(SOON);
            ObjectNode again = (ObjectNode) caller.get(subscription(it, "E3")).json();
            assertThat(caller.patch(subscription(it, "E3"), again.put("status", "active"))
                            .status())
                    .isEqualTo(200);
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void aWriteBesideOneThatCanStillLandIsABreach() throws InterruptedException {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            ObjectNode json = (ObjectNode) caller.get(subscription(it, "E3")).json();
            standIn.faults()
                    .inject(InjectedFault.LANDS_LATE)
                    .on(Endpoint.SUBSCRIPTION_WRITE)
                    .once();
            CompletableFuture<Reply> late = caller.later(
                    "PATCH",
                    subscription(it, "E3"),
                    json.put("status", "suspended").toString());
            assertThat(standIn.awaitHeld(1, SOON)).isTrue();
            ObjectNode early = (ObjectNode) caller.get(subscription(it, "E3")).json();
            assertThat(caller.patch(subscription(it, "E3"), early.put("autoRenewEnabled", false))
                            .status())
                    .isEqualTo(200);
            assertThat(violations()).containsExactly(Violation.Kind.CONCURRENT_WRITES);
            standIn.letGo();
            assertThat(late).failsWithin(SOON);
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("active");
        }

        @Test
        void theSameRequestIdBringsBackTheFirstAnswer() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            String id = UUID.randomUUID().toString();
            standIn.faults()
                    .inject(InjectedFault.ANSWER_LOST)
                    .on(Endpoint.CUSTOMER_WRITE)
                    .once();
            caller.header("MS-RequestId", id);
            String body = "{\"relationshipToPartner\":\"none\",\"attributes\":{\"objectType\":\"Customer\"}}";
            assertThat(caller.isLost("PATCH", customer(it), body)).isTrue();
            assertThat(caller.header("MS-RequestId", id).remove(it).status()).isEqualTo(200);
            assertThat(standIn.violations()).isEmpty();
            assertThat(standIn.writes().stream().map(RecordedRequest::applied)).containsExactly(true, false);
            clock.pass(Duration.ofMinutes(10));
            assertThat(caller.header("MS-RequestId", id).remove(it).code()).isEqualTo(3000);
        }

        @Test
        void whatNobodyDocumentedIsNotThere() {
            assertThat(caller.get("/customers?size=1").status()).isEqualTo(404);
            assertThat(violations()).containsExactly(Violation.Kind.UNKNOWN_CALL);
        }
    }

    @Nested
    class Faulty {

        private InjectedFault one(InjectedFault fault, Endpoint endpoint) {
            standIn.faults().inject(fault).on(endpoint).once();
            return fault;
        }

        @Test
        void aServerErrorComesBeforeOrAfterTheChange() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            one(InjectedFault.SERVER_ERROR_BEFORE, Endpoint.CUSTOMER_WRITE);
            assertThat(caller.remove(it).status()).isBetween(500, 504);
            assertThat(standIn.relationship(it.id())).isEqualTo("reseller");
            one(InjectedFault.SERVER_ERROR_AFTER, Endpoint.CUSTOMER_WRITE);
            assertThat(caller.remove(it).status()).isBetween(500, 504);
            assertThat(standIn.relationship(it.id())).isEqualTo("none");
        }

        @Test
        void aHungCallGetsNoAnswerWhetherItWasAppliedOrNot() throws InterruptedException {
            for (InjectedFault fault : List.of(InjectedFault.HANG_BEFORE, InjectedFault.HANG_AFTER)) {
                CustomerBuilder it = standIn.customer(fault.name());
                one(fault, Endpoint.CUSTOMER_WRITE);
                CompletableFuture<Reply> reply =
                        caller.later("PATCH", customer(it), "{\"relationshipToPartner\":\"none\"}");
                assertThat(standIn.awaitHeld(1, SOON)).isTrue();
                assertThat(reply).isNotDone();
                assertThat(standIn.relationship(it.id()))
                        .isEqualTo(fault == InjectedFault.HANG_AFTER ? "none" : "reseller");
                standIn.letGo();
                assertThat(reply).failsWithin(SOON);
            }
        }

        @Test
        void aLostWriteCanStillLand() throws InterruptedException {
            CustomerBuilder it = standIn.customer("Fabrikam");
            one(InjectedFault.LANDS_LATE, Endpoint.CUSTOMER_WRITE);
            CompletableFuture<Reply> reply =
                    caller.later("PATCH", customer(it), "{\"relationshipToPartner\":\"none\"}");
            assertThat(standIn.awaitHeld(1, SOON)).isTrue();
            assertThat(standIn.relationship(it.id())).isEqualTo("reseller");
            assertThat(caller.get(customer(it)).status()).isEqualTo(200);
            standIn.letGo();
            assertThat(reply).failsWithin(SOON);
            assertThat(standIn.relationship(it.id())).isEqualTo("none");
            assertThat(caller.remove(it).code()).isEqualTo(3000);
            assertThat(violations()).containsExactly(Violation.Kind.WRITE_REPEATED_BLINDLY);
        }

        @Test
        void successIsReportedAndNothingDone() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            one(InjectedFault.NO_EFFECT, Endpoint.SUBSCRIPTION_WRITE);
            Reply reply = caller.change(subscription(it, "E3"), "suspended");
            assertThat(reply.json().path("Status").asString()).isEqualTo("suspended");
            assertThat(standIn.status(it.idOf("E3"))).isEqualTo("active");
            CustomerBuilder empty = standIn.customer("Contoso");
            one(InjectedFault.NO_EFFECT, Endpoint.CUSTOMER_WRITE);
            assertThat(caller.remove(empty).status()).isEqualTo(200);
            assertThat(standIn.relationship(empty.id())).isEqualTo("reseller");
            assertThat(standIn.writes()).noneMatch(RecordedRequest::applied);
        }

        @Test
        void aReadShowsWhatWasBefore() {
            CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
            caller.change(subscription(it, "E3"), "suspended");
            one(InjectedFault.STALE_READ, Endpoint.SUBSCRIPTION_READ);
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("active");
            assertThat(caller.get(subscription(it, "E3")).json().path("status").asString())
                    .isEqualTo("suspended");
        }

        @Test
        void bodiesAreHtmlEmptyOrCutOff() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            one(InjectedFault.HTML_ERROR, Endpoint.CUSTOMER_READ);
            Reply html = caller.get(customer(it));
            assertThat(html.status()).isEqualTo(502);
            assertThat(html.text()).startsWith("<html>");
            one(InjectedFault.EMPTY_BODY, Endpoint.CUSTOMER_READ);
            Reply empty = caller.get(customer(it));
            assertThat(empty.status()).isEqualTo(200);
            assertThat(empty.bytes()).isEmpty();
            one(InjectedFault.TRUNCATED_JSON, Endpoint.CUSTOMER_READ);
            Reply cut = caller.get(customer(it));
            assertThat(cut.status()).isEqualTo(200);
            assertThat(cut.text()).startsWith("\uFEFF{").doesNotEndWith("}");
        }

        @Test
        void nobodyKnowsThisStatusOrTheseFields() {
            CustomerBuilder it =
                    standIn.customer("Fabrikam").licence("E3", "active").licence("E5", "active");
            one(InjectedFault.UNKNOWN_STATUS, Endpoint.SUBSCRIPTION_LIST);
            JsonNode items = caller.get(customer(it) + "/subscriptions").json().path("items");
            assertThat(items.get(0).path("status").asString()).isEqualTo("zzz");
            assertThat(items.get(1).path("status").asString()).isEqualTo("active");
            one(InjectedFault.UNKNOWN_FIELDS, Endpoint.CUSTOMER_READ);
            assertThat(caller.get(customer(it)).json().path("companyProfile").has("zzzList"))
                    .isTrue();
            one(InjectedFault.UNKNOWN_STATUS, Endpoint.CUSTOMER_READ);
            assertThat(caller.get(customer(it))
                            .json()
                            .path("relationshipToPartner")
                            .asString())
                    .isEqualTo("zzz");
        }

        @Test
        void aProblemOfRolesIs403AndNot20002() {
            CustomerBuilder it = standIn.customer("Fabrikam").gdap("Support", "active");
            standIn.faults().inject(InjectedFault.FORBIDDEN).always();
            assertThat(caller.get(customer(it)).code()).isEqualTo(2032);
            assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(403);
            assertThat(caller.graph("GET", "/delegatedAdminRelationships", null).status())
                    .isEqualTo(403);
            standIn.faults().clear();
            assertThat(caller.get(customer(it)).status()).isEqualTo(200);
        }

        @Test
        void throttlingCanComeOutOfNowhere() {
            standIn.faults()
                    .inject(InjectedFault.THROTTLED)
                    .on(Endpoint.reads())
                    .taking(Duration.ofSeconds(7))
                    .once();
            assertThat(caller.get("/v1/customers?size=1").header("Retry-After")).isEqualTo("7");
            clock.pass(Duration.ofSeconds(7));
            standIn.faults().inject(InjectedFault.THROTTLED_UNTIMED).once();
            Reply untimed = caller.get("/v1/customers?size=1");
            assertThat(untimed.status()).isEqualTo(429);
            assertThat(untimed.headers().firstValue("Retry-After")).isEmpty();
            assertThat(standIn.violations()).isEmpty();
        }

        /** Nothing but its own answer can have made it come again: no grace is for that. */
        @Test
        void theRequestThatWasThrottledMustNotComeAgainTooEarlyHoweverSoon() {
            settings.throttleGrace(Duration.ofHours(1));
            String id = UUID.randomUUID().toString();
            standIn.faults()
                    .inject(InjectedFault.THROTTLED)
                    .taking(Duration.ofSeconds(7))
                    .once();
            assertThat(caller.header("MS-RequestId", id)
                            .get("/v1/customers?size=1")
                            .status())
                    .isEqualTo(429);
            caller.get("/v1/customers?size=1");
            assertThat(violations()).isEmpty();

            clock.pass(Duration.ofMillis(6999));
            caller.header("MS-RequestId", id).get("/v1/customers?size=1");

            assertThat(violations()).containsExactly(Violation.Kind.TOO_EARLY);
        }

        @Test
        void aServerErrorCanAskToWaitAndUntilADate() {
            clock.set(Instant.parse("2026-03-09T11:00:00Z"));
            standIn.faults()
                    .inject(InjectedFault.SERVER_ERROR_BEFORE)
                    .answering(503, 0)
                    .askingToWait(Duration.ofSeconds(40))
                    .dated()
                    .once();

            Reply unavailable = caller.get("/v1/customers?size=1");

            assertThat(unavailable.status()).isEqualTo(503);
            assertThat(unavailable.header("Retry-After")).isEqualTo("Mon, 09 Mar 2026 11:00:40 GMT");
            clock.pass(Duration.ofSeconds(39));
            assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(200);
            assertThat(violations()).containsExactly(Violation.Kind.TOO_EARLY);
            clock.pass(Duration.ofSeconds(1));
            assertThat(caller.get("/v1/customers?size=1").status()).isEqualTo(200);
            assertThat(violations()).hasSize(1);
        }

        @Test
        void anyOtherRefusalCanBeOrderedForOneCustomer() {
            CustomerBuilder it = standIn.customer("Fabrikam");
            CustomerBuilder other = standIn.customer("Contoso");
            standIn.faults()
                    .inject(InjectedFault.REFUSED)
                    .answering(403, 900416)
                    .about(it.id())
                    .after(1)
                    .times(1);
            assertThat(caller.get(customer(it)).status()).isEqualTo(200);
            assertThat(caller.get(customer(other)).status()).isEqualTo(200);
            assertThat(caller.get(customer(it)).code()).isEqualTo(900416);
            assertThat(caller.get(customer(it)).status()).isEqualTo(200);
        }

        @Test
        void codesAreNumbersAndSometimesText() {
            Set<Boolean> numbers = new HashSet<>();
            Set<Boolean> extended = new HashSet<>();
            standIn.faults()
                    .inject(InjectedFault.REFUSED)
                    .answering(400, 900279)
                    .times(40);
            for (int i = 0; i < 40; i++) {
                JsonNode body = caller.get("/v1/customers?size=1").json();
                numbers.add(body.path("code").isNumber());
                extended.add(body.has("errorMessageExtended"));
            }
            assertThat(numbers).hasSize(2);
            assertThat(extended).hasSize(2);
        }

        @Test
        void theSameSeedMakesTheSameFaults() {
            List<Integer> first = statuses(7);
            assertThat(statuses(7)).isEqualTo(first);
            assertThat(statuses(8)).isNotEqualTo(first);
            assertThat(first).contains(200).anyMatch(it -> it >= 500);
        }

        private List<Integer> statuses(long seed) {
            try (PartnerCenterStandIn other =
                    PartnerCenterStandIn.start(StandInSettings.standard().seed(seed))) {
                other.faults().inject(InjectedFault.SERVER_ERROR_BEFORE).withProbability(0.3);
                Caller some = new Caller(other).signedIn();
                return IntStream.range(0, 30)
                        .mapToObj(it -> some.get("/v1/customers?size=1").status())
                        .toList();
            }
        }
    }

    @Nested
    class Worlds {

        @Test
        void aRandomWorldHasAllSorts() {
            List<CustomerBuilder> all = standIn.populate(200);
            assertThat(all).hasSize(200);
            Set<String> statuses = new HashSet<>();
            Set<String> offers = new HashSet<>();
            for (CustomerBuilder it : all.subList(0, 120)) {
                caller.get(customer(it) + "/subscriptions").json().path("items").forEach(one -> {
                    statuses.add(one.path("status").asString());
                    offers.add(one.path("offerId").asString().substring(0, 4));
                });
            }
            assertThat(statuses).contains("active", "suspended", "deleted", "expired", "disabled");
            assertThat(offers).contains("CFQ7", "DZH3", "DG7G", "MS-A");
            assertThat(standIn.violations()).isEmpty();
        }

        @Test
        void theSampleForTryingOutIsASmallReseller() {
            StandInForTryingOut sample = StandInForTryingOut.start(0, 0, 0);
            try (PartnerCenterStandIn it = sample.standIn()) {
                it.faults().clear();
                Caller some = new Caller(it).signedIn();
                assertThat(some.get("/v1/customers?size=500")
                                .json()
                                .path("totalCount")
                                .asInt())
                        .isEqualTo(30);
                assertThat(sample.list().lines()).hasSize(13);
            }
        }

        @Test
        void nothingInTheStandInItselfFailed() {
            List<CustomerBuilder> all = standIn.populate(60);
            for (CustomerBuilder it : all) {
                for (String part : List.of("", "/subscriptions", "/entitlements", "/orders")) {
                    assertThat(caller.get(customer(it) + part).status()).isEqualTo(200);
                }
                caller.get(customer(it) + "/subscriptions")
                        .json()
                        .path("items")
                        .forEach(one -> caller.change(
                                customer(it) + "/subscriptions/"
                                        + one.path("id").asString(),
                                "suspended"));
                caller.remove(it);
            }
            assertThat(violations()).doesNotContain(Violation.Kind.STAND_IN_FAILED, Violation.Kind.FIELDS_LOST);
            assertThat(violations()).doesNotContain(Violation.Kind.FIELDS_CHANGED, Violation.Kind.HEADER);
            assertThat(standIn.requests()).noneMatch(it -> it.status() >= 500 || it.answered() == null);
        }
    }
}
