package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.ProgramProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpResendsTest {

    @TempDir
    Path folder;

    /** The JDK reads how often it may resend when anybody calls for the first time: in a schedule that may be a notice. */
    @Test
    void aReadWhoseConnectionBreaksIsSentOnceWhoeverCallsFirst() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread hangsUp = new Thread(() -> hangUp(server, calls), "hangs up");
            hangsUp.setDaemon(true);
            hangsUp.start();

            try (ProgramProcess program =
                    ProgramProcess.start(folder, FirstCall.class, "http://127.0.0.1:" + server.getLocalPort())) {
                assertThat(program.end()).as(program.err()).isZero();
                assertThat(program.out()).contains("no answer");
            }
        }

        assertThat(calls).hasValue(1);
    }

    private static void hangUp(ServerSocket server, AtomicInteger calls) {
        while (!server.isClosed()) {
            try (Socket caller = server.accept()) {
                if (caller.getInputStream().read() >= 0) {
                    calls.incrementAndGet();
                    caller.getInputStream().readNBytes(caller.getInputStream().available());
                }
            } catch (SocketException closed) {
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
