package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.kit.SettableClock;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.Write;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StandInSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A stand-in and a client of it over real HTTP, on one clock that moves only when the client waits: so no test waits for long, and
 * what is waited for is exact.
 */
final class Rig implements AutoCloseable {

    static final Instant TONIGHT = Instant.parse("2026-03-10T02:30:00Z");

    final SettableClock clock = new SettableClock(TONIGHT);
    final PartnerCenterStandIn standIn;
    final Path folder;
    final Path tokenFile;
    /** What the client says of its requests: how many, by resource and status. */
    final java.util.Map<String, Long> traffic = new java.util.concurrent.ConcurrentHashMap<>();

    /** What others do while the client waits. */
    Consumer<Duration> meanwhile = time -> {};

    private final List<AutoCloseable> opened = new java.util.ArrayList<>();
    Duration readTimeout = Duration.ofSeconds(20);
    int inFlight = 4;
    int requestsPerMinute = 100_000;

    @Nullable
    String secret;

    @Nullable
    Path certificate;

    @Nullable
    Path key;

    Rig() {
        this(settings -> {});
    }

    Rig(Consumer<StandInSettings> how) {
        StandInSettings settings = StandInSettings.standard().clock(clock);
        settings.noQuotas();
        how.accept(settings);
        standIn = PartnerCenterStandIn.start(settings);
        secret = standIn.signIn().clientSecret();
        try {
            folder = QuickFolders.make("partner-center");
            tokenFile = folder.resolve("refresh-token");
            Files.writeString(tokenFile, standIn.signIn().refreshToken() + "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    PartnerCenterSettings settings() {
        return new PartnerCenterSettings(
                PartnerCenterSettings.Account.DIRECT,
                null,
                standIn.signIn().tenantId(),
                standIn.signIn().clientId(),
                secret,
                certificate,
                key,
                tokenFile,
                URI.create(standIn.apiUrl()),
                URI.create(standIn.loginUrl()),
                URI.create(standIn.graphUrl()),
                "https://api.partnercenter.microsoft.com",
                "https://graph.microsoft.com",
                requestsPerMinute,
                inFlight,
                Duration.ofSeconds(5),
                readTimeout,
                PartnerCenterSettings.NewCommerce.HOLD);
    }

    /** Time goes by as it is waited for, and only so. */
    synchronized void pause(Duration time) {
        clock.pass(time);
        meanwhile.accept(time);
    }

    ResellerPlatform platform() {
        ResellerPlatform platform = PartnerCenterPlatform.open(
                settings(),
                new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                clock,
                CancellationToken.pausing(this::pause),
                (resource, status) -> traffic.merge(resource + " " + status, 1L, Long::sum));
        opened.add(platform);
        return platform;
    }

    /** A customer of no interest, who is alive. */
    Rig bystander() {
        standIn.customer("Bystander").licence("E1", "active");
        return this;
    }

    static UUID id(CustomerBuilder customer) {
        return UUID.fromString(customer.id());
    }

    static Write write(CustomerBuilder customer, Action action, String name) {
        String target = action == Action.REMOVE ? customer.id() : customer.idOf(name);
        return new Write(id(customer), action, target, 1, UUID.randomUUID());
    }

    static Write suspend(CustomerBuilder customer, String name) {
        return write(customer, Action.SUSPEND, name);
    }

    static Write remove(CustomerBuilder customer) {
        return write(customer, Action.REMOVE, "");
    }

    static WriteOutcome perform(ResellerPlatform platform, Write write) {
        return platform.perform(List.of(write), () -> true).get(0);
    }

    static Observation observe(ResellerPlatform platform, CustomerBuilder customer) {
        return platform.observe(List.of(id(customer))).get(0);
    }

    static Customer found(ResellerPlatform platform, CustomerBuilder customer) {
        Observation observation = observe(platform, customer);
        assertThat(observation).isInstanceOf(Observation.Found.class);
        return ((Observation.Found) observation).customer();
    }

    List<RecordedRequest> requests(Endpoint... endpoints) {
        return standIn.requests().stream()
                .filter(it -> List.of(endpoints).contains(it.endpoint()))
                .toList();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable it : opened) {
            it.close();
        }
        standIn.close();
        FileSystemUtils.deleteRecursively(folder);
        assertThat(standIn.violations()).isEmpty();
    }
}
