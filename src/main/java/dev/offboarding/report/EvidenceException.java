package dev.offboarding.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The evidence could not be written. Its message says what, where, why, and how to correct it. */
public final class EvidenceException extends RuntimeException {

    EvidenceException(String message) {
        super(message);
    }

    private EvidenceException(String message, Throwable cause) {
        super(message, cause);
    }

    static EvidenceException because(String what, Path where, IOException why) {
        return new EvidenceException(what + " in " + where + ": " + inPlainWords(why), why);
    }

    private static String inPlainWords(IOException why) {
        String reason = text(why instanceof FileSystemException fault ? fault.getReason() : why.getMessage());
        String known = reason.toLowerCase(Locale.ROOT);
        if (known.contains("no space left") || known.contains("not enough space")) {
            return "the disk is full. Free some space, or let `reports` in the job file name a folder on another disk.";
        }
        if (known.contains("quota")) {
            return "this user's share of the disk is used up. Free some space or have the quota raised.";
        }
        if (known.contains("read-only")) {
            return "the disk can only be read. Mount it for writing, or let `reports` in the job file name another folder.";
        }
        if (known.contains("file too large")) {
            return "a file became larger than this user or this disk allows. Raise that limit (`ulimit -f`).";
        }
        if (why instanceof AccessDeniedException) {
            return "this program's user may not write there. Give it the right to, or let `reports` in the job file name"
                    + " another folder.";
        }
        if (why instanceof FileAlreadyExistsException
                || why instanceof NotDirectoryException
                || known.contains("not a directory")) {
            return "there is a file where a folder is needed" + at(why)
                    + ". Move it away, or let `reports` in the job file name another folder.";
        }
        if (why instanceof NoSuchFileException) {
            return "a file or folder is missing" + at(why)
                    + ". It cannot be created there, or something else tidied it away. Check `reports` in the job file.";
        }
        return (reason.isEmpty() ? why.getClass().getSimpleName() : reason)
                + ". Check that the folder is there and that this program's user may write to it.";
    }

    private static String at(IOException why) {
        return why instanceof FileSystemException fault && fault.getFile() != null ? " (" + fault.getFile() + ")" : "";
    }

    private static String text(@Nullable String message) {
        return message == null ? "" : message;
    }
}
