package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Program;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was made of one chunk is recorded while the next is worked on: of that, too, nothing is lost and nothing done twice. */
@Tag("large")
class TwoChunksTest {

    private static final int CUSTOMERS = 2_100;
    private static final int CHUNK = 1_000;

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** In a ledger that counts the changes of each subscription. */
    private void threeChunksListed() {
        scene.sql("""
                insert into ledger.customer
                select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Customer ' || n, 'customer-' || n || '.example', 'reseller', null
                  from generate_series(100001, 100000 + ?) n
                """, CUSTOMERS);
        scene.sql("""
                insert into ledger.subscription (subscription_id, customer_id, name, kind, status)
                select gen_random_uuid(), customer_id, 'E3', 'license', 'active' from ledger.customer
                """);
        scene.sql("create table public.written (customer_id uuid)");
        scene.sql("""
                create function public.count_it() returns trigger language plpgsql as $$
                begin
                  insert into public.written values (new.customer_id);
                  return null;
                end $$
                """);
        scene.sql(
                "create trigger count_it after update on ledger.subscription for each row execute function public.count_it()");
        StringBuilder csv = new StringBuilder("customer_id,domain\n");
        IntStream.rangeClosed(1, CUSTOMERS)
                .forEach(n -> csv.append(
                        "00000000-0000-4000-8000-%012d,customer-%d.example\n".formatted(100_000 + n, 100_000 + n)));
        scene.inboxFile("many.csv", csv.toString());
        scene.with("limits.max-customers", "5000")
                .with("limits.max-share", "100%")
                .with("limits.per-30-days", "100%");
    }

    private long suspended() {
        return scene.count("(select distinct customer_id from public.written) once");
    }

    private void theNextRunEndsWhatTheFirstOneBegan() {
        Scene.Report report = scene.runs(ExitCode.OK);

        assertThat(scene.count("ledger.customer where relationship = 'reseller'"))
                .isZero();
        assertThat(scene.count("offboarding.offboarding_case where state = 'OFFBOARDED'"))
                .isEqualTo(CUSTOMERS);
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(CUSTOMERS);
        assertThat(scene.count("public.written")).as("changes of subscriptions").isEqualTo(CUSTOMERS);
    }

    @Test
    void aChunkThatCannotBeRecordedEndsTheStepAndIsLookedUp() {
        threeChunksListed();
        scene.sql("""
                create function public.refuse() returns trigger language plpgsql as $$
                begin
                  raise exception 'this cannot be stored';
                end $$
                """);
        scene.sql("""
                create trigger refuse before update on offboarding.run_case for each row
                  when (new.state = 'SUSPENDED' and new.position = 1) execute function public.refuse()
                """);

        RunResult failed = scene.run();

        assertThat(failed.exitCode()).isEqualTo(ExitCode.UNEXPECTED);
        assertThat(failed.failures()).singleElement().asString().contains("this cannot be stored");
        // the second chunk may have been sent by then, and no third one was
        assertThat(suspended()).isIn((long) CHUNK, 2L * CHUNK);
        assertThat(scene.count("offboarding.event where kind = 'OUTCOME'"))
                .as("what is known of the second chunk is recorded all the same")
                .isEqualTo(suspended() - CHUNK);
        assertThat(scene.count("ledger.customer where relationship = 'none'")).isZero();

        scene.sql("drop trigger refuse on offboarding.run_case");
        scene.clock.run();
        theNextRunEndsWhatTheFirstOneBegan();
    }

    @Test
    void killedWithTwoChunksUnderWayItLeavesNothingUnanswered() throws Exception {
        threeChunksListed();
        scene.gateBefore("update on offboarding.run_case", "new.state = 'SUSPENDED' and new.position = 1");
        Program program = Program.start(
                scene.folder(), "correct-horse-battery", "run", scene.jobFile().toString());
        try {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> suspended() == 2 * CHUNK);
        } finally {
            program.kill();
        }
        scene.endSessionsAtTheGate();
        scene.openTheGate();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> scene.count(
                                "pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())")
                        == 0);
        assertThat(scene.count("offboarding.event where kind = 'OUTCOME'")).isZero();

        scene.clock.run();
        theNextRunEndsWhatTheFirstOneBegan();
        assertThat(scene.reports()).hasSize(2);
    }
}
