package dev.offboarding.run;

import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A scene whose platform is the stand-in, over real HTTP and in real time. */
public final class PartnerCenterScene implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final Scene scene = Scene.set();
    public final PartnerCenterStandIn standIn;
    private final String secret = secretOfItsOwn();
    private int lists;

    public PartnerCenterScene(StandInSettings settings) {
        standIn = PartnerCenterStandIn.start(settings);
        connect(scene, standIn, secret);
    }

    /** The name of a system property that nobody else has. */
    public static String secretOfItsOwn() {
        return "TEST_SECRET_" + NUMBER.incrementAndGet();
    }

    /**
     * The scene's job works on this stand-in from now on.
     *
     * @param secret the system property that the client secret is put into and taken from
     */
    public static void connect(Scene scene, PartnerCenterStandIn standIn, String secret) {
        Path token = scene.folder().resolve("refresh-token");
        scene.write(token, standIn.signIn().refreshToken().getBytes(StandardCharsets.UTF_8));
        System.setProperty(secret, standIn.signIn().clientSecret());
        scene.with("platform", "partner-center")
                .with("partner-center.tenant-id", standIn.signIn().tenantId())
                .with("partner-center.client-id", standIn.signIn().clientId())
                .with("partner-center.client-secret", "${" + secret + "}")
                .with("partner-center.refresh-token-file", token.toString())
                .with("partner-center.api-url", standIn.apiUrl())
                .with("partner-center.login-url", standIn.loginUrl())
                .with("partner-center.graph-url", standIn.graphUrl())
                .with("partner-center.requests-per-minute", "100000")
                .with("partner-center.read-timeout", "2s")
                .with("verification.first-after", "500ms")
                .with("verification.give-up-after", "6s");
    }

    public PartnerCenterScene with(String key, String value) {
        scene.with(key, value);
        return this;
    }

    public void listed(List<CustomerBuilder> customers) {
        StringBuilder csv = new StringBuilder("Microsoft ID,Company name,Primary domain name,ticket\n");
        lists++;
        for (CustomerBuilder it : customers) {
            csv.append("%s,%s,%s,T-%d\n".formatted(it.id(), it.companyName(), it.domain(), lists));
        }
        scene.inboxFile("list-" + lists + ".csv", csv.toString());
    }

    public OffboardingRun loaded(Mode mode, Progress progress) {
        return loaded(mode, progress, Clock.systemUTC());
    }

    public OffboardingRun loaded(Mode mode, Progress progress, Clock clock) {
        return new OffboardingRun(
                scene.read(),
                mode,
                scene.folder().resolve(".offboarding"),
                RunTimes.madeUp(clock, Duration.ZERO),
                progress,
                List.of(),
                ObservationRegistry.NOOP);
    }

    /** A run of a scene's job over Partner Center, by the machine's clock. */
    public static OffboardingRun loaded(Scene scene, Mode mode) {
        return new OffboardingRun(
                scene.read(),
                mode,
                scene.folder().resolve(".offboarding"),
                RunTimes.madeUp(Clock.systemUTC(), Duration.ZERO),
                Progress.NONE,
                List.of(),
                ObservationRegistry.NOOP);
    }

    public RunResult run() {
        return loaded(Mode.RUN, Progress.NONE).start();
    }

    /** What a process of its own finds the client secret in. */
    public Map<String, String> variables() {
        return Map.of(secret, standIn.signIn().clientSecret());
    }

    /** A customer's row in {@code report.json}. */
    public static JsonNode row(Scene.Report report, CustomerBuilder customer) {
        return report.json()
                .get("customers")
                .valueStream()
                .filter(it -> it.get("customer_id").asString().equalsIgnoreCase(customer.id()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + customer.companyName()));
    }

    /** What became of it tonight, and why it is held. */
    public static String outcome(Scene.Report report, CustomerBuilder customer) {
        JsonNode row = row(report, customer);
        JsonNode hold = row.get("hold_reason");
        return row.get("outcome").asString() + (hold.isNull() ? "" : " " + hold.asString());
    }

    /** What was asked of the platform, and how it ended. */
    public static List<String> actions(Scene.Report report) {
        return report.json()
                .get("actions")
                .valueStream()
                .map(it -> it.get("action").asString() + " " + it.get("result").asString())
                .toList();
    }

    @Override
    public void close() {
        System.clearProperty(secret);
        standIn.close();
        scene.close();
    }
}
