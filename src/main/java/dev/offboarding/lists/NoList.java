package dev.offboarding.lists;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Something in the inbox that is no list.
 *
 * @param mark by which it is known again: another file of that name has another
 * @param remedy what to do with it
 */
public record NoList(String name, String mark, String remedy) {

    private static final List<String> WORKBOOKS = List.of(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers");

    static NoList of(Path path) {
        String name = String.valueOf(path.getFileName());
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return new NoList(name, name, "it is a folder; put the lists in it into the inbox itself");
        }
        Inbox.Look look = Inbox.look(path, LinkOption.NOFOLLOW_LINKS);
        if (look == null) {
            return new NoList(name, name, "it is a link or a device; remove it, and put the file itself there");
        }
        String mark = "%s, %d bytes, %s".formatted(name, look.size(), look.modified());
        return new NoList(name, mark, remedy(name.toLowerCase(Locale.ROOT)));
    }

    private static String remedy(String name) {
        if (WORKBOOKS.stream().anyMatch(name::endsWith)) {
            return "it is a workbook, and a list is a CSV file; open it, choose Save as \u25B8 CSV UTF-8, and put that file into the inbox";
        }
        return name.contains(".csv")
                ? "a list's name ends in .csv; give it such a name if it is one, else remove it"
                : "a list is a CSV file, and its name ends in .csv; remove it, or give it such a name if it is one";
    }
}
