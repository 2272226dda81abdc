package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerAddressTest {

    @Test
    void aSocketIsTriedOutBesideTheDataAndNothingIsLeftOfThat(@TempDir Path folder) throws IOException {
        // what a start that was killed in the middle of it has left
        Files.createFile(folder.resolve(".try.sock"));

        assertThat(ServerAddress.of(folder.resolve("data")).serverSettings()).contains("listen_addresses=");

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    /** Some shared folders have none: there the server has to be asked over TCP, on this machine only. */
    @Test
    void whereNoSocketCanBeMadeTheServerListensOnTheMachineItself() throws IOException {
        Path noSockets = Path.of("/proc/self");
        assumeThat(noSockets).isDirectory();

        assertThat(ServerAddress.of(noSockets.resolve("data")).serverSettings()).contains("listen_addresses=127.0.0.1");
    }

    /** What localhost stands for is up to the machine, and half of it may be somebody else's. */
    @Test
    void whoConnectsDoesSoByAddressAndSendsNothingButScram() throws IOException {
        ConnectionSettings settings = ServerAddress.tcp(5433).settings("offboarding", "s3cr3t");

        assertThat(settings.url()).startsWith("jdbc:postgresql://127.0.0.1:5433/");
        assertThat(settings.properties()).containsEntry("requireAuth", "scram-sha-256");
    }
}
