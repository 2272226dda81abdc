package dev.offboarding.standin;

import static dev.offboarding.standin.Caller.accessToken;
import static dev.offboarding.standin.Caller.customer;
import static dev.offboarding.standin.Caller.encoded;
import static dev.offboarding.standin.Caller.subscription;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.RsaKeys;
import dev.offboarding.kit.SettableClock;
import dev.offboarding.standin.Caller.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tokens: how they are got, how long they last, and how they are lost. */
class SignInApiTest {

    private static final String API = "https://api.partnercenter.microsoft.com";
    private static final String GRAPH = "https://graph.microsoft.com";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-07-27T02:00:00Z"));
    private final StandInSettings settings =
            StandInSettings.standard().clock(clock).accessTokenLife(Duration.ofSeconds(20));
    private final PartnerCenterStandIn standIn = PartnerCenterStandIn.start(settings);
    private final Caller caller = new Caller(standIn);

    @AfterEach
    void close() {
        standIn.close();
    }

    private int aadsts(Reply reply) {
        return reply.json().path("error_codes").get(0).asInt();
    }

    private int read() {
        return caller.get("/v1/customers?size=1").status();
    }

    @Test
    void theFirstVersionWritesNumbersAsTextAndTheSecondAsNumbers() {
        JsonNode v1 = caller.v1(standIn.signIn().refreshToken(), API).json();
        assertThat(v1.path("expires_in").isString()).isTrue();
        assertThat(v1.path("expires_in").asString()).isEqualTo("20");
        assertThat(v1.path("resource").asString()).isEqualTo(API);
        assertThat(v1.has("id_token")).isTrue();
        JsonNode v2 = caller.v2(standIn.signIn().refreshToken(), API + "/user_impersonation")
                .json();
        assertThat(v2.path("expires_in").isNumber()).isTrue();
        assertThat(v2.has("expires_on")).isFalse();
        caller.with(v1.path("access_token").asString());
        assertThat(read()).isEqualTo(200);
    }

