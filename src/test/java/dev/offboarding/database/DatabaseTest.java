package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.env.MockEnvironment;

@Timeout(60)
class DatabaseTest {
    @TempDir
    private static Path parent;

    private static Path folder;
    private static boolean createdAtFirst;

    @BeforeAll
    static void aFolderThatHasBeenUsed() {
        folder = parent.resolve("with a blank and an ü").resolve(".offboarding");
        try (Database database = open(Access.OWN)) {
            createdAtFirst = database.freshlyCreated();
            jdbc(database).sql("create table public.kept (text text)").update();
            jdbc(database).sql("insert into public.kept values ('yesterday')").update();
        }
    }

    @AfterEach
    void nothingIsLeftRunning() throws IOException {
        assertThat(Postmaster.of(folder.resolve("data"))).isEmpty();
    }

    @Test
    void dataAreKeptFromOneOpeningToTheNext() {
        assertThat(createdAtFirst).isTrue();
        try (Database database = open(Access.OWN)) {
            assertThat(database.freshlyCreated()).isFalse();
            assertThat(database.embedded()).isTrue();
            assertThat(kept(database)).isEqualTo("yesterday");
        }
    }

    @Test
    void aProgramThatHasAFolderAsHostWorksOnItAsOftenAsItLikesAndNobodyElseDoes() {
        assertThat(Database.isEmbedded(new MockEnvironment())).isTrue();
        assertThat(Database.isEmbedded(new MockEnvironment()
                        .withProperty("spring.datasource.url", "jdbc:postgresql://db.example.org/offboarding")))
                .isFalse();
        try (Database host = open(Access.HOST)) {
            try (Database one = open(Access.OWN);
                    Database other = open(Access.OWN)) {
                assertThat(setting(one, "port")).isEqualTo(setting(host, "port"));
                assertThat(kept(other)).isEqualTo("yesterday");
            }
            assertThat(host.answers()).isTrue();
            assertThatThrownBy(() -> open(Access.HOST)).isInstanceOf(DatabaseInUseException.class);
            assertThat(FolderLock.freeSoon(folder)).isFalse();
        }
        try (Database alone = open(Access.OWN)) {
            assertThatThrownBy(() -> open(Access.OWN)).isInstanceOf(DatabaseInUseException.class);
            assertThat(kept(alone)).isEqualTo("yesterday");
        }
    }

    @Test
    void aHostsServerThatHasDiedIsSaidAndMadeAgainByTheNextHost() throws Exception {
        try (Database host = open(Access.HOST)) {
            Postmaster.of(folder.resolve("data")).orElseThrow().stop();

            assertThat(host.answers()).isFalse();
            assertThatThrownBy(() -> open(Access.OWN))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("does not answer any more");
        }
        try (Database host = open(Access.HOST)) {
            assertThat(kept(host)).isEqualTo("yesterday");
        }
    }

    /** As where its log has filled the disk: all that a run knew was that it got no connection. */
    @Test
    void whyAServerOfOursHasEndedIsSaid() throws Exception {
        RuntimeException error = new IllegalStateException("no connection");
        try (Database database = open(Access.OWN)) {
            assertThat(database.explained(error)).isSameAs(error);
            Postmaster server = Postmaster.of(folder.resolve("data")).orElseThrow();
            server.process().destroyForcibly();
            assertThat(server.gone(Duration.ofSeconds(10))).isTrue();

            assertThat(database.explained(error))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasCause(error)
                    .hasMessageContainingAll("has ended: ", folder + "/postgresql.log");

            Files.writeString(
                    folder.resolve("postgresql.log"),
                    "PANIC:  could not write to file \"pg_wal/xlogtemp.1\": No space left on device\n",
                    StandardOpenOption.APPEND);
            assertThat(database.explained(error))
                    .hasMessageContaining("has ended: there is no space left on the disk. Make room");
        }
    }

