package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.Host;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.Resource;
import dev.offboarding.standin.StandInSettings;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * How well whole runs, with database, trail and report, use quota and line of Partner Center, in real time: figures, and no limit on
 * them. It fails only where what was done is not right.
 */
@Tag("bench")
class PartnerCenterRunBench {

    private static final int CUSTOMERS = Integer.getInteger("bench.partner-center.customers", 1_000);

    /** Without a quota: so many that what a run begins and ends with counts for little, as in a long night. */
    private static final int MANY = 4 * CUSTOMERS;

    private static final Duration SLOW = Duration.ofMillis(20);
    private static final Duration SLOWEST = Duration.ofSeconds(1);
    private static final double SLOWEST_SHARE = 0.01;

    /**
     * @param steps seconds of each, in their order, with {@code start} before the first
     * @param asking of these, seconds with a call under way: in the others the run worked alone, or waited for its database
     */
    private record Timed(
            double seconds,
            Map<String, Double> steps,
            Map<String, Double> asking,
            NavigableMap<Instant, String> moments) {
        Map<String, List<RecordedRequest>> byStep(List<RecordedRequest> requests) {
            return requests.stream()
                    .collect(Collectors.groupingBy(
                            it -> moments.floorEntry(it.received()).getValue()));
        }

        String words() {
            return steps.entrySet().stream()
                    .map(it ->
                            "%s %.1f/%.1f".formatted(it.getKey(), asking.getOrDefault(it.getKey(), 0.0), it.getValue()))
                    .collect(Collectors.joining(", "));
        }
    }

    private static final class Stopwatch implements Progress {
        private final Map<String, Double> steps = new LinkedHashMap<>();
        private final TreeMap<Instant, String> moments = new TreeMap<>(Map.of(Instant.MIN, "start"));
        private String step = "start";
        private long begun = System.nanoTime();

        @Override
        public void step(String name, long cases) {
            long now = System.nanoTime();
            steps.merge(step, (now - begun) / 1e9, Double::sum);
            step = name;
            begun = now;
            moments.put(Instant.now(), name);
        }

        /** Seconds of each step with a call under way. */
        Map<String, Double> asking(List<RecordedRequest> requests) {
            Map<String, Double> asking = new HashMap<>();
            Instant until = Instant.MIN;
            for (RecordedRequest it : requests.stream()
                    .sorted(Comparator.comparing(RecordedRequest::received))
                    .toList()) {
                Instant from = it.received().isAfter(until) ? it.received() : until;
                if (it.answered() != null && it.answered().isAfter(from)) {
                    asking.merge(
                            moments.floorEntry(from).getValue(),
                            Duration.between(from, it.answered()).toNanos() / 1e9,
                            Double::sum);
                    until = it.answered();
                }
            }
            return asking;
        }

        @Override
        public void advance(long cases) {}
    }

