package dev.offboarding.run;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands before a server on this machine and passes everything on, but for the header in which it says what time it is. */
public final class DateRelay implements Closeable {

    private static final byte[] DATE = "date:".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket socket;
    private final int port;
    private final UnaryOperator<@Nullable String> date;

    /** @param date what becomes of the date that was said; null for saying none */
    public DateRelay(int port, UnaryOperator<@Nullable String> date) throws IOException {
        this.port = port;
        this.date = date;
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // one of the two has hung up
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = socket.accept();
            daemon(() -> {
                try (client;
                        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    daemon(() -> {
                        client.getInputStream().transferTo(server.getOutputStream());
                        server.shutdownOutput();
                    });
                    answers(server.getInputStream(), client.getOutputStream());
                }
            });
        }
    }

    private void answers(InputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean perhaps = true;
        for (int next = in.read(); next >= 0; next = in.read()) {
            line.write(next);
            int length = line.size();
            perhaps &= length > DATE.length || Character.toLowerCase(next) == DATE[length - 1];
            if (next == '\n' || !perhaps) {
                out.write(perhaps ? forged(line.toString(StandardCharsets.US_ASCII)) : line.toByteArray());
                line.reset();
                perhaps = next == '\n';
                if (!perhaps) {
                    // to the end of this line, and of a body perhaps, nothing is held back
                    next = passOn(in, out);
                    perhaps = next == '\n';
                    if (next < 0) {
                        return;
                    }
                }
            }
            if (in.available() == 0) {
                out.flush();
            }
        }
    }

    private static int passOn(InputStream in, OutputStream out) throws IOException {
        while (true) {
            int next = in.read();
            if (next < 0) {
                return next;
            }
            out.write(next);
            if (next == '\n') {
                return next;
            }
        }
    }

    private byte[] forged(String line) {
        String said = date.apply(line.substring(DATE.length).strip());
        return (said == null ? "X-No-Date: -\r\n" : "Date: " + said + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