    /** Its programs take what a user has set for clients for their own, and that the port was not a number. */
    @Test
    void whatIsSetForOtherProgramsOfPostgresqlIsNothingToTheServer(@TempDir Path other) throws Exception {
        Process program = ProgramOnAFolder.start(
                EmbeddedServer.prepare(other.resolve(".offboarding")),
                Map.of(
                        "PGPORT",
                        "tcp://10.0.0.1:5432",
                        "PGDATESTYLE",
                        "nonsense",
                        "PGHOST",
                        "10.0.0.1",
                        "PGDATA",
                        "/nowhere"),
                "OWN");
        ProgramOnAFolder.awaitWord(program, "ready");
        program.getOutputStream().close();
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Postmaster.of(other.resolve(".offboarding/data")))
                .as("a program that has come to its end leaves no server")
                .isEmpty();
    }

    @Test
    void dataLastBecausePostgresqlWaitsForTheDisk() {
        try (Database database = open(Access.OWN)) {
            assertThat(setting(database, "fsync")).isEqualTo("on");
            assertThat(setting(database, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(database, "full_page_writes")).isEqualTo("on");
        }
    }

    /** Nobody else gets to the socket: its folder is PostgreSQL's data. */
    @Test
    void onlyItsOwnUserGetsInAndNobodyOverTheNetwork() throws IOException {
        try (Database database = open(Access.OWN)) {
            assertThat(setting(database, "listen_addresses")).isEmpty();
            assertThat(jdbc(database)
                            .sql("select inet_server_addr() is null")
                            .query(Boolean.class)
                            .single())
                    .isTrue();
            Path socket = folder.resolve("data/.s.PGSQL.5432");
            assertThat(socket).exists();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
                    .isEqualTo("rwx------");
            assertRefused(ServerAddress.socket(folder.resolve("data"), 5432));
        }
        assertOwnersOnly();
    }

    @Test
    void whereNoSocketCanBeOnlyItsOwnUserGetsInAndOnlyFromThisMachine() throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(folder, data -> ServerAddress.tcp(0), PostgresPrograms::in)) {
            JdbcClient role = JdbcClient.create(server.settings().direct());
            assertThat(role.sql("show listen_addresses").query(String.class).single())
                    .isEqualTo("127.0.0.1");
            ServerAddress address =
                    Postmaster.of(folder.resolve("data")).orElseThrow().address();
            JdbcClient superuser = JdbcClient.create(address.settings(
                            "postgres",
                            Files.readString(folder.resolve("password")).strip())
                    .direct());
            assertThat(superuser
                            .sql("show unix_socket_directories")
                            .query(String.class)
                            .single())
                    .isEmpty();
            assertRefused(address);
            assertThat(EmbeddedServer.running(folder))
                    .hasValueSatisfying(
                            settings -> assertThat(Database.answers(settings)).isTrue());
        }
        assertOwnersOnly();
    }

    private static void assertRefused(ServerAddress address) {
        assertThatThrownBy(() -> address.settings("postgres", "guess").direct().getConnection())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    }

    private static void assertOwnersOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
    }

    /** A path to a socket has room for some hundred bytes. */
    @Test
    void aFolderWhosePathIsTooLongForASocketListensOnThisMachineOnly(@TempDir Path other) throws IOException {
        Path deep = Files.createDirectories(other.resolve("d".repeat(90)).resolve(".offboarding"));
        try (Database database = Database.open(new StandardEnvironment(), deep, Access.OWN);
                Database reader = Database.open(new StandardEnvironment(), deep, Access.READ)) {
            assertThat(setting(database, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(setting(reader, "port")).isEqualTo(setting(database, "port"));
        }
    }

    @Test
    void batchTablesAreInTheProgramsOwnSchema() {
        try (Database database = open(Access.OWN)) {
            assertThat(jdbc(database)
                            .sql("select count(*) from offboarding.BATCH_JOB_EXECUTION")
                            .query(Integer.class)
                            .single())
                    .isZero();
            assertThat(jdbc(database)
                            .sql("select nextval('offboarding.BATCH_JOB_INSTANCE_SEQ')")
                            .query(Long.class)
                            .single())
                    .isPositive();
        }
    }

    /** As long as one of its processes lives, a second server would write to the same files. */
    @Test
    @Tag("loss")
    @EnabledOnOs(OS.LINUX)
    void aProcessThatOutlivesItsKilledServerIsGoneBeforeTheNextServerStarts() throws Exception {
        Process killed = ProgramOnAFolder.start(folder, "OWN");
        ProgramOnAFolder.awaitWord(killed, "ready");
        ProcessHandle server =
                Postmaster.of(folder.resolve("data")).orElseThrow().process();
        ProcessHandle orphan = server.children()
                .filter(it -> it.info().command().orElse("").endsWith("postgres"))
                .findFirst()
                .orElseThrow();
        // it cannot notice
        new ProcessBuilder("sh", "-c", "kill -STOP " + orphan.pid()).start().waitFor();
        server.destroyForcibly();
        killed.toHandle().destroyForcibly();
        killed.waitFor();
        assertThat(orphan.isAlive()).isTrue();

        try (Database database = open(Access.OWN)) {
            assertThat(new Postmaster(folder.resolve("data"), orphan, new ServerAddress(null, 0), false)
                            .gone(Duration.ZERO))
                    .isTrue();
            assertThat(notes(database)).contains("written before the end");
        }
    }

    @Test
    void aServerThatAKilledProgramLeftBehindIsClearedAwayAndNothingCommittedIsLost() throws Exception {
        Process killed = ProgramOnAFolder.start(folder, "OWN");
        ProgramOnAFolder.awaitWord(killed, "ready");
        Postmaster leftOver = Postmaster.of(folder.resolve("data")).orElseThrow();
        killed.toHandle().destroyForcibly();
        killed.waitFor();
        assertThat(leftOver.process().isAlive()).isTrue();

        long start = System.nanoTime();
        try (Database database = open(Access.OWN)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
            assertThat(leftOver.gone(Duration.ofSeconds(5))).isTrue();
            assertThat(notes(database)).contains("written before the end");
        }
    }

    /** One that was started where no socket can be, or by a version that knew none. */
    @Test
    void aServerAtAPortIsReadThroughWhileItsProgramLivesAndClearedAwayOnceThatIsKilled() throws Exception {
        Process killed = ProgramOnAFolder.start(folder, "OWN", "-D" + ServerAddress.SETTING + "=tcp");
        ProgramOnAFolder.awaitWord(killed, "ready");
        Postmaster leftOver = Postmaster.of(folder.resolve("data")).orElseThrow();
        try (Database reader = open(Access.READ)) {
            assertThat(setting(reader, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(notes(reader)).contains("written before the end");
        }
        killed.toHandle().destroyForcibly();
        killed.waitFor();
        assertThat(leftOver.process().isAlive()).isTrue();

        try (Database database = open(Access.OWN)) {
            assertThat(setting(database, "listen_addresses")).isEmpty();
            assertThat(leftOver.gone(Duration.ofSeconds(5))).isTrue();
            assertThat(notes(database)).contains("written before the end");
        }
    }

    @Test
    void aRunThatIsAskedToStopHasItsDatabaseUntilItHasEnded() throws Exception {
        Process told = ProgramOnAFolder.start(folder, "run");
        ProgramOnAFolder.awaitWord(told, "ready");
        told.destroy();
        assertThat(told.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Postmaster.of(folder.resolve("data"))).isEmpty();
        try (Database database = open(Access.OWN)) {
            assertThat(notes(database)).contains("written while the program ended");
        }
    }

    @Test
    void besideARunningProgramOneCanReadButNotRunUntilItIsAskedToStop() throws Exception {
        Process running = ProgramOnAFolder.start(folder, "OWN");
        try {
            ProgramOnAFolder.awaitWord(running, "ready");
            assertThatThrownBy(() -> open(Access.OWN))
                    .isInstanceOf(DatabaseInUseException.class)
                    .hasMessageContaining("process " + running.pid() + ", since 2");
            try (Database reader = open(Access.READ)) {
                assertThat(reader.embedded()).isTrue();
                assertThat(reader.freshlyCreated()).isFalse();
                assertThat(notes(reader)).contains("written before the end");
            }
            assertThat(Postmaster.of(folder.resolve("data"))).isPresent();
        } finally {
            running.destroy();
            assertThat(running.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Postmaster.of(folder.resolve("data"))).isEmpty();
    }

    @Test
    void aReaderStartsTheServerItselfWhereNobodyElseHas() {
        try (Database reader = open(Access.READ)) {
            assertThat(kept(reader)).isEqualTo("yesterday");
        }
    }

    @Test
    void aRunDoesNotFailBecauseSomebodyJustLooks() throws Exception {
        Process looks = ProgramOnAFolder.start(folder, "READ");
        ProgramOnAFolder.awaitWord(looks, "ready");
        looks.getOutputStream().close();
        try (Database database = open(Access.OWN)) {
            assertThat(kept(database)).isEqualTo("yesterday");
        }
        looks.waitFor();
    }

    @Test
    void aPidFileWhoseProcessNumberIsNobodysDoesNotHurt() throws IOException {
        opensWithAPidFileThatNames(4_000_000);
    }

    @Test
    void aPidFileWhoseProcessNumberBelongsToAnotherProgramDoesNotHurt() throws IOException {
        opensWithAPidFileThatNames(ProcessHandle.current().pid());
    }

    @Test
    void aPidFileWhoseProcessNumberBelongsToAnotherPostgresqlDoesNotHurtEither() throws IOException {
        try (TestDatabase other = TestDatabase.create()) {
            long pid = Long.parseLong(other.jdbc()
                    .sql("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
                    .query(String.class)
                    .single());
            opensWithAPidFileThatNames(pid);
            assertThat(other.jdbc().sql("select 1").query(Integer.class).single())
                    .isOne();
        }
    }

    private static void opensWithAPidFileThatNames(long pid) throws IOException {
        Path data = folder.resolve("data");
        String left = "%d%n%s%n1700000000%n5432%n%nlocalhost%n    1 2%nready   %n".formatted(pid, data);
        Files.writeString(data.resolve("postmaster.pid"), left);
        Files.writeString(data.resolve(".s.PGSQL.5432.lock"), left);
        try (Database database = open(Access.OWN)) {
            assertThat(kept(database)).isEqualTo("yesterday");
        }
    }

    @Test
    void dataOfAnotherPostgresqlVersionAreRefusedWithBothVersionsNamed() throws IOException {
        Path version = folder.resolve("data").resolve("PG_VERSION");
        String ours = Files.readString(version);
        Files.writeString(version, "15\n");
        try {
            assertThatThrownBy(() -> open(Access.OWN))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("PostgreSQL 15 and this program brings PostgreSQL " + ours.strip())
                    .hasMessageContaining("spring.datasource.url");
        } finally {
            Files.writeString(version, ours);
        }
        try (Database database = open(Access.OWN)) {
            assertThat(kept(database)).isEqualTo("yesterday");
        }
    }

    @Test
    void aFirstStartThatWasKilledIsBegunAgain(@TempDir Path other) throws IOException {
        Path half = Files.createDirectories(other.resolve("data"));
        Files.writeString(half.resolve("postgresql.conf"), "# as far as it came");
        Files.writeString(half.resolve("PG_VERSION"), "18\n");
        try (Database database = Database.open(new StandardEnvironment(), other, Access.OWN)) {
            assertThat(database.freshlyCreated()).isTrue();
        }
        try (Stream<Path> entries = Files.list(other)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("data.unfinished-"));
        }
    }

    @Test
    void aConfiguredDatabaseGetsItsTablesAndTheFolderIsNotTouched(@TempDir Path other) {
        try (TestDatabase postgresql = TestDatabase.createEmpty();
                Database database = Database.open(configured(postgresql.url()), other.resolve("nothing"), Access.OWN)) {
            assertThat(database.embedded()).isFalse();
            assertThat(database.freshlyCreated()).isFalse();
            assertThat(jdbc(database)
                            .sql("select count(*) from offboarding.BATCH_JOB_INSTANCE")
                            .query(Integer.class)
                            .single())
                    .isZero();
        }
        assertThat(other.resolve("nothing")).doesNotExist();
    }

    @Test
    void poolSettingsOfTheJobFileAreTaken() throws SQLException {
        try (TestDatabase postgresql = TestDatabase.create()) {
            MockEnvironment environment =
                    configured(postgresql.url()).withProperty("spring.datasource.hikari.maximum-pool-size", "3");
            try (Database database = Database.open(environment, folder, Access.OWN)) {
                var pool = database.dataSource().unwrap(com.zaxxer.hikari.HikariDataSource.class);
                assertThat(pool.getMaximumPoolSize()).isEqualTo(3);
                assertThat(pool.getConnectionTimeout()).isEqualTo(3000);
            }
            environment.withProperty("spring.datasource.hikari.maximum-pool-size", "many");
            assertThatThrownBy(() -> Database.open(environment, folder, Access.OWN))
                    .isInstanceOf(DatabaseConfigurationException.class)
                    .hasMessageContaining("spring.datasource.hikari.maximum-pool-size")
                    .hasMessageContaining("many");
        }
    }

    /** Its locks would stand in the next run's way for hours, and a run whose server's machine is gone would wait as long. */
    @Test
    void aSessionEndsSoonAfterItsMachineAndASilentServerIsNotWaitedForForEver() throws SQLException {
        try (TestDatabase postgresql = TestDatabase.create()) {
            for (String url : new String[] {postgresql.url(), null}) {
                try (Database database =
                                url == null ? open(Access.OWN) : Database.open(configured(url), folder, Access.OWN);
                        var connection = database.pool().getConnection()) {
                    // a socket on the machine itself ends with whoever is at its other end
                    boolean network = url != null;
                    assertThat(setting(database, "tcp_keepalives_idle")).isEqualTo(network ? "30" : "0");
                    assertThat(setting(database, "tcp_keepalives_interval")).isEqualTo(network ? "10" : "0");
                    assertThat(setting(database, "tcp_keepalives_count")).isEqualTo(network ? "3" : "0");
                    assertThat(setting(database, "idle_in_transaction_session_timeout"))
                            .isEqualTo("5min");
                    assertThat(connection.getNetworkTimeout()).isEqualTo(600_000);
                }
            }
        }
    }

    @Test
    void whatTheUrlSaysOfASessionIsStronger() throws SQLException {
        try (TestDatabase postgresql = TestDatabase.create()) {
            MockEnvironment environment = configured(
                            postgresql.url()
                                    + "&socketTimeout=20&options=-c%20tcp_keepalives_idle=77%20-c%20idle_in_transaction_session_timeout=900000")
                    .withProperty("spring.datasource.hikari.connection-init-sql", "set lock_timeout = '7s'");
            try (Database database = Database.open(environment, folder, Access.OWN);
                    var connection = database.pool().getConnection()) {
                assertThat(setting(database, "tcp_keepalives_idle")).isEqualTo("77");
                assertThat(setting(database, "tcp_keepalives_count")).isEqualTo("3");
                assertThat(setting(database, "idle_in_transaction_session_timeout"))
                        .isEqualTo("15min");
                assertThat(setting(database, "lock_timeout")).isEqualTo("7s");
                assertThat(connection.getNetworkTimeout()).isEqualTo(20_000);
            }
        }
    }

    @Test
    void aDatabaseThatCannotBeReachedSaysSoWithinSeconds() {
        long start = System.nanoTime();
        assertThatThrownBy(() -> Database.open(
                        configured("jdbc:postgresql://localhost:1/crm?user=ops&password=s3cr3t-pa55"),
                        folder,
                        Access.OWN))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("jdbc:postgresql://localhost:1/crm cannot be reached")
                .hasMessageContaining("spring.datasource.url")
                .hasMessageNotContaining("s3cr3t-pa55");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void aMachineOfWhichNobodyKnowsIsSaidToBeUnknown() {
        assertThatThrownBy(() -> Database.open(
                        configured("jdbc:postgresql://no-such-machine.invalid/crm?sslmode=verify-full&user=ops"),
                        folder,
                        Access.OWN))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("cannot be reached: this machine cannot find a host of that name")
                .hasMessageContaining("spring.datasource.url");
    }

    @Test
    void aWrongPasswordIsNamedAsTheReasonButNotShown() throws IOException {
        try (EmbeddedServer server = EmbeddedServer.start(folder, data -> ServerAddress.tcp(0), PostgresPrograms::in)) {
            String url =
                    server.settings().place().replace("127.0.0.1", "localhost") + "?user=postgres&password=s3cr3t-pa55";
            Throwable refused = catchThrowable(() -> Database.open(configured(url), folder, Access.OWN));
            assertThat(refused)
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("the password is wrong")
                    .hasMessageContaining("'postgres'");
            assertThat(stackTrace(refused)).doesNotContain("s3cr3t-pa55");
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        try (TestDatabase postgresql = TestDatabase.create()) {
            assertThatThrownBy(() -> Database.connect(
                            "offboarding.ledger",
                            postgresql.url().replaceAll("/test_\\d+", "/nobody"),
                            null,
                            null,
                            new ConnectionSecurity(false, null)))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("/nobody has no database of this name")
                    .hasMessageContaining("offboarding.ledger.url");
        }
    }

    @Test
    void aPostgresqlThatIsTooOldOrAStandbyIsRefused() {
        Database.requireUsable("there", 13, false);
        assertThatThrownBy(() -> Database.requireUsable("there", 12, false))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("there is PostgreSQL 12")
                .hasMessageContaining("13 or later");
        assertThatThrownBy(() -> Database.requireUsable("there", 18, true)).hasMessageContaining("standby");
    }

    private static String stackTrace(Throwable throwable) {
        var text = new java.io.StringWriter();
        throwable.printStackTrace(new java.io.PrintWriter(text, true));
        return text.toString();
    }

    private static Database open(Access access) {
        return Database.open(new StandardEnvironment(), folder, access);
    }

    private static MockEnvironment configured(String url) {
        return new MockEnvironment().withProperty("spring.datasource.url", url);
    }

    private static JdbcClient jdbc(Database database) {
        return JdbcClient.create(database.dataSource());
    }

    private static String kept(Database database) {
        return jdbc(database)
                .sql("select text from public.kept")
                .query(String.class)
                .single();
    }

    private static java.util.List<String> notes(Database database) {
        return jdbc(database)
                .sql("select text from public.note")
                .query(String.class)
                .list();
    }

    private static String setting(Database database, String name) {
        return jdbc(database)
                .sql("select current_setting(?)")
                .param(name)
                .query(String.class)
                .single();
    }
}
