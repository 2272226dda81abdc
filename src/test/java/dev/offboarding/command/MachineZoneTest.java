package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.Offboarding;
import dev.offboarding.run.ProgramProcess;
import dev.offboarding.run.Scene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Incident 40: TZ=JST, a name that Java knows and that PostgreSQL refuses. Whatever else opened a connection meanwhile would be refused, too. */
@Isolated
class MachineZoneTest {

    private final TimeZone machines = TimeZone.getDefault();
    private final Scene scene = Scene.set();

    @AfterEach
    void back() {
        TimeZone.setDefault(machines);
        scene.close();
    }

    @Test
    void aNameThatTheServerDoesNotKnowIsNoObstacle() {
        scene.customers(1, 2);
        String jobFile = scene.jobFile().toString();
        TimeZone.setDefault(TimeZone.getTimeZone("JST"));

        TypedCommand plan = TypedCommand.type("plan", jobFile);

        assertThat(plan.exitCode()).as("%s%s", plan.out(), plan.err()).isZero();
    }

    /** The embedded one was asked for a minute, and refused that name each time. */
    @Test
    void theEmbeddedDatabaseStartsAsInAnyOtherZone() throws Exception {
        Path jobFile = Files.writeString(scene.folder().resolve("embedded.yaml"), """
                offboarding:
                  job: zone
                  list: { csv: { inbox: inbox } }
                  platform: ledger
                  protected-customers: none
                """);
        for (String verb : List.of("plan", "cases")) {
            try (ProgramProcess program = ProgramProcess.start(
                    scene.folder(), Map.of("TZ", "JST"), Offboarding.class, verb, jobFile.toString())) {
                assertThat(program.end()).as(program.out() + program.err()).isZero();
            }
        }
        assertThat(Files.readString(scene.folder().resolve(".offboarding/postgresql.log")))
                .containsPattern(" UTC \\[[0-9]+] LOG:  database system is ready")
                // a session that had not quite ended when the server was shut down is refused nothing
                .doesNotContainPattern("FATAL:(?!\\s+terminating connection due to administrator command)");
    }
}
