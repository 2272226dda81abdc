package dev.offboarding.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects PostgreSQL's driver through a Unix socket. Java has these as channels only, and the driver wants a {@link Socket}, with timeouts,
 * which a channel has only where a {@link Selector} waits for it. Public because the driver makes it, by name.
 */
public final class UnixSocketFactory extends SocketFactory {

    private final Path path;

    /** @param path of the socket */
    public UnixSocketFactory(String path) {
        this.path = Path.of(path);
    }

    /** Not connected yet; whatever address it is connected to, it is the one at the path. */
    @Override
    public Socket createSocket() throws IOException {
        return new Socket(new ChannelSocket(path)) {};
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(InetSocketAddress.createUnresolved(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int localPort) throws IOException {
        return createSocket(host.getHostAddress(), port);
    }

    private static final class ChannelSocket extends SocketImpl {
        private final Path path;
        private final SocketChannel channel;
        private final Selector readable;
        private final Selector writable;

        /** What is set of a TCP connection and means nothing here is remembered, and that is all. */
        private final Map<Integer, Object> options = new HashMap<>(
                Map.of(SO_TIMEOUT, 0, TCP_NODELAY, true, SO_KEEPALIVE, false, SO_SNDBUF, 1 << 16, SO_RCVBUF, 1 << 16));

        private volatile int timeout;

        ChannelSocket(Path path) throws IOException {
            this.path = path;
            // the JDK's flight recorder asks a connected socket for its peer, at each read, and fails without one
            this.address = InetAddress.getLoopbackAddress();
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            readable = Selector.open();
            writable = Selector.open();
        }

        @Override
        protected void create(boolean stream) {
            // is made already
        }

        @Override
        protected void connect(SocketAddress anywhere, int patience) throws IOException {
            // a channel that an interrupted thread connects is closed
            boolean interrupted = Thread.interrupted();
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
                channel.configureBlocking(false);
                channel.register(readable, SelectionKey.OP_READ);
                channel.register(writable, SelectionKey.OP_WRITE);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        protected void connect(String host, int port) throws IOException {
            connect(UnixDomainSocketAddress.of(path), 0);
        }

        @Override
        protected void connect(InetAddress host, int port) throws IOException {
            connect(UnixDomainSocketAddress.of(path), 0);
        }

        @Override
        protected InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    return length == 0 ? 0 : receive(ByteBuffer.wrap(bytes, offset, length));
                }
            };
        }

        @Override
        protected OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    send(ByteBuffer.wrap(bytes, offset, length));
                }
            };
        }

        private int receive(ByteBuffer into) throws IOException {
            long begun = System.nanoTime();
            int most = timeout;
            while (true) {
                int read = read(into);
                if (read != 0) {
                    return read;
                }
                long left = most - (System.nanoTime() - begun) / 1_000_000;
                if (most > 0 && left <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                }
                await(readable, most > 0 ? left : 0);
            }
        }

        private int read(ByteBuffer into) throws IOException {
            try {
                return channel.read(into);
            } catch (ClosedChannelException e) {
                throw closed(e);
            }
        }

        private void send(ByteBuffer from) throws IOException {
            try {
                while (from.hasRemaining()) {
                    if (channel.write(from) == 0) {
                        await(writable, 0);
                    }
                }
            } catch (ClosedChannelException e) {
                throw closed(e);
            }
        }

        /** @param millis 0 for as long as it takes */
        private static void await(Selector selector, long millis) throws IOException {
            // as with any other socket an interrupted thread waits on
            boolean interrupted = Thread.interrupted();
            try {
                selector.select(key -> {}, millis);
                interrupted |= Thread.interrupted();
            } catch (ClosedSelectorException e) {
                throw closed(e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static SocketException closed(Exception reason) {
            SocketException closed = new SocketException("Socket closed");
            closed.initCause(reason);
            return closed;
        }

        @Override
        protected int available() {
            return 0;
        }

        @Override
        protected void close() throws IOException {
            // the channel first: a thread that waits at a selector wakes up, and must not find it open
            try (readable;
                    writable) {
                channel.close();
            }
        }

        @Override
        protected void shutdownInput() throws IOException {
            channel.shutdownInput();
        }

        @Override
        protected void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void setOption(int option, Object value) {
            if (option == SO_TIMEOUT) {
                timeout = (Integer) value;
            }
            synchronized (options) {
                options.put(option, value);
            }
        }

        @Override
        public @Nullable Object getOption(int option) {
            synchronized (options) {
                return options.get(option);
            }
        }

        @Override
        protected void bind(InetAddress host, int port) throws IOException {
            throw new SocketException("A connection to " + path + " has no address of its own");
        }

        @Override
        protected void listen(int backlog) throws IOException {
            throw new SocketException(path + " is connected to only");
        }

        @Override
        protected void accept(SocketImpl socket) throws IOException {
            throw new SocketException(path + " is connected to only");
        }

        @Override
        protected void sendUrgentData(int data) throws IOException {
            throw new SocketException("Urgent data is not supported at " + path);
        }
    }
}
