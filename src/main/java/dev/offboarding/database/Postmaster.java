package dev.offboarding.database;

import dev.offboarding.kit.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server that is running on a data folder, whoever started it: PostgreSQL says so in postmaster.pid. */
record Postmaster(Path data, ProcessHandle process, ServerAddress address, boolean ready) {
    private static final int MOST_BYTES = 1 << 16;
    private static final int LOOKS = 5;
    private static final Duration FAST = Duration.ofSeconds(60);
    private static final Duration IMMEDIATE = Duration.ofSeconds(10);

    /** Empty if none is, also where the file is left over and its process number belongs to another program by now. */
    static Optional<Postmaster> of(Path data) throws IOException {
        List<String> lines = lines(data.resolve("postmaster.pid"));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        long pid = Math.abs(number(lines, 0));
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> worksOn(process, data))
                .map(process -> new Postmaster(
                        data,
                        process,
                        address(data, lines),
                        lines.size() > 7 && lines.get(7).strip().equals("ready")));
    }

    /** The server makes the file and takes it away while it is being read, when it is first made even several times in a second. */
    private static List<String> lines(Path file) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return RegularFile.text(file, MOST_BYTES, StandardCharsets.ISO_8859_1)
                        .lines()
                        .toList();
            } catch (NoSuchFileException e) {
                return List.of();
            } catch (FileSystemException e) {
                if (tries == LOOKS) {
                    throw e;
                }
            }
        }
    }

    private static ServerAddress address(Path data, List<String> lines) {
        int port = (int) number(lines, 3);
        String folder = lines.size() > 4 ? lines.get(4) : "";
        return folder.isBlank()
                ? new ServerAddress(null, port)
                : ServerAddress.socket(data.resolve(folder).normalize(), port);
    }

    private static long number(List<String> lines, int index) {
        try {
            return index < lines.size() ? Long.parseLong(lines.get(index).strip()) : 0;
        } catch (NumberFormatException halfWritten) {
            return 0;
        }
    }

    /**
     * A server's working directory is its data folder, whatever name it was started by; where that cannot be seen, its
     * command line has to name the folder; where not even that can be seen (Windows), its name has to do.
     */
    private static boolean worksOn(ProcessHandle process, Path data) {
        String command = process.info().command().orElse("");
        if (!command.isEmpty() && !isPostgres(command)) {
            return false;
        }
        Boolean seen = standsIn(process, data);
        return seen != null
                ? seen
                : process.info()
                        .arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                        .orElse(!command.isEmpty());
    }

    /**
     * Waits until nothing works on a data folder any more whose first process has been killed: its other processes end on their own
     * once they notice, and until then a second server would share the files with them. Those that do not notice are killed.
     */
    static void awaitOrphans(Path data) throws IOException {
        List<Postmaster> orphans = ProcessHandle.allProcesses()
                .filter(process -> isSeenIn(process, data))
                .map(process -> new Postmaster(data, process, new ServerAddress(null, 0), false))
                .toList();
        for (Postmaster orphan : orphans) {
            if (!orphan.gone(IMMEDIATE)) {
                orphan.process.destroyForcibly();
                if (!orphan.gone(IMMEDIATE)) {
                    throw new IOException("Process " + orphan.process.pid() + " still works on " + data
                            + ", whose PostgreSQL server was killed; end it by hand");
                }
            }
        }
    }

    private static boolean isSeenIn(ProcessHandle process, Path data) {
        return process.info().command().map(Postmaster::isPostgres).orElse(false)
                && Boolean.TRUE.equals(standsIn(process, data));
    }

    private static boolean isPostgres(String command) {
        return Path.of(command)
                .getFileName()
                .toString()
                .toLowerCase(Locale.ROOT)
                .startsWith("postgres");
    }

    /**
     * Whether that is its working directory; null where it cannot be seen. Only the system's own list of processes has it: postmaster.pid
     * may name a stranger by now, who is not to be sent a signal, and what outlives a killed server is in no file at all.
     */
    private static @Nullable Boolean standsIn(ProcessHandle process, Path folder) {
        try {
            return Files.isSameFile(Path.of("/proc", Long.toString(process.pid()), "cwd"), folder);
        } catch (IOException | SecurityException cannotBeSeen) {
            return null;
        }
    }

    /** Ends it: clients are sent away, what is committed stays. Returns once it is gone. */
    void stop() throws IOException {
        signal("INT");
        if (!gone(FAST)) {
            signal("QUIT");
            if (!gone(IMMEDIATE)) {
                process.destroyForcibly();
                if (!gone(IMMEDIATE)) {
                    throw new IOException("The PostgreSQL server with process number " + process.pid()
                            + " cannot be stopped; end it by hand");
                }
            }
        }
    }

    /**
     * Whether it is gone by then. One that has not been reaped yet (as in a container whose first process is Java) counts as
     * gone: its data folder is free.
     */
    boolean gone(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        boolean interrupted = false;
        try {
            while (process.isAlive() && worksOn(process, data)) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // Java can send TERM only, and PostgreSQL takes that for "when the last client has gone"
    private void signal(String name) throws IOException {
        Path command = Path.of(process.info().command().orElse("postgres"));
        Path pgCtl = command.resolveSibling("pg_ctl.exe");
        String pid = Long.toString(process.pid());
        ProcessBuilder builder = Files.exists(pgCtl)
                ? new ProcessBuilder(pgCtl.toString(), "kill", name, pid)
                : new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        boolean interrupted = Thread.interrupted();
        try {
            builder.start().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
