package dev.offboarding.standin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Partner Center, its sign-in and Microsoft Graph on three ports of 127.0.0.1. State is in memory and ends with it; all
 * methods may be called from any thread while clients talk to it.
 */
public final class PartnerCenterStandIn implements AutoCloseable {

    static {
        // else every answer waits for the delayed acknowledgement of its headers
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private volatile Garbling garbling = (endpoint, path, body) -> body;
    private final StandInSettings settings;
    private final Dice dice;
    private final SignInApi signIn;
    private final World world;
    private final CallJournal journal;
    private final InjectedFaults faults;
    private final Gate gate = new Gate();
    private final Exchange exchange;
    private final AtomicLong numbers = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool(it -> {
        Thread thread = new Thread(it, "stand-in");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<Host, HttpServer> servers = new EnumMap<>(Host.class);

    private PartnerCenterStandIn(StandInSettings settings) {
        this.settings = settings;
        dice = new Dice(settings.seed);
        signIn = new SignInApi(settings, dice);
        world = new World(settings, dice, signIn);
        journal = new CallJournal(settings);
        faults = new InjectedFaults(dice);
        Shown shown = new Shown(settings, dice);
        GraphApi graph = new GraphApi(world);
        exchange = new Exchange(world, journal, faults, gate, new PartnerCenterApi(world, journal, shown), graph);
        servers.put(Host.API, server(Host.API, settings.apiPort));
        servers.put(Host.LOGIN, server(Host.LOGIN, settings.loginPort));
        servers.put(Host.GRAPH, server(Host.GRAPH, settings.graphPort));
        signIn.at(loginUrl());
        graph.at(graphUrl());
        servers.values().forEach(HttpServer::start);
    }

    /** On free ports, in real time, with everything as {@link StandInSettings#standard()} has it. */
    public static PartnerCenterStandIn start() {
        return start(StandInSettings.standard());
    }

    public static PartnerCenterStandIn start(StandInSettings settings) {
        return new PartnerCenterStandIn(settings);
    }

    private HttpServer server(Host host, int port) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 1024);
            server.setExecutor(threads);
            server.createContext("/", it -> handle(host, it));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " could not be opened", e);
        }
    }

    // ---- where it is

    public String apiUrl() {
        return url(Host.API);
    }

    public String loginUrl() {
        return url(Host.LOGIN);
    }

    public String graphUrl() {
        return url(Host.GRAPH);
    }

    private String url(Host host) {
        HttpServer server = servers.get(host);
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    // ---- what it is made of

    public StandInSettings settings() {
        return settings;
    }

    public SignInApi signIn() {
        return signIn;
    }

    public InjectedFaults faults() {
        return faults;
    }

    /** A new reseller customer, there at once; what follows is put on it word by word. */
    public CustomerBuilder customer(String companyName) {
        return new CustomerBuilder(world, companyName);
    }

    /** That many customers of all sorts, as the seed will have it. */
    public List<CustomerBuilder> populate(int customers) {
        return RandomWorld.populate(this, dice, customers);
    }

    // ---- what is true, whatever reads show

    /** {@code none} once the relationship has ended, by us or not. */
    public String relationship(String customerId) {
        synchronized (world) {
            CustomerState it = world.known(customerId);
            return it.isGone(world.now(), Duration.ZERO) ? "none" : it.relationship;
        }
    }

    public String status(String subscriptionId) {
        synchronized (world) {
            return subscription(subscriptionId).status(world.now());
        }
    }

    public boolean autoRenew(String subscriptionId) {
        synchronized (world) {
            return subscription(subscriptionId)
                    .truth(world.now())
                    .path("autoRenewEnabled")
                    .asBoolean();
        }
    }

    /** The resource as JSON text. */
    public String resource(String subscriptionId) {
        synchronized (world) {
            return subscription(subscriptionId).truth(world.now()).toString();
        }
    }

    /** What really happened to a subscription, in order. */
    public List<StatusChange> changes(String subscriptionId) {
        synchronized (world) {
            return List.copyOf(subscription(subscriptionId).changes);
        }
    }

    /** {@code gone} once it was deleted. */
    public String gdapStatus(String relationshipId) {
        synchronized (world) {
            GdapState it = world.gdap.get(relationshipId);
            return it == null ? "gone" : it.status(world.now());
        }
    }

    private SubscriptionState subscription(String id) {
        SubscriptionState it = world.subscriptions.get(AnswerWriter.lower(id));
        if (it == null) {
            throw new IllegalArgumentException("no subscription " + id);
        }
        return it;
    }

    // ---- what happens without the client

    /** The customer ends the relationship itself, or is lost otherwise: a control customer that vanishes. */
    public void vanish(String customerId) {
        vanish(customerId, world.now());
    }

    public void vanish(String customerId, Instant at) {
        synchronized (world) {
            world.known(customerId).endedAt = at;
        }
    }

    /** The customer accepts a new relationship request, or a removal is rolled back. */
    public void reestablish(String customerId) {
        synchronized (world) {
            world.known(customerId).endedAt = null;
        }
    }

    /** Somebody else switches auto-renew on again, and the renewal with it. */
    public void renewAgain(String subscriptionId) {
        synchronized (world) {
            SubscriptionState it = subscription(subscriptionId);
            Instant now = world.now();
            it.change(TermEndState.renewing(it.truth(now)), now, now, now);
        }
    }

    /** What becomes of the first transfer of a customer. */
    public void changeTransferStatus(String customerId, String status) {
        synchronized (world) {
            world.known(customerId).transfers.get(0).status(status);
        }
    }

    /** What is scheduled for the end of its term, in lower case; empty where nothing is. */
    public String scheduledAtTermEnd(String subscriptionId) {
        synchronized (world) {
            String scheduled =
                    TermEndState.scheduled(subscription(subscriptionId).truth(world.now()));
            return scheduled == null ? "" : scheduled;
        }
    }

    /** Somebody else changes a subscription: a new version, and a new etag. */
    public void changeStatus(String subscriptionId, String status) {
        synchronized (world) {
            SubscriptionState it = subscription(subscriptionId);
            Instant now = world.now();
            it.change(it.truth(now).deepCopy().put("status", status), now, now, now);
        }
    }

    public void changeGdapStatus(String relationshipId, String status) {
        synchronized (world) {
            GdapState it = world.gdap.get(relationshipId);
            if (it == null) {
                throw new IllegalArgumentException("no relationship " + relationshipId);
            }
            it.status(status);
        }
    }

    /** Somebody does something with a customer that shows only in the activity log. */
    public void recorded(String customerId, String operation, String correlationId) {
        synchronized (world) {
            world.record(
                    correlationId,
                    null,
                    world.known(customerId),
                    operation,
                    "customer",
                    null,
                    null,
                    "succeeded",
                    world.now());
        }
    }

    /** Whatever hangs, is slow, or has still to land continues now. */
    public void letGo() {
        gate.open();
    }

    /** Blocks until that many calls hang, are slow or have still to land; false when they did not come in time. */
    public boolean awaitHeld(int calls, Duration atMost) throws InterruptedException {
        return gate.awaitWaiting(calls, atMost);
    }

    // ---- what was seen

    public List<RecordedRequest> requests() {
        return journal.requests();
    }

    public List<RecordedRequest> writes() {
        return journal.requests().stream().filter(RecordedRequest::isWrite).toList();
    }

    /** Calls to API and Graph under way at one moment, at most; one that hangs counts until then, its client may be gone. */
    public int maxInFlight() {
        return journal.maxInFlight();
    }

    public int inFlight() {
        return journal.inFlight();
    }

    public List<Violation> violations() {
        return journal.violations();
    }

    /** Changes what successful answers say on their way out; what is true stays. */
    public interface Garbling {
        /**
         * @param path in lower case
         * @param body JSON
         * @return the same text where nothing is to be changed
         */
        String garble(Endpoint endpoint, String path, String body);
    }

    public void garbled(Garbling it) {
        garbling = it;
    }

    private Answer garbled(Call call, Answer answer) {
        if (answer.status() >= 300 || answer.body().length == 0) {
            return answer;
        }
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        String garbled = garbling.garble(call.endpoint, call.resource(), body);
        return garbled.equals(body)
                ? answer
                : new Answer(answer.status(), answer.headers(), garbled.getBytes(StandardCharsets.UTF_8));
    }

    /** Forgets requests and violations so far; what is true stays. */
    public void clearRecords() {
        journal.clear();
    }

    // ---- the server

    private void handle(Host host, HttpExchange http) {
        try (http) {
            byte[] body = http.getRequestBody().readAllBytes();
            Call call = new Call(
                    numbers.incrementAndGet(),
                    host,
                    http.getRequestMethod(),
                    http.getRequestURI(),
                    http.getRequestHeaders(),
                    body,
                    settings.clock.instant());
            journal.begin(call, customerOf(call), signIn.bearer(call));
            Answer honest = answer(call);
            Answer answer = honest == null ? null : garbled(call, honest);
            // before the client can know: else its next call could seem to overlap with this one
            journal.end(
                    call,
                    answer == null ? 0 : answer.status(),
                    answer == null ? null : answer.headers().get("Retry-After"));
            if (answer != null) {
                sendOrDoubt(http, call, answer);
            }
        } catch (IOException e) {
            // the client went away before it had said what it wanted
        }
    }

    private @Nullable Answer answer(Call call) {
        try {
            return exchange.process(call);
        } catch (RuntimeException e) {
            journal.violation(call, Violation.Kind.STAND_IN_FAILED, e.toString());
            return Answer.html(500);
        }
    }

    private void sendOrDoubt(HttpExchange http, Call call, Answer answer) {
        try {
            send(http, call, answer);
        } catch (IOException e) {
            journal.doubtful(call);
        }
    }

    private void send(HttpExchange http, Call call, Answer answer) throws IOException {
        Headers headers = http.getResponseHeaders();
        answer.headers().forEach(headers::set);
        if (call.host == Host.API) {
            support(call, headers);
        }
        byte[] body = answer.body();
        boolean marked = call.host == Host.API && settings.byteOrderMark && answer.status() < 300 && answer.isJson();
        int length = body.length + (marked ? BYTE_ORDER_MARK.length : 0);
        if (body.length == 0) {
            http.sendResponseHeaders(answer.status(), -1);
            return;
        }
        http.sendResponseHeaders(answer.status(), length);
        if (marked) {
            http.getResponseBody().write(BYTE_ORDER_MARK);
        }
        http.getResponseBody().write(body);
    }

    /** What Microsoft's support asks for. The request id is not always the one that was sent. */
    private void support(Call call, Headers headers) {
        String request = call.header("MS-RequestId");
        boolean echo = request != null && dice.pick("echo", call.number, 4) != 0;
        headers.set(
                "MS-RequestId",
                echo && request != null
                        ? request
                        : dice.uuid("request", call.number).toString());
        String correlation = call.header("MS-CorrelationId");
        headers.set(
                "MS-CorrelationId",
                correlation == null ? dice.uuid("correlation", call.number).toString() : correlation);
        headers.set("MS-CV", dice.uuid("cv", call.number).toString().substring(0, 16) + ".0");
        headers.set("MS-ServerId", "201022015");
        headers.set("Request-Context", "appId=cid-v1:" + dice.uuid("context", 0));
        if ("true".equalsIgnoreCase(call.header("ValidateMfa")) && call.token != null) {
            headers.set("isMfaCompliant", Boolean.toString(signIn.isMfaCompliant(call.token)));
        }
    }

    /** Whose customer a write concerns, for telling two at one time. */
    private @Nullable String customerOf(Call call) {
        if (call.host == Host.API && call.route.size() > 2 && call.route.get(1).equals("customers")) {
            return call.route.get(2);
        }
        if (call.host == Host.GRAPH && call.route.size() > 3) {
            synchronized (world) {
                GdapState it = world.gdap.get(call.route.get(3));
                return it == null ? null : it.customerId;
            }
        }
        return null;
    }

    /** Closes the three ports at once; calls under way get no answer. */
    @Override
    public void close() {
        gate.close();
        servers.values().forEach(it -> it.stop(0));
        threads.shutdownNow();
    }
}
