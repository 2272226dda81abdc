package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.ListReception;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.lists.ListUnavailableException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What a job file's list points to, checked before anything is read. */
final class Preflight {

    private Preflight() {}

    /** @throws ListUnavailableException if the inbox or file is not there or cannot be used */
    static void check(JobFile jobFile) {
        ListSettings.Csv csv = jobFile.list().csv();
        if (csv == null) {
            return;
        }
        Path inbox = csv.inbox();
        Path file = csv.file();
        if (inbox != null) {
            check(inbox, Files.isDirectory(inbox), "list.csv.inbox", "folder");
            if (!Files.isWritable(inbox)) {
                throw new ListUnavailableException(
                        "list.csv.inbox: %s cannot be written to, and taken files are moved out of it. Give this program's user the right to."
                                .formatted(inbox));
            }
            ListReception.FOLDERS.forEach(name -> requireFolder(inbox.resolve(name)));
        }
        if (file != null) {
            check(file, Files.isRegularFile(file), "list.csv.file", "file");
        }
    }

    /** Otherwise lists would be taken, and could never be moved. */
    private static void requireFolder(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path)) {
            throw new ListUnavailableException(
                    "list.csv.inbox: %s is not a folder, and lists are moved into a folder of that name. Move it away; the folder is made when it is needed."
                            .formatted(path));
        }
    }

    private static void check(Path path, boolean kind, String key, String what) {
        if (!Files.exists(path)) {
            throw new ListUnavailableException(
                    "%s: there is no %s %s (looked for in %s). Create it, or correct the path in the job file."
                            .formatted(key, what, path, path.toAbsolutePath().getParent()));
        }
        if (!kind) {
            throw new ListUnavailableException(
                    "%s: %s is not a %s. Correct the path in the job file.".formatted(key, path, what));
        }
        if (!Files.isReadable(path)) {
            throw new ListUnavailableException(
                    "%s: %s cannot be read. Give this program's user the right to.".formatted(key, path));
        }
    }
}
