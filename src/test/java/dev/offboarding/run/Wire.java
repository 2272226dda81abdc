package dev.offboarding.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A way to a server that can be cut, and stay so for a while. */
final class Wire implements AutoCloseable {

    private final int target;
    private final int port;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private @Nullable ServerSocket entrance;

    private interface Work {
        void run() throws IOException;
    }

    Wire(int target) throws IOException {
        this.target = target;
        ServerSocket first = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = first.getLocalPort();
        takeIn(first);
    }

    int port() {
        return port;
    }

    private void takeIn(ServerSocket socket) {
        entrance = socket;
        daemon(() -> {
            while (true) {
                Socket in = socket.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.add(in);
                ends.add(out);
                daemon(() -> carry(in, out));
                daemon(() -> carry(out, in));
            }
        });
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

    /** Every connection breaks, and none is taken until {@link #mend}. */
    void cut() throws IOException {
        if (entrance != null) {
            entrance.close();
        }
        for (Socket end : ends) {
            end.close();
        }
        ends.clear();
    }

    void mend() throws IOException {
        ServerSocket again = new ServerSocket();
        again.setReuseAddress(true);
        again.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        takeIn(again);
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
