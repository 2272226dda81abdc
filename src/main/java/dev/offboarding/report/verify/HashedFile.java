package dev.offboarding.report.verify;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A file of a report, hashed while it is read, so that it is read only once. */
final class HashedFile extends FilterInputStream {
    /** A report of millions of customers has less. */
    static final long MOST_BYTES = 4L << 30;

    private final MessageDigest digest = Sha256.begin();
    private final byte[] one = new byte[1];

    HashedFile(Path file) throws IOException {
        super(RegularFile.open(file, MOST_BYTES));
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
