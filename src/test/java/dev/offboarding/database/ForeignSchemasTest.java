package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas in which somebody else was first, with Flyway or without. */
class ForeignSchemasTest {

    /** As Flyway makes it for whoever looks after that schema with it. */
    private static final String THEIR_HISTORY = """
            create table %1$s.flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200) not null,
              type varchar(20) not null, script varchar(1000) not null, checksum int, installed_by varchar(100) not null,
              installed_on timestamp not null default now(), execution_time int not null, success boolean not null);
            insert into %1$s.flyway_schema_history values
              (1, '1', 'accounts', 'SQL', 'V1__accounts.sql', 4711, 'crm', now(), 5, true),
              (2, '2', 'contacts', 'SQL', 'V2__contacts.sql', 4712, 'crm', now(), 5, true);
            """;

    private static final String FIVE_VIEWS = """
            create schema ledger;
            create view ledger.customer as select null::uuid customer_id, ''::text company_name, ''::text domain, ''::text relationship,
              null::timestamptz relationship_ended_at where false;
            create view ledger.subscription as select null::uuid subscription_id, null::uuid customer_id, ''::text "name", ''::text kind,
              ''::text status, null::date term_end, null::timestamptz cancellable_until, null::uuid parent_subscription_id,
              null::timestamptz changed_at where false;
            create view ledger.support_contact as select null::uuid customer_id, ''::text contact where false;
            create view ledger.delegated_admin as select null::uuid customer_id, ''::text role where false;
            create table ledger.purchase_authority (customer_id uuid);
            """;

    private final TestDatabase database = TestDatabase.createEmpty();

    @AfterEach
    void close() {
        database.close();
    }

    private List<String> relations(String schema) {
        return database.jdbc()
                .sql(
                        "select relname from pg_class where relnamespace = to_regnamespace(?) and relkind in ('r', 'v', 'S') order by 1")
                .param(schema)
                .query(String.class)
                .list();
    }

    private List<String> scripts(String history) {
        return database.jdbc()
                .sql("select script from %s where script like '%%.sql' order by installed_rank".formatted(history))
                .query(String.class)
                .list();
    }

    private void earlierVersion(String schema, String location, String target) {
        Flyway.configure()
                .dataSource(database.direct())
                .schemas(schema)
                .defaultSchema(schema)
                .locations(location)
                .placeholderReplacement(false)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target(target)
                .load()
                .migrate();
    }

    @Test
    void somebodyElsesFlywayHistoryInTheSchemaLedgerIsLeftAlone() { // incident 51
        database.jdbc().sql(FIVE_VIEWS + THEIR_HISTORY.formatted("ledger")).update();
        List<String> before = relations("ledger");

        LedgerSchema.migrate(database.direct());
        LedgerSchema.migrate(database.direct());

        assertThat(relations("ledger")).isEqualTo(before).contains("flyway_schema_history");
        assertThat(scripts("ledger.flyway_schema_history")).containsExactly("V1__accounts.sql", "V2__contacts.sql");
    }

    @Test
    void whatIsMissingBesideSomebodyElsesFlywayHistoryIsMade() { // incident 51
        database.jdbc()
                .sql("create schema ledger; create table ledger.support_contact (customer_id uuid, contact text);"
                        + THEIR_HISTORY.formatted("ledger"))
                .update();

        LedgerSchema.migrate(database.direct());
        LedgerSchema.migrate(database.direct());

        assertThat(relations("ledger"))
                .contains("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority");
        assertThat(scripts("ledger.flyway_schema_history")).containsExactly("V1__accounts.sql", "V2__contacts.sql");
    }

    @Test
    void aForeignSchemaOfOurNameGetsNoneOfOurTables() { // incident 51
        database.jdbc()
                .sql(
                        "create schema offboarding; create table offboarding.run (employee int); create view offboarding.leavers as select 1 as n")
                .update();

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("'offboarding'")
                .hasMessageContaining("belongs to someone else")
                .hasMessageContaining("leavers, run")
                .hasMessageContaining("Nothing was changed")
                .hasMessageContaining("spring.datasource.url");

        assertThat(relations("offboarding")).containsExactly("leavers", "run");
    }

