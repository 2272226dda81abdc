package dev.offboarding.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Where tests keep what lives for moments: in memory, where the machine has such a place. A test that makes a database makes a thousand
 * files, and a disk takes longer over that than over what is in them. JUnit makes each {@code @TempDir} here, too.
 */
public final class QuickFolders implements TempDirFactory {

    /** More than all tests of a build have there at one time; a container often has 64 MB. */
    private static final long ENOUGH = 3L << 30;

    private static final Path PLACE = place();

    /** A new one; whoever makes it deletes it. */
    public static Path make(String name) throws IOException {
        return Files.createTempDirectory(PLACE, name);
    }

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension) throws IOException {
        return make("junit-");
    }

    private static Path place() {
        Path memory = Path.of("/dev/shm");
        try {
            if (Files.isWritable(memory)
                    && Files.getFileStore(memory).getUsableSpace() > ENOUGH
                    && runsPrograms(memory)) {
                return memory;
            }
        } catch (IOException e) {
            // then there
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** PostgreSQL's programs are unpacked into folders of tests. */
    private static boolean runsPrograms(Path folder) throws IOException {
        Path program = Files.createTempFile(
                folder,
                "runs",
                ".sh",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
}
