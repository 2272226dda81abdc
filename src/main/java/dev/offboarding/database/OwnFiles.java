package dev.offboarding.database;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder out of which programs are run has to be this user's own. Another user of the machine may have made it first, where both may write,
 * and keeps the right to open it again and to put other programs there. What belongs to root is as good: root may do all of that anyway.
 */
final class OwnFiles {

    private static final Integer ROOT = 0;

    private OwnFiles() {}

    /** @throws FileSystemException if the folder, or the link that leads to it, is another user's */
    static void require(Path folder) throws IOException {
        Object self;
        try {
            self = self(folder);
        } catch (AccessDeniedException e) {
            throw new FileSystemException(
                    folder.toString(),
                    null,
                    "it belongs to user %s, and user %s may not write in it. Run as the one to whom it belongs, or move it away"
                            .formatted(Files.getOwner(folder).getName(), System.getProperty("user.name")));
        }
        require(folder, self);
        require(folder.toRealPath(), self);
    }

    /** @throws FileSystemException if anything in the folder is another user's, as far as the programs that it may have unpacked */
    static void requireIn(Path folder) throws IOException {
        Object self = self(folder);
        for (Path path : list(folder)) {
            require(path, self);
        }
        Path programs = folder.resolve("programs");
        if (Files.isDirectory(programs, LinkOption.NOFOLLOW_LINKS)) {
            for (Path path : list(programs)) {
                require(path, self);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static void require(Path path, Object self) throws IOException {
        Object owner;
        try {
            owner = owner(path);
        } catch (NoSuchFileException gone) {
            return; // another program of this user has just tidied up
        }
        if (!owner.equals(self) && !owner.equals(ROOT)) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "it belongs to user %s, who may change what is in it. Run as that user, or move it away"
                            .formatted(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS)
                                    .getName()));
        }
    }

    private static Object owner(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** Whose files are that this program makes there: on some shared folders someone else's than the user's that it runs as. */
    private static Object self(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, ".probe", null);
        try {
            return owner(probe);
        } finally {
            Files.delete(probe);
        }
    }
}
