package dev.offboarding.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines and databases that are set up as nobody would have thought. */
class HostileSurroundingsTest {

    private static final String SECRET = "hunter2-x9";

    private final Scene scene = Scene.set();

    @BeforeEach
    void customers() {
        scene.customers(1, 4);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aDatabaseWithOddDefaultsChangesNoNight() {
        String database = scene.jdbc()
                .sql("select current_database()")
                .query(String.class)
                .single();
        for (String setting : List.of(
                "datestyle = 'SQL, DMY'",
                "intervalstyle = 'sql_standard'",
                "timezone = 'Pacific/Apia'",
                "search_path = 'nowhere'",
                "client_encoding = 'LATIN1'",
                "bytea_output = 'escape'",
                "extra_float_digits = -15",
                "standard_conforming_strings = off",
                "default_transaction_isolation = 'serializable'",
                "lock_timeout = '1s'",
                "statement_timeout = '1s'",
                "idle_in_transaction_session_timeout = '1s'",
                "row_security = off",
                "plan_cache_mode = 'force_generic_plan'")) {
            scene.sql("alter database %s set %s".formatted(database, setting));
        }
        scene.listed(1, 2);

        scene.runs(ExitCode.OK);

        assertThat(List.of(scene.relationshipOf(1), scene.relationshipOf(2), scene.relationshipOf(3)))
                .containsExactly("none", "none", "reseller");
    }

    /** The program may see and make the reseller's customers only: a customer that has left is neither, and the server says no. */
    @Test
    void rowSecurityThatForbidsARemovalIsToldAndNothingIsHalfDone() {
        scene.sql("drop role if exists shown_some");
        scene.sql("create role shown_some login");
        try {
            scene.sql("grant usage on schema ledger to shown_some");
            scene.sql("grant select, insert, update, delete on all tables in schema ledger to shown_some");
            scene.sql("alter table ledger.customer enable row level security");
            scene.sql("create policy resellers on ledger.customer using (relationship = 'reseller')");
            scene.with("ledger.url", scene.database().url().replaceFirst("user=\\w+", "user=shown_some"))
                    .listed(1, 2);

            Scene.Report report = scene.runs(ExitCode.NEEDS_ATTENTION);

            for (int n : new int[] {1, 2}) {
                assertThat(report.outcome(n)).isEqualTo("FAILED");
                assertThat(report.customer(n).get("message").asString()).contains("row-level security", "42501");
                assertThat(scene.relationshipOf(n)).isEqualTo("reseller");
            }
            assertThat(scene.count("ledger.purchase_authority")).isEqualTo(4);
        } finally {
            scene.sql("drop owned by shown_some");
            scene.sql("drop role shown_some");
        }
    }

    @Test
    void withoutHomeAndPathInAZoneThatThereIsNotARunIsARun() throws Exception {
        scene.listed(1);

        try (ProgramProcess program = ProgramProcess.startWithNothing(
                scene.folder(), "TZ=Nowhere/At_All", "run", scene.jobFile().toString())) {
            assertThat(program.end()).as(program.out() + program.err()).isZero();
        }

        assertThat(scene.relationshipOf(1)).isEqualTo("none");
    }

    /** In key, address and certificate's password, with everything logged, also as JSON. */
    @Test
    void aSecretIsInNoFileThatAFailedNightLeavesBehind() throws Exception {
        Path jobFile = scene.listed(1).jobFile();
        String yaml = Files.readString(jobFile);
        Files.writeString(jobFile, yaml.replaceFirst("(?m)^spring.datasource.url: .*$", """
                        spring.datasource.url: 'jdbc:postgresql://127.0.0.1:1/x?password=%s&sslpassword=%s'
                        spring.datasource.username: ops
                        spring.datasource.password: '%s'
                        logging.level.root: trace
                        offboarding.notify.webhook: { url: 'http://127.0.0.1:1/%s', format: slack }
                        """.formatted(
                        SECRET, SECRET, SECRET, SECRET)));

        try (ProgramProcess program =
                ProgramProcess.start(scene.folder(), "run", jobFile.toString(), "--log", "json")) {
            assertThat(program.end()).as(program.out() + program.err()).isEqualTo(7);
        }

        try (Stream<Path> all = Files.walk(scene.folder())) {
            assertThat(all.filter(Files::isRegularFile).filter(path -> !path.equals(jobFile)))
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(text(path)).doesNotContain(SECRET));
        }
    }

    private static String text(Path path) {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
