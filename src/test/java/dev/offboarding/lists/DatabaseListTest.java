package dev.offboarding.lists;

import static dev.offboarding.lists.Nights.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offboarding.kit.CancellationToken;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;

class DatabaseListTest {
    private static final Instant NOW = Instant.parse("2026-03-28T23:30:00Z");

    @TempDir
    Path folder;

    private Nights nights;
    private String crm = "";

    @BeforeEach
    void aDatabase() {
        nights = new Nights(folder);
        // of its own for each test: the driver remembers the types of a statement it has run before
        crm = nights.job.replace('-', '_');
        nights.jdbc.execute("create schema " + crm);
    }

    private static ListSettings.Database database(String query, @Nullable String done) {
        return new ListSettings.Database(query, done, null, null, null);
    }

    private Reception query(String query) {
        nights.settings = new ListSettings(null, database(query, null), null);
        return nights.night();
    }

    @Test
    void labelsAreHeadingsAndValuesAreText() {
        Reception reception = query("""
                select '%s'::uuid as "Tenant ID", ' a.example ' as domain, date '2027-01-31' as due_date, 7 as "Seats",
                    null::text as reason, true as vip
                """.formatted(id(1)));

        assertThat(reception.accepted()).isEqualTo(1);
        assertThat(nights.jdbc.queryForMap(
                        "select source, line, customer_id, domain, effective_date::text, reason, others::text from offboarding.entry where run_id = ?",
                        nights.runId))
                .containsEntry("source", "database")
                .containsEntry("line", 1L)
                .containsEntry("customer_id", id(1))
                .containsEntry("domain", "a.example")
                .containsEntry("effective_date", "2027-01-31")
                .containsEntry("reason", null)
                .containsEntry("others", "{\"Seats\":\"7\",\"vip\":\"t\"}");
    }

    @Test
    void rowsPassTheSameGateAndTheirNumberIsTheLine() {
        Reception reception =
                query("select * from (values ('%s', 'a.example'), ('%%', 'b.example')) c (customer_id, domain)"
                        .formatted(id(1)));

        assertThat(reception.rejected()).isEqualTo(1);
        assertThat(nights.rejects()).singleElement().satisfies(reject -> {
            assertThat(reject.source()).isEqualTo("database");
            assertThat(reject.line()).isEqualTo(2);
        });
    }

    @Test
    void manyRowsAreFetchedInPortionsWithTwoConnections() {
        Reception reception = query(
                "select ('11111111-2222-3333-4444-' || lpad(n::text, 12, '0')) customer_id, 'd' as domain from generate_series(1, 5000) n");

        assertThat(reception.accepted()).isEqualTo(5_000);
    }

    @Test
    void theResultAsAWholeIsRefusedForContradictionsAndForTooManyWrongRows() {
        assertThat(query("select * from (values ('%s', 'a.example'), ('%s', 'b.example')) c (customer_id, domain)"
                                .formatted(id(1), id(1)))
                        .files()
                        .get(0)
                        .reason())
                .contains("database, line 2");
        Reception wrong = query("select 'x' as customer_id, 'a.example' as domain from generate_series(1, 4)");
        assertThat(wrong.files().get(0).status()).isEqualTo(FileStatus.REFUSED);
        assertThat(wrong.rejected()).isEqualTo(4);
    }

    @Test
    void noRowsMeanThatNobodyIsListed() {
        assertThat(query("select customer_id, domain from offboarding.entry where false")
                        .files())
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.status()).isEqualTo(FileStatus.TAKEN);
                    assertThat(file.read()).isZero();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1 as id, 'a' as domain", "select 1 as customer_id, 2 as tenant_id, 'a' as domain"})
    void columnsThatAreNotThoseOfAListAreRefused(String query) {
        assertThat(query(query).files()).singleElement().satisfies(file -> {
            assertThat(file.status()).isEqualTo(FileStatus.REFUSED);
            assertThat(file.reason()).contains("list.database.query");
        });
    }

