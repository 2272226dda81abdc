package dev.offboarding.database;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A pooler in front of a PostgreSQL that asks for no password, as PgBouncer is one: its clients get a session of the server for a
 * transaction only, or for as long as they are connected.
 */
final class Pooler implements AutoCloseable {
    private static final int PROTOCOL = 196608;
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final boolean ofTransactions;
    private final String host;
    private final int port;
    private final String database;
    private final ServerSocket door;
    private final Deque<Server> idle = new ArrayDeque<>();
    private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
    private int clients;

    /** @param url of the server, with {@code user=postgres} */
    Pooler(String url, boolean ofTransactions) {
        URI address = URI.create(url.substring("jdbc:".length()));
        this.ofTransactions = ofTransactions;
        this.host = address.getHost();
        this.port = address.getPort();
        this.database = address.getPath().substring(1);
        try {
            door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(() -> {
            while (!door.isClosed()) {
                Socket client = door.accept();
                sockets.add(client);
                start(() -> serve(client));
            }
        });
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&sslmode=disable"
                .formatted(door.getLocalPort(), database);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException over) {
                        // whoever it was has gone
                    }
                },
                "pooler");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = promptly(socket);
            greet(in, out);
            Server server = null;
            try {
                for (int type = in.read(); type >= 0 && type != 'X'; type = in.read()) {
                    byte[] body = body(in);
                    if (server == null) {
                        server = take();
                    }
                    server.send(type, body);
                    if ((type == 'S' || type == 'Q') && server.answer(out) && ofTransactions) {
                        give(server);
                        server = null;
                    }
                }
            } finally {
                if (server != null && ofTransactions) {
                    give(server);
                }
            }
        }
    }

    /** A client learns that it is in, and gets a number to cancel by that is the pooler's own. */
    private void greet(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            int length = in.readInt();
            int code = in.readInt();
            in.readNBytes(length - 8);
            if (code != SSL_REQUEST && code != GSS_REQUEST) {
                break;
            }
            out.write('N');
            out.flush();
        }
        Server server = take();
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        DataOutputStream words = new DataOutputStream(greeting);
        words.writeByte('R');
        words.writeInt(8);
        words.writeInt(0);
        words.write(server.parameters.toByteArray());
        words.writeByte('K');
        words.writeInt(12);
        words.writeInt(1_000_000 + nextClient());
        words.writeInt(4711);
        words.writeByte('Z');
        words.writeInt(5);
        words.writeByte('I');
        give(server);
        out.write(greeting.toByteArray());
        out.flush();
    }

    private synchronized int nextClient() {
        return ++clients;
    }

    private Server take() throws IOException {
        synchronized (idle) {
            Server server = idle.poll();
            if (server != null) {
                return server;
            }
        }
        return new Server();
    }

    private void give(Server server) {
        synchronized (idle) {
            idle.push(server);
        }
    }

    /** A message goes when it is whole, and then at once: byte by byte each waits 40 ms for the one before to be acknowledged. */
    private static DataOutputStream promptly(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    private static byte[] body(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt() - 4);
    }

    /** A session of the server. */
    private final class Server {
        private final DataInputStream in;
        private final DataOutputStream out;
        private final ByteArrayOutputStream parameters = new ByteArrayOutputStream();

        Server() throws IOException {
            Socket socket = new Socket(host, port);
            sockets.add(socket);
            in = new DataInputStream(socket.getInputStream());
            out = promptly(socket);
            byte[] who = ("user\0postgres\0database\0" + database + "\0client_encoding\0UTF8\0DateStyle\0ISO\0\0")
                    .getBytes(StandardCharsets.UTF_8);
            out.writeInt(8 + who.length);
            out.writeInt(PROTOCOL);
            out.write(who);
            out.flush();
            DataOutputStream kept = new DataOutputStream(parameters);
            for (int type = in.read(); type != 'Z'; type = in.read()) {
                byte[] body = body(in);
                if (type == 'S') {
                    kept.writeByte(type);
                    kept.writeInt(body.length + 4);
                    kept.write(body);
                }
            }
            body(in);
        }

        void send(int type, byte[] body) throws IOException {
            out.writeByte(type);
            out.writeInt(body.length + 4);
            out.write(body);
            out.flush();
        }

        /** Passes the answer on. Returns whether no transaction is open after it. */
        boolean answer(DataOutputStream to) throws IOException {
            while (true) {
                int type = in.read();
                if (type < 0) {
                    throw new IOException("the server has gone");
                }
                byte[] body = body(in);
                to.writeByte(type);
                to.writeInt(body.length + 4);
                to.write(body);
                to.flush();
                if (type == 'Z') {
                    return body[0] == 'I';
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
