package dev.offboarding.database;

import dev.offboarding.kit.FileFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why the embedded PostgreSQL did not start, and what to do about it, from what it said last. */
final class StartFailure {
    private static final Pattern OTHER_VERSION = Pattern.compile(
            "initialized by PostgreSQL version (\\S+?), which is not compatible with this version (\\S+)");

    private static final String NO_SPACE =
            "there is no space left on the disk. Make room, then start again; nothing is lost.";

    private StartFailure() {}

    private static boolean isFull(String text) {
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    /** @param what cannot be done with it */
    static DatabaseUnavailableException ofFolder(Path folder, String what, IOException e) {
        String reason = FileFault.inWords(e, folder);
        String words;
        if (isFull(reason)) {
            words = NO_SPACE;
        } else if (reason.contains("Read-only file system")) {
            words = "the disk can only be read. Mount it for writing, or set spring.datasource.url.";
        } else if (e instanceof OwnFiles.OfAnotherUserException) {
            words = reason;
        } else {
            words = reason
                    + ". Run as the user to whom it belongs, on a disk of this machine, or set spring.datasource.url.";
        }
        return new DatabaseUnavailableException(
                "The folder of the embedded database, %s, cannot be %s: %s".formatted(folder, what, words), e);
    }

    /** @param output of the server since it was started */
    static String ofItsEnd(Path folder, Path log, String output) {
        return "The embedded PostgreSQL in %s has ended: %s PostgreSQL's own words are in %s."
                .formatted(folder, isFull(output) ? NO_SPACE : lastWords(output, "its process is gone") + ".", log);
    }

    private static String lastWords(String output, String otherwise) {
        List<String> last = output.lines()
                .filter(line -> line.contains("FATAL") || line.contains("PANIC") || line.contains("error:"))
                .toList();
        return last.isEmpty() ? otherwise : last.get(last.size() - 1).strip();
    }

    static String explain(Path folder, Path log, String output, Throwable reason) {
        StringBuilder all = new StringBuilder(output);
        for (Throwable t = reason; t != null; t = t.getCause()) {
            all.append('\n').append(t);
        }
        return "The embedded PostgreSQL in %s did not start: %s PostgreSQL's own words are in %s."
                .formatted(folder, advice(all.toString(), output, reason), log);
    }

    private static String advice(String all, String output, Throwable reason) {
        Matcher version = OTHER_VERSION.matcher(all);
        if (version.find()) {
            return ("its data were made by PostgreSQL %s and this program brings PostgreSQL %s. Use the program's version that made them, "
                            + "move them over with pg_dump, or set spring.datasource.url.")
                    .formatted(version.group(1), version.group(2));
        }
        if (isFull(all)) {
            return NO_SPACE;
        }
        if (all.contains(PostgresPrograms.NOT_EXECUTED)) {
            return "the disk that this folder is on does not let programs be run (noexec). Mount it without that, start this program in a folder on another disk, or set spring.datasource.url.";
        }
        if (all.contains("Address already in use")) {
            return "another program had taken its port. Start again: it takes another one.";
        }
        if (all.contains("cannot be run as root") || all.contains("root\" execution")) {
            return "it does not run as root. Run as another user, or set spring.datasource.url.";
        }
        if (all.contains("No Postgres binary found") || all.contains("Missing embedded postgres binaries")) {
            return "this program was not built for this kind of machine (%s, %s). Build it here, or set spring.datasource.url."
                    .formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
        }
        if (all.contains("wrong ownership") || all.contains("AccessDenied") || all.contains("Permission denied")) {
            return "some of it belongs to another user. Run as the user who made it, or set spring.datasource.url.";
        }
        return "%s. Correct that, or set spring.datasource.url."
                .formatted(lastWords(output, String.valueOf(reason.getMessage())));
    }
}
