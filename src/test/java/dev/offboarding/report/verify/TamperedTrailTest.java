package dev.offboarding.report.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Somebody who owns the tables changes what is in the trail: the run that reports it says so at once. */
class TamperedTrailTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private void tamperWith(String kind) {
        scene.jdbc().sql("""
                        create function public.tamper() returns trigger language plpgsql as $$
                        begin
                          new.data := replace(new.data, 'customer-1.example', 'customer-9.example');
                          return new;
                        end $$
                        """).update();
        scene.jdbc()
                .sql(
                        "create trigger tamper before insert on offboarding.event for each row when (new.kind = '%s') execute function public.tamper()"
                                .formatted(kind))
                .update();
    }

    @Test
    void aReportThatIsNotInOrderIsThereAndTheRunEndsWithEight() {
        scene.customer(1).customer(2).listed(1);
        tamperWith("DECIDED");

        RunResult run = scene.run();

        assertThat(run.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(run.failures())
                .singleElement()
                .asString()
                .startsWith(
                        "The report was written, and is not in order: events.jsonl, line 3: hash of the event: expected ");
        assertThat(scene.reports()).hasSize(1);
        assertThat(scene.jdbc()
                        .sql("select exit_code from offboarding.run")
                        .query(Integer.class)
                        .single())
                .isEqualTo(8);
    }

    @Test
    void soDoesTheRunThatWritesADeadRunsReport() {
        scene.customer(1).customer(2).listed(1);
        tamperWith("DECIDED");
        scene.run();
        // as if it had died before its report was there
        scene.unwrite("update offboarding.run set reported_at = null, manifest_sha256 = null, settled = false");
        org.springframework.util.FileSystemUtils.deleteRecursively(
                scene.reports().get(0).toFile());
        scene.clock.pass(java.time.Duration.ofDays(1));

        RunResult next = scene.run();

        assertThat(next.exitCode()).isEqualTo(ExitCode.EVIDENCE_BROKEN);
        assertThat(next.failures())
                .anyMatch(failure -> failure.contains("The report was written, and is not in order: "));
        assertThat(scene.reports()).hasSize(2);
    }
}
