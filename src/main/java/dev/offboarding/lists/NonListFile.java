package dev.offboarding.lists;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something in the inbox that is not a list.
 *
 * @param mark by which it is known again: another file of that name has another
 * @param remedy what to do with it
 */
public record NonListFile(String name, String mark, String remedy) {

    /** Of the 255 that a name may have: the run's id, and what is put after the names of rejects and reasons, need their part. */
    private static final int MOST_NAME_BYTES = 200;

    private static final List<String> WORKBOOKS = List.of(".xlsm", ".xlsb", ".xls", ".ods", ".numbers");

    static NonListFile of(Path path) {
        String name = String.valueOf(path.getFileName());
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return new NonListFile(name, name, "it is a folder; put the lists in it into the inbox itself");
        }
        Inbox.Look look = Inbox.look(path, LinkOption.NOFOLLOW_LINKS);
        if (look == null) {
            return new NonListFile(name, name, "it is a link or a device; remove it, and put the file itself there");
        }
        if (name.startsWith(Inbox.OPEN_IN_EXCEL)) {
            // each time that somebody opens the workbook it is another
            return new NonListFile(
                    name,
                    name,
                    "Excel has put it beside a workbook that somebody has open, and what is not saved yet is not in that; close the workbook, or remove this file if nobody has it open");
        }
        String flaw = flaw(path);
        String mark = "%s, %d bytes, %s".formatted(name, look.size(), look.modified());
        return new NonListFile(name, mark, flaw == null ? remedy(name.toLowerCase(Locale.ROOT)) : flaw);
    }

    /** Why a file of this name could not be moved away once it was taken, and what to do; null if it could. */
    static @Nullable String flaw(Path path) {
        if (!comesBackAsItIs(path)) {
            String encoding = System.getProperty("sun.jnu.encoding", "");
            return encoding.equalsIgnoreCase("UTF-8")
                    ? "its name is not UTF-8; give it a name of plain letters and digits"
                    : "its name has characters that file names do not have for this program, started as it is (%s); start it with LANG=C.UTF-8, or give the file a name of plain letters and digits"
                            .formatted(encoding);
        }
        int length = String.valueOf(path.getFileName()).getBytes(StandardCharsets.UTF_8).length;
        return length <= MOST_NAME_BYTES
                ? null
                : "its name is %d bytes long, and with more than %d its rejects could not be put beside it; give it a shorter one"
                        .formatted(length, MOST_NAME_BYTES);
    }

    /** The database keeps names as text. */
    private static boolean comesBackAsItIs(Path path) {
        try {
            return Path.of(path.toString()).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static String remedy(String name) {
        if (WORKBOOKS.stream().anyMatch(name::endsWith)) {
            return "it is a workbook of a kind that is not read; open it, choose Save as \u25B8 Excel Workbook (.xlsx) or CSV UTF-8, and put that file into the inbox";
        }
        return name.contains(".csv") || name.contains(".xlsx")
                ? "a list's name ends in .csv or .xlsx; give it such a name if it is one, else remove it"
                : "a list is a CSV file or an Excel workbook, and its name ends in .csv or .xlsx; remove it, or give it such a name if it is one";
    }
}
