package dev.offboarding.standin;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes down every request, and notices what no client should do. Its own monitor guards all of it. */
final class CallJournal {

    private static final Set<String> HEADERS = Set.of(
            "accept",
            "content-type",
            "if-match",
            "ms-requestid",
            "ms-correlationid",
            "ms-contract-version",
            "ms-continuationtoken",
            "ms-partnercenter-application",
            "x-locale",
            "user-agent",
            "prefer",
            "validatemfa",
            "client-request-id");
    private static final Set<String> SECRETS =
            Set.of("client_secret", "refresh_token", "client_assertion", "password", "assertion", "code");

    private record Throttled(Instant until, long nanos) {}

    private static final class Use {
        final String request;
        boolean answered;

        Use(String request) {
            this.request = request;
        }
    }

    private final StandInSettings settings;
    private final Map<Long, RecordedRequest> requests = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Use> requestIds = new HashMap<>();
    private final Map<Resource, Throttled> throttled = new HashMap<>();
    /** Until when the client of this very request has been told to wait. */
    private final Map<String, Instant> postponed = new HashMap<>();

    /** Writes under way, by customer, and the customer of each. */
    private final Map<String, Set<Long>> writing = new HashMap<>();

    private final Map<Long, String> writer = new HashMap<>();
    /** Calls that a client is surely still waiting for. */
    private final Set<Long> awaited = new HashSet<>();
    /** Resources whose last write may or may not have happened, with its request id. */
    private final Map<String, String> uncertain = new HashMap<>();

    private int maxInFlight;

    CallJournal(StandInSettings settings) {
        this.settings = settings;
    }

    synchronized void begin(Call call, @Nullable String customer, SignInApi.@Nullable AccessToken token) {
        requests.put(call.number, seen(call, token));
        if (call.host == Host.LOGIN) {
            return;
        }
        awaited.add(call.number);
        maxInFlight = Math.max(maxInFlight, awaited.size());
        checkHeaders(call);
        checkRequestId(call);
        checkWait(call);
        if (call.isWrite()) {
            checkWrite(call, customer);
        }
    }

    /** Whoever sends the very request again that was told to wait knows it; what else is on its way may not yet. */
    private void checkWait(Call call) {
        Instant until = postponed.get(same(call));
        Throttled wait = throttled.get(call.endpoint.resource);
        if (wait != null
                && call.receivedNanos - wait.nanos() > settings.throttleGrace.toNanos()
                && (until == null || wait.until().isAfter(until))) {
            until = wait.until();
        }
        if (until != null && call.received.isBefore(until)) {
            violation(
                    call,
                    Violation.Kind.TOO_EARLY,
                    call.endpoint.resource + " asks to wait until " + until + ", came at " + call.received);
        }
    }

    /** A request that is sent again has the id that it had. */
    private static String same(Call call) {
        return call.header(call.host == Host.GRAPH ? "client-request-id" : "MS-RequestId") + " " + fingerprint(call);
    }

    private void checkHeaders(Call call) {
        String bearer = call.header("Authorization");
        if (bearer == null || !bearer.startsWith("Bearer ") || bearer.length() < 8) {
            violation(call, Violation.Kind.NO_BEARER, "no bearer token");
        }
        String type = call.header("Content-Type");
        if (call.body.length > 0 && (type == null || !AnswerWriter.lower(type).startsWith("application/json"))) {
            violation(call, Violation.Kind.HEADER, "a body with Content-Type " + type);
        }
        if (call.host == Host.GRAPH) {
            return;
        }
        String accept = call.header("Accept");
        if (accept == null || !accept.contains("application/json")) {
            violation(call, Violation.Kind.HEADER, "Accept is " + accept);
        }
        for (String name : List.of("MS-RequestId", "MS-CorrelationId")) {
            if (!AnswerWriter.isGuid(call.header(name))) {
                violation(call, Violation.Kind.HEADER, name + " is " + call.header(name) + ", not a GUID");
            }
        }
    }

    private void checkRequestId(Call call) {
        String id = call.header("MS-RequestId");
        if (call.host != Host.API || id == null) {
            return;
        }
        String request = fingerprint(call);
        Use use = requestIds.computeIfAbsent(id, it -> new Use(request));
        if (!use.request.equals(request)) {
            violation(call, Violation.Kind.REQUEST_ID_OF_ANOTHER_REQUEST, id + " belongs to " + use.request);
        } else if (use.answered) {
            violation(call, Violation.Kind.REQUEST_ID_USED_AGAIN_AFTER_AN_ANSWER, id + " was answered already");
        }
    }

    static String fingerprint(Call call) {
        return call.method + " " + call.target() + " " + call.text().hashCode();
    }

    private void checkWrite(Call call, @Nullable String customer) {
        String key = customer == null ? call.resource() : customer;
        Set<Long> others = writing.computeIfAbsent(key, it -> new LinkedHashSet<>());
        if (!others.isEmpty()) {
            violation(call, Violation.Kind.CONCURRENT_WRITES, "a write for " + key + " is under way: " + others);
        }
        others.add(call.number);
        writer.put(call.number, key);
        String doubtful = uncertain.get(written(call));
        if (doubtful != null && !doubtful.equals(call.header("MS-RequestId"))) {
            violation(
                    call,
                    Violation.Kind.WRITE_REPEATED_BLINDLY,
                    "the last write of it had no answer or a 5xx, and it was not read since");
        }
        if (call.method.equals("DELETE") && call.endpoint == Endpoint.CUSTOMER_WRITE) {
            violation(call, Violation.Kind.CUSTOMER_DELETED, "customers are never deleted");
        }
        if (call.endpoint == Endpoint.ORDERS) {
            violation(call, Violation.Kind.ORDER_TOUCHED, "orders and carts are never touched");
        }
    }

