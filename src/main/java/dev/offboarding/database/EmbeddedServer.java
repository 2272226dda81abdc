package dev.offboarding.database;

import static dev.offboarding.database.SuperuserPassword.ADMINISTRATOR;

import dev.offboarding.kit.RegularFile;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The embedded PostgreSQL of one folder. Its owner starts and stops it; nothing else does, no shutdown hook either:
 * a run that is stopped still has its report to write.
 *
 * <p>It listens on this machine only, and asks for passwords that stand in files which only its user can read: the superuser's, which is
 * needed to start, and that of the {@link EmbeddedRole role} that everything else is done as.
 */
final class EmbeddedServer implements AutoCloseable {
    /** One address, and not all that localhost may stand for: somebody else cannot have half of them. */
    private static final String ADDRESS = "127.0.0.1";

    private static final String ADMINISTRATORS_PASSWORD = "password";
    private static final String ADMINISTRATORS_NEXT_PASSWORD = "password-next";
    private static final String ROLES_PASSWORD = "password-" + EmbeddedRole.NAME;
    private static final String SCRAM = "scram-sha-256";
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final String PREFIX = "spring.datasource";
    private static final Duration RECOVERY = Duration.ofMinutes(5);
    private static final Duration ENDING = Duration.ofSeconds(30);
    private static final Duration GIVEN_UP = Duration.ofSeconds(1);
    private static final String PROVEN = "offboarding.started";
    private static final long NEEDED_BYTES = 200L << 20;
    private static final int MOST_BYTES_OF_A_PASSWORD = 1 << 10;
    private static final int MOST_BYTES_OF_A_VERSION = 1 << 6;
    private static final long LOG_LIMIT_BYTES = 1 << 20;

    private final EmbeddedPostgres postgres;
    private final Path folder;
    private final boolean created;

    private EmbeddedServer(EmbeddedPostgres postgres, Path folder, boolean created) {
        this.postgres = postgres;
        this.folder = folder;
        this.created = created;
    }

    /** Makes the folder, for its owner's eyes only. */
    static Path prepare(Path folder) {
        try {
            Path absolute = Files.createDirectories(folder.toAbsolutePath().normalize());
            if (absolute.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
            }
            return absolute;
        } catch (IOException e) {
            throw new DatabaseUnavailableException(
                    "The folder of the embedded database, %s, cannot be used: %s. Run as the user to whom it belongs, or set spring.datasource.url."
                            .formatted(folder, e),
                    e);
        }
    }

