package dev.offboarding.database;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who was at a port before PostgreSQL, plays a server that knows no TLS, and asks for the password in the clear. */
final class Thief implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final ServerSocket port;
    private final AtomicInteger asked = new AtomicInteger();
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

    Thief() {
        this(0);
    }

    /** @param number 0 for one that is free */
    Thief(int number) {
        try {
            port = new ServerSocket(number, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "thief");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return port.getLocalPort();
    }

    /** How often somebody was asked for the password. */
    int asked() {
        return asked.get();
    }

    /** All that was said once that was asked. */
    String answers() {
        synchronized (answers) {
            return answers.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void serve() {
        while (!port.isClosed()) {
            try (Socket victim = port.accept()) {
                victim.setSoTimeout(5_000);
                ask(victim);
            } catch (IOException gone) {
                // the next one may be less careful
            }
        }
    }

    private void ask(Socket victim) throws IOException {
        DataInputStream in = new DataInputStream(victim.getInputStream());
        while (true) {
            byte[] rest = new byte[in.readInt() - 8];
            int code = in.readInt();
            in.readFully(rest);
            if (code != SSL_REQUEST && code != GSS_REQUEST) {
                break;
            }
            victim.getOutputStream().write('N');
        }
        asked.incrementAndGet();
        victim.getOutputStream().write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3});
        for (int b = in.read(); b >= 0; b = in.read()) {
            synchronized (answers) {
                answers.write(b);
            }
        }
    }

    @Override
    public void close() {
        try {
            port.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
