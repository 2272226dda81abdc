package dev.offboarding.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** PostgreSQL 13, whose programs {@code -Psweep} fetches. */
@Tag("large")
@EnabledIf(value = "isThere", disabledReason = "target/oldest-postgres.jar is fetched with -Psweep only")
class OldestPostgresTest {

    private static final Path PACKED = Path.of("target/oldest-postgres.jar");

    static boolean isThere() {
        return Files.exists(PACKED);
    }

    private static InputStream programs() {
        try (ZipFile packed = new ZipFile(PACKED.toFile())) {
            var archive = packed.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow();
            return new ByteArrayInputStream(
                    Objects.requireNonNull(packed.getInputStream(archive)).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void twoNightsOnIt() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> programs())
                .setLocaleConfig("locale", "C")
                .start()) {
            MachinesPostgresTest.twoNightsAt(server.getJdbcUrl("postgres", "postgres"), "13.");
        }
    }
}
