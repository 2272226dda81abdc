package dev.offboarding.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords of databases on other machines went over the wire in the clear wherever a server asked for that. */
class UnprotectedDatabasesTest {

    private static final String ELSEWHERE = "jdbc:postgresql://db.invalid:5432/crm";

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger.url", "list.database.url"})
    void anotherMachineWithoutTlsIsAWrongConfigurationAndNothingIsTouched(String key) throws IOException {
        scene.customers(1, 2).listedBy("select 1 as customer_id, 1 as domain where false");

        RunResult result = scene.with(key, ELSEWHERE).run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(result.failures())
                .singleElement()
                .asString()
                .startsWith("offboarding." + key + ": db.invalid is another machine")
                .contains("sslmode=verify-full", "offboarding.database.tls: none");
        assertThat(scene.count("offboarding.run")).isZero();
    }

    @Test
    void whoeverDoesWithoutItSaysSoInTheJobFile() throws IOException {
        scene.customers(1, 2);

        RunResult result =
                scene.with("ledger.url", ELSEWHERE).with("database.tls", "none").run();

        assertThat(result.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(result.failures().toString()).contains("cannot be reached");
    }
}
