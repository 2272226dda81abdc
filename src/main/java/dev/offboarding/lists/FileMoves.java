package dev.offboarding.lists;

import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Rights;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Moves the inbox's files away once it is settled what became of them. First the file, then what belongs beside it, then
 * the mark in the database: after a crash every step can be done again, or is seen to be done.
 */
final class FileMoves {
    static final String ARCHIVE = "archive";
    static final String REFUSED = "refused";

    private static final int FETCH_SIZE = 1_000;
    private static final JsonMapper JSON = JsonMapper.shared();

    private record Move(
            String runId,
            int fileNo,
            Path path,
            @Nullable String sha256,
            FileStatus status,
            @Nullable String reason,
            @Nullable String headings,
            Layout layout,
            long rejected) {
        String name() {
            return path.getFileName().toString();
        }

        Path inbox() {
            return path.toAbsolutePath().resolveSibling("");
        }

        Path folder() {
            return path.resolveSibling(status == FileStatus.TAKEN ? ARCHIVE : REFUSED);
        }
    }

    private final JdbcTemplate jdbc;
    private final JdbcTemplate streaming;
    private final TransactionTemplate transaction;
    private final Clock clock;

    FileMoves(DataSource dataSource, TransactionTemplate transaction, Clock clock) {
        jdbc = new JdbcTemplate(dataSource);
        this.transaction = transaction;
        this.clock = clock;
        streaming = new JdbcTemplate(dataSource);
        streaming.setFetchSize(FETCH_SIZE);
    }

    /** The files that are settled and still to be moved, with their contents. */
    Map<Path, String> pending(String job) {
        Map<Path, String> pending = new LinkedHashMap<>();
        jdbc.query(
                """
                select path, coalesce(sha256, '') from offboarding.list_file
                where job = ? and from_inbox and marked_at is not null and moved_at is null
                """,
                row -> {
                    Path path = path(row.getString(1));
                    if (path != null) {
                        pending.put(path, row.getString(2));
                    }
                },
                job);
        return pending;
    }

    /** Null where this program, started as it is, cannot have such a name. */
    private static @Nullable Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    List<String> ofRun(String runId) {
        return all("run_id = ?", runId);
    }

    List<String> ofJob(String job) {
        return all("job = ?", job);
    }

    private List<String> all(String which, String value) {
        List<Move> moves = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        jdbc.query(
                """
                select run_id, file_no, path, sha256, status, reason, headings, delimiter, delimiter_named, rows_rejected
                from offboarding.list_file
                where %s and from_inbox and marked_at is not null and moved_at is null order by run_id, file_no
                """.formatted(which),
                row -> {
                    Path path = path(row.getString("path"));
                    if (path == null) {
                        problems.add(
                                "%s was taken, and cannot be moved away: this program, started as it is, cannot have a file of such a name; start the program with LANG=C.UTF-8"
                                        .formatted(row.getString("path")));
                        return;
                    }
                    moves.add(new Move(
                            row.getString("run_id"),
                            row.getInt("file_no"),
                            path,
                            row.getString("sha256"),
                            FileStatus.valueOf(row.getString("status")),
                            row.getString("reason"),
                            row.getString("headings"),
                            new Layout(row.getString("delimiter").charAt(0), row.getBoolean("delimiter_named")),
                            row.getLong("rows_rejected")));
                },
                value);
        for (Move move : moves) {
            try {
                String problem = move(move);
                if (problem != null) {
                    problems.add(problem);
                }
                jdbc.update(
                        "update offboarding.list_file set moved_at = ? where run_id = ? and file_no = ?",
                        clock.instant().atOffset(ZoneOffset.UTC),
                        move.runId(),
                        move.fileNo());
            } catch (NothingBeside e) {
                problems.add(String.valueOf(e.getMessage()));
            } catch (IOException | UncheckedIOException e) {
                problems.add(
                        "%s could not be moved to %s (%s). It is not read again as it is, and the next run tries to move it; look at the rights of the folder."
                                .formatted(move.path(), move.folder(), FileFault.inWords(e, move.path())));
            }
        }
        return problems;
    }

    private @Nullable String move(Move move) throws IOException {
        if (Inbox.look(move.path(), LinkOption.NOFOLLOW_LINKS) == null
                && Files.exists(move.path(), LinkOption.NOFOLLOW_LINKS)) {
            // a folder or a link was refused where it is: it is not ours to move
            return null;
        }
        Path target;
        if (isStillThere(move)) {
            Rights.createFolderAsIn(move.inbox(), move.folder());
            target = freeName(move);
            Files.move(move.path(), target);
        } else {
            target = movedBefore(move);
            if (target == null) {
                return "%s was changed or removed after it had been read, so that what was read is not in %s."
                        .formatted(move.path(), move.folder());
            }
        }
        Rights.asIn(move.inbox(), target);
        if (move.status() == FileStatus.TAKEN) {
            jdbc.update(
                    "update offboarding.archived_list set path = ? where run_id = ? and file_no = ?",
                    target.toAbsolutePath().toString(),
                    move.runId(),
                    move.fileNo());
        }
        if (move.status() == FileStatus.REFUSED) {
            writeBeside(
                    move,
                    target,
                    ".reason.txt",
                    "the reason why it was refused",
                    out -> out.write((move.reason() + System.lineSeparator()).getBytes(StandardCharsets.UTF_8)));
        } else if (move.rejected() > 0) {
            writeBeside(move, target, ".rejects.csv", "its rejects", out -> writeRejects(move, out));
        }
        return null;
    }

