package dev.offboarding.database;

import dev.offboarding.kit.QuickFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.FileSystemUtils;

/**
 * The folder of an embedded database as an earlier run has left it, shut down in order. To make a cluster and its tables takes longer than
 * most tests whose story begins after that.
 */
final class SettledFolder {

    /** Of the first that asked; it goes with the JVM. */
    private static final Path MADE = made();

    private SettledFolder() {}

    /** One of its own, with the same passwords as each other's. */
    static Path in(Path folder) throws IOException {
        Path own = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        try (Stream<Path> all = Files.walk(MADE)) {
            for (Path path : all.filter(it -> !it.equals(MADE)).toList()) {
                // with the rights that it has
                Files.copy(path, own.resolve(MADE.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return own;
    }

    private static Path made() {
        try {
            Path folder = QuickFolders.make("settled");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> FileSystemUtils.deleteRecursively(folder.toFile())));
            Path database = folder.resolve(".offboarding");
            Database.open(new StandardEnvironment(), database, Access.OWN).close();
            // they are large, and found where another test has unpacked them
            FileSystemUtils.deleteRecursively(database.resolve("programs"));
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
