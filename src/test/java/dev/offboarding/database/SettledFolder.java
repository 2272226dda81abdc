package dev.offboarding.database;

import dev.offboarding.kit.QuickFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.springframework.core.env.StandardEnvironment;

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
            Path database = QuickFolders.make("settled").resolve(".offboarding");
            Database.open(new StandardEnvironment(), database, Access.OWN).close();
            return database;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