    @Test
    void theQueryCannotWrite() {
        nights.jdbc.execute("create table " + crm + ".seen (at timestamptz)");
        nights.jdbc.execute(
                "create function %1$s.peek() returns text language sql as $$ insert into %1$s.seen values (now()) returning 'x' $$"
                        .formatted(crm));

        assertThatThrownBy(() -> query("select " + crm + ".peek() as customer_id, 'a' as domain"))
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("list.database.query")
                .hasMessageContaining("read-only");
    }

    @Test
    void aQueryThatIsNoneIsSaid() {
        assertThatThrownBy(() -> query("select customer_id from " + crm + ".nowhere"))
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("list.database.query")
                .hasMessageContaining(crm + ".nowhere");
    }

    @Test
    void aListMayHaveADatabaseOfItsOwn() {
        nights.settings = new ListSettings(
                null,
                new ListSettings.Database(
                        "select '%s' as customer_id, 'a.example' as domain".formatted(id(1)),
                        null,
                        ListDatabase.URL,
                        "postgres",
                        null),
                null);

        assertThat(nights.night().accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"uuid", "text", "varchar(36)"})
    void doneFindsTheCustomerWhateverTheTypeOfItsColumn(String type) {
        nights.jdbc.execute("create table %s.to_offboard (customer_id %s, done_at timestamptz)".formatted(crm, type));
        nights.jdbc.execute(
                "insert into %s.to_offboard values ('%s'), ('%s'), ('%s')".formatted(crm, id(1), id(2), id(3)));
        DatabaseList list = new DatabaseList(
                database(
                        "select 1",
                        "update " + crm + ".to_offboard set done_at = :offboarded_at where customer_id = :customer_id"),
                ListDatabase.DATA_SOURCE,
                ZoneOffset.UTC,
                CancellationToken.none());

        assertThat(list.done(Map.of(id(1), NOW, id(2), NOW, id(9), NOW))).containsExactly(id(9));
        assertThat(list.done(Map.of(id(1), NOW))).isEmpty();

        assertThat(nights.jdbc.queryForList(
                        "select done_at from " + crm + ".to_offboard order by customer_id",
                        java.time.OffsetDateTime.class))
                .extracting(at -> at == null ? null : at.toInstant())
                .containsExactly(NOW, NOW, null);
    }

    @ParameterizedTest
    @CsvSource({"+05:30, 19800", "-03:00, -10800", "Z, 0", "UTC, 0", "GMT+2, 7200", "Asia/Tokyo, 32400"})
    void aPlainOffsetCountsTheSameWayRoundInTheDatabase(String zone, int seconds) { // incident 40
        nights.jdbc.execute("create table %s.zones (customer_id uuid, seconds int)".formatted(crm));
        nights.jdbc.execute("insert into %s.zones values ('%s')".formatted(crm, id(1)));

        new DatabaseList(
                        database(
                                "select 1",
                                "update " + crm
                                        + ".zones set seconds = extract(timezone from now()) where customer_id = :customer_id"),
                        ListDatabase.DATA_SOURCE,
                        ZoneId.of(zone),
                        CancellationToken.none())
                .done(Map.of(id(1), NOW));

        assertThat(nights.jdbc.queryForObject("select seconds from " + crm + ".zones", Integer.class))
                .isEqualTo(seconds);
    }

    @Test
    void withoutADoneStatementThereIsNothingToDo() {
        assertThat(new DatabaseList(
                                database("select 1", null),
                                ListDatabase.DATA_SOURCE,
                                ZoneOffset.UTC,
                                CancellationToken.none())
                        .done(Map.of(id(1), NOW)))
                .isEmpty();
    }

    private DatabaseList withDone(String done) {
        return new DatabaseList(
                database(
                        "select '%s' as customer_id, 'a.example' as domain".formatted(id(1)), done.replace("crm", crm)),
                ListDatabase.DATA_SOURCE,
                ZoneOffset.UTC,
                CancellationToken.none());
    }

