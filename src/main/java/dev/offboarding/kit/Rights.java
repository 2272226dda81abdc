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
import java.util.Set;
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
    private static final int GROUP = 0070;
    private static final int EXECUTE = 0111;

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
        set(folder, folders.bits(), null);
    }

    /** Makes a file that is not there yet, nor a link to one, to be written to. */
    public FileChannel createFile(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), atFirst(file, files));
        set(file, files.bits(), null);
        return channel;
    }

    /**
     * Gives what lies in a folder, or beside it, that folder's own group and mode, a file without the right to execute it: whoever works
     * with the one can then work with the other. A link is left as it is, and so is a file that has another name elsewhere.
     */
    public static void asIn(Path folder, Path it) {
        if (!knows(folder)) {
            return;
        }
        try {
            Map<String, Object> model = Files.readAttributes(folder, "unix:mode,group");
            int mode = (Integer) model.get("mode") & ALL_BITS;
            boolean toFolder = Files.isDirectory(it, LinkOption.NOFOLLOW_LINKS);
            boolean toFile = RegularFile.is(it)
                    && Integer.valueOf(1).equals(Files.getAttribute(it, "unix:nlink", LinkOption.NOFOLLOW_LINKS));
            if (toFolder || toFile) {
                set(it, toFolder ? mode : mode & PERMISSIONS & ~EXECUTE, (GroupPrincipal) model.get("group"));
            }
        } catch (IOException e) {
            LOG.debug("{} keeps its rights", it, e);
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

    /** Through no link, and not for ever: somebody may have put something else in its place meanwhile. */
    private static void set(Path path, int mode, @Nullable GroupPrincipal group) {
        if (!knows(path)) {
            return;
        }
        boolean ours = group == null || setGroup(path, group);
        try {
            int now = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & ALL_BITS;
            // a folder above that hands on its group has said so to this one, too
            int meant = mode > PERMISSIONS ? mode : (now & ~PERMISSIONS) | mode;
            // what is meant for one group is given to no other
            int wanted = ours ? meant : meant & (now | ~GROUP);
            if (now != wanted) {
                RegularFile.within(
                        PATIENCE, path, () -> Files.setAttribute(path, "unix:mode", wanted, LinkOption.NOFOLLOW_LINKS));
            }
        } catch (IOException e) {
            tell(path, "mode " + new FileMode(mode), e);
        }
    }

    private static boolean setGroup(Path path, GroupPrincipal group) {
        try {
            if (!group.equals(Files.getAttribute(path, "unix:group", LinkOption.NOFOLLOW_LINKS))) {
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .setGroup(group);
            }
            return true;
        } catch (IOException e) {
            tell(path, "group " + group.getName(), e);
            return false;
        }
    }

    /** Once a folder: its files would say the same, and a list belongs to whoever put it into the inbox. */
    private static void tell(Path path, String what, IOException why) {
        LOG.atLevel(Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? Level.WARN : Level.DEBUG)
                .log("{} cannot be given the {}: {}", path, what, why.toString());
    }
}