    private static boolean isStillThere(Move move) throws IOException {
        return RegularFile.is(move.path())
                && (move.sha256() == null || move.sha256().equals(Digests.ofFile(move.path())));
    }

    private static @Nullable Path movedBefore(Move move) throws IOException {
        for (Path target : List.of(target(move, "." + move.runId()), target(move, ""))) {
            if (RegularFile.is(target)
                    && (move.sha256() == null || move.sha256().equals(Digests.ofFile(target)))) {
                return target;
            }
        }
        return null;
    }

    private static Path freeName(Move move) {
        Path target = target(move, "");
        for (int n = 1; isOccupied(target); n++) {
            target = target(move, "." + move.runId() + (n == 1 ? "" : "-" + n));
        }
        return target;
    }

    private static Path target(Move move, String addition) {
        String name = move.name();
        int extension = name.lastIndexOf('.');
        return move.folder().resolve(name.substring(0, extension) + addition + name.substring(extension));
    }

    private static boolean isOccupied(Path target) {
        return Files.exists(target, LinkOption.NOFOLLOW_LINKS)
                || Files.exists(beside(target, ".reason.txt"), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(beside(target, ".rejects.csv"), LinkOption.NOFOLLOW_LINKS)
                || Files.exists(beside(target, ResultFiles.ADDITION), LinkOption.NOFOLLOW_LINKS);
    }

    private static Path beside(Path target, String addition) {
        return target.resolveSibling(target.getFileName() + addition);
    }

    interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The list itself is where it belongs. */
    private static final class NothingBeside extends IOException {
        private static final long serialVersionUID = 1L;

        NothingBeside(Move move, Path target, String what, Exception why) {
            super(
                    "%s was moved to %s, but %s could not be written beside it (%s). The next run tries again; look at the rights and the space of that folder."
                            .formatted(move.path(), target, what, FileFault.inWords(why, target)),
                    why);
        }
    }

    private static void writeBeside(Move move, Path target, String addition, String what, Contents contents)
            throws NothingBeside {
        try {
            writeBeside(move.inbox(), beside(target, addition), contents);
        } catch (IOException | UncheckedIOException e) {
            throw new NothingBeside(move, target, what, e);
        }
    }

    /** Under another name first, and into no file, link or pipe that someone has put there. */
    static void writeBeside(Path inbox, Path file, Contents contents) throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".part");
        Files.deleteIfExists(unfinished);
        try (OutputStream out = Channels.newOutputStream(Rights.createFileAsIn(inbox, unfinished))) {
            contents.writeTo(out);
        }
        DurableFile.put(unfinished, file);
    }

    private void writeRejects(Move move, OutputStream out) throws IOException {
        List<String> headings = new ArrayList<>(JSON.readValue(move.headings(), new TypeReference<List<String>>() {}));
        Integer widest = jdbc.queryForObject("""
                select max((select count(*) from json_object_keys(cells))) from offboarding.reject
                where run_id = ? and file_no = ?
                """, Integer.class, move.runId(), move.fileNo());
        // cells beyond the last heading stay beyond it, so that the row is not taken for a correct one when it comes
        // back
        int width = Math.max(headings.size(), widest == null ? 0 : widest);
        headings.addAll(Collections.nCopies(width - headings.size(), ""));
        try (CsvWriter csv =
                new CsvWriter(out, move.layout().delimiter(), move.layout().named())) {
            ReturningRows rows = new ReturningRows(csv, headings, Headings.OF_REJECTS, Headings.OF_REJECTS_GUARDS);
            transaction.executeWithoutResult(status -> streaming.query(
                    """
                    select line, column_name, problem, remedy, cells from offboarding.reject
                    where run_id = ? and file_no = ? order by line
                    """,
                    row -> {
                        List<String> cells = new ArrayList<>(JSON.readValue(
                                        row.getString("cells"), new TypeReference<LinkedHashMap<String, String>>() {})
                                .values());
                        cells.addAll(Collections.nCopies(width - cells.size(), ""));
                        rows.row(
                                cells,
                                Arrays.asList(
                                        row.getString("line"),
                                        row.getString("column_name"),
                                        row.getString("problem"),
                                        row.getString("remedy")));
                    },
                    move.runId(),
                    move.fileNo()));
        }
    }
}
