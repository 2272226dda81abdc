package dev.offboarding.kit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads a file that others may have put there in place of ours: only a regular one, not a link, of no more bytes than the reader has use for,
 * and not for longer than it may take. To open a pipe waits for a writer that may never come, and to read a device never ends.
 */
public final class RegularFile {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** As many as are needed: some may never come back. None keeps the program from ending. */
    private static final ExecutorService READERS = Executors.newCachedThreadPool(read -> {
        Thread thread = new Thread(read);
        thread.setDaemon(true);
        return thread;
    });

    private RegularFile() {}

    /**
     * The whole file. Its limit is meant for small ones, for all of it is in memory.
     *
     * @throws FileSystemException if it is not a regular file, is larger, or does not answer
     */
    public static byte[] bytes(Path file, int most) throws IOException {
        return within(PATIENCE, file, () -> {
            try (InputStream in = opened(file, most)) {
                return in.readAllBytes();
            }
        });
    }

    /** @see #bytes */
    public static String text(Path file, int most, Charset charset) throws IOException {
        return new String(bytes(file, most), charset);
    }

    /**
     * The file as a stream that ends with an error where more than {@code most} bytes come, however large it seemed.
     *
     * @throws FileSystemException if it is not a regular file, is larger, or does not answer
     */
    public static InputStream open(Path file, long most) throws IOException {
        return within(PATIENCE, file, () -> opened(file, most));
    }

    /** Whether it is there, and regular itself: a link to such a file is not one. */
    public static boolean is(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * That nothing else is in the way of a file that is to be opened for writing: a pipe would wait for its reader.
     *
     * @throws FileSystemException if something is there that is not a regular file
     */
    public static void orNone(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            regular(file);
        }
    }

    private static InputStream opened(Path file, long most) throws IOException {
        BasicFileAttributes before = regular(file);
        if (before.size() > most) {
            throw tooLarge(file, most);
        }
        InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        try {
            // nothing is read of what was put in its place between the two
            if (!Objects.equals(before.fileKey(), regular(file).fileKey())) {
                throw new FileSystemException(file.toString(), null, "was exchanged while it was opened");
            }
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return new Limited(in, file, most);
    }

    private static BasicFileAttributes regular(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    attributes.isDirectory()
                            ? "is a folder, not a file"
                            : attributes.isSymbolicLink()
                                    ? "is a link, not a file"
                                    : "is a pipe, a socket or a device, not a file");
        }
        return attributes;
    }

    private static FileSystemException tooLarge(Path file, long most) {
        return new FileSystemException(file.toString(), null, "is larger than %,d bytes".formatted(most));
    }

    interface Read<T> {
        T read() throws IOException;
    }

    /**
     * On a thread that does nothing else meanwhile, and is left behind where it does not come back: a pipe that took the file's place between
     * check and opening holds the thread that opens it, and no interrupt helps.
     */
    static <T> T within(Duration patience, Path file, Read<T> read) throws IOException {
        FutureTask<T> task = new FutureTask<>(() -> {
            // whoever looks at threads is to see which file does not answer
            Thread.currentThread().setName("reads " + file.getFileName());
            return read.read();
        });
        READERS.execute(task);
        boolean interrupted = false;
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                try {
                    return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // the time is short, and who was asked to stop may still have evidence to write
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            throw new FileSystemException(
                    file.toString(), null, "did not answer for %d seconds".formatted(patience.toSeconds()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Limited extends FilterInputStream {
        private final Path file;
        private final long most;
        private long left;

        Limited(InputStream in, Path file, long most) {
            super(in);
            this.file = file;
            this.most = most;
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            counted(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return counted(in.read(bytes, offset, length));
        }

        private int counted(int read) throws IOException {
            left -= Math.max(0, read);
            if (left < 0) {
                throw tooLarge(file, most);
            }
            return read;
        }

        @Override
        public long skip(long n) {
            throw new UnsupportedOperationException("what is skipped is not counted");
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
