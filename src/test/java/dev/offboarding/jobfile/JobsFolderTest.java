package dev.offboarding.jobfile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.PlatformName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job files that people begin with. */
class JobsFolderTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "PARTNER_CENTER_CLIENT_SECRET",
            "s3cret",
            "CRM_PASSWORD",
            "s3cret",
            "OFFBOARDING_DATABASE_PASSWORD",
            "s3cret");

    @ParameterizedTest
    @ValueSource(strings = {"nightly-csv", "nightly-database", "partner-center"})
    void aJobFileThatIsHandedOutIsTakenWithoutAWarning(String name) {
        var loaded = load(name);

        assertThat(loaded.jobFile().job()).isEqualTo(name);
        assertThat(loaded.jobFile().schedule()).isNotNull();
        assertThat(loaded.warnings()).isEmpty();
    }

    @Test
    void theirSecretsComeFromTheEnvironment() {
        assertThat(load("partner-center").jobFile().platform()).isEqualTo(PlatformName.PARTNER_CENTER);
        assertThat(requireNonNull(load("partner-center").jobFile().partnerCenter())
                        .clientSecret())
                .isEqualTo("s3cret");
        assertThat(requireNonNull(load("nightly-database").jobFile().list().database())
                        .password())
                .isEqualTo("s3cret");
        assertThat(load("nightly-database").environment().getProperty("spring.datasource.password"))
                .isEqualTo("s3cret");
    }

    /** Somebody takes a # away and expects the keys behind it to work. */
    @Test
    void theKeysThatAreCommentedOutWorkToo() throws Exception {
        Path folder = Files.createTempDirectory("jobs");
        Path file = folder.resolve("all.yaml");
        String text = Files.readString(Path.of("jobs/nightly-csv.yaml"));
        Files.writeString(file, text.replaceAll("(?m)^( *)# ( *[a-z]+:)", "$1$2"));
        try {
            var loaded = new JobFileReader(
                            Map.of("LEDGER_PASSWORD", "s3cret", "OFFBOARDING_DATABASE_PASSWORD", "s3cret"))
                    .read(file);

            assertThat(loaded.jobFile().ledger().url())
                    .isEqualTo("jdbc:postgresql://ledger.example.org:5432/reseller?sslmode=verify-full");
            assertThat(loaded.environment().getProperty("spring.datasource.username"))
                    .isEqualTo("offboarding");
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    /** Also those that are commented out. */
    @ParameterizedTest
    @ValueSource(strings = {"nightly-csv", "nightly-database"})
    void everyDatabaseOnAnotherMachineHasToProveWhichItIs(String name) throws Exception {
        assertThat(Files.readAllLines(Path.of("jobs", name + ".yaml")).stream().filter(line -> line.contains("jdbc:")))
                .isNotEmpty()
                .allMatch(line -> line.endsWith("?sslmode=verify-full"));
    }

    private static LoadedJobFile load(String name) {
        return new JobFileReader(VARIABLES).read(Path.of("jobs", name + ".yaml"));
    }
}
