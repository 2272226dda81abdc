package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.node.ObjectNode;

/**
 * Access tokens by the secure application model: the refresh token of an admin agent who signed in with multi-factor authentication
 * is exchanged for one, for each of the two audiences, and replaced by the one that comes with it.
 */
final class SignIn {

    /** Whom a token is for. */
    enum Audience {
        API,
        GRAPH
    }

    /** @param number 1 for the first token of this program; distinguishes tokens without showing them */
    record AccessToken(String value, int number, Instant renewAt) {
        @Override
        public String toString() {
            return "AccessToken#" + number;
        }
    }

    private record Issued(String accessToken, @Nullable String refreshToken, Duration life) {
        @Override
        public String toString() {
            return "Issued[***]";
        }
    }

    /**
     * One try at it.
     *
     * @param issued null where it is worth another
     * @param why what was in the way then
     * @param pause how long the sign-in asks to wait before the next
     */
    private record Attempt(@Nullable Issued issued, String why, Duration pause) {
        @Nullable
        String refreshToken() {
            return issued == null ? null : issued.refreshToken();
        }
    }

    private static final Duration BUFFER = Duration.ofSeconds(30);
    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);
    private static final int TRIES = 4;
    /** A longer pause is not waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String RESOURCE = "sign-in";

    private final PartnerCenterSettings settings;
    private final Http http;
    private final RefreshTokenFile file;
    private final Clock clock;
    private final CancellationToken cancellation;
    private final RequestListener traffic;
    private final Map<Audience, AccessToken> tokens = new EnumMap<>(Audience.class);
    private final ReentrantLock lock = new ReentrantLock();
    private int number;

    SignIn(
            PartnerCenterSettings settings,
            Http http,
            Clock clock,
            CancellationToken cancellation,
            RequestListener traffic) {
        this.settings = settings;
        this.http = http;
        this.file = new RefreshTokenFile(
                settings.refreshTokenFile(), settings.connectTimeout().plus(settings.readTimeout()), cancellation);
        this.clock = clock;
        this.cancellation = cancellation;
        this.traffic = traffic;
    }

    /** A token that is valid for a while yet. */
    AccessToken token(Audience audience) {
        return token(audience, 0);
    }

    /** Another token than the one of this number, which was not accepted. The second caller gets what the first one fetched. */
    AccessToken otherThan(Audience audience, int number) {
        return token(audience, number);
    }

    private AccessToken token(Audience audience, int refused) {
        lock.lock();
        try {
            AccessToken token = tokens.get(audience);
            if (token == null || token.number() == refused || !clock.instant().isBefore(token.renewAt())) {
                token = exchange(audience);
                tokens.put(audience, token);
            }
            return token;
        } finally {
            lock.unlock();
        }
    }

    private AccessToken exchange(Audience audience) {
        String why = "";
        Duration asked = Duration.ZERO;
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            if (attempt > 1) {
                Duration usual = WaitTimes.ATTEMPTS.after(attempt - 1);
                WaitTimes.pause(cancellation, asked.compareTo(usual) > 0 ? asked : usual);
            }
            Instant begun = clock.instant();
            // lent for one attempt: another job that signs in with this token need not wait for our pauses
            Attempt made = file.lend(token -> attempt(audience, token), Attempt::refreshToken);
            if (made.issued() != null) {
                return accessToken(made.issued(), begun);
            }
            why = made.why();
            asked = made.pause();
            if (asked.compareTo(PATIENCE) > 0) {
                why += " and asks to wait for %d s".formatted(asked.toSeconds());
                break;
            }
        }
        throw ServiceErrors.notReached("the sign-in", settings.loginUrl().toString(), why);
    }

    private AccessToken accessToken(Issued issued, Instant asked) {
        // a token that lives for seconds only would with the whole buffer never be good
        Duration quarter = issued.life().dividedBy(4);
        Duration buffer = quarter.compareTo(BUFFER) < 0 ? quarter : BUFFER;
        return new AccessToken(
                issued.accessToken(), ++number, asked.plus(issued.life()).minus(buffer));
    }

    private Attempt attempt(Audience audience, String refreshToken) {
        String url = settings.loginUrl() + "/" + settings.tenantId() + "/oauth2/v2.0/token";
        Http.Answer answer;
        try {
            answer = http.exchange(
                    HttpMethod.POST,
                    URI.create(url),
                    Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"),
                    form(audience, refreshToken, url));
        } catch (Http.NoAnswerException e) {
            if (e.mayHaveArrived()) {
                traffic.request(RESOURCE, RequestListener.NO_ANSWER);
            }
            return new Attempt(null, e.why(), Duration.ZERO);
        }
        traffic.request(RESOURCE, answer.status());
        if (answer.status() >= 500 || answer.status() == 429) {
            Duration wait = Client.retryAfter(answer, ErrorBody.of(answer.status(), answer.body()), clock.instant());
            return new Attempt(null, "it answered " + answer.status(), wait == null ? Duration.ZERO : wait);
        }
        return new Attempt(issued(answer), "", Duration.ZERO);
    }

    private byte[] form(Audience audience, String refreshToken, String url) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", settings.clientId());
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        String resource = audience == Audience.API ? settings.apiAudience() : settings.graphAudience();
        form.put("scope", resource + "/.default offline_access");
        form.putAll(ClientProof.of(settings, clock).parameters(url));
        return form.entrySet().stream()
                .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Issued issued(Http.Answer answer) {
        ObjectNode body = PartnerCenterJson.object(answer.body());
        if (answer.status() != 200 || body == null) {
            throw ServiceErrors.signIn(
                    answer.status(),
                    PartnerCenterJson.text(body, "error", ""),
                    PartnerCenterJson.text(body, "error_description", ""));
        }
        String accessToken = PartnerCenterJson.text(body, "access_token");
        if (accessToken == null) {
            throw new PlatformUnavailableException(
                    "the sign-in at %s answered without an access token: check login-url"
                            .formatted(settings.loginUrl()),
                    null);
        }
        return new Issued(accessToken, PartnerCenterJson.text(body, "refresh_token"), life(body));
    }

    /** A number, or on the older endpoint a text. */
    private static Duration life(ObjectNode body) {
        String text = PartnerCenterJson.text(body, "expires_in", "");
        return text.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : DEFAULT_LIFE;
    }
}
