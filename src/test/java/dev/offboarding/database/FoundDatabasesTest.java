package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on databases that are not as a run would like them. */
class FoundDatabasesTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private String failures(RunResult result, ExitCode exitCode) {
        assertThat(result.exitCode()).as("%s", result.failures()).isEqualTo(exitCode);
        return String.join("\n", result.failures());
    }

    /** An empty table in place of a view that has gone would confirm that nobody has a support contact any more. */
    @Test
    void aViewOfACompleteLedgerThatHasGoneIsNotReplacedByAnEmptyTable() { // incident 51
        scene.sql("drop table ledger.offboarding_schema_history");
        scene.sql("alter table ledger.support_contact set schema crm");
        scene.sql("create view ledger.support_contact as select * from crm.support_contact");
        scene.customers(1, 3).listed(1);
        scene.runs(ExitCode.OK);

        scene.sql("drop view ledger.support_contact");
        scene.listed(2);

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE)).contains("support_contact", "Put it back");
        assertThat(scene.count("pg_class where relname = 'support_contact' and relnamespace = 'ledger'::regnamespace"))
                .isZero();
        assertThat(scene.relationshipOf(2)).isEqualTo("reseller");
    }

    @Test
    void aRoleThatMayMakeNothingIsToldWhatItLacksAndNothingIsHalfMade() throws Exception { // incident 50
        Scene bare = Scene.on(TestDatabase.createEmpty());
        bare.sql("create role may_connect login");
        try {
            String url = bare.database().url();
            Path jobFile = bare.folder().resolve("bare.yaml");
            Files.writeString(
                    jobFile,
                    Files.readString(bare.jobFile()).replace(url, url.replaceFirst("user=\\w+", "user=may_connect")));

            assertThat(failures(bare.loadedFrom(jobFile).start(), ExitCode.UNAVAILABLE))
                    .contains("permission denied to create anything in schema offboarding", "grant that right")
                    .doesNotContain("unexpected", "StatementCallback");

            assertThat(bare.count("pg_namespace where nspname in ('offboarding', 'ledger')"))
                    .isZero();
        } finally {
            bare.sql("drop role may_connect");
            bare.close();
        }
    }

    // ---- what a server answers, by SQLSTATE

    private void listed(String query) {
        scene.listedBy(query);
        scene.customers(1, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select customer_id, domain from crm.nowhere",
                "select customer_id, domain from crm.to_offboard where customer_id = 'a0000000-0000'",
                "select customer_id, domain from crm.to_offboard; select 1",
                "select customer_id, domain from crm.to_offboard; commit; delete from crm.to_offboard",
                "delete from crm.to_offboard returning customer_id, domain",
                "with gone as (delete from crm.to_offboard returning *) select customer_id, domain from gone",
                "update crm.to_offboard set domain = 'x'",
                "select crm.delete_all() as customer_id, 'customer-1.example' as domain"
            })
    void aQueryThatIsAtFaultIsNamedAndChangesNothing(String query) { // incident 50
        scene.sql("create table crm.to_offboard (customer_id uuid, domain text)");
        scene.sql(
                "create function crm.delete_all() returns text language sql as $$ delete from crm.to_offboard returning 'x' $$");
        scene.sql("insert into crm.to_offboard values (?, 'customer-1.example')", Scene.id(1));
        listed(query);

        assertThat(failures(scene.run(), ExitCode.WRONG_USAGE))
                .contains("list.database.query cannot be run")
                .doesNotContain("unexpected", "StatementCallback", "<U+");

        assertThat(scene.count("crm.to_offboard")).isEqualTo(1);
        assertThat(scene.count("offboarding.offboarding_case")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select customer_id::uuid as customer_id, domain from crm.to_offboard",
                "select customer_id, (1 / length(domain))::text as domain from crm.to_offboard"
            })
    void aRowThatTheQueryCannotReadIsTheDatas(String query) { // incident 50
        scene.sql("create table crm.to_offboard (customer_id text, domain text)");
        scene.sql("insert into crm.to_offboard values ('a0000000-0000', '')");
        listed(query);

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE))
                .contains("list.database.query failed while it ran", "correct the row or the query")
                .doesNotContain("unexpected", "StatementCallback");
    }

    /** The query is as it was; a right was taken away. */
    @Test
    void aRightThatTheListsUserLacksIsToBeGranted() { // incident 50
        String reader = "reader_" + Long.toHexString(System.nanoTime());
        scene.sql("create table crm.to_offboard (customer_id uuid, domain text, done_at timestamptz)");
        scene.sql("insert into crm.to_offboard values (?, 'customer-1.example')", Scene.id(1));
        scene.sql("create role %s login".formatted(reader));
        try {
            listed("select customer_id, domain from crm.to_offboard");
            scene.with("list.database.url", scene.database().url().replaceFirst("user=\\w+", "user=" + reader))
                    .with(
                            "list.database.done",
                            "update crm.to_offboard set done_at = :offboarded_at where customer_id = :customer_id");

            assertThat(failures(scene.run(), ExitCode.WRONG_USAGE)).contains("permission denied for schema crm", GRANT);
            scene.sql("grant usage on schema crm to %s".formatted(reader));
            assertThat(failures(scene.run(), ExitCode.WRONG_USAGE))
                    .contains("list.database.query cannot be run", "permission denied for table to_offboard", GRANT)
                    .doesNotContain("by hand", "run-role");

            scene.sql("grant select on crm.to_offboard to %s".formatted(reader));
            assertThat(failures(scene.run(), ExitCode.UNAVAILABLE))
                    .contains(
                            "the list's done statement could not be run",
                            "permission denied for table to_offboard",
                            GRANT)
                    .doesNotContain("run-role", "Batch entry");
            assertThat(scene.relationshipOf(1)).isEqualTo("none");

            scene.sql("grant update on crm.to_offboard to %s".formatted(reader));
            scene.runs(ExitCode.OK);
        } finally {
            scene.sql("drop owned by %1$s".formatted(reader));
            scene.sql("drop role %1$s".formatted(reader));
        }
    }

    private static final String GRANT = "The database's user lacks a right there. Grant it. It answered: ";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select crm.id() as customer_id, 'd' as domain | ended it with a message of its own: 'ERROR: the month is not closed Where: PL/pgSQL function",
                "select customer_id, domain from crm.leavers | is not ready: 'ERROR: materialized view \"leavers\" has not been populated Hint: Use the REFRESH MATERIALIZED VIEW command.'",
                "select crm.corrupt() as customer_id, 'd' as domain | The database's server has trouble with its disk or its data."
            })
    void whatIsNeitherTheRowsFaultNorTheQuerysIsNotPutToThem(String query, String words) { // incident 50
        scene.sql("""
                create function crm.id() returns text language plpgsql as $$
                begin raise exception 'the month is not closed'; end $$
                """);
        scene.sql("""
                create function crm.corrupt() returns text language plpgsql as $$
                begin raise exception 'invalid page in block 7' using errcode = 'XX001'; end $$
                """);
        scene.sql(
                "create materialized view crm.leavers as select ''::text as customer_id, ''::text as domain with no data");
        listed(query);

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE))
                .contains("list.database.query failed while it ran: ", words, "Nothing of the list was read")
                .doesNotContain("correct the row or the query", "<U+", "unexpected");
    }

    /** A trailing semicolon, a remark and a semicolon in a text are no second statement. */
    @Test
    void oneStatementIsOneHoweverItIsWritten() {
        listed("select '%s' as customer_id, 'customer-1.example' as domain, ';' as note; -- that is all; really"
                .formatted(Scene.id(1)));

        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    /** Stands in for whatever a server may answer in the middle of a run. */
    private void answersToNewEvents(String sqlState, String message) {
        scene.sql("""
                create function public.answer() returns trigger language plpgsql as $$
                begin raise exception '%s' using errcode = '%s'; end $$
                """.formatted(message, sqlState));
        scene.sql("create trigger answer before insert on offboarding.event execute function public.answer()");
    }

    @ParameterizedTest
    @CsvSource({
        "25006, cannot execute INSERT in a read-only transaction, only reads",
        "53100, could not extend file: No space left on device, disk is full",
        "42501, permission denied for table event, lacks a right",
        "54000, too many of them, limit",
        "XX001, invalid page in block 7, trouble with its disk"
    })
    void whatTheJobsOwnDatabaseCannotHelpIsSaidInPlainWords(
            String sqlState, String message, String words) { // incident 50
        scene.customers(1, 3).listed(1);
        answersToNewEvents(sqlState, message);

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE))
                .contains(words, message)
                .doesNotContain("unexpected", "StatementCallback", "PreparedStatement");

        scene.sql("drop trigger answer on offboarding.event");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    @Test
    void aDatabaseThatWasSetToReadOnlyIsSaidBeforeTheRunBegins() { // incident 50
        scene.customers(1, 3).listed(1);
        setting("default_transaction_read_only", "on");

        assertThat(failures(scene.run(), ExitCode.UNAVAILABLE))
                .contains("only reads", "default_transaction_read_only")
                .doesNotContain("unexpected", "StatementCallback");

        setting("default_transaction_read_only", "off");
        assertThat(scene.runs(ExitCode.OK).outcome(1)).isEqualTo("OFFBOARDED");
    }

    private void setting(String name, String value) {
        scene.sql("do $$ begin execute format('alter database %%I set %s = %s', current_database()); end $$"
                .formatted(name, value));
    }

    /** As in a restored dump: the next numbers are taken. A customer was offboarded whose case was not kept. */
    @Test
    void sequencesThatWentBackAreSetRight() {
        scene.customers(1, 5).listed(1, 2);
        scene.runs(ExitCode.OK);
        scene.sql("alter table offboarding.offboarding_case alter case_id restart with 1");
        for (String sequence :
                List.of("batch_job_instance_seq", "batch_job_execution_seq", "batch_step_execution_seq")) {
            scene.sql("alter sequence offboarding.%s restart with 1".formatted(sequence));
        }
        scene.listed(3);

        assertThat(scene.runs(ExitCode.OK).outcome(3)).isEqualTo("OFFBOARDED");
        assertThat(scene.count("offboarding.offboarding_case")).isEqualTo(3);
        scene.runs(ExitCode.OK);
        assertThat(scene.jdbc()
                        .sql("select max(last_value) from pg_sequences where schemaname = 'offboarding'")
                        .query(Long.class)
                        .single())
                .as("no more numbers are used up than are needed")
                .isLessThan(100);
    }
}
