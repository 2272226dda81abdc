package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.Admission;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.partnercenter.SignIn.AccessToken;
import dev.offboarding.platform.partnercenter.SignIn.Audience;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/**
 * Speaks with Partner Center and Graph: never faster than allowed, never with more calls under way than allowed, signed in, and with
 * its manners about request ids. Reads are tried again; a write is sent once, and again only where the platform has said that it did
 * not take it (401, 429) or where it never arrived.
 */
final class Client {

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);

    private static final int READ_TRIES = 4;
    private static final int CONNECT_TRIES = 4;
    private static final int THROTTLED_TRIES = 12;
    /** A longer pause is not waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What anyone may read who may sign in: of no one customer. */
    private static final String A_CUSTOMER = "/v1/customers?size=1";

    private static final Admission ALWAYS = () -> true;

    private final PartnerCenterSettings settings;
    private final Http http;
    private final SignIn signIn;
    private final RateLimits paces;
    private final Clock clock;
    private final CancellationToken cancellation;
    private final RequestListener traffic;
    private final Semaphore inFlight;
    private final PlatformClock platformClock = new PlatformClock();
    /** The number of the token that was accepted for another read after one had been refused; 0 where there is none. */
    private volatile int acceptedElsewhere;

    Client(
            PartnerCenterSettings settings,
            Http http,
            SignIn signIn,
            RateLimits paces,
            Clock clock,
            CancellationToken cancellation,
            RequestListener traffic) {
        this.settings = settings;
        this.paces = paces;
        this.http = http;
        this.signIn = signIn;
        this.clock = clock;
        this.cancellation = cancellation;
        this.traffic = traffic;
        this.inFlight = new Semaphore(settings.inFlight());
    }

    /** By how much the platform's clock is ahead of this one; null if it has not said what time it is. */
    @Nullable
    Duration clockAhead() {
        return platformClock.ahead(clock);
    }

    /**
     * Reads; tries again what may pass. A 401 is this one read's own where another is accepted in the same moment with the
     * same token: one customer who cannot be read ends nobody else's night.
     *
     * @return {@link Reply.Accepted} always with a body
     * @throws PlatformUnavailableException where no other read would fare better
     */
    Reply read(Request request) {
        return read(request, !request.toGraph());
    }

    /** @param asksElsewhere whether to find out whose a 401 is */
    private Reply read(Request request, boolean asksElsewhere) {
        Attempt attempt = new Attempt(asksElsewhere);
        int elsewhere = 0;
        for (int tries = 1; ; tries++) {
            Reply reply = transmit(request, attempt, ALWAYS, id -> {});
            if (reply instanceof Reply.Unusable unusable) {
                Reply.Refused refusal = attempt.refusal;
                if (refusal == null || !asksElsewhere) {
                    throw unusable.why();
                }
                if (refusal.token() == elsewhere || elsewhere != 0 && tries >= READ_TRIES) {
                    LOG.info("{} {}, and another read is accepted", request.words(), refusal.words());
                    return refusal;
                }
                elsewhere = tokenOfAnother();
                if (elsewhere == 0) {
                    throw unusable.why();
                }
                attempt = new Attempt(true);
                continue;
            }
            boolean settled = reply instanceof Reply.Accepted accepted && accepted.body() != null
                    || reply instanceof Reply.Refused;
            if (settled) {
                return reply;
            }
            if (tries >= READ_TRIES) {
                String why = "%s %s, %d times".formatted(request.words(), reply.words(), tries);
                return new Reply.NoAnswer(why, clock.instant(), false);
            }
            WaitTimes.pause(cancellation, WaitTimes.ATTEMPTS.afterByChance(tries));
            if (!(reply instanceof Reply.NoAnswer) || attempt.answered) {
                attempt = new Attempt(asksElsewhere);
            }
        }
    }

    /** The number of a token with which another read is accepted now, signed in again where that is needed; 0 where none is. */
    private int tokenOfAnother() {
        Reply other = read(Request.get(Quota.CUSTOMER, A_CUSTOMER), false);
        acceptedElsewhere = other instanceof Reply.Accepted accepted ? accepted.token() : 0;
        return acceptedElsewhere;
    }

    /** Writes, at most once. */
    Reply write(Request request, Admission admission) {
        return write(request, 1, admission, id -> {});
    }

    /**
     * Writes, at most once. The trail has the correlation id, which is new for each attempt, and that is the request's own id, too. What is
     * sent again within an attempt is another request: its id is the name-based one (RFC 9562, version 3) of the correlation id, a blank
     * and its number.
     *
     * @param number which request of the attempt it is, from 1
     * @param sent is given the request's own id, each time right before it is sent
     */
    Reply write(Request request, int number, Admission admission, Consumer<UUID> sent) {
        UUID id = request.correlationId();
        UUID requestId =
                number == 1 ? id : UUID.nameUUIDFromBytes((id + " " + number).getBytes(StandardCharsets.US_ASCII));
        return transmit(request, new Attempt(requestId, false), admission, sent);
    }

    /** What the platform may recognise as one and the same; a new one after any answer. */
    private static final class Attempt {
        final UUID requestId;
        int connectFailures;
        int throttled;
        /** The number of the token that was not accepted; 0 while none was refused. */
        int tokenRefused;

        /** The 401 of a read, with a token that is not known to be at fault. */
        Reply.@Nullable Refused refusal;

        /** Whether a 401 may be the read's own, and not the token's. */
        final boolean asksElsewhere;

        boolean sent;
        /** By something in between, perhaps. */
        boolean answered;

        Duration pause = Duration.ZERO;

        Attempt(boolean asksElsewhere) {
            this(UUID.randomUUID(), asksElsewhere);
        }

        Attempt(UUID requestId, boolean asksElsewhere) {
            this.requestId = requestId;
            this.asksElsewhere = asksElsewhere;
        }
    }

    private Reply transmit(Request request, Attempt attempt, Admission admission, Consumer<UUID> sent) {
        while (true) {
            Duration wait = start(request.quota());
            if (wait != null) {
                return new Reply.Postponed("the platform asks to wait for another %d s".formatted(wait.toSeconds()));
            }
            Reply reply;
            try {
                reply = send(request, attempt, admission, sent);
            } finally {
                inFlight.release();
            }
            if (reply != null) {
                return reply;
            }
            Duration pause = attempt.pause;
            attempt.pause = Duration.ZERO;
            if (!pause.isZero()) {
                WaitTimes.pause(cancellation, pause);
            }
        }
    }

    /** Null when the same attempt is to be sent again: it was not taken. */
    private @Nullable Reply send(Request request, Attempt attempt, Admission admission, Consumer<UUID> sent) {
        Audience audience = request.toGraph() ? Audience.GRAPH : Audience.API;
        try {
            // after all waiting: a token may live for seconds only
            AccessToken token = attempt.tokenRefused == 0
                    ? signIn.token(audience)
                    : signIn.otherThan(audience, attempt.tokenRefused);
            if (!admission.mayStart()) {
                return new Reply.NotAllowed();
            }
            if (paces.of(request.quota()).isPaused()) {
                // another call was throttled while this one was signed in again, or waited to be admitted
                return null;
            }
            sent.accept(attempt.requestId);
            Instant sentAt = clock.instant();
            Http.Answer answer =
                    http.exchange(request.method(), uri(request), headers(request, attempt, token), request.body());
            attempt.sent = true;
            traffic.request(request.quota().word(), answer.status());
            noteForSupport(request, answer);
            if (!request.toGraph() && answer.status() / 100 == 2) {
                platformClock.saw(answer);
            }
            return judge(request, attempt, token, sentAt, answer);
        } catch (PlatformUnavailableException e) {
            return new Reply.Unusable(e, attempt.sent);
        } catch (Http.NoAnswerException e) {
            return unanswered(request, attempt, e);
        }
    }

    /** What Microsoft asks for when a call is looked into: the ids of its answer, which need not be those that were sent. */
    private static void noteForSupport(Request request, Http.Answer answer) {
        boolean failed = answer.status() == 401 || answer.status() >= 500;
        if (failed || !request.method().equals(HttpMethod.GET)) {
            LOG.info(
                    "{} answered {}, MS-RequestId {}, MS-CorrelationId {}, MS-CV {}",
                    request.words(),
                    answer.status(),
                    id(answer, "MS-RequestId"),
                    id(answer, "MS-CorrelationId"),
                    id(answer, "MS-CV"));
        }
    }

    private static String id(Http.Answer answer, String name) {
        String header = answer.header(name);
        return header == null ? "-" : ErrorBody.line(header);
    }

    private @Nullable Reply unanswered(Request request, Attempt attempt, Http.NoAnswerException e) {
        if (e.mayHaveArrived()) {
            traffic.request(request.quota().word(), RequestListener.NO_ANSWER);
            // from now: when it really left within the time that it took cannot be known
            return new Reply.NoAnswer(e.why(), clock.instant(), false);
        }
        if (++attempt.connectFailures == CONNECT_TRIES) {
            String whom = request.toGraph() ? "Microsoft Graph" : "Partner Center";
            return new Reply.Unusable(
                    ServiceErrors.notReached(whom, base(request).toString(), e.why()), attempt.sent);
        }
        attempt.pause = WaitTimes.ATTEMPTS.afterByChance(attempt.connectFailures);
        return null;
    }

    private @Nullable Reply judge(
            Request request, Attempt attempt, AccessToken token, Instant sentAt, Http.Answer answer) {
        Instant now = clock.instant();
        int status = answer.status();
        boolean write = !request.method().equals(HttpMethod.GET);
        if (status >= 200 && status < 300) {
            boolean whereToLook = status != 202 || answer.header("Location") != null;
            return write && !whereToLook
                    ? stranger(attempt, status, now)
                    : new Reply.Accepted(status, PartnerCenterJson.object(answer.body()), now, token.number());
        }
        ErrorBody fault = ErrorBody.of(status, answer.body());
        boolean ofPlatform = fault.ofPlatform(request.toGraph());
        PlatformUnavailableException unusable = ServiceErrors.api(status, fault);
        if (unusable != null) {
            return new Reply.Unusable(unusable, true);
        }
        if (status == 401 && (ofPlatform || !write)) {
            if (attempt.tokenRefused != 0 || attempt.asksElsewhere && token.number() == acceptedElsewhere) {
                attempt.refusal = new Reply.Refused(status, fault, now, token.number());
                return new Reply.Unusable(ServiceErrors.tokenNotAccepted(request.toGraph(), fault), true);
            }
            attempt.tokenRefused = token.number();
            return null;
        }
        Duration asked = retryAfter(answer, fault, now);
        if (status == 429) {
            attempt.throttled++;
            // a date that is over, on this machine's clock, is not a permission to ask again at once
            Duration wait =
                    asked == null || asked.isZero() ? WaitTimes.ATTEMPTS.afterByChance(attempt.throttled) : asked;
            pause(request.quota(), wait, now);
            if (write && !ofPlatform) {
                return stranger(attempt, status, now);
            }
            return attempt.throttled < THROTTLED_TRIES
                    ? null
                    : new Reply.NoAnswer("it answered 429, again and again", null, false);
        }
        if (status == 503 && asked != null) {
            pause(request.quota(), asked, now);
        }
        if (status == 408 || status >= 500) {
            String text = fault.text().isEmpty() ? "" : ": " + fault.text();
            boolean over = ofPlatform && (status == 500 || status == 503);
            return new Reply.NoAnswer("it answered " + status + text, sentAt, over);
        }
        if (!ofPlatform && (write || !isNotFound(request, answer, fault))) {
            return stranger(attempt, status, now);
        }
        return new Reply.Refused(status, fault, now, token.number());
    }

    /** Not a page of a box in between: the customer's service may have no words for what is not there. */
    private static boolean isNotFound(Request request, Http.Answer answer, ErrorBody fault) {
        String type = answer.header(HttpHeaders.CONTENT_TYPE);
        boolean page = type != null && type.toLowerCase(Locale.ROOT).contains("html");
        return answer.status() == 404 && !request.toGraph() && fault.voice() != ErrorBody.Voice.STRANGER && !page;
    }

    /** Something in between may have passed the request on, and may do so still: whatever its answer says, it is not one. */
    private static Reply stranger(Attempt attempt, int status, Instant now) {
        attempt.answered = true;
        return new Reply.NoAnswer("answered %d, but not in the platform's own words".formatted(status), now, false);
    }

    /** Takes a place among the calls under way, when both the pace and the others allow it. Null when taken; else how long it would be. */
    private @Nullable Duration start(Quota quota) {
        RateLimiter pace = paces.of(quota);
        while (true) {
            try {
                inFlight.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PlatformUnavailableException("interrupted while waiting for Partner Center", e);
            }
            Duration wait = pace.tryStart();
            if (wait.isZero()) {
                return null;
            }
            // no one occupies a place while waiting: another quota may be free
            inFlight.release();
            if (wait.compareTo(PATIENCE) > 0) {
                return wait;
            }
            WaitTimes.pause(cancellation, wait);
        }
    }

    private void pause(Quota quota, Duration time, Instant from) {
        LOG.info("{} is throttled: no requests for {} s", quota, time.toSeconds());
        paces.of(quota).pauseUntil(from.plus(time));
    }

    /** How long an answer asks to wait; null where it does not. */
    static @Nullable Duration retryAfter(Http.Answer answer, ErrorBody fault, Instant now) {
        String header = answer.header("Retry-After");
        if (header != null && header.strip().matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header.strip()));
        }
        if (header != null) {
            try {
                Instant until = ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
            } catch (DateTimeParseException e) {
                LOG.debug("Retry-After is neither seconds nor a date");
            }
        }
        Long seconds = fault.wait(answer.status());
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private Map<String, String> headers(Request request, Attempt attempt, AccessToken token) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Authorization", "Bearer " + token.value());
        headers.put("Accept", "application/json");
        headers.put("User-Agent", "offboarding");
        if (request.body() != null) {
            headers.put("Content-Type", "application/json; charset=utf-8");
        }
        if (request.toGraph()) {
            headers.put("client-request-id", request.correlationId().toString());
        } else {
            headers.put("MS-RequestId", attempt.requestId.toString());
            headers.put("MS-CorrelationId", request.correlationId().toString());
            headers.put("MS-Contract-Version", "v1");
            headers.put("MS-PartnerCenter-Application", "offboarding");
            headers.put("X-Locale", "en-US");
        }
        headers.putAll(request.headers());
        return headers;
    }

    private URI base(Request request) {
        return request.toGraph() ? settings.graphUrl() : settings.apiUrl();
    }

    private URI uri(Request request) {
        return URI.create(base(request) + request.path());
    }
}
