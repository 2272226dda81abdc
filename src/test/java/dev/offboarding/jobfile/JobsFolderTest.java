package dev.offboarding.jobfile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.database.TestDatabase;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.lists.ListSettings;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

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
        Path folder = QuickFolders.make("jobs");
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

    /** As the handed-out job file has it, to the letter: its query, its done, and the role that it advises. */
    @Test
    void theRoleOfTheExampleReadsTheListMarksWhoIsDoneAndWritesNothingElse() throws Exception {
        String example = Files.readString(Path.of("jobs/nightly-database.yaml"));
        List<String> advised = example.lines()
                .map(line -> line.replaceFirst("^ *# {3,}", ""))
                .filter(line -> line.matches("(create role|grant) .*;"))
                .toList();
        ListSettings.Database list =
                requireNonNull(load("nightly-database").jobFile().list().database());
        try (Scene scene = Scene.set();
                TestDatabase crm = TestDatabase.createEmpty()) {
            scene.customers(1, 3);
            List.of(
                            "create schema crm",
                            "create table crm.to_offboard (customer_id uuid, domain text, company_name text, effective_date date, reason text, ticket text, done_at timestamptz)",
                            "insert into crm.to_offboard values ('%s', 'customer-1.example')".formatted(Scene.id(1)))
                    .forEach(sql -> crm.jdbc().sql(sql).update());
            assertThat(advised).hasSize(3).first().asString().startsWith("create role " + list.username() + " login");
            try {
                advised.forEach(sql -> crm.jdbc().sql(sql).update());
                String url = crm.url().replaceFirst("user=\\w+", "user=" + list.username());
                scene.listedBy(list.query())
                        .with("list.database.url", url)
                        .with("list.database.done", requireNonNull(list.done()));

                assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");

                assertThat(crm.jdbc()
                                .sql("select count(*) from crm.to_offboard where done_at is not null")
                                .query(Integer.class)
                                .single())
                        .isEqualTo(1);
                JdbcClient role = JdbcClient.create(new DriverManagerDataSource(url));
                for (String sql : List.of(
                        "delete from crm.to_offboard",
                        "insert into crm.to_offboard (domain) values ('x')",
                        "update crm.to_offboard set domain = 'x'",
                        "truncate crm.to_offboard",
                        "create table crm.mine (a int)")) {
                    assertThatThrownBy(() -> role.sql(sql).update())
                            .as(sql)
                            .hasStackTraceContaining("permission denied");
                }
            } finally {
                crm.jdbc().sql("drop owned by " + list.username()).update();
                crm.jdbc().sql("drop role " + list.username()).update();
            }
        }
    }

    private static LoadedJobFile load(String name) {
        return new JobFileReader(VARIABLES).read(Path.of("jobs", name + ".yaml"));
    }
}
