package dev.offboarding.report.verify;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Set;

/** A file of a report, hashed while it is read, so that it is read only once. */
final class HashedFile extends FilterInputStream {
    /**
     * Of a file that is read row by row: a million customers with 64 kB each, which is the trail of some sixty subscriptions. What takes long
     * to read has to be on the disk to its last byte, for zeros, which need no room there, are no row of anything.
     */
    private static final long MOST_BYTES_OF_ROWS = 64L << 30;

    /** Of any other, of which zeros are as good as anything else. The page has no more than ten thousand customers. */
    private static final long MOST_BYTES = 4L << 30;

    private static final Set<String> ROWS = Set.of(
            ReportPass.FILE,
            CustomerRows.FILE,
            ActionRows.FILE,
            EventLines.FILE,
            ReportPass.REJECTS,
            "steps.csv",
            "population.csv");

    private final MessageDigest digest = Sha256.begin();
    private final byte[] one = new byte[1];

    HashedFile(Path file) throws IOException {
        super(opened(file));
    }

    /** What is no file of a report, or larger than one can be, is not read. */
    static InputStream opened(Path file) throws IOException {
        boolean rows = ROWS.contains(String.valueOf(file.getFileName()));
        return RegularFile.open(file, rows ? MOST_BYTES_OF_ROWS : MOST_BYTES);
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            digest.update(bytes, offset, read);
        }
        return read;
    }

    @Override
    public long skip(long n) {
        throw new UnsupportedOperationException("what is skipped is not hashed");
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Reads what is left, and says what the whole file's SHA-256 is, in lower-case hex. */
    String hash() throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (read(buffer, 0, buffer.length) >= 0) {
            // hashed by being read
        }
        return Sha256.hex(digest.digest());
    }
}
