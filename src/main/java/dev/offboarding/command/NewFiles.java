package dev.offboarding.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Files that a new user is given: all of them or none, and nothing is overwritten. */
final class NewFiles {

    private NewFiles() {}

    /** Which of these names are taken already, by whatever it is. */
    static List<String> there(Path folder, Collection<String> names) {
        return names.stream()
                .filter(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /**
     * Makes them, with the folders that they need, in their order.
     *
     * @throws IOException if that cannot be done: then none of them is there, but for what was there before
     */
    static void make(Path folder, Map<String, byte[]> files) throws IOException {
        List<Path> made = new ArrayList<>();
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(
                        Objects.requireNonNull(path.toAbsolutePath().getParent()));
                made.add(path);
                try {
                    Files.write(path, file.getValue(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                } catch (FileAlreadyExistsException e) {
                    // somebody else has made it meanwhile
                    made.remove(path);
                    throw e;
                }
            }
        } catch (IOException e) {
            takeAway(made);
            throw e;
        }
    }

    /** Half of them would be in the way of the whole. */
    private static void takeAway(List<Path> made) {
        for (Path file : made) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // the folder cannot be written to any more, as is said already
                return;
            }
        }
    }

    /** A file that the program brings with it. */
    static byte[] own(String name) {
        try (InputStream in =
                Objects.requireNonNull(NewFiles.class.getResourceAsStream(name), "the program's own file " + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the program's own files cannot be read", e);
        }
    }
}
