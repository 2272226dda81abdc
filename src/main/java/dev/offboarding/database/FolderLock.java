package dev.offboarding.database;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One program at a time on a folder. The operating system drops the lock when its holder dies, however it dies. Who
 * holds it is written in a file of its own: POSIX drops the lock as soon as its holder closes the locked file anywhere.
 */
final class FolderLock implements AutoCloseable {
    private static final int MOST_BYTES = 1 << 12;
    private static final Map<Path, Access> HELD_HERE = new HashMap<>();

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** Empty if someone has it. The folder has to exist. */
    static Optional<FolderLock> tryAcquire(Path folder, Access access) throws IOException {
        Path real = folder.toRealPath();
        synchronized (HELD_HERE) {
            // looked up before the file is opened, because closing it again would drop this program's own lock
            if (HELD_HERE.containsKey(real)) {
                return Optional.empty();
            }
            RegularFile.orNone(real.resolve("lock"));
            FileChannel channel = FileChannel.open(real.resolve("lock"), CREATE, WRITE);
            FileLock lock = null;
            try {
                lock = channel.tryLock();
                if (lock == null) {
                    return Optional.empty();
                }
                Files.deleteIfExists(real.resolve("owner"));
                Files.writeString(
                        real.resolve("owner"),
                        "%d%n%s%n%s%n"
                                .formatted(
                                        ProcessHandle.current().pid(),
                                        Instant.now().truncatedTo(ChronoUnit.SECONDS),
                                        access),
                        CREATE_NEW,
                        WRITE);
                HELD_HERE.put(real, access);
                return Optional.of(new FolderLock(real, channel, lock));
            } finally {
                if (lock == null || !HELD_HERE.containsKey(real)) {
                    channel.close();
                }
            }
        }
    }

    /** Whether this very program has it, for all that it does. The folder has to exist. */
    static boolean hostedHere(Path folder) throws IOException {
        Path real = folder.toRealPath();
        synchronized (HELD_HERE) {
            return HELD_HERE.get(real) == Access.HOST;
        }
    }

    /** Who has it, for a message; a holder that is about to write it down or to go is not known. */
    static String holder(Path folder) {
        return owner(folder)
                .filter(lines -> lines.length > 1)
                .map(lines -> "process %s, since %s".formatted(lines[0], lines[1]))
                .orElse("one that has just started or is about to end");
    }

    /** Whether its holder will be through in a moment: one that only reads, or that is just coming or going. */
    static boolean freeSoon(Path folder) {
        return owner(folder)
                .map(lines -> lines.length < 3 || lines[2].equals(Access.READ.name()))
                .orElse(true);
    }

    private static Optional<String[]> owner(Path folder) {
        try {
            return Optional.of(RegularFile.text(folder.resolve("owner"), MOST_BYTES, StandardCharsets.UTF_8)
                    .split("\\R"));
        } catch (IOException goneOrNotThereYet) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.remove(folder) != null) {
                Files.deleteIfExists(folder.resolve("owner"));
                lock.release();
                channel.close();
            }
        }
    }
}