    private List<String> everythingIn(String schema) {
        return database.jdbc()
                .sql(
                        "select pg_describe_object(classid, objid, 0) from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = to_regnamespace(?) order by 1")
                .param(schema)
                .query(String.class)
                .list();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create type offboarding.mood as enum ('x'); create function offboarding.analyze_lists() returns int language sql as 'select 1' | function analyze_lists(), type mood",
                "create domain offboarding.id as int; create function offboarding.f(offboarding.id) returns int language sql as 'select 1' | function f(id), type id",
                "create procedure offboarding.p() language sql as 'select 1' | procedure p()",
                "create aggregate offboarding.total(int) (sfunc = int4pl, stype = int) | aggregate total(integer)",
                "create operator offboarding.#+# (leftarg = int, rightarg = int, function = int4pl) | operator #+#(integer,integer)",
                "create type offboarding.pair as (a int, b int) | type pair",
                "create collation offboarding.german (locale = 'C') | collation german",
                "create text search configuration offboarding.words (copy = pg_catalog.simple) | text search configuration words"
            })
    void aForeignSchemaThatHoldsAnythingAtAllGetsNothingOfOurs(String theirs, String named) { // incident 51
        database.jdbc().sql("create schema offboarding; " + theirs).update();
        List<String> before = everythingIn("offboarding");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("belongs to someone else: it holds " + named + ", and nothing there")
                    .hasMessageContaining("Nothing was changed");
            assertThat(everythingIn("offboarding")).isEqualTo(before);
        }
    }

    /** An earlier version left it there, with nothing in it. */
    @Test
    void anEmptyHistoryInAForeignSchemaDoesNotMakeItOurs() { // incident 51
        database.jdbc().sql("create schema offboarding").update();
        emptyHistory();
        database.jdbc().sql("create domain offboarding.id as int").update();
        List<String> before = everythingIn("offboarding");

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("belongs to someone else: it holds type id, and nothing there");
        assertThat(everythingIn("offboarding")).isEqualTo(before);

        database.jdbc().sql("drop domain offboarding.id").update();
        OwnSchema.migrate(database.direct());
        assertThat(relations("offboarding")).contains("run", "event");
    }

    /** As Flyway begins it. */
    private void emptyHistory() {
        Flyway.configure()
                .dataSource(database.direct())
                .schemas("offboarding")
                .defaultSchema("offboarding")
                .table("offboarding_schema_history")
                .baselineVersion("0")
                .load()
                .baseline();
    }

    @Test
    void whatAnExtensionOwnsAndWhatAnAdministratorHasPreparedIsNobodysWork() {
        database.jdbc().sql("""
                create schema offboarding;
                create extension pg_trgm schema offboarding;
                alter default privileges in schema offboarding grant select on tables to public;
                """).update();

        OwnSchema.migrate(database.direct());
        OwnSchema.migrate(database.direct());

        assertThat(relations("offboarding")).contains("run", "event", "offboarding_schema_history");
    }

    @Test
    void whatOthersHaveAddedToOurOwnSchemaDoesNotMakeItTheirs() {
        earlierVersion("offboarding", "classpath:db/migration", "6");
        database.jdbc()
                .sql("create domain offboarding.id as int; create view offboarding.theirs as select 1 as n")
                .update();

        OwnSchema.migrate(database.direct());

        assertThat(relations("offboarding")).contains("not_begun", "theirs");
    }

    @Test
    void aForeignSchemaOfOurNameMayHaveAFlywayHistory() { // incident 51
        database.jdbc()
                .sql("create schema offboarding; create table offboarding.leaver (employee int);"
                        + THEIR_HISTORY.formatted("offboarding"))
                .update();

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("belongs to someone else")
                .hasMessageNotContaining("repair");

        assertThat(relations("offboarding")).containsExactly("flyway_schema_history", "leaver");
    }

    @Test
    void anEmptySchemaThatAnAdministratorHasMadeIsFilled() {
        database.jdbc().sql("create schema offboarding").update();

        OwnSchema.migrate(database.direct());

        assertThat(relations("offboarding")).contains("run", "event", "offboarding_schema_history");
    }

    @Test
    void theHistoryOfAnEarlierVersionIsTakenOver() {
        earlierVersion("offboarding", "classpath:db/migration", "6");
        earlierVersion("ledger", "classpath:db/ledger", "1");

        OwnSchema.migrate(database.direct());
        OwnSchema.migrate(database.direct());
        LedgerSchema.migrate(database.direct());

        assertThat(relations("offboarding"))
                .contains("offboarding_schema_history")
                .doesNotContain("flyway_schema_history");
        assertThat(scripts("offboarding.offboarding_schema_history"))
                .startsWith("V1__batch.sql", "V2__lists.sql")
                .contains("V7__platform_identity.sql");
    }

    @Test
    void ofAHistoryThatSomebodyElseHasGoneOnWithOursIsCopied() {
        earlierVersion("offboarding", "classpath:db/migration", "6");
        database.jdbc()
                .sql(
                        "insert into offboarding.flyway_schema_history values (99, '99', 'theirs', 'SQL', 'V99__theirs.sql', 1, 'crm', now(), 5, true)")
                .update();

        OwnSchema.migrate(database.direct());
        OwnSchema.migrate(database.direct());

        assertThat(scripts("offboarding.flyway_schema_history")).hasSize(7).endsWith("V99__theirs.sql");
        assertThat(scripts("offboarding.offboarding_schema_history"))
                .contains("V6__manifest_hash.sql", "V7__platform_identity.sql")
                .doesNotContain("V99__theirs.sql");
    }

    @Test
    void aScriptOfSomebodyElseThatIsCalledLikeOursIsNotOurs() {
        database.jdbc()
                .sql(FIVE_VIEWS.replaceFirst(";", ";" + THEIR_HISTORY.formatted("ledger"))
                        + "update ledger.flyway_schema_history set script = 'V1__ledger.sql' where version = '1'")
                .update();
        database.jdbc()
                .sql("create schema offboarding; create table offboarding.leaver (employee int);"
                        + THEIR_HISTORY.formatted("offboarding")
                        + "update offboarding.flyway_schema_history set script = 'V1__batch.sql' where version = '1'")
                .update();

        LedgerSchema.migrate(database.direct());
        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("belongs to someone else");

        assertThat(scripts("ledger.flyway_schema_history")).containsExactly("V1__ledger.sql", "V2__contacts.sql");
        assertThat(relations("ledger")).doesNotContain("offboarding_schema_history");
        assertThat(relations("offboarding")).containsExactly("flyway_schema_history", "leaver");
    }

    @Test
    void aHistoryOfOursInWhichOneScriptWasAnotherIsLeftAsItIs() {
        earlierVersion("offboarding", "classpath:db/migration", "6");
        database.jdbc()
                .sql("update offboarding.flyway_schema_history set checksum = 1 where script = 'V3__cases.sql'")
                .update();
        List<String> before = relations("offboarding");

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("V3__cases.sql")
                .hasMessageContaining("Nothing was changed");

        assertThat(relations("offboarding")).isEqualTo(before);
    }

    /** Of ten migrations the eighth failed, and seven stayed, after "Nothing was changed". */
    @Test
    void ofMigrationsOfWhichOneFailsNoneIsKept() { // incident 51
        // stands in for a disk that is full
        database.jdbc().sql("""
                create function public.full_disk() returns event_trigger language plpgsql as $$
                begin
                  if to_regclass('offboarding.chain_head') is not null then
                    raise exception 'could not extend file: No space left on device' using errcode = '53100';
                  end if;
                end $$;
                create event trigger full_disk on ddl_command_end when tag in ('CREATE TABLE') execute function public.full_disk();
                """).update();

        assertThatThrownBy(() -> OwnSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("No table was made or changed");
        assertThat(everythingIn("offboarding")).isEmpty();

        database.jdbc().sql("drop event trigger full_disk").update();
        assertThatCode(() -> OwnSchema.migrate(database.direct())).doesNotThrowAnyException();
        assertThat(relations("offboarding")).contains("run", "event");
    }

    @Test
    void anEmptyTableIsNotMadeWhereOneHasGone() {
        LedgerSchema.migrate(database.direct());
        database.jdbc().sql("drop table ledger.support_contact").update();

        assertThatThrownBy(() -> LedgerSchema.migrate(database.direct()))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("support_contact");

        assertThat(relations("ledger")).doesNotContain("support_contact");
    }
}
