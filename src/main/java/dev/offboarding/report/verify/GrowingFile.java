package dev.offboarding.report.verify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file that is read while it is written. Where it seems to end it waits for what is still to come. */
final class GrowingFile extends FilterInputStream {
    private final String name;
    private final FilesBeingWritten files;
    private final byte[] one = new byte[1];
    private long read;
    private long reached;

    GrowingFile(InputStream in, String name, FilesBeingWritten files) {
        super(in);
        this.name = name;
        this.files = files;
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (read >= reached) {
            reached = files.reached(name, read);
        }
        int there = in.read(bytes, offset, (int) Math.min(length, reached - read));
        read += Math.max(0, there);
        return there;
    }

    @Override
    public long skip(long n) {
        throw new UnsupportedOperationException("what is skipped is not read");
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
