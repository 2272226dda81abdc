package dev.offboarding.database;

import dev.offboarding.kit.DurableFile;
import dev.offboarding.kit.RegularFile;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;

/**
 * The embedded PostgreSQL of one folder. Its owner starts and stops it; nothing else does, no shutdown hook either:
 * a run that is stopped still has its report to write.
 *
 * <p>Only its user gets to it, at a {@link ServerAddress Unix socket} where that is possible, and it asks for passwords that are kept in files
 * which only its user can read: the superuser's, which is needed to start, and that of the {@link EmbeddedRole role} that everything else
 * is done as.
 */
final class EmbeddedServer implements AutoCloseable {
    private static final String ADMINISTRATOR = "postgres";
    private static final String ADMINISTRATORS_PASSWORD = "password";
    private static final String ADMINISTRATORS_NEXT_PASSWORD = "password-next";
    private static final String ROLES_PASSWORD = "password-" + EmbeddedRole.NAME;
    private static final String SCRAM = "scram-sha-256";
    private static final String WRONG_PASSWORD = "28P01";
    private static final Duration RECOVERY = Duration.ofMinutes(15);
    private static final int MOST_BYTES_OF_A_PASSWORD = 1 << 10;
    private static final long LOG_LIMIT_BYTES = 1 << 20;

    private static final List<String> DURABLE = List.of("fsync=on", "synchronous_commit=on", "full_page_writes=on");

    /**
     * A night writes much at once: with the server's default of one gigabyte there is a checkpoint every half a minute, and after each of
     * them every page goes into the log as a whole when it is next changed or read. It takes the room only where a night needs it. And
     * pages that a night works on are not to be pushed out by its next ones.
     */
    private static final List<String> ROOMY = List.of("max_wal_size=4GB", "shared_buffers=256MB");

    private final Path folder;
    private final ServerAddress address;
    private final boolean created;
    private final long logged;

    /** @param logged how long its log was before it was started */
    private EmbeddedServer(Path folder, ServerAddress address, boolean created, long logged) {
        this.folder = folder;
        this.address = address;
        this.created = created;
        this.logged = logged;
    }

