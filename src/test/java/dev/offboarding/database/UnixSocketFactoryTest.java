package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/** What the driver, and a pool that throws its connections away, expect of a socket. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketFactoryTest {
    private static final Executor ELSEWHERE = new SimpleAsyncTaskExecutor();

    @TempDir
    Path folder;

    private ServerSocketChannel server;
    private Socket socket;
    private SocketChannel peer;

    @BeforeEach
    void connect() throws IOException {
        Path path = folder.resolve(".s.PGSQL.5432");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        socket = new UnixSocketFactory(path.toString()).createSocket();
        socket.connect(InetSocketAddress.createUnresolved("localhost", 5432), 5_000);
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        server.close();
    }

    private void say(String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** With JDK 17 each read of a program that is recorded failed. */
    @Test
    void whoeverWritesDownWhomItIsConnectedToIsToldThatItIsThisMachine() {
        assertThat(socket.getInetAddress()).isEqualTo(InetAddress.getLoopbackAddress());
    }

    @Test
    void aReadThatTakesTooLongEndsAndTheNextOneContinues() throws IOException {
        socket.setSoTimeout(50);
        InputStream in = socket.getInputStream();

        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);

        say("late");
        assertThat(in.readNBytes(4)).asString(StandardCharsets.US_ASCII).isEqualTo("late");
        peer.close();
        assertThat(in.read()).isEqualTo(-1);
    }

    /** More than a socket's buffers take, while nobody reads yet. */
    @Test
    void whatIsWrittenWaitsForItsReaderAndArrivesWhole() throws IOException {
        byte[] much = new byte[4 << 20];
        new Random(1).nextBytes(much);
        CompletableFuture<Void> written = CompletableFuture.runAsync(
                () -> {
                    try {
                        socket.getOutputStream().write(much);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                ELSEWHERE);

        assertThat(Channels.newInputStream(peer).readNBytes(much.length)).isEqualTo(much);
        written.join();
    }

    /** A pool ends a connection while another thread waits for its answer. */
    @Test
    void whoeverWaitsForAnAnswerLearnsThatTheSocketIsClosed() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(
                () -> {
                    reader.complete(Thread.currentThread());
                    try {
                        return socket.getInputStream().read();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                ELSEWHERE);
        awaitWaiting(reader.join());

        socket.close();

        assertThatThrownBy(read::join).hasCauseInstanceOf(SocketException.class);
        assertThat(socket.isClosed()).isTrue();
        assertThat(Channels.newInputStream(peer).read()).isEqualTo(-1);
    }

    /** A channel by itself is closed under a thread that is interrupted; a run that is stopped still has its report to write. */
    @Test
    void anInterruptedThreadKeepsItsConnectionAndTheInterrupt() throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        CompletableFuture<Boolean> interruptedStill = CompletableFuture.supplyAsync(
                () -> {
                    reader.complete(Thread.currentThread());
                    try {
                        assertThat(socket.getInputStream().read()).isEqualTo('a');
                        socket.getOutputStream().write('b');
                        return Thread.interrupted();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                ELSEWHERE);
        awaitWaiting(reader.join());
        reader.join().interrupt();
        say("a");

        assertThat(interruptedStill.join()).isTrue();
        assertThat(Channels.newInputStream(peer).read()).isEqualTo('b');
    }

    private static void awaitWaiting(Thread thread) {
        Awaitility.await()
                .until(() -> Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith("SelectorImpl")));
    }
}