    /** The driver answered with a ClassCastException, once the customers were gone, and in each later night before the list was read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update crm.it set done_at = now() where customer_id = :customer_id; delete from crm.it | 2 statements",
                "begin; update crm.it set done_at = now() where customer_id = :customer_id; commit | 3 statements",
                "update crm.nowhere set done_at = now() where customer_id = :customer_id | nowhere",
                "update crm.it set done = now() where customer_id = :customer_id | done",
                "updat crm.it | updat",
                "-- later | it is empty"
            })
    void aDoneStatementThatIsNoneIsFoundBeforeAnyoneIsOffboarded(String done, String said) {
        nights.jdbc.execute("create table " + crm + ".it (customer_id uuid, done_at timestamptz)");

        assertThatThrownBy(() -> withDone(done).checkDone())
                .isInstanceOf(ListUnavailableException.class)
                .hasMessageContaining("list.database.done cannot be run")
                .hasMessageContaining(said);
    }

    /** The count of rows was taken from the driver, which has none for them: the list was said not to know, and asked again for 30 nights. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update crm.it set done_at = :offboarded_at where customer_id = :customer_id; -- that is all",
                "update crm.it set done_at = :offboarded_at + interval '30 days' where customer_id = :customer_id",
                "update crm.it set done_at = to_char(:offboarded_at, 'YYYY-MM-DD')::date where customer_id = :customer_id",
                "update crm.it set done_at = :offboarded_at where customer_id = :customer_id and '{\"a\": 1}'::jsonb ?? 'a'",
                "update crm.it set done_at = :offboarded_at where customer_id = :customer_id returning customer_id",
                "select crm.is_done(:customer_id) where exists (select from crm.it where customer_id = :customer_id)",
                "with done as (update crm.it set done_at = now() where customer_id = :customer_id returning 1) select * from done"
            })
    void aDoneStatementThatGivesRowsIsBelievedByThem(String done) {
        nights.jdbc.execute("create table " + crm + ".it (customer_id uuid, done_at timestamptz)");
        nights.jdbc.execute("""
                create function %1$s.is_done(uuid) returns void language sql as $$
                  update %1$s.it set done_at = now() where customer_id = $1 $$
                """.formatted(crm));
        nights.jdbc.execute("insert into %s.it values ('%s'), ('%s')".formatted(crm, id(1), id(2)));
        DatabaseList list = withDone(done);

        list.checkDone();
        assertThat(list.done(Map.of(id(1), NOW, id(9), NOW))).containsExactly(id(9));

        assertThat(nights.jdbc.queryForList(
                        "select customer_id from " + crm + ".it where done_at is not null", UUID.class))
                .containsExactly(id(1));
    }

    @Test
    void aDoneStatementThatOnlyReadsChangesNoRow() {
        nights.jdbc.execute("create table " + crm + ".it (customer_id uuid, done_at timestamptz)");
        nights.jdbc.execute("insert into %s.it values ('%s')".formatted(crm, id(1)));

        assertThat(withDone("select * from crm.it where customer_id = :customer_id")
                        .done(Map.of(id(1), NOW)))
                .containsExactly(id(1));
    }

    @Test
    void aDoneStatementThatFailsChangesNothing() {
        nights.jdbc.execute("create table " + crm
                + ".to_offboard (customer_id uuid primary key, done_at timestamptz check (done_at < '2000-01-01'))");
        nights.jdbc.execute("insert into %s.to_offboard values ('%s')".formatted(crm, id(1)));
        DatabaseList list = new DatabaseList(
                database(
                        "select 1",
                        "update " + crm + ".to_offboard set done_at = :offboarded_at where customer_id = :customer_id"),
                ListDatabase.DATA_SOURCE,
                ZoneOffset.UTC,
                CancellationToken.none());

        assertThatThrownBy(() -> list.done(Map.of(id(1), NOW))).isInstanceOf(DataAccessException.class);
        assertThat(nights.jdbc.queryForMap("select done_at from " + crm + ".to_offboard"))
                .containsEntry("done_at", null);
    }
}
