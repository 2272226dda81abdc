package dev.offboarding.kit;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Where tests keep what lives for moments: in memory, where the machine has such a place and enough of it. A test that makes a database makes
 * a thousand files, and a disk takes longer over that than over what is in them. JUnit makes each {@code @TempDir} here, too.
 * {@code -Dtest.folders=disk} keeps them on the disk, for whoever measures, or wants to know what a disk does.
 */
public final class QuickFolders implements TempDirFactory {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String OURS = "offboarding-";
    private static final Set<PosixFilePermission> OWNERS_ONLY = PosixFilePermissions.fromString("rwx------");

    /** More than all tests of a build have there at one time; a container often has 64 MB. */
    private static final long ENOUGH = 3L << 30;

    /** What lies there is taken from the memory that these processes have themselves. */
    private static final long ENOUGH_IN_ALL = 8L << 30;

    /** Of a process that cannot be seen from here: it may run in another container. */
    private static final Duration SURELY_LEFT = Duration.ofHours(6);

    private static final AtomicInteger NUMBER = new AtomicInteger();
    /** Null where that is no place for them. */
    private static final @Nullable Path IN_MEMORY = inMemory();

    /** A new one. It goes with this JVM at the latest. Its path is short: a Unix socket has room for a hundred characters. */
    public static Path make(String name) throws IOException {
        return IN_MEMORY == null
                ? Files.createTempDirectory(name)
                : Files.createDirectory(
                        IN_MEMORY.resolve(name + NUMBER.incrementAndGet()),
                        PosixFilePermissions.asFileAttribute(OWNERS_ONLY));
    }

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension) throws IOException {
        return make("junit-");
    }

    private static @Nullable Path inMemory() {
        try {
            boolean wanted = !System.getProperty("test.folders", "memory").equals("disk");
            return wanted
                            && Files.isWritable(MEMORY)
                            && Files.getFileStore(MEMORY).getUsableSpace() > ENOUGH
                            && memory() >= ENOUGH_IN_ALL
                            && runsPrograms()
                    ? ofThisProcess()
                    : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the machine, or of the container. */
    private static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** PostgreSQL's programs are unpacked into folders of tests. */
    private static boolean runsPrograms() throws IOException {
        Path program = Files.createTempFile(MEMORY, "runs", ".sh", PosixFilePermissions.asFileAttribute(OWNERS_ONLY));
        try {
            Files.writeString(program, "#!/bin/sh\n");
            return new ProcessBuilder(program.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            Files.delete(program);
        }
    }

    private static Path ofThisProcess() throws IOException {
        clearAway();
        Path place = MEMORY.resolve(OURS + ProcessHandle.current().pid());
        try {
            Files.createDirectory(place, PosixFilePermissions.asFileAttribute(OWNERS_ONLY));
        } catch (FileAlreadyExistsException e) {
            // of another process that had this number
            place = Files.createTempDirectory(MEMORY, OURS);
        }
        Path made = place;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(made.toFile())));
        return made;
    }

    /** What was killed could not, and memory comes back by nothing else before the machine is started anew. */
    private static void clearAway() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(MEMORY, OURS + "[0-9]*")) {
            for (Path place : left) {
                clearAway(place, place.getFileName().toString().substring(OURS.length()));
            }
        }
    }

    private static void clearAway(Path place, String pid) {
        try {
            if (pid.matches("[0-9]{1,9}")
                    && ProcessHandle.of(Long.parseLong(pid)).isEmpty()
                    && Files.getLastModifiedTime(place)
                            .toInstant()
                            .isBefore(Instant.now().minus(SURELY_LEFT))) {
                FileSystemUtils.deleteRecursively(place);
            }
        } catch (IOException e) {
            // another user's, or gone by now
        }
    }
}
