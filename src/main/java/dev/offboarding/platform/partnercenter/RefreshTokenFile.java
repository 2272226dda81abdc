package dev.offboarding.platform.partnercenter;

import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.platform.PlatformUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that keeps the refresh token. A program that uses it holds its lock, a file beside it, so that two programs never exchange one
 * token at a time; a new token replaces the old one whole or not at all.
 */
final class RefreshTokenFile {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshTokenFile.class);
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int MOST_BYTES = 100_000;
    /** How much longer than an exchange takes at most another program may keep the file: two of them, in turn, with a busy disk. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private static final Duration NAP = Duration.ofMillis(100);
    /** Locks of files keep out other programs, not other threads of this one. */
    private static final Map<Path, ReentrantLock> WITHIN_THIS_PROGRAM = new ConcurrentHashMap<>();

    private final Path path;
    private final Duration longestWait;
    private final CancellationToken cancellation;

    /** @param exchange how long an exchange takes at most */
    RefreshTokenFile(Path path, Duration exchange, CancellationToken cancellation) {
        this.path = path.toAbsolutePath().normalize();
        this.longestWait = exchange.plus(MARGIN);
        this.cancellation = cancellation;
    }

    /**
     * Lends the token for one exchange, and keeps what the exchange brings. Others wait meanwhile: whoever has to pause gives it back before.
     *
     * @param exchange takes the token; answers with its successor among other things
     * @param successor the new token in that answer; null if it brought none
     * @throws PlatformUnavailableException if the file cannot be read or locked, or none can be made beside it: then nothing was
     *     exchanged; or if it cannot be replaced after an exchange: then it still has the old token, and the new one is lost
     */
    <T> T lend(Function<String, T> exchange, Function<T, @Nullable String> successor) {
        try {
            // what a link leads to is replaced, not the link
            Path file = path.toRealPath();
            ReentrantLock own = WITHIN_THIS_PROGRAM.computeIfAbsent(file, it -> new ReentrantLock());
            awaited(() -> own.tryLock() ? own : null);
            try (FileChannel lockFile = openLock(file);
                    FileLock lock = awaited(lockFile::tryLock)) {
                return lendLocked(file, exchange, successor);
            } finally {
                own.unlock();
            }
        } catch (NoSuchFileException e) {
            throw new PlatformUnavailableException(
                    "the refresh token's file %s does not exist: sign in once as an admin agent with multi-factor authentication, and put the refresh token there"
                            .formatted(path),
                    e);
        } catch (IOException e) {
            throw new PlatformUnavailableException(
                    "the refresh token's file %s cannot be used (%s): the program has to read it, and to create and rename files beside it"
                            .formatted(path, FileFault.inWords(e, path)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformUnavailableException("interrupted while waiting for the refresh token's file " + path, e);
        }
    }

    private <T> T lendLocked(Path file, Function<String, T> exchange, Function<T, @Nullable String> successor)
            throws IOException {
        narrow(file);
        String token = read(file);
        // made before the exchange: a token that could not be kept is not asked for
        Path fresh = Files.createTempFile(file.resolveSibling(""), "." + file.getFileName(), ".tmp");
        try {
            T answer = exchange.apply(token);
            String next = successor.apply(answer);
            if (next != null && !next.equals(token)) {
                // where it has gone meanwhile it is not made again: others might read it
                Files.writeString(fresh, next, StandardOpenOption.WRITE);
                DurableFile.put(fresh, file);
            }
            return answer;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private String read(Path file) throws IOException {
        String token = RegularFile.text(file, MOST_BYTES, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip();
        if (token.isEmpty() || token.chars().anyMatch(it -> it <= ' ' || it > '~')) {
            throw new PlatformUnavailableException(
                    "the refresh token's file %s %s: put the refresh token there, and nothing else"
                            .formatted(
                                    path, token.isEmpty() ? "is empty" : "holds something that is not a refresh token"),
                    null);
        }
        return token;
    }

    private void narrow(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        Set<PosixFilePermission> given = view.readAttributes().permissions();
        if (!OWNERS.containsAll(given)) {
            view.setPermissions(OWNERS);
            LOG.warn(
                    "the refresh token's file {} could be used by others than its owner; from now on it cannot. Anyone who has read it can act as the partner: revoke the token if in doubt",
                    path);
        }
    }

    private static FileChannel openLock(Path file) throws IOException {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        RegularFile.orNone(lock);
        return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Answers null as long as somebody else has it. */
    private interface Try<T> {
        @Nullable
        T once() throws IOException;
    }

    private <T> T awaited(Try<T> lock) throws IOException, InterruptedException {
        for (Duration waited = Duration.ZERO; true; waited = waited.plus(NAP)) {
            T locked = lock.once();
            if (locked != null) {
                return locked;
            }
            if (waited.compareTo(longestWait) >= 0) {
                throw new PlatformUnavailableException(
                        "the refresh token's file %s has been locked by another program for %d seconds: find out which one hangs, and start again"
                                .formatted(path, longestWait.toSeconds()),
                        null);
            }
            cancellation.pause(NAP);
        }
    }
}
