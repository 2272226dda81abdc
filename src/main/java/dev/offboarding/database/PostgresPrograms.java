package dev.offboarding.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** The programs of the PostgreSQL that this program brings along, unpacked. */
final class PostgresPrograms {
    private static final String PROVEN = "offboarding.started";
    static final String NOT_EXECUTED = "may not be executed where it is";

    private static final long NEEDED_BYTES = 200L << 20;

    /** Where they have been unpacked before: the same for every folder, and large. */
    private static @Nullable Path unpacked;

    private final Path home;

    private PostgresPrograms(Path home) {
        this.home = home;
    }

    /** Unpacks them, once in the life of this program. */
    static synchronized PostgresPrograms in(Path folder) throws IOException {
        Path known = unpacked;
        if (known != null && Files.isDirectory(known)) {
            return new PostgresPrograms(known);
        }
        PostgresPrograms programs = unpackedIn(folder);
        unpacked = programs.home;
        return programs;
    }

    /** Unpacks them where that has not been done, or where they have never been seen working. */
    static PostgresPrograms unpackedIn(Path folder) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        clear(programs);
        Path home = programs.resolve("PG-" + digest());
        if (!Files.isDirectory(home)) {
            if (Files.getFileStore(programs).getUsableSpace() < NEEDED_BYTES) {
                throw new IOException("No space left on device: a first start needs %d MB in %s"
                        .formatted(NEEDED_BYTES >> 20, folder));
            }
            unpack(home);
        }
        return new PostgresPrograms(home);
    }

    /** These are unpacked, and used from now on. */
    static synchronized void areIn(Path home) {
        unpacked = home;
    }

    static PostgresPrograms at(Path home) {
        return new PostgresPrograms(home);
    }

    // unpacking that was killed, or that filled the disk, leaves half of PostgreSQL
    private static void clear(Path programs) throws IOException {
        try (Stream<Path> versions = Files.list(programs)) {
            for (Path version : versions.filter(Files::isDirectory).toList()) {
                if (!Files.exists(version.resolve(PROVEN))) {
                    FileSystemUtils.deleteRecursively(version);
                }
            }
        }
    }

    /** They have been seen working; what has not is unpacked again by the next program. */
    void proven() throws IOException {
        if (!Files.exists(home.resolve(PROVEN))) {
            Files.createFile(home.resolve(PROVEN));
        }
    }

    private static InputStream archive() throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = os.startsWith("windows") ? "Windows" : os.startsWith("mac") ? "Darwin" : "Linux";
        String architecture = System.getProperty("os.arch");
        InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                system, architecture.equals("amd64") ? "x86_64" : architecture);
        if (archive == null) {
            throw new IOException("No Postgres binary found for " + system + " / " + architecture);
        }
        return new BufferedInputStream(archive, 1 << 16);
    }

    private static String digest() throws IOException {
        try (DigestInputStream in = new DigestInputStream(archive(), MessageDigest.getInstance("MD5"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(Path home) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(archive()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = home.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isFile()) {
                    Files.copy(tar, file);
                    file.toFile().setExecutable((entry.getMode() & 0100) != 0, true);
                }
            }
        }
    }

    /** One of them; where we are root it is run as an unprivileged user, because it refuses to run as root. */
    private ProcessBuilder builder(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        Path bin = home.resolve("bin");
        Path windows = bin.resolve(program + ".exe");
        Path file = Files.exists(windows) ? windows : bin.resolve(program);
        if (Files.exists(file) && !Files.isExecutable(file)) {
            throw new IOException(file + " " + NOT_EXECUTED);
        }
        command.add(file.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // where this user's own clients find a server: its programs take PGPORT, for one, for their own, whatever they
        // are told
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder;
    }

    /**
     * Runs one to its end.
     *
     * @param log to which its output is added
     * @param input what it is given, in ASCII
     * @throws IOException if it does not end well, or not in time
     */
    void run(String program, List<String> arguments, Path log, String input, Duration patience) throws IOException {
        Process process = builder(program, arguments)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException(program + " ended before it had read its input", e);
        }
        if (!ended(process, patience)) {
            process.destroyForcibly();
            throw new IOException(program + " did not end within " + patience.toSeconds() + " seconds");
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + " ended with exit code " + process.exitValue());
        }
    }

    private static boolean ended(Process process, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
