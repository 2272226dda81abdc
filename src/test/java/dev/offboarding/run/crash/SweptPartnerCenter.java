package dev.offboarding.run.crash;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import dev.offboarding.run.Scene;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.Host;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StandInSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** On Partner Center's stand-in, which lives on in this process whatever becomes of those who call it. */
public final class SweptPartnerCenter extends Swept {

    /** What is sent can take effect so much later, and is waited for that long; longer than what a sweep makes late. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofMinutes(5);

    public static final String SECRET = "stand-in.secret-of-the-sweep";

    private final PartnerCenterStandIn standIn;
    private final List<CustomerBuilder> customers = new ArrayList<>();
    private final Map<String, List<String>> subscriptions = new HashMap<>();
    private final Map<String, List<String>> delegations = new HashMap<>();

    public SweptPartnerCenter(Scene scene, boolean databaseList) {
        super(scene, databaseList);
        standIn = PartnerCenterStandIn.start(StandInSettings.standard()
                .noQuotas()
                .lag(Lag.SUBSCRIPTION_READ, Duration.ofMillis(100))
                .lag(Lag.CUSTOMER_LIST, Duration.ofMillis(300))
                .lag(Lag.CUSTOMER_READ, Duration.ofMillis(100)));
        Path token = scene.folder().resolve("refresh-token");
        scene.write(token, standIn.signIn().refreshToken().getBytes(StandardCharsets.UTF_8));
        scene.with("platform", "partner-center")
                .with("partner-center.tenant-id", standIn.signIn().tenantId())
                .with("partner-center.client-id", standIn.signIn().clientId())
                .with("partner-center.client-secret", "${" + Program.SECRET + "}")
                .with("partner-center.refresh-token-file", token.toString())
                .with("partner-center.api-url", standIn.apiUrl())
                .with("partner-center.login-url", standIn.loginUrl())
                .with("partner-center.graph-url", standIn.graphUrl())
                .with("partner-center.requests-per-minute", "100000")
                .with("partner-center.new-commerce", "end-at-term")
                .with("verification.first-after", "350ms")
                .with("verification.give-up-after", "20s");
        answersAreWaitedForLong(false);
        standIn.signIn().clientSecret(SECRET);
        customer("Adatum", c -> {
            licences(c, "E3", "Visio");
            delegation(c, "Support", "active");
            delegation(c, "Draft", "created");
        });
        customer("Bellows", c -> {
            licences(c, "E1");
            c.usage("Azure", "active");
            of(subscriptions, c).add(c.idOf("Azure"));
        });
        customer("Contoso", c -> licences(c, "E5"));
        customer("Fabrikam", c -> {
            licences(c, "F1");
            c.newCommerce("Teams", "active", Instant.now().plus(Duration.ofDays(200)), null);
            of(subscriptions, c).add(c.idOf("Teams"));
        });
        customer("Litware", c -> c.licence("E3", "suspended"));
        customer("Proseware", c -> {
            licences(c, "E3");
            delegation(c, "Support", "active");
        });
        customers.forEach(c -> list(c.id(), c.domain()));
        customer("Bystander", c -> licences(c, "E1"));
        publishList();
    }

    private void customer(String name, java.util.function.Consumer<CustomerBuilder> holding) {
        CustomerBuilder it = standIn.customer(name);
        customers.add(it);
        subscriptions.put(name, new ArrayList<>());
        delegations.put(name, new ArrayList<>());
        holding.accept(it);
    }

    private static List<String> of(Map<String, List<String>> ids, CustomerBuilder c) {
        return Objects.requireNonNull(ids.get(c.companyName()));
    }

    private void licences(CustomerBuilder c, String... names) {
        for (String name : names) {
            c.licence(name, "active");
            of(subscriptions, c).add(c.idOf(name));
        }
    }

    private void delegation(CustomerBuilder c, String name, String status) {
        c.gdap(name, status);
        of(delegations, c).add(c.idOf(name));
    }

    @Override
    public Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        for (CustomerBuilder c : customers) {
            state.put(
                    c.companyName(),
                    "%s %s %s"
                            .formatted(
                                    standIn.relationship(c.id()),
                                    of(subscriptions, c).stream()
                                            .map(id -> standIn.status(id) + (standIn.autoRenew(id) ? " renews" : ""))
                                            .toList(),
                                    of(delegations, c).stream()
                                            .map(standIn::gdapStatus)
                                            .toList()));
        }
        return state;
    }

    @Override
    public long requests() {
        return standIn.requests().size();
    }

    @Override
    public void holdRequest(long n, Random random) {
        hold(Endpoint.any(), n, random);
    }

    @Override
    public void holdWrite(long n, Random random) {
        hold(Endpoint.writes(), n, random);
    }

    private void hold(Set<Endpoint> endpoints, long n, Random random) {
        InjectedFault fault = List.of(
                        InjectedFault.HANG_BEFORE,
                        InjectedFault.HANG_AFTER,
                        InjectedFault.LANDS_LATE,
                        InjectedFault.LANDS_LATE)
                .get(random.nextInt(4));
        standIn.faults()
                .inject(fault)
                .on(endpoints)
                .taking(LONG)
                .after((int) n - 1)
                .once();
    }

    @Override
    public void forgetRequests() {
        assertThat(standIn.violations()).isEmpty();
        standIn.clearRecords();
    }

    @Override
    public long writes() {
        return standIn.writes().size();
    }

    @Override
    public boolean aRequestIsHeld() {
        try {
            return standIn.awaitHeld(1, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void nothingIsHeldAnyMore() {
        standIn.faults().clear();
    }

    @Override
    public void whatWasHeldTakesEffect() {
        standIn.letGo();
    }

    @Override
    public void answersAreWaitedForLong(boolean veryLong) {
        scene().with("partner-center.read-timeout", (veryLong ? LONG : SHORT).toSeconds() + "s");
    }

    /** By the correlation ids that the stand-in has seen. */
    @Override
    public void assertEveryWriteIsInTheTrailOnce(List<Aftermath.Attempt> attempts) {
        Map<String, Aftermath.Attempt> byCorrelation =
                attempts.stream().collect(toMap(Aftermath.Attempt::correlationId, it -> it));
        Set<String> removed = new HashSet<>();
        for (RecordedRequest write : standIn.writes()) {
            String correlation = write.header(write.host() == Host.GRAPH ? "client-request-id" : "ms-correlationid");
            assertThat(byCorrelation).as("the trail's attempts, and %s", write).containsKey(correlation);
            Aftermath.Attempt attempt = Objects.requireNonNull(byCorrelation.get(correlation));
            if (write.applied()) {
                assertThat(attempt.result())
                        .as("%s, which took effect as %s", attempt, write)
                        .isIn("DONE", "LOST");
                assertThat(attempt.after())
                        .as("%s, which took effect as %s", attempt, write)
                        .isNotIn(attempt.action().equals("REACTIVATE") ? "suspended" : "active", "reseller");
            }
            if (write.endpoint() == Endpoint.CUSTOMER_WRITE) {
                assertThat(removed)
                        .as("removals that took effect before %s", write)
                        .doesNotContain(write.path());
                if (write.applied()) {
                    removed.add(write.path());
                }
            }
        }
        assertThat(standIn.violations()).isEmpty();
    }

    @Override
    public void close() {
        standIn.close();
        super.close();
    }
}
