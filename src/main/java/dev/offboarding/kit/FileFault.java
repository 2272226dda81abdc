package dev.offboarding.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why a file cannot be used, in words: of most faults Java says no more than the name of a class. */
public final class FileFault {

    private FileFault() {}

    public static String inWords(Exception fault) {
        return inWords(fault, null);
    }

    /** @param about the file that the sentence around it names; another one is named here */
    public static String inWords(Exception fault, @Nullable Path about) {
        Throwable cause = fault instanceof UncheckedIOException || fault instanceof DirectoryIteratorException
                ? fault.getCause()
                : fault;
        if (!(cause instanceof FileSystemException it)) {
            return cause instanceof IOException && cause.getMessage() != null
                    ? cause.getMessage()
                    : String.valueOf(cause);
        }
        String file = it.getFile();
        return file == null || about == null || file.equals(about.toString()) ? reason(it) : file + ": " + reason(it);
    }

    private static String reason(FileSystemException fault) {
        if (fault instanceof AccessDeniedException) {
            return "user %s may not".formatted(System.getProperty("user.name"));
        }
        if (fault instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (fault instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        if (fault instanceof FileAlreadyExistsException) {
            return fault.getReason() == null ? "something is there already" : fault.getReason();
        }
        if (fault instanceof DirectoryNotEmptyException) {
            return "a folder with something in it is there";
        }
        return fault.getReason() == null ? "the system does not say why" : fault.getReason();
    }
}
