package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A server that the machine has, as Debian packs it: the embedded one is of a single version. */
@EnabledIf(value = "isThere", disabledReason = "this machine has no PostgreSQL of its own")
class MachinesPostgresTest {

    @TempDir
    Path folder;

    static boolean isThere() {
        return programs().isPresent();
    }

    /** The oldest. */
    private static Optional<Path> programs() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(versions)) {
            return all.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .min(Comparator.comparing(bin ->
                            Integer.parseInt(bin.getName(bin.getNameCount() - 2).toString())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void call(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U")); // as root it does not start
        }
        command.add(programs().orElseThrow().resolve(program).toString());
        command.addAll(List.of(arguments));
        Path said = folder.resolve(program + ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as(Files.readString(said)).isTrue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void twoNightsOnIt() throws Exception {
        String data = folder.resolve("data").toString();
        call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C");
        int port = freePort();
        call(
                "pg_ctl",
                "-D",
                data,
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off".formatted(port, folder),
                "start");
        try {
            twoNightsAt("jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port), "");
        } finally {
            call("pg_ctl", "-D", data, "-m", "immediate", "stop");
        }
    }

    /** @param version how it begins */
    static void twoNightsAt(String url, String version) {
        try (TestDatabase database = TestDatabase.at(url);
                Scene scene = Scene.on(database)) {
            assertThat(scene.jdbc()
                            .sql("show server_version")
                            .query(String.class)
                            .single())
                    .startsWith(version);
            scene.customers(1, 5);
            scene.subscription(1, "license", "active");
            scene.subscription(2, "marketplace", "active");
            scene.listed(1, 2);

            Scene.Report first = scene.runs(ExitCode.OK);
            scene.sql("update ledger.subscription set status = 'deleted' where kind = 'marketplace'");
            scene.clock.pass(java.time.Duration.ofDays(1));
            Scene.Report second = scene.runs(ExitCode.OK);

            assertThat(List.of(first.outcome(1), first.outcome(2), second.outcome(2)))
                    .containsExactly("OFFBOARDED", "HELD", "OFFBOARDED");
            for (Scene.Report report : List.of(first, second)) {
                assertThat(new ReportVerifier(null).verify(report.folder()).findings())
                        .isEmpty();
            }
        }
    }
}