    /** The call hangs: its client may give up at any moment, and cannot know what became of it. */
    synchronized void hangs(Call call) {
        awaited.remove(call.number);
        doubtful(call);
    }

    /** The write can no longer take effect, though its connection may hang on. */
    synchronized void settled(Call call) {
        String key = writer.remove(call.number);
        Set<Long> others = key == null ? null : writing.get(key);
        if (key != null && others != null) {
            others.remove(call.number);
            if (others.isEmpty()) {
                writing.remove(key);
            }
        }
    }

    /** From now on nobody outside can know whether the write happened. */
    synchronized void doubtful(Call call) {
        if (call.isWrite()) {
            String id = call.header("MS-RequestId");
            uncertain.put(written(call), id == null ? "" : id);
        }
    }

    synchronized void end(Call call, int status, @Nullable String retryAfter) {
        Instant now = settings.clock.instant();
        requests.computeIfPresent(call.number, (number, it) -> answered(it, call, now, status));
        settled(call);
        boolean hung = call.host != Host.LOGIN && !awaited.remove(call.number);
        // what it asks for then is nothing that a client need understand
        boolean timed = call.drawn == null || call.drawn.fault() != InjectedFault.THROTTLED_UNTIMED;
        Duration wait = timed && (status == 429 || status == 503) ? AnswerWriter.retryAfter(retryAfter, now) : null;
        if (wait != null && call.host != Host.LOGIN) {
            throttled.merge(
                    call.endpoint.resource,
                    new Throttled(now.plus(wait), System.nanoTime()),
                    (a, b) -> a.until().isAfter(b.until()) ? a : b);
            if (!hung) {
                postponed.put(same(call), now.plus(wait));
            }
        }
        String id = call.header("MS-RequestId");
        Use use = id == null ? null : requestIds.get(id);
        // what cannot be unpacked is not an answer to the client
        boolean told = call.drawn == null || call.drawn.fault() != InjectedFault.MISLABELLED;
        boolean business = told && status >= 200 && status < 500 && status != 401 && status != 408 && status != 429;
        if (use != null && business) {
            use.answered = true;
        }
        if (call.isWrite()) {
            // one that hung has been in doubt since then, and was perhaps looked into since then
            if (hung ? call.landedLate : !told || status == 0 || status >= 500) {
                doubtful(call);
            } else if (business) {
                uncertain.remove(written(call));
            }
        } else if (business) {
            uncertain.keySet().removeIf(it -> shows(call, it));
        }
    }

    /** What a write changes: the path, and for a GDAP request the relationship that it is about. */
    private static String written(Call call) {
        String path = call.resource();
        return path.endsWith("/requests") ? path.substring(0, path.length() - "/requests".length()) : path;
    }

    private static boolean shows(Call read, String resource) {
        String path = read.resource();
        return resource.equals(path)
                || (resource.startsWith(path + "/") && resource.indexOf('/', path.length() + 1) < 0);
    }

    synchronized void violation(Call call, Violation.Kind kind, String what) {
        violations.add(new Violation(kind, call.number, call.method + " " + call.uri.getPath() + ": " + what));
    }

    synchronized List<RecordedRequest> requests() {
        return List.copyOf(requests.values());
    }

    synchronized List<Violation> violations() {
        return List.copyOf(violations);
    }

    synchronized int maxInFlight() {
        return maxInFlight;
    }

    synchronized int inFlight() {
        return awaited.size();
    }

    /** Forgets what was written down, not what clients still have to observe. */
    synchronized void clear() {
        requests.clear();
        violations.clear();
        maxInFlight = awaited.size();
    }

    private static RecordedRequest seen(Call call, SignInApi.@Nullable AccessToken token) {
        Map<String, String> headers = new LinkedHashMap<>();
        call.headers.forEach((name, values) -> {
            if (HEADERS.contains(AnswerWriter.lower(name))) {
                headers.put(AnswerWriter.lower(name), values.get(0));
            }
        });
        if (call.header("Authorization") != null) {
            headers.put("authorization", token == null ? "Bearer (unknown)" : "Bearer #" + token.number());
        }
        String body = call.host == Host.LOGIN ? withoutSecrets(call.text()) : call.text();
        return new RecordedRequest(
                call.number,
                call.host,
                call.endpoint,
                call.received,
                null,
                call.method,
                call.target(),
                Map.copyOf(headers),
                body,
                0,
                false,
                null);
    }

    private static RecordedRequest answered(RecordedRequest it, Call call, Instant now, int status) {
        return new RecordedRequest(
                it.number(),
                it.host(),
                it.endpoint(),
                it.received(),
                now,
                it.method(),
                it.path(),
                it.headers(),
                it.body(),
                status,
                call.applied,
                call.drawn == null ? null : call.drawn.fault());
    }

    private static String withoutSecrets(String form) {
        StringBuilder text = new StringBuilder();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            boolean secret = equals > 0 && SECRETS.contains(pair.substring(0, equals));
            text.append(text.isEmpty() ? "" : "&").append(secret ? pair.substring(0, equals + 1) + "***" : pair);
        }
        return text.toString();
    }
}
