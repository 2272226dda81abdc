package dev.offboarding.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where an embedded server takes connections: at a Unix socket in its data folder, into which its user alone gets; where that cannot be, at
 * a port of 127.0.0.1, where another user of the machine may have been before.
 *
 * @param socket null for the port only
 */
record ServerAddress(@Nullable Path socket, int port) {
    /** Instead of the socket the port, where the value is {@code tcp}. */
    static final String SETTING = "offboarding.embedded-database";

    /** One address, and not all that localhost may stand for: no one else can have half of them. */
    private static final String LOOPBACK = "127.0.0.1";

    private static final String SCRAM = "scram-sha-256";
    private static final String PREFIX = "spring.datasource";
    private static final int NAME_OF_THE_SOCKET = 5432;

    /** What every system has room for, of a path to a socket: Linux has 107 bytes, macOS 103, Java on some 100. */
    private static final int MOST_BYTES = 100;

    static ServerAddress of(Path data) throws IOException {
        ServerAddress socket = socket(data, NAME_OF_THE_SOCKET);
        return "tcp".equals(System.getProperty(SETTING)) || !socket.possible(data.resolveSibling(".try.sock"))
                ? tcp(0)
                : socket;
    }

    /** @param port 0 for one that is free */
    static ServerAddress tcp(int port) throws IOException {
        if (port > 0) {
            return new ServerAddress(null, port);
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return new ServerAddress(null, free.getLocalPort());
        }
    }

    static ServerAddress socket(Path data, int port) {
        return new ServerAddress(data.resolve(".s.PGSQL." + port), port);
    }

    /** The file by which a server keeps others from its socket. */
    static Path lock(Path data) {
        return data.resolve(".s.PGSQL." + NAME_OF_THE_SOCKET + ".lock");
    }

    /** @param trial a path beside the data: some shared folders take files, but no sockets */
    private boolean possible(Path trial) {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")
                || String.valueOf(socket).getBytes(namesAreWrittenIn()).length > MOST_BYTES) {
            return false;
        }
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Files.deleteIfExists(trial);
            channel.bind(UnixDomainSocketAddress.of(trial));
            Files.delete(trial);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Charset namesAreWrittenIn() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    /** Which make a server listen here, and nowhere else. A socket's folder is the server's working directory, that of its data. */
    List<String> serverSettings() {
        return List.of(
                "port=" + port,
                "listen_addresses=" + (socket == null ? LOOPBACK : ""),
                "unix_socket_directories=" + (socket == null ? "" : "."));
    }

    /** The server has to prove that it knows the password, whatever it is. */
    ConnectionSettings settings(String user, @Nullable String password) {
        String url = socket == null
                ? "jdbc:postgresql://%s:%d/postgres?sslmode=disable".formatted(LOOPBACK, port)
                : "jdbc:postgresql://localhost/postgres?sslmode=disable";
        ConnectionSettings settings =
                ConnectionSettings.of(PREFIX, url, user, password, new ConnectionSecurity(true, SCRAM));
        return socket == null ? settings : settings.through(UnixSocketFactory.class, socket.toString());
    }
}
