package dev.offboarding.run.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A way to a server that can be cut, and stay so for a while. */
public final class Wire implements AutoCloseable {

    private final int target;
    private final int port;
    private final List<Socket> ends = new ArrayList<>();
    private @Nullable ServerSocket entrance;

    private interface Work {
        void run() throws IOException;
    }

    public Wire(int target) throws IOException {
        this.target = target;
        ServerSocket first = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = first.getLocalPort();
        takeIn(first);
    }

    public int port() {
        return port;
    }

    private void takeIn(ServerSocket socket) {
        entrance = socket;
        daemon(() -> {
            while (true) {
                Socket in = socket.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
                if (isConnected(socket, in, out)) {
                    daemon(() -> carry(in, out));
                    daemon(() -> carry(out, in));
                } else {
                    in.close();
                    out.close();
                }
            }
        });
    }

    /** Not where the wire was cut since they came: one that got through then would stay for ever. */
    private synchronized boolean isConnected(ServerSocket through, Socket in, Socket out) {
        if (through.isClosed()) {
            return false;
        }
        ends.add(in);
        ends.add(out);
        return true;
    }

    private static void carry(Socket from, Socket to) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
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

    /** Every connection breaks, and none is taken until {@link #restore}. */
    public synchronized void cut() throws IOException {
        if (entrance != null) {
            entrance.close();
        }
        for (Socket end : ends) {
            end.close();
        }
        ends.clear();
    }

    public void restore() throws IOException {
        // right after a cut the port may not be free yet
        takeIn(Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsInstanceOf(BindException.class)
                .until(this::bound, socket -> true));
    }

    private ServerSocket bound() throws IOException {
        ServerSocket again = new ServerSocket();
        try {
            again.setReuseAddress(true);
            again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
            return again;
        } catch (IOException e) {
            again.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
