package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class LastingSessionsTest {

    private final TestDatabase database = TestDatabase.create();

    @AfterEach
    void close() {
        database.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.url());
    }

    private static int session(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void whoComesNextGoesOnInTheSameSessionAsIfItWereNew() throws SQLException {
        int first;
        try (Connection one = connect()) {
            first = session(one);
            execute(one, "set search_path = ledger; set time zone 'Asia/Tokyo'; select pg_advisory_lock(17)");
            execute(one, "create temp table mine (a int)");
            execute(one, "set role pg_monitor");
            one.setAutoCommit(false);
            execute(one, "reset role; create table offboarding.begun (a int)");
        }
        try (Connection next = connect();
                Connection other = connect()) {
            assertThat(session(next)).isEqualTo(first).isNotEqualTo(session(other));
            assertThat(next.getAutoCommit()).isTrue();
            assertThat(ask(next, "show search_path")).isEqualTo(ask(other, "show search_path"));
            assertThat(ask(next, "show timezone")).isEqualTo(ask(other, "show timezone"));
            assertThat(ask(next, "select current_user")).isEqualTo("postgres");
            assertThat(ask(next, "select to_regclass('mine')")).isNull();
            assertThat(ask(next, "select to_regclass('offboarding.begun')")).isNull();
            assertThat(ask(other, "select pg_try_advisory_lock(17)")).isEqualTo("t");
        }
    }

    @Test
    void aConnectionThatWasClosedIsOfNoUseToWhoeverHasItStill() throws SQLException {
        Connection one = connect();
        one.close();
        one.close();
        assertThat(one.isClosed()).isTrue();
        assertThatThrownBy(one::createStatement).isInstanceOf(SQLException.class);
        try (Connection next = connect();
                Connection other = connect()) {
            assertThat(session(next)).isNotEqualTo(session(other));
        }
    }

    @Test
    void aSessionThatANewOneWouldDifferFromIsNotLent() throws SQLException {
        int first;
        try (Connection one = connect()) {
            first = session(one);
            execute(one, "alter database %s set work_mem = '5MB'".formatted(one.getCatalog()));
        }
        try (Connection next = connect()) {
            assertThat(session(next)).isNotEqualTo(first);
            assertThat(ask(next, "show work_mem")).isEqualTo("5MB");
        }
    }

    @Test
    void aSessionThatTheServerHasEndedIsNotLent() throws SQLException {
        int first;
        try (Connection one = connect();
                Connection other = connect()) {
            first = session(one);
            one.close();
            ask(other, "select pg_terminate_backend(%d, 60000)".formatted(first));
        }
        try (Connection next = connect();
                Connection other = connect()) {
            assertThat(ask(next, "select 1")).isEqualTo("1");
            assertThat(session(next)).isNotEqualTo(first);
            assertThat(session(other)).isNotEqualTo(first);
        }
    }
}
