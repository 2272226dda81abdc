package dev.offboarding.database;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PasswordUtil;

/**
 * Changes the password of the embedded server's superuser while no server is at work: PostgreSQL in single-user mode asks for none. What
 * it is told is a SCRAM verifier, over its standard input, and is quoted in no log.
 */
final class SuperuserPassword {
    static final String ADMINISTRATOR = "postgres";

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 10;
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ([0-9]+)");

    private SuperuserPassword() {}

    /** @param postgres the program, of the version that made the data */
    static void change(Path postgres, Path data, Path log, String password, Duration patience) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U")); // as root it does not start
        }
        command.addAll(List.of(
                postgres.toString(),
                "--single",
                "-D",
                data.toString(),
                "-c",
                "exit_on_error=on",
                "-c",
                "log_statement=none",
                "-c",
                "log_min_error_statement=panic",
                ADMINISTRATOR));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (OutputStream in = process.getOutputStream()) {
            String verifier = PasswordUtil.encodePassword(ADMINISTRATOR, password.toCharArray(), "scram-sha-256");
            in.write("alter role %s password '%s'\n"
                    .formatted(ADMINISTRATOR, verifier)
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | java.sql.SQLException e) {
            process.destroyForcibly();
            throw new IOException("the superuser's password could not be changed", e);
        }
        if (!ended(process, patience) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("the superuser's password could not be changed");
        }
    }

    /** Such as stands in the data's {@code PG_VERSION}; null if it does not say. */
    static @Nullable String majorVersion(Path postgres) {
        try {
            Process process = new ProcessBuilder(postgres.toString(), "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!ended(process, ANSWER)) {
                process.destroyForcibly();
                return null;
            }
            Matcher version = VERSION.matcher(
                    new String(process.getInputStream().readNBytes(MOST_BYTES), StandardCharsets.US_ASCII));
            return version.find() ? version.group(1) : null;
        } catch (IOException e) {
            return null; // no program of this machine
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
