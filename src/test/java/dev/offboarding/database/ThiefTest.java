package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Another user of the machine bound the port first, and had the embedded database's password at the first try. */
class ThiefTest {

    @TempDir
    Path folder;

    private final Thief thief = new Thief();

    @AfterEach
    void close() {
        thief.close();
    }

    private static EmbeddedServer start(Path database, int port) {
        return EmbeddedServer.start(database, data -> ServerAddress.tcp(port), PostgresPrograms::in);
    }

    /** Where it is reached now, as its superuser. */
    private static ConnectionSettings superuser(Path database, String password) throws IOException {
        return Postmaster.of(database.resolve("data")).orElseThrow().address().settings("postgres", password);
    }

    @Test
    void whoeverHasThePortBeforeTheServerIsNotToldThePassword() throws IOException {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));

        assertThatThrownBy(() -> start(database, thief.port())).isInstanceOf(DatabaseUnavailableException.class);

        String password = Files.readString(database.resolve("password")).strip();
        assertThat(thief.asked()).isZero();

        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            assertThat(Files.readString(database.resolve("password")).strip()).isNotEqualTo(password);
        }
    }

    /** Not only at the first start: the thief waits for any. */
    @Test
    void aLaterStartThatFoundSomebodyElseOnThePortMakesANewPassword() throws Exception {
        Path database = SettledFolder.in(folder);
        String first = Files.readString(database.resolve("password")).strip();
        EmbeddedServer.start(database).close();
        assertThat(database.resolve("password")).hasContent(first);

        assertThatThrownBy(() -> start(database, thief.port())).isInstanceOf(DatabaseUnavailableException.class);

        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            String second = Files.readString(database.resolve("password")).strip();
            assertThat(second).isNotEqualTo(first);
            assertThat(Database.answers(superuser(database, second))).isTrue();
            assertThatThrownBy(() -> superuser(database, first).direct().getConnection())
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.readString(database.resolve("postgresql.log")))
                    .doesNotContain(first, second, "SCRAM-SHA-256$", "alter role");
        }
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
        }
    }

    private static Path program(Path home, String name, String version, String single) throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("offboarding.started"));
        Path postgres = Files.writeString(
                bin.resolve(name),
                "#!/bin/sh\n[ \"$1\" = --version ] && echo 'postgres (PostgreSQL) %s' && exit 0\n%s\n"
                        .formatted(version, single));
        Files.setPosixFilePermissions(postgres, PosixFilePermissions.fromString("rwx------"));
        return home;
    }

    /** Once an update has brought the next version there are two of them, in no order. */
    @Test
    void theNewPasswordIsSetByThePostgresThatTheDataAreOf() throws Exception {
        Path database = SettledFolder.in(folder);
        for (int n = 0; n < 12; n++) {
            program(database.resolve("programs/PG-" + n), "postgres", n % 2 == 0 ? "9.6" : "1" + n + "devel", "exit 1");
        }
        String first = Files.readString(database.resolve("password"));
        Files.createFile(database.resolve("starting"));

        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            assertThat(Files.readString(database.resolve("password"))).isNotEqualTo(first);
        }
        assertThat(database.resolve("starting")).doesNotExist();
    }

    @Test
    void whereNoPostgresIsOfTheDatasVersionTheirPasswordStays() throws Exception {
        Path database = SettledFolder.in(folder);
        program(database.resolve("programs/PG-next"), "postgres", "99.1", "exit 0");
        String first = Files.readString(database.resolve("password"));
        String version = Files.readString(database.resolve("data/PG_VERSION"));
        Files.createFile(database.resolve("starting"));
        Files.writeString(database.resolve("data/PG_VERSION"), "12\n");

        assertThatThrownBy(() -> EmbeddedServer.start(database)).isInstanceOf(DatabaseUnavailableException.class);

        assertThat(database.resolve("password")).hasContent(first.strip());
        Files.writeString(database.resolve("data/PG_VERSION"), version);
        EmbeddedServer.start(database).close();
        assertThat(Files.readString(database.resolve("password"))).isNotEqualTo(first);
    }

    /** It was in the file before it was in the server; what ended in between had locked itself out. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPasswordThatTheServerWasNotToldAnyMoreLocksNobodyOut() throws Exception {
        Path database = SettledFolder.in(folder);
        String first = Files.readString(database.resolve("password"));
        Path killed = program(folder.resolve("killed"), "postgres", "18.1", "exit 137");
        Files.createFile(database.resolve("starting"));

        assertThatThrownBy(() ->
                        EmbeddedServer.start(database, ServerAddress::of, anywhere -> PostgresPrograms.at(killed)))
                .isInstanceOf(DatabaseUnavailableException.class);

        assertThat(Files.readString(database.resolve("password"))).isEqualTo(first);
        Files.delete(database.resolve("starting"));
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
        }
        assertThat(database.resolve("password-next")).doesNotExist();
    }

    /** A start that was killed after the server had got the new one, and before that was written down, has left the new one beside the old one. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPasswordThatTheServerWasToldAlreadyLocksNobodyOutEither() throws Exception {
        Path database = SettledFolder.in(folder);
        String told = Files.readString(database.resolve("password"));
        Files.move(database.resolve("password"), database.resolve("password-next"));
        Files.writeString(database.resolve("password"), "the-one-before\n");

        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            assertThat(Files.readString(database.resolve("password"))).isEqualTo(told);
        }
        assertThat(database.resolve("password-next")).doesNotExist();
    }

    @Test
    void onWindowsTheProgramIsCalledPostgresExe() throws Exception {
        Path database = SettledFolder.in(folder);
        Path asked = database.resolve("asked");
        Path windows = program(folder.resolve("windows"), "postgres.exe", "18.1", "touch '" + asked + "'; exit 1");
        Files.createFile(database.resolve("starting"));

        assertThatThrownBy(() ->
                        EmbeddedServer.start(database, ServerAddress::of, anywhere -> PostgresPrograms.at(windows)))
                .isInstanceOf(DatabaseUnavailableException.class);

        assertThat(asked).exists();
    }

    @Test
    void aServerWhosePasswordCannotBeWrittenDownIsNotLeftRunning() throws Exception {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        Path inTheWay = Files.createDirectories(database.resolve("password-offboarding/in-the-way"));

        assertThatThrownBy(() -> EmbeddedServer.start(database)).isInstanceOf(DatabaseUnavailableException.class);

        assertThat(Postmaster.of(database.resolve("data"))).isEmpty();
        Files.delete(inTheWay);
    }

    @Test
    void whoeverLooksAtProcessesAndFilesSeesNoPasswordAndNobodyIsTrusted() throws Exception {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            String superusers = Files.readString(database.resolve("password")).strip();
            Postmaster postmaster = Postmaster.of(database.resolve("data")).orElseThrow();
            JdbcClient superuser =
                    JdbcClient.create(superuser(database, superusers).direct());

            assertThat(superuser
                            .sql("select distinct type || ' ' || auth_method from pg_hba_file_rules")
                            .query(String.class)
                            .list())
                    .containsExactlyInAnyOrder("local scram-sha-256", "host scram-sha-256");
            Path process = Path.of("/proc", Long.toString(postmaster.process().pid()));
            if (Files.exists(process)) {
                for (String seen : List.of("cmdline", "environ")) {
                    assertThat(Files.readString(process.resolve(seen), StandardCharsets.ISO_8859_1))
                            .doesNotContain(
                                    superusers,
                                    Files.readString(database.resolve("password-offboarding"))
                                            .strip());
                }
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database.resolve("data"))))
                .isEqualTo("rwx------");
    }

    /** As a superuser it was code as the program's user: copy … to program. */
    @Test
    void whoeverHasThePasswordNeverthelessRunsNoPrograms() throws Exception {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        String first;
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            JdbcClient role = JdbcClient.create(server.settings().direct());
            for (String statement : List.of(
                    "copy (select 1) to program 'true'",
                    "select pg_read_file('/etc/passwd')",
                    "set session_replication_role = replica",
                    "alter role offboarding superuser",
                    "create role other login")) {
                assertThatThrownBy(() -> role.sql(statement).query().listOfRows())
                        .as(statement)
                        .hasStackTraceContaining("permission denied");
            }
            first = Files.readString(database.resolve("password-offboarding"));
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(database.resolve("password-offboarding"))))
                    .isEqualTo("rw-------");
        }
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            assertThat(Database.answers(server.settings())).isTrue();
            assertThat(Files.readString(database.resolve("password-offboarding")))
                    .isNotEqualTo(first);
        }
    }

    /** An earlier version worked as the superuser, and so may somebody who has put views there by hand. */
    @Test
    void whatTheSuperuserHasMadeIsTheProgramsToWorkWith() throws Exception {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            String password = Files.readString(database.resolve("password")).strip();
            JdbcClient superuser =
                    JdbcClient.create(superuser(database, password).direct());
            OwnSchema.migrate(superuser(database, password).direct());
            superuser.sql("create schema crm").update();
            superuser
                    .sql("create table crm.list (n serial primary key, m int generated always as identity)")
                    .update();
            superuser.sql("create view crm.some as select * from crm.list").update();
            superuser
                    .sql("create function crm.f() returns int language sql as 'select 1'")
                    .update();
            superuser.sql("create sequence crm.s").update();
        }
        try (EmbeddedServer server = EmbeddedServer.start(database)) {
            OwnSchema.migrate(server.settings().direct());
            JdbcClient role = JdbcClient.create(server.settings().direct());
            role.sql("insert into crm.list default values").update();
            role.sql("select nextval('crm.s')").query().listOfRows();
            role.sql("create or replace function crm.f() returns int language sql as 'select 2'")
                    .update();
            role.sql("drop schema crm cascade").update();
            assertThat(role.sql(
                                    "select count(*) from pg_class where relowner = 'postgres'::regrole and relnamespace = 'offboarding'::regnamespace")
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
    }

    @Test
    void whoeverHasThePortAfterTheServerIsNotToldItEither() {
        DataSource connections = new ServerAddress(null, thief.port())
                .settings("offboarding", "s3cr3t")
                .direct();

        assertThatThrownBy(connections::getConnection).isInstanceOf(SQLException.class);

        assertThat(thief.asked()).isPositive();
        assertThat(thief.answers()).isEmpty();
    }

    /** Killed as the system kills what takes too much memory; the run goes on asking at its port. */
    @Test
    void whoeverTakesThePortOfAKilledServerIsToldNothingByThoseWhoReconnect() throws Exception {
        Path database = EmbeddedServer.prepare(folder.resolve(".offboarding"));
        try (EmbeddedServer server = start(database, 0);
                Database run = new Database(server.settings(), null, null, null, true, RetryPolicy.none())) {
            JdbcClient.create(run.pool()).sql("select 1").query().singleRow();
            Postmaster postmaster = Postmaster.of(database.resolve("data")).orElseThrow();
            postmaster.process().destroyForcibly();
            assertThat(postmaster.gone(Duration.ofSeconds(10))).isTrue();
            Postmaster.awaitOrphans(database.resolve("data"));

            try (Thief successor = new Thief(postmaster.address().port())) {
                assertThatThrownBy(() -> run.pool().getConnection()).isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> run.direct().getConnection()).isInstanceOf(SQLException.class);

                assertThat(successor.asked()).isPositive();
                assertThat(successor.answers()).isEmpty();
            }
        }
    }

    /** On this machine a configured server may ask as it likes, unless the job file says how. */
    @Test
    void aConfiguredServerIsToldThePasswordOnlyInTheWayThatTheJobFileAllows() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "job file",
                        Map.of(
                                "spring.datasource.url",
                                "jdbc:postgresql://127.0.0.1:" + thief.port() + "/crm",
                                "spring.datasource.username",
                                "ops",
                                "spring.datasource.password",
                                "s3cr3t",
                                "offboarding.database.require-auth",
                                "scram-sha-256")));

        assertThatThrownBy(() -> Database.open(environment, folder, Access.OWN))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("asks for the password in a way that is not safe")
                .hasMessageContaining("offboarding.database.require-auth");

        assertThat(thief.asked()).isPositive();
        assertThat(thief.answers()).isEmpty();
    }
}
