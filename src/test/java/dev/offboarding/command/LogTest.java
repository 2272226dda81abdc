package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log of a run, for people and for a collector. */
class LogTest {

    private final Scene scene = Scene.set();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void close() {
        scene.close();
    }

    private int type(String... args) {
        return CommandLineProgram.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private List<JsonNode> json() {
        return err.toString().lines().map(JsonMapper.shared()::readTree).toList();
    }

    private String file() throws IOException {
        try (Stream<Path> logs = Files.list(scene.folder().resolve("reports/nightly/logs"))) {
            return Files.readString(logs.findFirst().orElseThrow());
        }
    }

    @Test
    void aCollectorGetsALineOfJsonEachWithJobRunAndCustomerAndNothingElse() throws IOException {
        scene.customers(1, 3);
        scene.subscription(1, "license", "zzz\nFORGED \u001b[2J");
        scene.listedBy("select '%s' as customer_id, 'customer-1.example' as domain".formatted(Scene.id(1)));

        assertThat(type("run", scene.jobFile().toString(), "--log", "json")).isEqualTo(4);

        String run = scene.reports().get(0).getFileName().toString();
        assertThat(json()).allSatisfy(line -> {
            assertThat(line.get("@timestamp").asString()).startsWith("20");
            assertThat(line.at("/ecs/version").asString()).isNotEmpty();
            assertThat(line.at("/service/name").asString()).isEqualTo("offboarding");
            assertThat(line.at("/log/level").asString()).isIn("INFO", "WARN", "ERROR");
        });
        assertThat(json())
                .filteredOn(line -> line.at("/log/logger").asString().startsWith("dev.offboarding.run."))
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.get("job").asString()).isEqualTo("nightly");
                    assertThat(line.get("run").asString()).isEqualTo(run);
                });
        assertThat(json())
                .filteredOn(line -> line.has("customer"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.get("customer").asString())
                            .isEqualTo(Scene.id(1).toString());
                    assertThat(line.get("message").asString()).startsWith("held, somebody has to look: UNKNOWN_STATUS");
                });
        assertThat(json())
                .extracting(line -> line.get("message").asString())
                .anyMatch(text -> text.startsWith("Log: "));
        assertThat(out.toString()).contains("Exit code 4");
        assertThat(file().lines())
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT.*"))
                .anyMatch(line -> line.contains("[nightly " + run + " " + Scene.id(1) + "] CaseRecorder - held"))
                .anyMatch(line -> line.contains("[nightly " + run + "] OffboardingRun - run ends with exit code 4"));
    }

    @Test
    void aWrongJobFileIsALineOfTheLogToo() throws IOException {
        Path jobFile = Files.writeString(scene.folder().resolve("x.yaml"), "offboarding: { job: x, platfrom: ledger }");

        assertThat(type("run", jobFile.toString(), "--log", "json")).isEqualTo(2);

        assertThat(json())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.at("/log/level").asString()).isEqualTo("ERROR"))
                .anySatisfy(line -> assertThat(line.get("message").asString()).contains("platfrom"));
    }

    @Test
    void whatAnErrorQuotesBeginsNoLineOfTheLog() throws IOException {
        scene.sql("""
                create function public.boom() returns table (customer_id uuid, domain text) language plpgsql as $$
                begin raise exception E'one\\n2026-01-01T00:00:00.000Z ERROR [nightly x] Forged - all is well'; end $$
                """);
        scene.customers(1, 2).listedBy("select * from public.boom()");

        assertThat(type("run", scene.jobFile().toString())).isNotZero();

        assertThat(file()).contains("Forged").contains("\tat dev.offboarding");
        assertThat(file().lines()).noneMatch(line -> line.startsWith("2026-01-01"));
        assertThat(file().lines()
                        .filter(line -> line.matches("\\s*at dev.offboarding.command.RunOnTerminal.*"))
                        .distinct()
                        .toList())
                .as("a stack trace stands there once")
                .hasSizeLessThan(6);
    }

    private void raises(String message) {
        scene.sql("""
                create function public.boom() returns table (customer_id uuid, domain text) language plpgsql as $$
                begin raise exception E'%s'; end $$
                """.formatted(message));
        scene.customers(1, 2).listedBy("select * from public.boom()");
    }

    private static final String FORGED =
            "one\\x1b[2J\\x1b]0;owned\\x07\\r\\n\\tat dev.offboarding.Forged.frame(Forged.java:1)\\r\\nCaused by: all is well\\r\\n\\r\\n2026-01-01T00:00:00.000Z ERROR [nightly x] Forged - \\u202egone";

    @Test
    void controlCharactersReachNoLogAndForgeNoLineOfAStackTrace() throws IOException {
        raises(FORGED);

        assertThat(type("run", scene.jobFile().toString())).isNotZero();

        assertThat(file()).contains("owned").contains("\tat dev.offboarding").contains("Caused by: org.postgresql");
        assertThat(file().replace("\n", "").replace("\t", "")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
        assertThat(file().lines().map(String::strip))
                .noneMatch(line -> line.startsWith("2026-01-01")
                        || line.startsWith("Caused by: all")
                        || line.startsWith("at dev.offboarding.Forged"));
    }

    @Test
    void controlCharactersReachNoCollectorEither() throws IOException {
        raises(FORGED);

        assertThat(type("run", scene.jobFile().toString(), "--log", "json")).isNotZero();

        assertThat(json())
                .anySatisfy(line ->
                        assertThat(line.at("/error/stack_trace").asString()).contains("owned", "\tat dev.offboarding"));
        assertThat(json()).allSatisfy(line -> {
            assertThat(line.get("message").asString()).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
            assertThat(line.at("/error/message").asString("")).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
            assertThat(line.at("/error/stack_trace").asString("").replaceAll("[\n\t]", ""))
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
            assertThat(line.at("/error/stack_trace").asString("").lines().map(String::strip))
                    .noneMatch(traced -> traced.startsWith("Caused by: all") || traced.startsWith("2026-01-01"));
        });
    }

    @Test
    void withoutTheOptionStandardErrorIsForPeople() {
        scene.customers(1, 2)
                .listedBy("select '%s' as customer_id, 'customer-1.example' as domain".formatted(Scene.id(1)));

        assertThat(type("run", scene.jobFile().toString())).isZero();

        assertThat(err.toString()).isEmpty();
    }

    /** Whoever is woken reads the night in the log, without the report at hand. */
    @Test
    void theLogTellsTheStoryOfTheNight() throws IOException {
        scene.customers(1, 20);
        for (int n = 1; n <= 3; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);

        assertThat(type("run", scene.jobFile().toString())).isZero();

        assertThat(file())
                .containsSubsequence(
                        "TonightsList - list ",
                        ": 3 rows read, 0 of them duplicates, 0 set aside",
                        "step observe ends; customers: 3 PLANNED (MARKED)",
                        "Planned: 3 subscriptions suspended, 3 relationships removed",
                        "limit population passed: 20 reseller customers",
                        "limit max-customers passed: 3 customers are to be begun, 1000 allowed",
                        "step suspend ends; customers: 3 SUSPENDED (SUSPENDED)",
                        "step verify ends; customers: 3 OFFBOARDED (OFFBOARDED)",
                        "report: " + scene.reports().get(0).toAbsolutePath(),
                        "run ends with exit code 0");
    }

    @Test
    void aStoppedNightsLogSaysWhichLimitAndCallsNothingCompleted() throws IOException {
        scene.customers(1, 20).with("limits.max-customers", "3").listed(1, 2, 3, 4);

        assertThat(type("run", scene.jobFile().toString())).isEqualTo(3);

        assertThat(out.toString()).contains("Planned: 4 relationships removed");
        assertThat(file())
                .contains("limit max-customers exceeded: 4 customers are to be begun, 3 allowed")
                .contains("run ends with exit code 3")
                .doesNotContain("COMPLETED");
    }

    /** It had no effect, wherever it stood. */
    @Test
    void howMuchIsLoggedIsConfiguration() throws IOException {
        scene.customers(1, 2);
        Path jobFile = scene.listed(1).jobFile();
        Files.writeString(
                jobFile,
                Files.readString(jobFile) + "logging: { level: { root: warn, org.springframework.jdbc: debug } }\n");

        assertThat(type("run", jobFile.toString())).isZero();

        assertThat(file().lines())
                .anyMatch(line -> line.contains(" DEBUG ") && line.contains("JdbcTemplate"))
                .noneMatch(line -> line.contains(" INFO "));
    }
}
