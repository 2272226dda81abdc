package dev.offboarding.kit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The rights that files and folders are made with, whatever the umask of the shell, crontab or unit that started the program. Nothing is
 * open for a moment to more than these. Where a file system knows no such rights, or does not let them be set, nothing fails.
 *
 * @param files of a file that is made
 * @param folders of a folder that is made; one that is there keeps its own
 */
public record Rights(FileMode files, FileMode folders) {

    /** Of reports, logs and certificates, where the job file does not say otherwise. */
    public static final Rights USER_AND_GROUP = new Rights(new FileMode(0640), new FileMode(0750));

    private static final Logger LOG = LoggerFactory.getLogger(Rights.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PERMISSIONS = 0777;
    private static final int ALL_BITS = 07777;
    private static final int SET_GROUP = 02000;
    private static final int STICKY = 01000;
    private static final int GROUP = 0070;
    private static final int OTHERS = 0007;

    /** What has been said once. */
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    /** Makes the folder, and those above it that are missing. */
    public void createFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            createFolders(above);
        }
        try {
            createFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Makes a folder that is not there yet. */
    public void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder, atFirst(folder, folders));
        set(folder, folders.bits(), null, true);
    }

    /** Makes a file that is not there yet, nor a link to one, to be written to. */
    public FileChannel createFile(Path file) throws IOException {
        return created(file, files, () -> set(file, files.bits(), null, true));
    }

    /**
     * Makes a folder in a shared one, if it is not there yet, for its owner and for those who may work with the shared one: of its group, with
     * what that group may do there. Others get nothing where they may put something into the one: it is taken away, and what is in the
     * other stays for years. A folder that is there is left as it is, and where its rights differ, that is said once.
     */
    public static void createFolderAsIn(Path shared, Path folder) throws IOException {
        if (!knows(shared)) {
            Files.createDirectories(folder);
            return;
        }
        Owned model = Owned.of(shared);
        int mode = model.ofFolders();
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            tellWhereOther(folder, shared, Owned.of(folder), mode, model.group());
            return;
        }
        // the group that is handed on is the right one at once, and what need not be changed afterwards loses no
        // set-group-id bit
        FileMode first = new FileMode((mode & SET_GROUP) != 0 ? mode & PERMISSIONS : 0700);
        try {
            Files.createDirectory(folder, atFirst(folder, first));
        } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(folder)) {
                throw new FileAlreadyExistsException(folder.toString(), null, "it is a link: replace it with a folder");
            }
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
            return;
        }
        set(folder, mode, model.group(), true);
    }

    /** Makes a file, to be written to, that those who may work with that shared folder may read, or read and write. */
    public static FileChannel createFileAsIn(Path shared, Path file) throws IOException {
        return created(file, new FileMode(0600), () -> setAsIn(shared, file, true));
    }

    /**
     * Gives a file that is in a shared folder, or beside it, that folder's group, with what that group may do there, but not the right to
     * execute it; others get nothing where they may write there. A link is left as it is, and so is a file that has another name elsewhere.
     */
    public static void asIn(Path shared, Path file) {
        setAsIn(shared, file, false);
    }

    private static void setAsIn(Path shared, Path file, boolean ours) {
        if (!knows(shared)) {
            return;
        }
        try {
            Owned model = Owned.of(shared);
            if (RegularFile.is(file)
                    && Integer.valueOf(1).equals(Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS))) {
                set(file, model.ofFiles(), model.group(), ours);
            }
        } catch (IOException e) {
            LOG.debug("{} keeps its rights", file, e);
        }
    }

    private record Owned(int mode, GroupPrincipal group) {
        static Owned of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,group");
            return new Owned((Integer) Objects.requireNonNull(attributes.get("mode")) & ALL_BITS, (GroupPrincipal)
                    Objects.requireNonNull(attributes.get("group")));
        }

        /** What others may do, where they may only look: who may drop something into the one is to read nothing in the other. */
        private int ofOthers() {
            return (mode & 0002) == 0 ? mode & 0005 : 0;
        }

        int ofFolders() {
            return 0700 | mode & (SET_GROUP | STICKY | GROUP) | ofOthers();
        }

        /** No one writes what they cannot read. */
        int ofFiles() {
            return 0600 | ((mode & 0040) == 0 ? 0 : mode & 0060) | ofOthers() & 0004;
        }
    }

    private static FileChannel created(Path file, FileMode mode, Runnable rights) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), atFirst(file, mode));
        try {
            rights.run();
            return channel;
        } catch (RuntimeException | Error e) {
            try (channel) {
                Files.delete(file);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private static boolean knows(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /** What the umask takes away of it is given back afterwards. */
    private static FileAttribute<?>[] atFirst(Path path, FileMode mode) {
        return knows(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode.permissions())}
                : new FileAttribute<?>[0];
    }

    /** Through no link, and not for ever: someone may have put something else in its place meanwhile. */
    private static void set(Path path, int mode, @Nullable GroupPrincipal group, boolean ours) {
        if (!knows(path)) {
            return;
        }
        boolean grouped = group == null || setGroup(path, group, ours);
        try {
            int now = mode(path);
            // a folder above that hands on its group has said so to this one, too
            int meant = (now & ~PERMISSIONS) | mode;
            // what is meant for one group is given to no other
            int wanted = grouped ? meant : meant & (now | ~GROUP);
            if (now == wanted) {
                return;
            }
            RegularFile.within(
                    PATIENCE, path, () -> Files.setAttribute(path, "unix:mode", wanted, LinkOption.NOFOLLOW_LINKS));
            // Linux does as it was asked but for this bit, and reports no error
            if ((wanted & SET_GROUP & ~mode(path)) != 0) {
                tell(
                        path,
                        ours,
                        "set-group-id bit",
                        "this program's user is not a member of its group, %s; make it one"
                                .formatted(Files.getAttribute(path, "unix:group", LinkOption.NOFOLLOW_LINKS)));
            }
        } catch (IOException e) {
            tell(path, ours, "mode " + new FileMode(mode), e.toString());
        }
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & ALL_BITS;
    }

    private static boolean setGroup(Path path, GroupPrincipal group, boolean ours) {
        try {
            if (!group.equals(Files.getAttribute(path, "unix:group", LinkOption.NOFOLLOW_LINKS))) {
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setGroup(group);
            }
            return true;
        } catch (IOException e) {
            tell(path, ours, "group " + group.getName(), e.toString());
            return false;
        }
    }

    /** Once per folder: its files would say the same. What is not ours, such as a list that someone put there, has its owner's rights. */
    private static void tell(Path path, boolean ours, String what, String why) {
        boolean first = ours && REPORTED.add(folderOf(path) + " " + what);
        LOG.atLevel(first ? Level.WARN : Level.DEBUG).log("{} cannot be given the {}: {}", path, what, why);
    }

    private static Path folderOf(Path path) {
        Path absolute = path.toAbsolutePath();
        Path above = absolute.getParent();
        return above == null || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? absolute : above;
    }

    private static void tellWhereOther(Path folder, Path shared, Owned is, int mode, GroupPrincipal group) {
        if (is.mode() == mode && is.group().equals(group)) {
            return;
        }
        boolean open = (is.mode() & OTHERS) != 0;
        if (REPORTED.add(folder.toAbsolutePath() + " is another")) {
            LOG.atLevel(open ? Level.WARN : Level.INFO)
                    .log(
                            "{} keeps the mode {} and the group {} that it has{}; made again in {} it would have {} and {}",
                            folder,
                            new FileMode(is.mode()),
                            is.group().getName(),
                            open ? ", and is open to others" : "",
                            shared,
                            new FileMode(mode),
                            group.getName());
        }
    }
}
