package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.run.Program;
import dev.offboarding.run.Scene;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A withdrawal that dies while it makes subscriptions active again is carried out by the next run. */
class KilledWithdrawalTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void theNextRunFinishesWhatAKilledWithdrawalHadBegun() throws Exception {
        scene.customers(1, 4).with("grace-period", "3d").listed(1, 2);
        UUID first = scene.subscription(1, "license", "active");
        UUID others = scene.subscription(1, "license", "suspended");
        UUID second = scene.subscription(2, "license", "active");
        String job = scene.jobFile().toString();
        assertThat(CommandLineProgram.execute("run", job)).isZero();
        scene.gateBefore("update on ledger.subscription", "new.status = 'active'");
        Program withdrawal = Program.start(
                scene.folder(), "correct-horse-battery", "withdraw", job, "--all", "--reason", "they stay");
        try {
            scene.awaitSomebodyAtTheGate();
        } finally {
            withdrawal.kill();
        }
        scene.endSessionsAtTheGate();
        scene.openTheGate();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> scene.jdbc()
                        .sql(
                                "select not exists (select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()))")
                        .query(Boolean.class)
                        .single());
        assertThat(List.of(scene.statusOf(first), scene.statusOf(second))).containsOnly("suspended");

        assertThat(CommandLineProgram.execute("run", job)).isZero();

        assertThat(List.of(scene.statusOf(first), scene.statusOf(second))).containsOnly("active");
        assertThat(scene.statusOf(others)).isEqualTo("suspended");
        assertThat(scene.jdbc()
                        .sql("select distinct state || ' ' || closed_as from offboarding.offboarding_case")
                        .query(String.class)
                        .list())
                .containsExactly("WITHDRAWN WITHDRAWN");
        List<String> verify = new ArrayList<>(List.of("verify-report"));
        List<Path> reports = scene.reports().stream()
                .filter(path -> path.resolve("report.json").toFile().isFile())
                .filter(path -> !path.endsWith("latest"))
                .toList();
        reports.forEach(folder -> verify.add(folder.toString()));
        assertThat(reports).hasSize(3);
        Scene.Report killed = new Scene.Report(reports.get(1));
        assertThat(killed.json().get("mode").asString()).isEqualTo("withdraw");
        assertThat(killed.json().get("interrupted").asBoolean()).isTrue();
        assertThat(killed.json().get("customers")).hasSize(2);
        assertThat(CommandLineProgram.execute(verify.toArray(String[]::new))).isZero();
    }
}