    /**
     * The server that somebody else has running there.
     *
     * @return empty if there is none, or none that takes connections yet or still
     */
    static Optional<ConnectionSettings> running(Path folder) {
        try {
            Optional<Postmaster> server =
                    Postmaster.of(data(folder)).filter(Postmaster::ready).filter(s -> s.port() > 0);
            return server.isEmpty()
                    ? Optional.empty()
                    : Optional.of(settings(server.get().port(), EmbeddedRole.NAME, password(folder, ROLES_PASSWORD)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts it; what a killed program left behind is cleared away first. The caller holds the folder's lock. */
    static EmbeddedServer start(Path folder) {
        return start(folder, 0);
    }

    /** @param port 0 for one that is free */
    static EmbeddedServer start(Path folder, int port) {
        Path log = folder.resolve("postgresql.log");
        long logged = 0;
        try {
            clearLog(log);
            logged = Files.exists(log) ? Files.size(log) : 0;
            if (isRoot(folder) && !LinuxUtils.isUnshareAvailable()) {
                throw new DatabaseUnavailableException(
                        "The embedded PostgreSQL does not start as root, and this machine does not let root step back (unshare is forbidden or missing). Run as another user, or set spring.datasource.url.",
                        null);
            }
            clearPrograms(folder);
            boolean created = clearData(folder);
            boolean renewed = created || renewPassword(folder, log);
            EmbeddedServer server = new EmbeddedServer(start(folder, log, port), folder, created);
            try {
                server.letTheProgramIn(!renewed);
                server.remember();
            } catch (IOException | RuntimeException e) {
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
                        "is a link to something that is no file; link it to a file, or remove the link");
            }
        } else if (!RegularFile.is(log) || Files.size(log) > LOG_LIMIT_BYTES) {
            Files.deleteIfExists(log);
        }
    }

    /**
     * Whoever has the port may have been asked for the password in the server's place, so after a start that did not end in a server that
     * had shown that it knows it there is another one before the next. A mark stands from here until that has been shown.
     *
     * @return whether the password may have been seen by nobody
     */
    private static boolean renewPassword(Path folder, Path log) throws IOException, SQLException {
        if (!Files.exists(started(folder))) {
            Files.createFile(started(folder));
            return true;
        }
        Optional<Path> postgres = postgresOfTheData(folder);
        if (postgres.isEmpty()) {
            LOG.warn(
                    "The last start of the embedded database in {} may have met another program in the server's place, and no PostgreSQL {} lies in {} to set another password beforehand. The server is started with the password that it has, and gets another one at once.",
                    folder,
                    majorVersion(folder),
                    folder.resolve("programs"));
            return false;
        }
        changePassword(folder, next -> SuperuserPassword.change(postgres.get(), data(folder), log, next, RECOVERY));
        return true;
    }

    /** Tells the server another password. */
    @FunctionalInterface
    private interface Telling {
        void tell(String password) throws IOException, SQLException;
    }

    /** The file changes once the server knows the new one: until then the old one is what it takes. */
    private static void changePassword(Path folder, Telling server) throws IOException, SQLException {
        String next = random();
        writePassword(folder, ADMINISTRATORS_NEXT_PASSWORD, next);
        server.tell(next);
        Files.move(
                folder.resolve(ADMINISTRATORS_NEXT_PASSWORD),
                folder.resolve(ADMINISTRATORS_PASSWORD),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<Path> postgresOfTheData(Path folder) throws IOException {
        String version = majorVersion(folder);
        for (Path programs : programs(folder)) {
            for (String name : List.of("postgres", "postgres.exe")) {
                Path postgres = programs.resolve("bin").resolve(name);
                if (Files.isExecutable(postgres) && version.equals(SuperuserPassword.majorVersion(postgres))) {
                    return Optional.of(postgres);
                }
            }
        }
        return Optional.empty();
    }

    private static String majorVersion(Path folder) throws IOException {
        return RegularFile.text(data(folder).resolve("PG_VERSION"), MOST_BYTES_OF_A_VERSION, StandardCharsets.US_ASCII)
                .strip();
    }

    private void letTheProgramIn(boolean withAnotherPassword) throws IOException {
        String password = random();
        try (Connection administrator = settings(
                        postgres.getPort(), ADMINISTRATOR, password(folder, ADMINISTRATORS_PASSWORD))
                .direct()
                .getConnection()) {
            EmbeddedRole.prepare(administrator, password);
            if (withAnotherPassword) {
                changePassword(
                        folder,
                        next -> administrator
                                .unwrap(PGConnection.class)
                                .alterUserPassword(ADMINISTRATOR, next.toCharArray(), SCRAM));
            }
        } catch (SQLException e) {
            throw new IOException("the program's role could not be made: " + e.getMessage(), e);
        }
        writePassword(folder, ROLES_PASSWORD, password);
    }

    /** That programs and data have been seen working; what has not is made anew. */
    private void remember() throws IOException {
        for (Path version : programs(folder)) {
            if (!Files.exists(version.resolve(PROVEN))) {
                Files.createFile(version.resolve(PROVEN));
            }
        }
        if (created) {
            Files.createFile(finished(folder));
        }
        Files.deleteIfExists(started(folder));
    }

    private static boolean isRoot(Path folder) throws IOException {
        Path probe = Files.createTempFile(folder, "probe", null);
        try {
            return probe.getFileSystem().supportedFileAttributeViews().contains("unix")
                    && Integer.valueOf(0).equals(Files.getAttribute(probe, "unix:uid"));
        } finally {
            Files.delete(probe);
        }
    }

    // unpacking that was killed, or that filled the disk, leaves half of PostgreSQL and calls it whole
    private static void clearPrograms(Path folder) throws IOException {
        for (Path version : programs(folder)) {
            if (!Files.exists(version.resolve(PROVEN))) {
                FileSystemUtils.deleteRecursively(version);
            }
        }
        if (programs(folder).isEmpty() && Files.getFileStore(folder).getUsableSpace() < NEEDED_BYTES) {
            throw new IOException(
                    "No space left on device: a first start needs %d MB in %s".formatted(NEEDED_BYTES >> 20, folder));
        }
    }

    private static List<Path> programs(Path folder) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        try (Stream<Path> versions = Files.list(programs)) {
            return versions.filter(Files::isDirectory).toList();
        }
    }

    /** Returns whether the data are to be made new. */
    private static boolean clearData(Path folder) throws IOException {
        Path data = data(folder);
        Optional<Postmaster> leftOver = Postmaster.of(data);
        if (leftOver.isPresent()) {
            leftOver.get().stop();
        }
        Postmaster.awaitOrphans(data);
        // PostgreSQL believes the file if any process of this user has the number that stands in it
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        if (Files.exists(finished(folder))) {
            return false;
        }
        ProcessHandle.allProcesses()
                .filter(process -> isInitdbOn(process, data))
                .forEach(ProcessHandle::destroyForcibly);
        if (Files.exists(data)) {
            // never seen working, but not ours to throw away
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
        Files.move(
                unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String password(Path folder, String name) throws IOException {
        return RegularFile.text(folder.resolve(name), MOST_BYTES_OF_A_PASSWORD, StandardCharsets.UTF_8)
                .strip();
    }

    private static EmbeddedPostgres start(Path folder, Path log, int port) throws IOException {
        ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
        Path programs = folder.resolve("programs");
        EmbeddedPostgres.Builder builder = builder(programs)
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(data(folder))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(RECOVERY)
                .setOutputRedirector(toLog)
                .setErrorRedirector(toLog)
                .setConnectConfig("password", password(folder, ADMINISTRATORS_PASSWORD))
                // whoever has taken the port before the server could is not told the password
                .setConnectConfig("requireAuth", SCRAM)
                .setConnectConfig("PGHOST", ADDRESS)
                // the same on every machine, whatever LANG says there
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setLocaleConfig("auth-host", SCRAM)
                .setLocaleConfig("auth-local", SCRAM)
                .setLocaleConfig(
                        "pwfile", folder.resolve(ADMINISTRATORS_PASSWORD).toString())
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("listen_addresses", ADDRESS)
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "100");
        return watched(builder, folder, log);
    }

    // the library would otherwise tidy a folder under /tmp that anybody can have made
    private static EmbeddedPostgres.Builder builder(Path programs) {
        synchronized (EmbeddedServer.class) {
            String before = System.getProperty("ot.epg.working-dir");
            System.setProperty("ot.epg.working-dir", programs.toString());
            try {
                return EmbeddedPostgres.builder();
            } finally {
                if (before == null) {
                    System.clearProperty("ot.epg.working-dir");
                } else {
                    System.setProperty("ot.epg.working-dir", before);
                }
            }
        }
    }

    /** The library waits for its time to be up, also for a server that has long ended; this does not. */
    private static EmbeddedPostgres watched(EmbeddedPostgres.Builder builder, Path folder, Path log)
            throws IOException {
        long from = Files.exists(log) ? Files.size(log) : 0;
        FutureTask<EmbeddedPostgres> start = new FutureTask<>(builder::start);
        Thread starter = new Thread(start, "embedded-postgresql-start");
        starter.setDaemon(true);
        starter.start();
        long alive = System.nanoTime();
        boolean gaveUp = false;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    EmbeddedPostgres postgres = start.get(100, TimeUnit.MILLISECONDS);
                    if (gaveUp) {
                        postgres.close();
                        throw new IOException("the server ended while it started");
                    }
                    return postgres;
                } catch (TimeoutException e) {
                    if (logSince(log, from).isEmpty() || atWork(data(folder))) {
                        alive = System.nanoTime();
                    } else if (!gaveUp && System.nanoTime() - alive > GIVEN_UP.toNanos()) {
                        gaveUp = true;
                        starter.interrupt();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            Optional<Postmaster> halfStarted = Postmaster.of(data(folder));
            if (halfStarted.isPresent()) {
                halfStarted.get().stop();
            }
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean atWork(Path data) throws IOException {
        return Postmaster.of(data).isPresent()
                || ProcessHandle.current()
                        .children()
                        .anyMatch(process ->
                                process.info().commandLine().orElse("").contains(data.toString()));
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

    private static Path started(Path folder) {
        return folder.resolve("starting");
    }

    private static Path finished(Path folder) {
        return data(folder).resolve("offboarding.created");
    }

    static ConnectionSettings settings(int port, String user, @Nullable String password) {
        return ConnectionSettings.of(
                PREFIX,
                "jdbc:postgresql://" + ADDRESS + ":" + port + "/postgres?sslmode=disable",
                user,
                password,
                new ConnectionSecurity(true, SCRAM));
    }

    ConnectionSettings settings() {
        try {
            return settings(postgres.getPort(), EmbeddedRole.NAME, password(folder, ROLES_PASSWORD));
        } catch (IOException e) {
            throw new DatabaseUnavailableException("The embedded database's password cannot be read: " + e, e);
        }
    }

    boolean created() {
        return created;
    }

    @Override
    public void close() throws IOException {
        // an interrupted thread could not wait for the server's end, and would leave it running
        boolean interrupted = Thread.interrupted();
        try {
            Optional<Postmaster> server = Postmaster.of(data(folder));
            postgres.close();
            if (server.isPresent() && !server.get().gone(ENDING)) {
                server.get().stop();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
