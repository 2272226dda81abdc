package dev.offboarding.report.verify;

import java.io.IOException;

/** The files of a report that is not finished yet. Whoever asks waits until there is an answer, or is interrupted. */
public interface FilesBeingWritten {

    /** How much of a file that is complete can be read. */
    long ALL = Long.MAX_VALUE;

    /**
     * Whether the report has such a file.
     *
     * @throws java.io.InterruptedIOException if the thread was interrupted
     */
    boolean begun(String name) throws IOException;

    /**
     * How many bytes of a file that was begun can be read: more than the reader has, or {@link #ALL}.
     *
     * @throws java.io.InterruptedIOException if the thread was interrupted
     */
    long reached(String name, long read) throws IOException;
}