    /** Makes the folder, readable by its owner only. One that another user has made, or in which one has put something, is not used. */
    static Path prepare(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute)) {
                Files.createDirectories(absolute);
            }
            if (absolute.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                OwnFiles.require(absolute);
                Files.setPosixFilePermissions(absolute.toRealPath(), PosixFilePermissions.fromString("rwx------"));
                OwnFiles.requireIn(absolute);
            }
            return absolute;
        } catch (IOException e) {
            throw StartFailure.ofFolder(absolute, "used", e);
        }
    }

    /**
     * The server that another program has running there.
     *
     * @return empty if there is none, or none that takes connections yet or still
     */
    static Optional<ConnectionSettings> running(Path folder) {
        try {
            Optional<Postmaster> server = Postmaster.of(data(folder)).filter(Postmaster::ready);
            return server.isEmpty()
                    ? Optional.empty()
                    : Optional.of(server.get().address().settings(EmbeddedRole.NAME, password(folder, ROLES_PASSWORD)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts it; what a killed program left behind is cleared away first. The caller holds the folder's lock. */
    static EmbeddedServer start(Path folder) {
        return start(folder, ServerAddress::of, PostgresPrograms::in);
    }

    /** Where it takes connections, or what it is run by. */
    @FunctionalInterface
    interface Choice<T> {
        T in(Path folder) throws IOException;
    }

    /** @param address for the folder of its data */
    static EmbeddedServer start(Path folder, Choice<ServerAddress> address, Choice<PostgresPrograms> programs) {
        Path log = log(folder);
        long logged = 0;
        try {
            clearLog(log);
            logged = Files.exists(log) ? Files.size(log) : 0;
            if (OwnFiles.isRoot(folder) && !LinuxUtils.isUnshareAvailable()) {
                throw new DatabaseUnavailableException(
                        "The embedded PostgreSQL does not start as root, and this machine does not let root step back (unshare is forbidden or missing). Run as another user, or set spring.datasource.url.",
                        null);
            }
            PostgresPrograms postgres = programs.in(folder);
            boolean created = clearData(folder);
            if (created) {
                makeData(folder, postgres, log);
            } else if (Files.exists(started(folder))) {
                changePassword(folder, next -> setPassword(folder, postgres, log, next));
            }
            EmbeddedServer server = new EmbeddedServer(folder, address.in(data(folder)), created, logged);
            try {
                server.start(postgres, log);
                server.letTheProgramIn();
                server.remember(postgres);
            } catch (IOException | SQLException | RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException | SQLException | RuntimeException e) {
            if (e instanceof DatabaseUnavailableException known) {
                throw known;
            }
            throw failed(folder, log, logged, e);
        }
    }

    private static void clearLog(Path log) throws IOException {
        if (Files.isSymbolicLink(log)) {
            // the operator's, and kept short by whatever keeps the logs there short
            if (Files.exists(log) && !Files.isRegularFile(log)) {
                throw new FileSystemException(
                        log.toString(),
                        null,
                        "is a link to something that is not a file; link it to a file, or remove the link");
            }
        } else if (!RegularFile.is(log) || Files.size(log) > LOG_LIMIT_BYTES) {
            Files.deleteIfExists(log);
        }
    }

    private static void makeData(Path folder, PostgresPrograms postgres, Path log) throws IOException {
        postgres.run(
                "initdb",
                List.of(
                        "--pgdata=" + data(folder),
                        "--username=" + ADMINISTRATOR,
                        "--pwfile=" + folder.resolve(ADMINISTRATORS_PASSWORD),
                        "--auth=" + SCRAM,
                        // the same on every machine, whatever LANG says there
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8"),
                log,
                "",
                RECOVERY);
    }

    /** Returns once it takes connections; an error where it has ended, or does not come within the time that a recovery may take. */
    private void start(PostgresPrograms postgres, Path log) throws IOException {
        if (address.socket() == null) {
            // a program that has the port may be asked for the password in the server's place; until it has shown that
            // it
            // knows it a mark is
            // here, by which the next start makes another one
            Files.write(started(folder), new byte[0]);
        }
        List<String> settings = new ArrayList<>(address.serverSettings());
        settings.addAll(DURABLE);
        settings.addAll(ROOMY);
        settings.addAll(List.of("max_connections=100", "timezone=UTC", "log_timezone=UTC"));
        postgres.run(
                "pg_ctl",
                List.of(
                        "start",
                        "--wait",
                        "--timeout=" + RECOVERY.toSeconds(),
                        "--silent",
                        "--pgdata=" + data(folder),
                        "--options=-c " + String.join(" -c ", settings)),
                log,
                "",
                RECOVERY.multipliedBy(2));
    }

    /** Gives the server another password. */
    @FunctionalInterface
    private interface Telling {
        void tell(String password) throws IOException, SQLException;
    }

    /** The file changes once the server knows the new one: until then the old one is what it takes. */
    private static void changePassword(Path folder, Telling server) throws IOException, SQLException {
        String next = random();
        writePassword(folder, ADMINISTRATORS_NEXT_PASSWORD, next);
        server.tell(next);
        nextPasswordIsTaken(folder);
    }

    private static void nextPasswordIsTaken(Path folder) throws IOException {
        DurableFile.put(folder.resolve(ADMINISTRATORS_NEXT_PASSWORD), folder.resolve(ADMINISTRATORS_PASSWORD));
    }

    /** While no server is running: PostgreSQL in single-user mode asks for none. It is given a verifier, which is quoted in no log. */
    private static void setPassword(Path folder, PostgresPrograms postgres, Path log, String password)
            throws IOException, SQLException {
        String verifier = PasswordUtil.encodePassword(ADMINISTRATOR, password.toCharArray(), SCRAM);
        postgres.run(
                "postgres",
                List.of(
                        "--single",
                        "-D",
                        data(folder).toString(),
                        "-c",
                        "exit_on_error=on",
                        "-c",
                        "log_statement=none",
                        "-c",
                        "log_min_error_statement=panic",
                        ADMINISTRATOR),
                log,
                "alter role %s password '%s'\n".formatted(ADMINISTRATOR, verifier),
                RECOVERY);
    }

    private void letTheProgramIn() throws IOException, SQLException {
        String password = random();
        try (Connection administrator = administrator()) {
            EmbeddedRole.prepare(administrator, password);
        }
        writePassword(folder, ROLES_PASSWORD, password);
    }

    /** A start that was cut off between giving the server another password and writing it down has left two. */
    private Connection administrator() throws IOException, SQLException {
        try {
            return administrator(ADMINISTRATORS_PASSWORD);
        } catch (SQLException e) {
            if (!WRONG_PASSWORD.equals(e.getSQLState())
                    || !Files.exists(folder.resolve(ADMINISTRATORS_NEXT_PASSWORD))) {
                throw e;
            }
            Connection administrator = administrator(ADMINISTRATORS_NEXT_PASSWORD);
            nextPasswordIsTaken(folder);
            return administrator;
        }
    }

    private Connection administrator(String file) throws IOException, SQLException {
        return address.settings(ADMINISTRATOR, password(folder, file)).direct().getConnection();
    }

    /** That programs and data have been seen working; what has not is made again. */
    private void remember(PostgresPrograms postgres) throws IOException {
        postgres.proven();
        if (created) {
            Files.createFile(finished(folder));
        }
        Files.deleteIfExists(folder.resolve(ADMINISTRATORS_NEXT_PASSWORD));
        Files.deleteIfExists(started(folder));
    }

    /** Returns whether the data are to be made new. */
    private static boolean clearData(Path folder) throws IOException {
        Path data = data(folder);
        Optional<Postmaster> leftOver = Postmaster.of(data);
        if (leftOver.isPresent()) {
            leftOver.get().stop();
        }
        Postmaster.awaitOrphans(data);
        // PostgreSQL believes these files if any process of this user has the number that is in them
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        Files.deleteIfExists(ServerAddress.lock(data));
        if (Files.exists(finished(folder))) {
            return false;
        }
        ProcessHandle.allProcesses()
                .filter(process -> isInitdbOn(process, data))
                .forEach(ProcessHandle::destroyForcibly);
        if (Files.exists(data)) {
            // never seen working, but not ours to delete
            Files.move(data, folder.resolve("data.unfinished-" + System.currentTimeMillis()));
        }
        writePassword(folder, ADMINISTRATORS_PASSWORD, random());
        return true;
    }

    private static boolean isInitdbOn(ProcessHandle process, Path data) {
        String line = process.info().commandLine().orElse("");
        return line.contains("initdb") && line.contains(data.toString());
    }

    private static String random() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** At once and whole: others may be reading it. */
    private static void writePassword(Path folder, String name, String password) throws IOException {
        Path unfinished = folder.resolve(name + ".part");
        Files.deleteIfExists(unfinished);
        if (unfinished.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(unfinished, password + "\n");
        DurableFile.put(unfinished, folder.resolve(name));
    }

    private static String password(Path folder, String name) throws IOException {
        return RegularFile.text(folder.resolve(name), MOST_BYTES_OF_A_PASSWORD, StandardCharsets.UTF_8)
                .strip();
    }

    private static String logSince(Path log, long from) {
        if (!Files.isRegularFile(log)) {
            return ""; // to open a pipe waits for its writer
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(LOG_LIMIT_BYTES, Math.max(0, file.length() - from))];
            file.seek(from);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException noLog) {
            return "";
        }
    }

    private static DatabaseUnavailableException failed(Path folder, Path log, long logged, Exception e) {
        return new DatabaseUnavailableException(StartFailure.explain(folder, log, logSince(log, logged), e), e);
    }

    private static Path data(Path folder) {
        return folder.resolve("data");
    }

    private static Path log(Path folder) {
        return folder.resolve("postgresql.log");
    }

    private static Path started(Path folder) {
        return folder.resolve("starting");
    }

    private static Path finished(Path folder) {
        return data(folder).resolve("offboarding.created");
    }

    ConnectionSettings settings() {
        try {
            return address.settings(EmbeddedRole.NAME, password(folder, ROLES_PASSWORD));
        } catch (IOException e) {
            throw new DatabaseUnavailableException("The embedded database's password cannot be read: " + e, e);
        }
    }

    /** Why it is not running any more, though nobody has stopped it; null if it is running, or that cannot be seen. */
    @Nullable
    String end() {
        try {
            return Postmaster.of(data(folder)).isPresent()
                    ? null
                    : StartFailure.ofItsEnd(folder, log(folder), logSince(log(folder), logged));
        } catch (IOException e) {
            return null;
        }
    }

    boolean created() {
        return created;
    }

    @Override
    public void close() throws IOException {
        Optional<Postmaster> server = Postmaster.of(data(folder));
        if (server.isPresent()) {
            server.get().stop();
        }
    }
}
