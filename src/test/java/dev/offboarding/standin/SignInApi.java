package dev.offboarding.standin;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The sign-in: its application, its tokens, and what can happen to them. */
public final class SignInApi {

    record AccessToken(int number, String audience, Instant expires, boolean appOnly, boolean mfa) {}

    private record RefreshToken(Instant issued, boolean mfa) {}

    private record Stop(Instant from, int aadsts) {}

    private static final String FORMER_AUDIENCE = "https://graph.windows.net";
    private static final Set<String> SAYINGS = Set.of("openid", "profile", "email", "offline_access");

    private final StandInSettings settings;
    private final Dice dice;
    private final String tenantId;
    private final String clientId;
    private final String objectId;
    private final Map<String, RefreshToken> refreshTokens = new ConcurrentHashMap<>();
    private final Map<String, AccessToken> accessTokens = new ConcurrentHashMap<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger exchanges = new AtomicInteger();
    private final ClientAssertions assertions;
    private volatile String clientSecret;
    private volatile String first;
    private volatile @Nullable Stop stop;
    private volatile @Nullable Instant mfaLost;
    private volatile String baseUrl = "";

    SignInApi(StandInSettings settings, Dice dice) {
        this.settings = settings;
        this.dice = dice;
        tenantId = dice.uuid("tenant", 0).toString();
        clientId = dice.uuid("client", 0).toString();
        objectId = dice.uuid("user", 0).toString();
        clientSecret = "stand-in." + dice.uuid("secret", 0);
        assertions = new ClientAssertions(settings, clientId);
        first = newRefreshToken(true);
    }

    void at(String url) {
        baseUrl = url;
    }

    /** The partner's tenant. */
    public String tenantId() {
        return tenantId;
    }

    public String clientId() {
        return clientId;
    }

    public String clientSecret() {
        return clientSecret;
    }

    public void clientSecret(String it) {
        clientSecret = it;
    }

    /** A refresh token from a sign-in with MFA, valid from the start. */
    public String refreshToken() {
        return first;
    }

    /** Another one, as a person would bring it from a browser; without {@code mfa} its access tokens are refused. */
    public String newRefreshToken(boolean mfa) {
        String token = "0.A"
                + dice.uuid("refresh", issued.incrementAndGet()).toString().replace("-", "");
        refreshTokens.put(token, new RefreshToken(settings.clock.instant(), mfa));
        return token;
    }

    /** Makes this the refresh token to start with. */
    void firstRefreshToken(String token) {
        refreshTokens.put(token, new RefreshToken(settings.clock.instant(), true));
        first = token;
    }

    /** Every refresh token is refused from then on: 700082 and 50173 (revoked), 50076, 53003, 65001 and so on. */
    public void refusedFrom(Instant from, int aadsts) {
        stop = new Stop(from, aadsts);
    }

    /** Every App+User token, renewed or not, answers 401/900421 from then on. */
    public void mfaLostFrom(Instant from) {
        mfaLost = from;
    }

    /** A new consent was given: undoes {@link #refusedFrom} and {@link #mfaLostFrom}. */
    public void mended() {
        stop = null;
        mfaLost = null;
    }

    /** Every access token issued so far is dead. */
    public void accessTokensDie() {
        accessTokens.clear();
    }

    public boolean knowsRefreshToken(String token) {
        return refreshTokens.containsKey(token);
    }

    /** How many access tokens were issued. */
    public int exchanges() {
        return exchanges.get();
    }

    public void register(X509Certificate certificate) {
        assertions.register(certificate);
    }

    /** A certificate known by key and thumbprint ({@code x5t} or {@code x5t#S256}, base64url) only. */
    public void register(PublicKey key, String thumbprint) {
        assertions.register(key, thumbprint);
    }

    /** Who the audit names. */
    String userPrincipalName() {
        return "offboarding@partner.onmicrosoft.com";
    }

    // ---- the token endpoints

