package dev.offboarding.database;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
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
 *
 * <p>Who this user is the system says, and nothing that lies in the folder: what is made there, someone else may put another in place of.
 */
final class OwnFiles {

    private static final long ROOT = 0;

    private static final String RUN_AS_THAT_USER = "Run as that user, or set spring.datasource.url.";

    private static final String HAVE_IT_REMOVED =
            "Find out how it got there; once it is removed, or given to the user of the folder, this starts again.";

    private OwnFiles() {}

    /** Something is another user's; its reason ends with what to do. */
    static final class OfAnotherUserException extends FileSystemException {
        private OfAnotherUserException(Path path, String owner, String remedy) {
            super(
                    path.toString(),
                    null,
                    "it belongs to user %s, who may change what is in it. %s".formatted(owner, remedy));
        }
    }

    /** @throws OfAnotherUserException if the folder, or the link that leads to it, is another user's */
    static void require(Path folder) throws IOException {
        long self = self();
        require(folder, self, RUN_AS_THAT_USER);
        require(folder.toRealPath(), self, RUN_AS_THAT_USER);
    }

    /** Where a folder's file system knows users by number. */
    static boolean isRoot(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("unix") && self() == ROOT;
    }

    /** Where there is no {@code /proc}, and only there, a user whom the system has no name of is taken for another. */
    private static long self() {
        try {
            return uid(Path.of("/proc/self").toRealPath());
        } catch (IOException | UnsupportedOperationException e) {
            return new UnixSystem().getUid();
        }
    }

    private static long uid(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    /** @throws OfAnotherUserException if anything in the folder is another user's, as far as the programs that it may have unpacked */
    static void requireIn(Path folder) throws IOException {
        long self = self();
        for (Path path : list(folder)) {
            require(path, self, HAVE_IT_REMOVED);
        }
        Path programs = folder.resolve("programs");
        if (Files.isDirectory(programs, LinkOption.NOFOLLOW_LINKS)) {
            for (Path path : list(programs)) {
                require(path, self, HAVE_IT_REMOVED);
            }
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private static void require(Path path, long self, String remedy) throws IOException {
        long owner;
        try {
            owner = uid(path);
        } catch (NoSuchFileException gone) {
            return; // another program of this user has just tidied up
        }
        if (owner != self && owner != ROOT) {
            throw new OfAnotherUserException(
                    path, Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName(), remedy);
        }
    }
}
