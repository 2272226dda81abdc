package dev.offboarding.kit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are there whole or not at all, also after the power has failed: written under another name, and renamed once they are on the disk. */
public final class DurableFile {

    private static final Logger LOG = LoggerFactory.getLogger(DurableFile.class);

    private DurableFile() {}

    /**
     * Puts a file that was written beside it into its place, whatever is there by now.
     *
     * @param fresh written to its end, closed, and gone afterwards
     */
    public static void put(Path fresh, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        }
        try {
            sync(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        } catch (IOException e) {
            // it is there; only after a power failure the one before it might be there again
            LOG.debug("the folder of {} cannot be synced on this system", file, e);
        }
    }

    /** Waits until a folder's names are on the disk. */
    public static void sync(Path folder) throws IOException {
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return; // cannot open a folder, and needs no such thing
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
