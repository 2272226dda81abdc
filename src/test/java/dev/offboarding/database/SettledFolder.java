package dev.offboarding.database;

import dev.offboarding.kit.QuickFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;

/**
 * The folder of an embedded database as an earlier run has left it, shut down in order. To make a cluster and its tables takes longer than
 * most tests whose story begins after that.
 */
final class SettledFolder {

    private static final Path MADE = made();

    private SettledFolder() {}

    /** A copy; all of them have the same passwords. */
    static Path in(Path folder) throws IOException {
        Path own = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        FileSystemUtils.copyRecursively(MADE, own);
        // the server takes no data that others might look into
        Files.setPosixFilePermissions(own.resolve("data"), PosixFilePermissions.fromString("rwx------"));
        return own;
    }

    private static Path made() {
        try {
            Path database = QuickFolders.make("settled").resolve(".offboarding");
            Database.open(new StandardEnvironment(), database, Access.OWN).close();
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
