package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RsaKeys;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Result;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.Host;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.InjectedFaults;
import dev.offboarding.standin.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Isolated("it listens to what everybody logs")
class SignInTest {

    private Rig rig = new Rig();
    private Runnable quiet = () -> {};

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        quiet.run();
        rig.close();
    }

    /** Everything that is logged from now on, whatever is shown of it. */
    private ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        // other threads go on logging while it is looked at
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.TRACE);
        root.addAppender(log);
        quiet = () -> {
            root.detachAppender(log);
            root.setLevel(Level.OFF);
        };
        return log;
    }

    private String token() throws Exception {
        return Files.readString(rig.tokenFile).strip();
    }

    private void breathe(CustomerBuilder customer) {
        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Found.class);
    }

    /** Ids of answers, for support tickets. */
    @Test
    void ofEachWriteTheLogHasTheIdsThatTheAnswerCameWith() {
        ListAppender<ILoggingEvent> log = listen();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");

        Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(it -> it.contains("MS-CV"))
                .singleElement()
                .asString()
                .matches(
                        "PATCH /v1/customers/" + customer.id()
                                + "/subscriptions/[-0-9a-f]+ answered 200, MS-RequestId [-0-9a-f]{36}, MS-CorrelationId [-0-9a-f]{36}, MS-CV [-0-9a-f]{16}\\.0");
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeForTheRefreshTokenOrItsLockHoldsNobody() throws Exception {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        for (Path file : List.of(rig.tokenFile.resolveSibling("refresh-token.lock"), rig.tokenFile)) {
            Files.deleteIfExists(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();

            assertThatThrownBy(() -> Rig.observe(rig.platform(), customer))
                    .isInstanceOf(PlatformUnavailableException.class)
                    .hasMessageContaining("is a pipe, a socket or a device, not a file")
                    .hasMessageContaining(file.toString());
            Files.delete(file);
        }
    }

    @Test
    void theRefreshTokenIsReplacedAfterEachExchange() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.oldRefreshTokensWork(false));
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        String first = token();

        breathe(customer);
        String second = token();
        breathe(customer);

        assertThat(second).isNotEqualTo(first);
        assertThat(token()).isNotEqualTo(second);
        assertThat(rig.standIn.signIn().knowsRefreshToken(token())).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.tokenFile)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(rig.folder)) {
            assertThat(files.map(it -> it.getFileName().toString()))
                    .containsExactlyInAnyOrder("refresh-token", "refresh-token.lock");
        }
    }

    /** Whoever reads it meanwhile, or finds it after a power failure, finds one token or the other, and never a part of one. */
    @Test
    void theFileIsNotWrittenInPlace() throws Exception {
        String first = token();
        try (InputStream opened = Files.newInputStream(rig.tokenFile)) {
            breathe(rig.standIn.customer("Contoso"));

            assertThat(new String(opened.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(first);
        }
        assertThat(token()).isNotEqualTo(first);
        assertThat(rig.standIn.signIn().knowsRefreshToken(token())).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.tokenFile)))
                .isEqualTo("rw-------");
    }

    @Test
    void widerRightsThanItsOwnersAreNarrowedWithAWarning() throws Exception {
        ListAppender<ILoggingEvent> log = listen();
        Files.setPosixFilePermissions(rig.tokenFile, PosixFilePermissions.fromString("rw-r--r--"));

        breathe(rig.standIn.customer("Contoso"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.tokenFile)))
                .isEqualTo("rw-------");
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(it -> it.contains("could be used by others than its owner"));
    }

    @Test
    void twoProgramsDoNotExchangeOneTokenAtATime() throws Exception {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        List<Integer> exchangesWhileLocked = new ArrayList<>();
        try (FileChannel other = FileChannel.open(
                rig.folder.resolve("refresh-token.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // another program holds it: as far as this one can tell
            Process holder = hold(rig.folder.resolve("refresh-token.lock"));
            ResellerPlatform platform = PartnerCenterPlatform.open(
                    rig.settings(),
                    new dev.offboarding.platform.VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                    rig.clock,
                    CancellationToken.pausing(time -> {
                        exchangesWhileLocked.add(rig.standIn.signIn().exchanges());
                        if (exchangesWhileLocked.size() == 5) {
                            holder.destroy();
                            holder.waitFor();
                        }
                        rig.pause(time);
                    }),
                    RequestListener.UNCOUNTED);
            assertThat(Rig.observe(platform, customer)).isInstanceOf(Observation.Found.class);
            platform.close();
        }
        assertThat(exchangesWhileLocked).hasSizeGreaterThanOrEqualTo(5).startsWith(0, 0, 0, 0, 0);
    }

    /** The other job gave up after a minute: "locked by another program", while this one waited for ten, as the sign-in had asked. */
    @Test
    @Timeout(30)
    void whoeverIsAskedToWaitByTheSignInDoesNotKeepTheTokenFromOtherPrograms() throws Exception {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.LOGIN)
                .taking(Duration.ofMinutes(9))
                .once();
        List<Boolean> freeInThePause = new ArrayList<>();
        ResellerPlatform platform = PartnerCenterPlatform.open(
                rig.settings(),
                new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                rig.clock,
                CancellationToken.pausing(time -> {
                    if (time.compareTo(Duration.ofMinutes(5)) > 0) {
                        Process other = hold(rig.folder.resolve("refresh-token.lock"));
                        freeInThePause.add(true);
                        other.destroy();
                        other.waitFor();
                    }
                    rig.pause(time);
                }),
                RequestListener.UNCOUNTED);

        assertThat(Rig.observe(platform, customer)).isInstanceOf(Observation.Found.class);
        platform.close();
        assertThat(freeInThePause).containsExactly(true);
    }

    /** Needs nothing but itself, so that its process is there soon. */
    static final class Hold {
        public static void main(String[] args) throws Exception {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                channel.lock();
                System.out.println("locked");
                Thread.sleep(60_000);
            }
        }
    }

    /** A process of its own that locks a file until it is ended. */
    private static Process hold(Path file) {
        try {
            Path classes = Path.of(Hold.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            classes.toString(),
                            Hold.class.getName(),
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(process.inputReader().readLine()).isEqualTo("locked");
            return process;
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTokenThatLivesForSecondsIsRenewedInTime() throws Exception {
        rig.close();
        rig = new Rig(settings -> settings.accessTokenLife(Duration.ofSeconds(20)));
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        ResellerPlatform platform = rig.platform();
        for (int i = 0; i < 10; i++) {
            platform.population();
            rig.clock.pass(Duration.ofSeconds(7));
        }

        assertThat(rig.standIn.requests()).noneMatch(it -> it.status() == 401);
        assertThat(rig.standIn.signIn().exchanges()).isBetween(4, 6);
        assertThat(Rig.perform(platform, Rig.suspend(customer, "E3")).result()).isEqualTo(Result.DONE);
    }

    @Test
    void aTokenThatDiesEarlyIsRenewedOnceForAll() {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            customers.add(rig.standIn.customer("Customer " + i));
        }
        ResellerPlatform platform = rig.platform();
        platform.population();
        int before = rig.standIn.signIn().exchanges();
        rig.standIn.signIn().accessTokensDie();

        assertThat(platform.observe(customers.stream().map(Rig::id).toList()))
                .allMatch(Observation.Found.class::isInstance);
        // one for the API, one for Graph
        assertThat(rig.standIn.signIn().exchanges()).isEqualTo(before + 2);
    }

    /** Signing in again takes a while, and meanwhile another call may have been asked to wait. */
    @Test
    void whoeverWasSignedInAgainDuringAPauseWaitsForItsEnd() throws Exception {
        CustomerBuilder throttled = rig.standIn.customer("Adatum");
        CustomerBuilder other = rig.standIn.customer("Bellows");
        CountDownLatch waiting = new CountDownLatch(2);
        ResellerPlatform platform = PartnerCenterPlatform.open(
                rig.settings(),
                new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                rig.clock,
                CancellationToken.pausing(time -> {
                    if (time.compareTo(Duration.ofSeconds(5)) > 0) {
                        // the pause lasts until the other one waits for its end, too
                        waiting.countDown();
                        waiting.await(5, TimeUnit.SECONDS);
                    }
                    rig.pause(time);
                }),
                RequestListener.UNCOUNTED);
        platform.population();
        rig.standIn
                .faults()
                .inject(InjectedFault.SLOW)
                .on(Endpoint.CUSTOMER_READ)
                .about(throttled.id())
                .taking(Duration.ofMillis(1200))
                .once();
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_READ)
                .about(throttled.id())
                .taking(Duration.ofSeconds(7))
                .once();
        CompletableFuture<Observation> first = new CompletableFuture<>();
        Thread thread = new Thread(() -> first.complete(Rig.observe(platform, throttled)));
        thread.start();
        assertThat(rig.standIn.awaitHeld(1, Duration.ofSeconds(20))).isTrue();
        rig.clock.pass(Duration.ofHours(1));
        // Graph's token comes at once, and the API's only after the other one was throttled
        rig.standIn
                .faults()
                .inject(InjectedFault.SLOW)
                .on(Endpoint.LOGIN)
                .taking(Duration.ofMillis(2500))
                .after(1)
                .once();

        assertThat(Rig.observe(platform, other)).isInstanceOf(Observation.Found.class);
        assertThat(first.get(20, TimeUnit.SECONDS)).isInstanceOf(Observation.Found.class);
        assertThat(rig.standIn.requests()).filteredOn(it -> it.status() == 429).hasSize(1);
        platform.close();
    }

    @ParameterizedTest
    @CsvSource({
        "700082, not used for 90 days",
        "50173, revoked",
        "50076, multi-factor",
        "53003, Conditional Access",
        "65001, consent",
        "12345, not accepted"
    })
    void aRefreshTokenThatIsRefusedIsExplained(int aadsts, String words) {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn.signIn().refusedFrom(Instant.EPOCH, aadsts);

        assertThatThrownBy(() -> Rig.observe(rig.platform(), customer))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("AADSTS" + aadsts)
                .hasMessageContaining(words)
                .hasMessageContaining("refresh-token-file");
        assertThat(rig.standIn.requests()).allMatch(it -> it.host() == Host.LOGIN);
    }

    @Test
    void aWrongSecretIsExplainedAndNotShown() {
        rig.secret = "this-is-a-secret";
        assertThatThrownBy(() -> rig.platform().population())
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("AADSTS7000215")
                .hasMessageContaining("secret is wrong");
    }

    @ParameterizedTest
    @ValueSource(ints = {900420, 900421, 900329, 900308, 900150, 90000})
    void anAnswerThatConcernsEveryCallStopsTheRun(int code) {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        int status = code == 900420 || code == 900421 ? 401 : 403;
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ)
                .answering(status, code)
                .always();
        ResellerPlatform platform = rig.platform();

        assertThatThrownBy(() -> Rig.observe(platform, customer))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining(Integer.toString(code));
        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(1);
        assertThatThrownBy(platform::population).isInstanceOf(PlatformUnavailableException.class);
        assertThat(rig.requests(Endpoint.CUSTOMER_LIST)).isEmpty();
    }

    /** Where the same token is accepted for another, it does not: see {@code PartnerCenterNightsTest}. */
    @Test
    void a401AfterRenewalStopsTheRun() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.TOKEN_DIES)
                .on(Endpoint.CUSTOMER_READ, Endpoint.CUSTOMER_LIST)
                .always();

        assertThatThrownBy(() -> Rig.observe(rig.platform(), customer))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("not even a new one");
        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(2);
    }

    /** What was accepted for another a moment ago says nothing of now. */
    @Test
    void aTokenThatDiesRightAfterACustomerWasRefusedIsRenewed() {
        CustomerBuilder odd = rig.standIn.customer("Adatum");
        CustomerBuilder other = rig.standIn.customer("Bellows");
        answered401(odd).always();
        ResellerPlatform platform = rig.platform();
        assertThat(Rig.observe(platform, odd)).isInstanceOf(Observation.Unreadable.class);
        int before = rig.standIn.signIn().exchanges();
        rig.standIn.signIn().accessTokensDie();

        assertThat(Rig.observe(platform, other)).isInstanceOf(Observation.Found.class);
        assertThat(Rig.observe(platform, odd)).isInstanceOf(Observation.Unreadable.class);
        // one for the API, one for Graph
        assertThat(rig.standIn.signIn().exchanges()).isEqualTo(before + 2);
    }

    @Test
    void aSingle401AfterACustomerWasRefusedIsTriedAgain() {
        CustomerBuilder odd = rig.standIn.customer("Adatum");
        CustomerBuilder other = rig.standIn.customer("Bellows");
        answered401(odd).always();
        answered401(other).once();
        ResellerPlatform platform = rig.platform();
        assertThat(Rig.observe(platform, odd)).isInstanceOf(Observation.Unreadable.class);

        assertThat(Rig.observe(platform, other)).isInstanceOf(Observation.Found.class);
    }

    /** Whether the token is at fault is found out although the read that tells is answered late. */
    @Test
    void aReadThatTellsWhoseA401IsIsTriedAgainItself() {
        CustomerBuilder odd = rig.standIn.customer("Adatum");
        answered401(odd).always();
        rig.standIn
                .faults()
                .inject(InjectedFault.HTML_ERROR)
                .on(Endpoint.CUSTOMER_LIST)
                .once();

        assertThat(Rig.observe(rig.platform(), odd)).isInstanceOf(Observation.Unreadable.class);
    }

    /** Several find out at the same time whose their 401 is: it is not as if each had to sign in for itself. */
    @Test
    void manyCustomersWhoAreRefusedAtOnceCostFewSignIns() {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            customers.add(rig.standIn.customer("Customer " + i));
            if (i % 2 == 0) {
                answered401(customers.get(i)).always();
            }
        }
        ResellerPlatform platform = rig.platform();
        platform.population();
        int before = rig.standIn.signIn().exchanges();

        List<Observation> seen =
                platform.observe(customers.stream().map(Rig::id).toList());

        for (int i = 0; i < 40; i++) {
            assertThat(seen.get(i)).isInstanceOf(i % 2 == 0 ? Observation.Unreadable.class : Observation.Found.class);
        }
        // one for the API, one for Graph, and a few where a call was begun before the first had found out
        assertThat(rig.standIn.signIn().exchanges()).isBetween(before + 2, before + 8);
    }

    private InjectedFaults.Draft answered401(CustomerBuilder customer) {
        return rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.CUSTOMER_READ, Endpoint.SUBSCRIPTION_LIST)
                .about(customer.id())
                .answering(401, 400);
    }

    @Test
    void aRefreshTokenLostInMidRunLosesNoOutcome() {
        rig.inFlight = 1;
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            customers.add(rig.standIn.customer("Customer " + i).licence("E3", "active"));
        }
        ResellerPlatform platform = rig.platform();
        platform.population();
        rig.standIn
                .faults()
                .inject(InjectedFault.TOKEN_DIES)
                .on(Endpoint.SUBSCRIPTION_WRITE)
                .after(9)
                .once();
        rig.standIn.signIn().refusedFrom(Instant.EPOCH, 50173);

        List<WriteOutcome> outcomes = platform.perform(
                customers.stream().map(it -> Rig.suspend(it, "E3")).toList(), () -> true);

        for (int i = 0; i < 30; i++) {
            boolean suspended = rig.standIn.status(customers.get(i).idOf("E3")).equals("suspended");
            assertThat(outcomes.get(i).tookEffect("suspended")).isEqualTo(suspended);
        }
        assertThat(outcomes).filteredOn(it -> it.result() == Result.DONE).hasSize(9);
        assertThat(outcomes)
                .filteredOn(it -> it.result() != Result.DONE)
                .extracting(WriteOutcome::result)
                .containsOnly(Result.NOT_SENT, Result.REFUSED);
        assertThat(outcomes)
                .filteredOn(it -> it.result() != Result.DONE)
                .extracting(WriteOutcome::message)
                .allMatch(it -> it.contains("revoked"));
        assertThatThrownBy(() -> platform.perform(List.of(Rig.suspend(customers.get(0), "E3")), () -> true))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("revoked");
    }

    @Test
    void aCertificateSignsInPlaceOfASecret() throws Exception {
        KeyPair pair = RsaKeys.OURS;
        byte[] certificate = SelfSigned.certificate(pair);
        rig.secret = null;
        rig.certificate = pem("CERTIFICATE", certificate);
        rig.key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
        rig.standIn
                .signIn()
                .register(
                        pair.getPublic(),
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(
                                        MessageDigest.getInstance("SHA-256").digest(certificate)));

        breathe(rig.standIn.customer("Contoso"));
    }

    @Test
    void aKeyInAnotherFormIsExplained() throws Exception {
        rig.secret = null;
        KeyPair pair = RsaKeys.OURS;
        rig.certificate = pem("CERTIFICATE", SelfSigned.certificate(pair));
        rig.key = pem("RSA PRIVATE KEY", pair.getPrivate().getEncoded());

        assertThatThrownBy(() -> rig.platform().population())
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("openssl pkcs8");
    }

    private Path pem(String kind, byte[] bytes) throws Exception {
        String text = "Bag Attributes\n-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes), kind);
        return Files.writeString(rig.folder.resolve(kind.replace(' ', '-') + ".pem"), text);
    }

    @Test
    void anEmptyOrMissingOrStrangeFileIsExplained() throws Exception {
        for (String content : List.of("", "\uFEFF \n", "two tokens\n", "\u0000\u0001")) {
            Files.writeString(rig.tokenFile, content);
            assertThatThrownBy(() -> rig.platform().population())
                    .isInstanceOf(PlatformUnavailableException.class)
                    .hasMessageContaining(rig.tokenFile.toString());
        }
        Files.delete(rig.tokenFile);
        assertThatThrownBy(() -> rig.platform().population())
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("does not exist");
        assertThat(rig.standIn.requests()).isEmpty();
    }

    @Test
    void noSecretIsShownAnywhere() throws Exception {
        ListAppender<ILoggingEvent> log = listen();
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "active");
        String first = token();
        Rig.perform(rig.platform(), Rig.suspend(customer, "E3"));
        String second = token();
        rig.standIn.signIn().refusedFrom(Instant.EPOCH, 700082);
        Throwable failure = catchThrowable(() -> rig.platform().population());
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));

        String logged =
                log.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n"));
        assertThat(logged).isNotEmpty();
        String all = logged + trace + rig.settings() + rig.platform();
        assertThat(all).doesNotContain(first, second, rig.standIn.signIn().clientSecret(), "eyJ");
        assertThat(new SignIn.AccessToken("eyJhbGci", 1, Rig.TONIGHT).toString())
                .doesNotContain("eyJ");
    }

    @Test
    void aSignInThatAsksToWaitIsWaitedFor() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.LOGIN)
                .taking(Duration.ofSeconds(30))
                .once();

        assertThat(Rig.observe(rig.platform(), customer)).isInstanceOf(Observation.Found.class);

        List<RecordedRequest> signIns = rig.requests(Endpoint.LOGIN);
        assertThat(Duration.between(signIns.get(0).received(), signIns.get(1).received()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aSignInThatIsDownForAMomentIsTriedAgain() {
        rig.standIn
                .faults()
                .inject(InjectedFault.SERVER_ERROR_BEFORE)
                .on(Endpoint.LOGIN)
                .times(2);
        rig.standIn.customer("Contoso");

        assertThat(rig.platform().population().size()).isEqualTo(1);
    }

    @Test
    void anAddressWhereNobodyAnswersStopsTheRun() throws Exception {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        PartnerCenterSettings settings = rig.settings();
        rig.standIn.close();

        ResellerPlatform platform = PartnerCenterPlatform.open(
                settings,
                new dev.offboarding.platform.VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                rig.clock,
                CancellationToken.pausing(rig::pause),
                RequestListener.UNCOUNTED);
        assertThatThrownBy(() -> Rig.observe(platform, customer))
                .isInstanceOf(PlatformUnavailableException.class)
                .hasMessageContaining("cannot be reached");
        platform.close();
    }

    @Test
    void aFileIsReplacedWholeOrNotAtAll() throws Exception {
        String before = token();
        rig.standIn.signIn().refusedFrom(Instant.EPOCH, 50173);
        assertThatThrownBy(() -> rig.platform().population()).isInstanceOf(PlatformUnavailableException.class);
        assertThat(token()).isEqualTo(before);
        assertThat(ByteBuffer.wrap(Files.readAllBytes(rig.tokenFile)))
                .isEqualTo(StandardCharsets.UTF_8.encode(before + "\n"));
    }
}