    private static List<CustomerBuilder> customers(PartnerCenterScene scene, int count, int active) {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CustomerBuilder customer = scene.standIn.customer("Customer " + i);
            for (int n = 0; n < active; n++) {
                customer.licence("E" + n, "active");
            }
            customers.add(customer);
        }
        scene.standIn.customer("Bystander").licence("E1", "active");
        scene.listed(customers);
        return customers;
    }

    private static Timed run(PartnerCenterScene scene, List<CustomerBuilder> customers) {
        Stopwatch stopwatch = new Stopwatch();
        long begun = System.nanoTime();
        RunResult result = scene.loaded(Mode.RUN, stopwatch).start();
        double seconds = (System.nanoTime() - begun) / 1e9;
        stopwatch.step("", 0);
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(ExitCode.OK);
        assertThat(Scene.report(result).total("customers", "OFFBOARDED")).isEqualTo(customers.size());
        for (CustomerBuilder it : customers) {
            assertThat(scene.standIn.relationship(it.id())).isEqualTo("none");
        }
        assertThat(scene.standIn.violations()).isEmpty();
        return new Timed(seconds, stopwatch.steps, stopwatch.asking(scene.standIn.requests()), stopwatch.moments);
    }

    // ---- a quota

    @Test
    void aRunUnderAQuota() {
        // what the first start of a JVM and of a database costs has nothing to do with a quota
        try (PartnerCenterScene scene =
                new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
            run(scene, customers(scene, 20, 2));
        }
        System.out.printf("%nwhole runs, %d customers x 2 subscriptions, 8 in flight%n", CUSTOMERS);
        // over five seconds the burst shows, over Microsoft's minute it does not: so the stand-in allows a fifth more
        // than is asked for
        underQuota("100 a second, known to the job", 6000, 600, Duration.ofSeconds(5));
        underQuota("500 in 5 s, found out by 429s", 100_000, 500, Duration.ofSeconds(5));
        underQuota("2000 in 20 s, found out by 429s", 100_000, 2000, Duration.ofSeconds(20));
    }

    private static void underQuota(String what, int requestsPerMinute, int quota, Duration period) {
        double perSecond = Math.min(requestsPerMinute / 60.0, quota / (double) period.toSeconds());
        StandInSettings settings = StandInSettings.standard()
                .noQuotas()
                .quota(Resource.CUSTOMER, quota, period)
                .quota(Resource.SUBSCRIPTION, quota, period);
        try (PartnerCenterScene scene = new PartnerCenterScene(settings)) {
            scene.with("partner-center.requests-per-minute", "" + requestsPerMinute)
                    .with("partner-center.read-timeout", "20s")
                    .with("verification.first-after", "1s")
                    .with("verification.give-up-after", "1m");
            Timed timed = run(scene, customers(scene, CUSTOMERS, 2));

            List<RecordedRequest> requests = scene.standIn.requests();
            long most = most(requests);
            double allowed = most / perSecond;
            // the steps come one after another, and each has its own resource that it waits for
            double oneByOne = timed.byStep(requests).values().stream()
                            .mapToLong(PartnerCenterRunBench::most)
                            .sum()
                    / perSecond;
            System.out.printf(
                    "%-35s %5d requests %4d throttled  %6.1f s  allowed %6.1f s (%d on one resource)  %5.2f x; step by step %6.1f s  %5.2f x  (%s)%n",
                    what,
                    requests.size(),
                    requests.stream().filter(it -> it.status() == 429).count(),
                    timed.seconds(),
                    allowed,
                    most,
                    timed.seconds() / allowed,
                    oneByOne,
                    timed.seconds() / oneByOne,
                    timed.words());
        }
    }

    /** Of the resources that have a quota the one that is asked the most, with how often. */
    private static long most(List<RecordedRequest> requests) {
        return Math.max(
                taken(requests, Endpoint.CUSTOMER_LIST, Endpoint.CUSTOMER_READ, Endpoint.CUSTOMER_WRITE),
                taken(
                        requests,
                        Endpoint.SUBSCRIPTION_LIST,
                        Endpoint.SUBSCRIPTION_READ,
                        Endpoint.SUBSCRIPTION_WRITE,
                        Endpoint.SUPPORT_CONTACT));
    }

    private static long taken(List<RecordedRequest> requests, Endpoint... endpoints) {
        return requests.stream()
                .filter(it -> List.of(endpoints).contains(it.endpoint()) && it.status() != 429)
                .count();
    }

    // ---- no quota

    @Test
    void aRunBesideABareClient() throws Exception {
        int inFlight = 64;
        System.out.printf(
                "%n%d in flight, answers of %d ms, %.0f %% of them of %d ms; whole runs of %d customers%n",
                inFlight, SLOW.toMillis(), 100 * SLOWEST_SHARE, SLOWEST.toMillis(), MANY);
        for (int active : new int[] {1, 1, 3}) {
            try (PartnerCenterScene scene =
                    new PartnerCenterScene(StandInSettings.standard().noQuotas())) {
                scene.with("partner-center.requests-per-minute", "10000000")
                        .with("partner-center.in-flight", "" + inFlight)
                        .with("limits.max-customers", "100000")
                        .with("partner-center.read-timeout", "20s")
                        .with("verification.first-after", "1s")
                        .with("verification.give-up-after", "1m");
                List<CustomerBuilder> customers = customers(scene, MANY, active);
                scene.standIn.faults().inject(InjectedFault.SLOW).taking(SLOW).always();
                scene.standIn
                        .faults()
                        .inject(InjectedFault.SLOW)
                        .taking(SLOWEST)
                        .withProbability(SLOWEST_SHARE);

                long cpu = cpu();
                Timed timed = run(scene, customers);
                double ourCpu = cpu() - cpu;

                assertThat(scene.standIn.maxInFlight()).isLessThanOrEqualTo(inFlight);
                List<RecordedRequest> same = scene.standIn.requests().stream()
                        .filter(it -> it.host() == Host.API)
                        .toList();
                int requests = scene.standIn.requests().size();
                cpu = cpu();
                double bare = bare(scene, same, inFlight);
                double bareCpu = cpu() - cpu;
                double ours = requests / timed.seconds();
                // with the stand-in's, which is the same for both; without the database server's
                System.out.printf(
                        "%d active each: the run %,6.0f requests/s   bare %,6.0f requests/s   %.2f of it   CPU a request %.2f and %.2f ms  (%s)%n",
                        active,
                        ours,
                        bare,
                        ours / bare,
                        ourCpu / requests / 1e6,
                        bareCpu / same.size() / 1e6,
                        timed.words());
            }
        }
    }

    /** Nanoseconds of this process so far. */
    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Sends the same requests as fast as it can, waits for nothing but a place, and judges nothing: requests a second. */
    private static double bare(PartnerCenterScene scene, List<RecordedRequest> requests, int inFlight)
            throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String token = token(scene, client);
        ExecutorService places = Executors.newFixedThreadPool(inFlight);
        try {
            long begun = System.nanoTime();
            List<Future<Integer>> answers = new ArrayList<>();
            for (RecordedRequest it : requests) {
                answers.add(places.submit(
                        () -> client.send(replay(scene, token, it), HttpResponse.BodyHandlers.ofByteArray())
                                .statusCode()));
            }
            for (Future<Integer> answer : answers) {
                // an etag that is old by now, a customer that is gone: as much work for the line
                assertThat(answer.get()).isLessThan(500).isNotIn(401, 429);
            }
            return requests.size() / ((System.nanoTime() - begun) / 1e9);
        } finally {
            places.shutdown();
        }
    }

    private static String token(PartnerCenterScene scene, HttpClient client) throws Exception {
        Map<String, String> form = Map.of(
                "client_id",
                scene.standIn.signIn().clientId(),
                "client_secret",
                scene.standIn.signIn().clientSecret(),
                "grant_type",
                "refresh_token",
                "refresh_token",
                scene.standIn.signIn().refreshToken(),
                "scope",
                "https://api.partnercenter.microsoft.com/.default offline_access");
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        scene.standIn.loginUrl() + "/" + scene.standIn.signIn().tenantId() + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"))))
                .build();
        String answer = client.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .replace("\uFEFF", "");
        return JsonMapper.shared().readTree(answer).get("access_token").asString();
    }

    private static HttpRequest replay(PartnerCenterScene scene, String token, RecordedRequest it) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scene.standIn.apiUrl() + it.path()))
                .method(
                        it.method(),
                        it.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(it.body()))
                .setHeader("Authorization", "Bearer " + token)
                .setHeader("MS-RequestId", UUID.randomUUID().toString());
        for (String name : List.of("Accept", "Content-Type", "MS-CorrelationId", "If-Match")) {
            String value = it.header(name);
            if (value != null) {
                request.setHeader(name, value);
            }
        }
        return request.build();
    }
}
