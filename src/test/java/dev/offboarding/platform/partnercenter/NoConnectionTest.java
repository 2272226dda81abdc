package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.VerificationSettings;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/** A server that takes no connection in time: nothing has arrived there. */
class NoConnectionTest {

    private static final Duration SHORT = Duration.ofMillis(250);

    private final Rig rig = new Rig();
    private final FullHouse house = new FullHouse();
    private final AtomicInteger waits = new AtomicInteger();

    /** A server before which as many wait as may, until it lets them in, to another one behind it. */
    private static final class FullHouse implements AutoCloseable {

        private static final int MORE_THAN_ANY_SYSTEM_LETS_WAIT = 64;

        private final ServerSocket door;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private int waiting;

        private interface Work {
            void run() throws IOException;
        }

        FullHouse() {
            try {
                door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Assumptions.assumeTrue(isFull(), "this system never lets a connection wait to be taken");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private boolean isFull() throws IOException {
            int tooLate = 0;
            // one that came too late may have been slow
            while (tooLate < 2 && waiting < MORE_THAN_ANY_SYSTEM_LETS_WAIT) {
                Socket socket = new Socket();
                sockets.add(socket);
                try {
                    socket.connect(door.getLocalSocketAddress(), (int) SHORT.toMillis());
                    waiting++;
                } catch (SocketTimeoutException e) {
                    tooLate++;
                }
            }
            return tooLate == 2;
        }

        String url() {
            return "http://%s:%d".formatted(door.getInetAddress().getHostAddress(), door.getLocalPort());
        }

        /** From now on; a second time changes nothing. */
        void letIn(int port) throws IOException {
            if (waiting == 0) {
                return;
            }
            for (; waiting > 0; waiting--) {
                sockets.add(door.accept());
            }
            daemon(() -> {
                while (true) {
                    Socket in = door.accept();
                    Socket out = new Socket(InetAddress.getLoopbackAddress(), port);
                    sockets.add(in);
                    sockets.add(out);
                    daemon(() -> in.getInputStream().transferTo(out.getOutputStream()));
                    daemon(() -> out.getInputStream().transferTo(in.getOutputStream()));
                }
            });
        }

        private static void daemon(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException closed) {
                    // that is how it ends
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            door.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        house.close();
        rig.close();
    }

    /** Whose API is in the full house, and only that. */
    private PartnerCenterSettings settings() {
        PartnerCenterSettings it = rig.settings();
        return new PartnerCenterSettings(
                it.account(),
                it.resellers(),
                it.tenantId(),
                it.clientId(),
                it.clientSecret(),
                it.clientCertificateFile(),
                it.clientKeyFile(),
                it.refreshTokenFile(),
                URI.create(house.url()),
                it.loginUrl(),
                it.graphUrl(),
                it.apiAudience(),
                it.graphAudience(),
                it.requestsPerMinute(),
                it.inFlight(),
                SHORT,
                it.readTimeout(),
                it.newCommerce());
    }

    private void pause(Duration time) {
        waits.incrementAndGet();
        rig.pause(time);
    }

    @Test
    void itIsSaidThatThereWasNoConnectionAndThatNothingArrived() {
        Http http = new Http(SHORT, Duration.ofSeconds(20));

        Http.NoAnswerException why = catchThrowableOfType(
                Http.NoAnswerException.class,
                () -> http.exchange(HttpMethod.GET, URI.create(house.url()), Map.of(), null));

        assertThat(why.why()).isEqualTo("no connection within 250 ms");
        assertThat(why.mayHaveArrived()).isFalse();
    }

    @Test
    void thePlatformCannotBeUsedWhereTheFourthTryGetsNoConnectionEither() {
        CustomerBuilder customer = rig.standIn.customer("Contoso");
        try (ResellerPlatform platform = PartnerCenterPlatform.open(
                settings(),
                new VerificationSettings(Duration.ofMinutes(2), Duration.ofMinutes(15)),
                rig.clock,
                CancellationToken.pausing(this::pause),
                (resource, status) -> rig.traffic.merge(resource, 1L, Long::sum))) {
            assertThatThrownBy(() -> Rig.observe(platform, customer))
                    .isInstanceOf(PlatformUnavailableException.class)
                    .hasMessageContaining(
                            "Partner Center at %s cannot be reached (no connection within 250 ms)", house.url());
        }
        assertThat(waits).hasValue(3);
        assertThat(rig.traffic).containsOnlyKeys("graph", "sign-in");
    }

    @Test
    void aWriteThatGotNoConnectionIsSentAsTheSameRequestAsSoonAsItGetsOne() {
        CustomerBuilder customer = rig.standIn.customer("Contoso").licence("E3", "suspended");
        PartnerCenterSettings settings = settings();
        Http http = new Http(settings.connectTimeout(), settings.readTimeout());
        CancellationToken waiting = CancellationToken.pausing(time -> {
            pause(time);
            try {
                house.letIn(URI.create(rig.standIn.apiUrl()).getPort());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        SignIn signIn = new SignIn(settings, http, rig.clock, waiting, RequestListener.UNCOUNTED);
        Client client = new Client(
                settings,
                http,
                signIn,
                RateLimits.join(settings, rig.clock),
                rig.clock,
                waiting,
                RequestListener.UNCOUNTED);
        UUID correlationId = UUID.randomUUID();
        Request removal = Request.write(
                Quota.CUSTOMER,
                HttpMethod.PATCH,
                CustomerReads.path(Rig.id(customer)),
                Map.of(),
                PartnerCenterJson.newObject().put("relationshipToPartner", "none"),
                correlationId);
        AtomicInteger asked = new AtomicInteger();
        List<UUID> sent = new ArrayList<>();

        Reply reply = client.write(removal, 1, () -> asked.incrementAndGet() > 0, sent::add);

        assertThat(reply).isInstanceOf(Reply.Accepted.class);
        assertThat(sent).hasSize(waits.get() + 1).hasSizeGreaterThan(1).containsOnly(correlationId);
        assertThat(asked).as("each time it is sent").hasValue(sent.size());
        assertThat(rig.requests(Endpoint.CUSTOMER_WRITE))
                .singleElement()
                .extracting(RecordedRequest::applied)
                .isEqualTo(true);
    }
}
