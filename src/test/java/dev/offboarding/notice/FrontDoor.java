package dev.offboarding.notice;

import static java.util.Objects.requireNonNull;

import dev.offboarding.notice.NoticeSettings.Security;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a mail server that encrypts nothing, and does it in its place: from the first byte on, after STARTTLS, or never, like
 * servers of the old days. What is said once the connection is encrypted is passed on.
 */
final class FrontDoor implements AutoCloseable {

    private final ServerSocket socket;
    private final Security security;
    private final @Nullable SSLSocketFactory keys;
    private final int behind;
    private final List<String> heardInTheClear = new CopyOnWriteArrayList<>();

    FrontDoor(Security security, @Nullable SSLSocketFactory keys, int behind) throws IOException {
        this.security = security;
        this.keys = keys;
        this.behind = behind;
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    List<String> heardInTheClear() {
        return heardInTheClear;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException overOrRefused) {
                        // what the other side makes of it is what a test looks at
                    }
                },
                "front door");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() throws IOException {
        while (true) {
            Socket client = socket.accept();
            run(() -> receive(client));
        }
    }

    private void receive(Socket client) throws IOException {
        if (security == Security.TLS) {
            encrypted(client, false);
            return;
        }
        say(client, "220 front door");
        for (String line = line(client); line != null; line = line(client)) {
            heardInTheClear.add(line);
            if (line.startsWith("EHLO")) {
                say(
                        client,
                        "250-front door\r\n250 " + (security == Security.STARTTLS ? "STARTTLS" : "AUTH LOGIN PLAIN"));
            } else if (line.equals("STARTTLS") && security == Security.STARTTLS) {
                say(client, "220 go on");
                encrypted(client, true);
                return;
            } else {
                say(client, "250 ok");
            }
        }
    }

    private void encrypted(Socket inTheClear, boolean greeted) throws IOException {
        SSLSocket client = (SSLSocket) requireNonNull(keys).createSocket(inTheClear, null, true);
        client.setUseClientMode(false);
        client.startHandshake();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), behind);
        if (greeted) {
            line(server);
        }
        run(() -> {
            client.getInputStream().transferTo(server.getOutputStream());
            server.shutdownOutput();
        });
        server.getInputStream().transferTo(client.getOutputStream());
        client.close();
    }

    private static void say(Socket to, String text) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Byte by byte: what comes after it belongs to others. */
    private static @Nullable String line(Socket from) throws IOException {
        InputStream in = from.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString().strip();
            }
            line.append((char) b);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
