package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;

/** One request is one request on the line, whatever happens to it. */
class HttpTest {

    /** In a program of its own: how often the JDK tries is settled when its client is first used. A line for each address. */
    static final class Alone {
        public static void main(String... urls) {
            Http http = new Http(Duration.ofSeconds(5), Duration.ofSeconds(5));
            for (String url : urls) {
                try {
                    for (int i = 0; i < 2; i++) {
                        http.exchange(HttpMethod.GET, URI.create(url), Map.of(), null);
                    }
                    System.out.println("answered");
                } catch (Http.NoAnswerException e) {
                    System.out.println(e.why() + (e.mayHaveArrived() ? ", may have arrived" : ", never arrived"));
                }
            }
            System.exit(0);
        }
    }

    private static List<String> alone(String... urls) throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(ChildJvm.command("-Xmx256m"));
        program.command().add(Alone.class.getName());
        program.command().addAll(List.of(urls));
        Process process = program.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var lines = process.inputReader()) {
            List<String> said = lines.lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Counts requests, and hangs up on every one of them from the {@code answered}-th on. */
    private static final class HangsUp implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        final AtomicInteger requests = new AtomicInteger();

        HangsUp(int answered) throws IOException {
            Thread thread = new Thread(() -> serve(answered), "hangs-up");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve(int answered) {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    while (request(socket.getInputStream())) {
                        if (requests.incrementAndGet() > answered) {
                            break;
                        }
                        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
                    }
                } catch (IOException e) {
                    // the next one
                }
            }
        }

        private static boolean request(InputStream in) throws IOException {
            int ends = 0;
            for (int c = in.read(); c >= 0; c = in.read()) {
                ends = c == '\n' ? ends + 1 : c == '\r' ? ends : 0;
                if (ends == 2) {
                    return true;
                }
            }
            return false;
        }

        String url() {
            return "http://127.0.0.1:" + server.getLocalPort() + "/";
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    @Test
    void nothingIsRepeatedBehindOurBack() throws Exception {
        String nobody;
        try (HangsUp gone = new HangsUp(0)) {
            nobody = gone.url();
        }
        try (HangsUp atOnce = new HangsUp(0);
                HangsUp onTheSecond = new HangsUp(1)) {
            assertThat(alone(atOnce.url(), onTheSecond.url(), nobody))
                    .satisfiesExactly(
                            it -> assertThat(it)
                                    .startsWith("the connection broke before the answer arrived")
                                    .endsWith(", may have arrived"),
                            it -> assertThat(it)
                                    .startsWith("the connection broke before the answer arrived")
                                    .endsWith(", may have arrived"),
                            it -> assertThat(it).isEqualTo("no connection, never arrived"));
            assertThat(atOnce.requests).hasValue(1);
            assertThat(onTheSecond.requests).hasValue(2);
        }
    }
}