    Answer token(Call call) {
        boolean v2 = call.route.size() == 4 && call.route.subList(1, 4).equals(List.of("oauth2", "v2.0", "token"));
        boolean v1 = call.route.size() == 3 && call.route.subList(1, 3).equals(List.of("oauth2", "token"));
        if (!v1 && !v2) {
            return Answer.html(404);
        }
        if (!call.method.equals("POST")) {
            throw new Refusal(400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
        }
        if (!call.segments.get(0).equalsIgnoreCase(tenantId)) {
            throw new Refusal(
                    400,
                    "invalid_request",
                    "AADSTS90002: Tenant '" + call.segments.get(0) + "' not found. Check to make sure you have the"
                            + " correct tenant ID and are signing into the correct cloud.");
        }
        String type = call.header("Content-Type");
        Map<String, String> form =
                type != null && AnswerWriter.lower(type).startsWith("application/x-www-form-urlencoded")
                        ? Call.parameters(call.text())
                        : Map.of();
        String grant = required(form, "grant_type");
        if (!required(form, "client_id").equalsIgnoreCase(clientId)) {
            throw new Refusal(
                    400,
                    "unauthorized_client",
                    "AADSTS700016: Application with identifier was not found in the directory.");
        }
        checkClient(call, form);
        String audience = v1 ? known(required(form, "resource")) : audience(required(form, "scope"), grant);
        return switch (grant) {
            case "client_credentials" -> issue(audience, true, true, null, v2, form);
            case "refresh_token" -> exchange(required(form, "refresh_token"), audience, v2, form);
            case "password" ->
                throw new Refusal(
                        400,
                        "invalid_grant",
                        "AADSTS50076: Due to a configuration change made by your administrator, you must use"
                                + " multi-factor authentication.");
            default ->
                throw new Refusal(
                        400,
                        "unsupported_grant_type",
                        "AADSTS70003: The app requested an unsupported grant type '" + grant + "'.");
        };
    }

    private void checkClient(Call call, Map<String, String> form) {
        String assertion = form.get("client_assertion");
        if (assertion != null) {
            String tokenUrl = baseUrl + call.uri.getPath();
            assertions.check(required(form, "client_assertion_type"), assertion, tokenUrl);
            return;
        }
        String secret = form.get("client_secret");
        if (secret == null) {
            throw new Refusal(
                    401,
                    "invalid_client",
                    "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or"
                            + " 'client_secret'.");
        }
        if (!secret.equals(clientSecret)) {
            throw new Refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
        }
    }

    private Answer exchange(String value, String audience, boolean v2, Map<String, String> form) {
        Instant now = settings.clock.instant();
        Stop stopped = stop;
        if (stopped != null && !now.isBefore(stopped.from())) {
            throw invalidGrant(stopped.aadsts(), now);
        }
        RefreshToken token = refreshTokens.get(value);
        if (token == null) {
            throw new Refusal(400, "invalid_grant", "AADSTS9002313: Invalid request. Request is malformed or invalid.");
        }
        if (!now.isBefore(token.issued().plus(settings.refreshTokenLife))) {
            throw invalidGrant(700082, token.issued());
        }
        String fresh = newRefreshToken(token.mfa());
        if (!settings.oldRefreshTokensWork) {
            refreshTokens.remove(value);
        }
        return issue(audience, false, token.mfa(), fresh, v2, form);
    }

    private Refusal invalidGrant(int aadsts, Instant issuedAt) {
        String text = switch (aadsts) {
            case 700082 ->
                "The refresh token has expired due to inactivity. The token was issued on "
                        + AnswerWriter.date(issuedAt, 7) + " and was inactive for 90.00:00:00.";
            case 50173 ->
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. The"
                        + " user might have changed or reset their password. The grant was issued on '"
                        + AnswerWriter.date(issuedAt, 7) + "'.";
            case 50076, 50079 ->
                "Due to a configuration change made by your administrator, or because you moved to a new"
                        + " location, you must use multi-factor authentication.";
            case 53003 ->
                "Access has been blocked by Conditional Access policies. The access policy does not allow"
                        + " token issuance.";
            case 65001 ->
                "The user or administrator has not consented to use the application with ID '" + clientId
                        + "'. Send an interactive authorization request for this user and resource.";
            default -> "The grant is not valid.";
        };
        return new Refusal(400, "invalid_grant", "AADSTS" + aadsts + ": " + text);
    }

    private Answer issue(
            String audience,
            boolean appOnly,
            boolean mfa,
            @Nullable String refreshToken,
            boolean v2,
            Map<String, String> form) {
        Instant now = settings.clock.instant();
        int number = exchanges.incrementAndGet();
        Instant expires = now.plus(settings.accessTokenLife);
        String value = jwt(number, audience, expires, appOnly, mfa);
        accessTokens.put(value, new AccessToken(number, audience, expires, appOnly, mfa));
        long life = settings.accessTokenLife.toSeconds();
        ObjectNode body = AnswerWriter.object().put("token_type", "Bearer");
        if (v2) {
            body.put("scope", audience + "/" + (appOnly ? ".default" : "user_impersonation"));
            body.put("expires_in", life).put("ext_expires_in", life);
        } else {
            body.put("scope", "user_impersonation");
            body.put("expires_in", Long.toString(life)).put("ext_expires_in", Long.toString(life));
            body.put("expires_on", Long.toString(expires.getEpochSecond()));
            body.put("not_before", Long.toString(now.minusSeconds(300).getEpochSecond()));
            body.put("resource", audience);
        }
        body.put("access_token", value);
        if (refreshToken != null) {
            body.put("refresh_token", refreshToken);
        }
        if (Arrays.asList(form.getOrDefault("scope", "").split(" ")).contains("openid")) {
            body.put("id_token", jwt(-number, clientId, expires, appOnly, mfa));
        }
        return Answer.json(200, body).with("Cache-Control", "no-store, no-cache");
    }

    private String jwt(int number, String audience, Instant expires, boolean appOnly, boolean mfa) {
        ObjectNode claims = AnswerWriter.object()
                .put("aud", audience)
                .put("exp", expires.getEpochSecond())
                .put("tid", tenantId)
                .put("appid", clientId)
                .put("uti", dice.uuid("jwt", number).toString());
        if (!appOnly) {
            claims.put("oid", objectId).put("upn", userPrincipalName());
            claims.putArray("amr").add("pwd");
            if (mfa) {
                claims.withArray("amr").add("mfa");
            }
        }
        return base64(AnswerWriter.object().put("typ", "JWT").put("alg", "none")) + "." + base64(claims) + "."
                + dice.uuid("signature", number).toString().replace("-", "");
    }

    private static String base64(ObjectNode it) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(it.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String required(Map<String, String> form, String name) {
        String value = form.get(name);
        if (value == null || value.isEmpty()) {
            throw new Refusal(
                    400,
                    "invalid_request",
                    "AADSTS900144: The request body must contain the following parameter: '" + name + "'.");
        }
        return value;
    }

    private String known(String resource) {
        String audience = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        if (Set.of(settings.apiAudience, settings.graphAudience, FORMER_AUDIENCE)
                .contains(audience)) {
            return audience;
        }
        throw new Refusal(
                400,
                "invalid_resource",
                "AADSTS500011: The resource principal named " + resource + " was not found in the tenant.");
    }

    private String audience(String scope, String grant) {
        String audience = null;
        for (String part : scope.trim().split(" +")) {
            if (SAYINGS.contains(part)) {
                continue;
            }
            int slash = part.lastIndexOf('/');
            boolean named = slash > "https://".length();
            boolean application = grant.equals("client_credentials");
            if (!named || audience != null || (application && !part.endsWith("/.default"))) {
                throw new Refusal(
                        400,
                        "invalid_scope",
                        "AADSTS70011: The provided value for the input parameter 'scope' is not valid.");
            }
            audience = known(part.substring(0, slash));
        }
        if (audience == null) {
            throw new Refusal(
                    400,
                    "invalid_scope",
                    "AADSTS70011: The provided value for the input parameter 'scope' is not valid.");
        }
        return audience;
    }

    // ---- what the two other hosts ask

    @Nullable
    AccessToken bearer(Call call) {
        String header = call.header("Authorization");
        return header == null || !header.startsWith("Bearer ") ? null : accessTokens.get(header.substring(7));
    }

    void dies(Call call) {
        String header = call.header("Authorization");
        if (header != null && header.startsWith("Bearer ")) {
            accessTokens.remove(header.substring(7));
        }
    }

    boolean isMfaCompliant(AccessToken token) {
        Instant lost = mfaLost;
        return token.appOnly()
                || (token.mfa() && (lost == null || settings.clock.instant().isBefore(lost)));
    }

    AccessToken check(Call call) {
        AccessToken token = bearer(call);
        boolean graph = call.host == Host.GRAPH;
        if (token == null || !settings.clock.instant().isBefore(token.expires())) {
            throw graph
                    ? new Refusal(
                            401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
                    : new Refusal(401, 400, "Access denied.");
        }
        String wanted = graph ? settings.graphAudience : settings.apiAudience;
        if (!token.audience().equals(wanted)) {
            throw graph
                    ? new Refusal(
                            401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
                    : new Refusal(401, 900420, "The audience of the access token is not valid for this resource.");
        }
        if (!graph && settings.mfaEnforced && !isMfaCompliant(token)) {
            throw new Refusal(401, 900421, "Multi-factor authentication is required for App+User access.");
        }
        return token;
    }

    // ---- errors of this host

    Answer refused(Refusal refusal, long number) {
        Instant now = settings.clock.instant();
        String trace = dice.uuid("trace", number).toString();
        String correlation = dice.uuid("correlation", number).toString();
        String at = now.toString().substring(0, 19).replace('T', ' ') + "Z";
        ObjectNode body = AnswerWriter.object()
                .put("error", refusal.code)
                .put(
                        "error_description",
                        refusal.description() + " Trace ID: " + trace + " Correlation ID: " + correlation
                                + " Timestamp: " + at);
        String text = refusal.description();
        int code = text.startsWith("AADSTS") ? Integer.parseInt(text.substring(6, text.indexOf(':'))) : 0;
        body.putArray("error_codes").add(code);
        body.put("timestamp", at)
                .put("trace_id", trace)
                .put("correlation_id", correlation)
                .put("error_uri", baseUrl + "/error?code=" + code);
        return Answer.json(refusal.status, body);
    }
}
