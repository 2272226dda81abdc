package dev.offboarding.lists;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run received. Rows read = accepted + duplicates + rejected; all rows of a refused list are rejected.
 *
 * @param noLists what is in the inbox beside the lists
 */
public record Reception(
        long read, long accepted, long duplicates, long rejected, List<File> files, List<NonListFile> noLists) {

    /**
     * A file, or the result of a database list.
     *
     * @param fileNo from 1, as in the staging tables
     * @param name the file's name, or {@code database}
     * @param sha256 of the file's bytes, as 64 hexadecimal digits; null if it was not read to its end, or is not a file
     * @param understood the headings of the columns that are understood; empty if it was not read
     * @param carried the headings of those that are only carried through
     * @param reason why it was refused or left, and how to correct it; null if it was taken or is nothing new
     */
    public record File(
            int fileNo,
            String name,
            FileStatus status,
            @Nullable String sha256,
            @Nullable String reason,
            long read,
            long rejected,
            long duplicates,
            List<String> understood,
            List<String> carried) {}

    static Reception of(List<File> files, List<NonListFile> noLists) {
        long read = files.stream().mapToLong(File::read).sum();
        long duplicates = files.stream().mapToLong(File::duplicates).sum();
        long rejected = files.stream().mapToLong(File::rejected).sum();
        return new Reception(
                read, read - duplicates - rejected, duplicates, rejected, List.copyOf(files), List.copyOf(noLists));
    }
}