    @Test
    void everyExchangeBringsANewRefreshTokenAndTheOldOneWorksOn() {
        String first = standIn.signIn().refreshToken();
        String second =
                caller.v2(first, API + "/.default").json().path("refresh_token").asString();
        assertThat(second).isNotEqualTo(first);
        assertThat(caller.v2(first, API + "/.default").status()).isEqualTo(200);
        assertThat(caller.v2(second, API + "/.default").status()).isEqualTo(200);
        settings.oldRefreshTokensWork(false);
        assertThat(caller.v2(second, API + "/.default").status()).isEqualTo(200);
        Reply again = caller.v2(second, API + "/.default");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().path("error").asString()).isEqualTo("invalid_grant");
    }

    @Test
    void aRefreshTokenThatLayIdleForNinetyDaysIsDead() {
        clock.pass(Duration.ofDays(89));
        String renewed = caller.v2(standIn.signIn().refreshToken(), API + "/.default")
                .json()
                .path("refresh_token")
                .asString();
        clock.pass(Duration.ofDays(1));
        Reply dead = caller.v2(standIn.signIn().refreshToken(), API + "/.default");
        assertThat(dead.status()).isEqualTo(400);
        assertThat(aadsts(dead)).isEqualTo(700082);
        assertThat(dead.json().path("error_description").asString())
                .startsWith("AADSTS700082: ")
                .contains("90.00:00:00");
        assertThat(caller.v2(renewed, API + "/.default").status()).isEqualTo(200);
    }

    @Test
    void aRevokedSignInIsRefusedFromThatMomentOn() {
        standIn.signIn().refusedFrom(clock.instant().plusSeconds(60), 50173);
        String first = standIn.signIn().refreshToken();
        assertThat(caller.v2(first, API + "/.default").status()).isEqualTo(200);
        clock.pass(Duration.ofSeconds(60));
        Reply revoked = caller.v2(first, API + "/.default");
        assertThat(revoked.json().path("error").asString()).isEqualTo("invalid_grant");
        assertThat(aadsts(revoked)).isEqualTo(50173);
        standIn.signIn().mended();
        assertThat(caller.v2(first, API + "/.default").status()).isEqualTo(200);
    }

    @Test
    void anAccessTokenEndsAndCanDieBeforeThat() {
        caller.signedIn();
        assertThat(read()).isEqualTo(200);
        clock.pass(Duration.ofSeconds(20));
        Reply expired = caller.get("/v1/customers?size=1");
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.header("WWW-Authenticate")).startsWith("OAuth realm=urn:cpsvc:cpid:");
        caller.signedIn();
        standIn.faults().inject(InjectedFault.TOKEN_DIES).once();
        assertThat(read()).isEqualTo(401);
        assertThat(read()).isEqualTo(401);
        caller.signedIn();
        assertThat(read()).isEqualTo(200);
        standIn.signIn().accessTokensDie();
        assertThat(read()).isEqualTo(401);
        assertThat(standIn.signIn().exchanges()).isEqualTo(6);
    }

    @Test
    void withoutMfaTheApiAnswers900421AndARenewedTokenDoesToo() {
        String weak = standIn.signIn().newRefreshToken(false);
        for (int i = 0; i < 2; i++) {
            caller.with(accessToken(caller.v2(weak, API + "/.default")));
            Reply reply = caller.get("/v1/customers?size=1");
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.code()).isEqualTo(900421);
        }
        settings.mfaEnforced(false);
        Reply told = caller.header("ValidateMfa", "true").get("/v1/customers?size=1");
        assertThat(told.header("isMfaCompliant")).isEqualTo("false");
    }

    @Test
    void mfaCanBeLostInTheMiddleOfARun() {
        settings.accessTokenLife(Duration.ofHours(1));
        caller.signedIn();
        standIn.signIn().mfaLostFrom(clock.instant().plusSeconds(60));
        assertThat(caller.header("ValidateMfa", "true")
                        .get("/v1/customers?size=1")
                        .header("isMfaCompliant"))
                .isEqualTo("true");
        clock.pass(Duration.ofSeconds(60));
        assertThat(caller.get("/v1/customers?size=1").code()).isEqualTo(900421);
        caller.signedIn();
        assertThat(caller.get("/v1/customers?size=1").code()).isEqualTo(900421);
        assertThat(caller.graph("GET", "/delegatedAdminRelationships", null).status())
                .isEqualTo(200);
    }

    @Test
    void anApplicationAloneMaySuspendButNotRemove() {
        CustomerBuilder it = standIn.customer("Fabrikam").licence("E3", "active");
        standIn.signIn().mfaLostFrom(clock.instant());
        caller.asApplication();
        assertThat(caller.change(subscription(it, "E3"), "suspended").status()).isEqualTo(200);
        for (Reply reply : List.of(
                caller.remove(it),
                caller.get(customer(it) + "/entitlements"),
                caller.get(subscription(it, "E3") + "/supportcontact"),
                caller.get(subscription(it, "E3") + "/provisioningstatus"),
                caller.get("/v1/customers/relationshiprequests"))) {
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo(900329);
        }
        assertThat(standIn.relationship(it.id())).isEqualTo("reseller");
    }

    @Test
    void aTokenForAnotherAudienceIsRefusedOnBothHosts() {
        String graph = accessToken(caller.v2(standIn.signIn().refreshToken(), GRAPH + "/.default"));
        Reply api = caller.with(graph).get("/v1/customers?size=1");
        assertThat(api.status()).isEqualTo(401);
        assertThat(api.code()).isEqualTo(900420);
        String former = accessToken(caller.v1(standIn.signIn().refreshToken(), "https://graph.windows.net"));
        assertThat(caller.with(former).get("/v1/customers?size=1").code()).isEqualTo(900420);
        Reply other = caller.with(accessToken(caller.v1(standIn.signIn().refreshToken(), API)))
                .graph("GET", "/delegatedAdminRelationships", null);
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.json().path("error").path("code").asString()).isEqualTo("InvalidAuthenticationToken");
    }

    @Test
    void whatIsWrongWithATokenRequestIsSaid() {
        String client = "&client_id=" + standIn.signIn().clientId();
        String refresh =
                "grant_type=refresh_token&refresh_token=" + standIn.signIn().refreshToken();
        String scope = "&scope=" + encoded(API + "/.default");
        String v2 = "/oauth2/v2.0/token";
        assertThat(aadsts(caller.form(v2, ""))).isEqualTo(900144);
        assertThat(aadsts(caller.form(v2, refresh + scope + client))).isEqualTo(7000218);
        assertThat(aadsts(caller.form(v2, refresh + scope + client + "&client_secret=no")))
                .isEqualTo(7000215);
        assertThat(aadsts(caller.form(v2, refresh + scope + "&client_id=no&client_secret=no")))
                .isEqualTo(700016);
        String secret = "&client_secret=" + encoded(standIn.signIn().clientSecret());
        assertThat(aadsts(caller.form(v2, refresh + "&scope=openid" + client + secret)))
                .isEqualTo(70011);
        assertThat(aadsts(caller.form(v2, "grant_type=password" + scope + client + secret)))
                .isEqualTo(50076);
        assertThat(aadsts(caller.v2(standIn.signIn().refreshToken(), "https://example.com/.default")))
                .isEqualTo(500011);
        assertThat(aadsts(caller.v2("0.Anonsense", API + "/.default"))).isEqualTo(9002313);
        assertThat(standIn.requests().toString())
                .doesNotContain(standIn.signIn().refreshToken());
    }

    @Test
    void theSignInItselfCanFail() {
        standIn.faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.LOGIN)
                .once();
        assertThat(caller.v2(standIn.signIn().refreshToken(), API + "/.default").status())
                .isBetween(500, 504);
        assertThat(caller.v2(standIn.signIn().refreshToken(), API + "/.default").status())
                .isEqualTo(200);
    }

    @Test
    void aCertificateCanTakeThePlaceOfTheSecret() throws Exception {
        KeyPair pair = RsaKeys.OURS;
        standIn.signIn().register(pair.getPublic(), "thumb");
        PrivateKey key = pair.getPrivate();
        assertThat(withAssertion(assertion(key, claims())).status()).isEqualTo(200);
        assertThat(refused(assertion(key, claims().put("aud", API)))).isEqualTo(700023);
        assertThat(refused(assertion(key, claims().put("sub", "somebody")))).isEqualTo(700021);
        assertThat(refused(assertion(key, claims().put("iss", "somebody")))).isEqualTo(700021);
        long now = clock.instant().getEpochSecond();
        assertThat(refused(assertion(key, claims().put("exp", now)))).isEqualTo(700024);
        String stranger = assertion(RsaKeys.ofAStranger().getPrivate(), claims());
        assertThat(refused(stranger)).isEqualTo(700027);
        assertThat(refused("no.jwt")).isEqualTo(50027);
    }

    @Test
    void aCertificateIsKnownByEitherThumbprint(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=stand-in",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        X509Certificate certificate = (X509Certificate) keys.getCertificate("a");
        PrivateKey key = (PrivateKey) keys.getKey("a", "changeit".toCharArray());
        standIn.signIn().register(certificate);
        for (String[] names : new String[][] {{"x5t", "SHA-1"}, {"x5t#S256", "SHA-256"}}) {
            String print = base64(MessageDigest.getInstance(names[1]).digest(certificate.getEncoded()));
            assertThat(withAssertion(assertion(key, claims(), names[0], print)).status())
                    .isEqualTo(200);
        }
        assertThat(refused(assertion(key, claims(), "x5t", "another"))).isEqualTo(700027);
    }

    private ObjectNode claims() {
        String id = standIn.signIn().clientId();
        return AnswerWriter.object()
                .put("aud", standIn.loginUrl() + "/" + standIn.signIn().tenantId() + "/oauth2/v2.0/token")
                .put("iss", id)
                .put("sub", id)
                .put("exp", clock.instant().getEpochSecond() + 300);
    }

    private static String assertion(PrivateKey key, ObjectNode claims) throws Exception {
        return assertion(key, claims, "x5t", "thumb");
    }

    private static String assertion(PrivateKey key, ObjectNode claims, String field, String print) throws Exception {
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"" + field + "\":\"" + print + "\"}";
        String head = base64(header.getBytes(StandardCharsets.UTF_8));
        String signed = head + "." + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] it) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(it);
    }

    private int refused(String assertion) {
        Reply reply = withAssertion(assertion);
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().path("error").asString()).isEqualTo("invalid_client");
        return aadsts(reply);
    }

    private Reply withAssertion(String assertion) {
        return caller.form(
                "/oauth2/v2.0/token",
                "grant_type=refresh_token&refresh_token=" + standIn.signIn().refreshToken() + "&scope="
                        + encoded(API + "/user_impersonation") + "&client_id="
                        + standIn.signIn().clientId()
                        + "&client_assertion_type="
                        + encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") + "&client_assertion="
                        + assertion);
    }
}
