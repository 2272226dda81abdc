package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever reads no more than a run's first line sees what it works on, and what does not protect anybody. */
class FirstLineTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    private String firstLine(String verb) {
        StringWriter out = new StringWriter();
        CommandLineProgram.execute(
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter(), true),
                verb,
                scene.jobFile().toString());
        return out.toString().lines().findFirst().orElseThrow();
    }

    private String identity() {
        return scene.jdbc()
                .sql("select max(platform_identity) from offboarding.run")
                .query(String.class)
                .single();
    }

    @Test
    void aRunSaysFirstWhichDatabaseAndWhichPlatformItWorksOn() {
        scene.customers(1, 2);

        String line = firstLine("run");

        assertThat(line)
                .matches("Run of job nightly: database jdbc:postgresql://[^?]+; ledger .*")
                .contains("; ledger " + identity() + ", in the same database")
                .endsWith("; no customer is protected (protected-customers: none)");
        assertThat(firstLine("plan")).startsWith("Plan of job nightly: database ");
    }

    @Test
    void whereSomebodyIsProtectedItSaysNothingOfIt() {
        scene.customers(1, 2);
        scene.protectedBy("customer_id\n" + Scene.id(2) + "\n");

        assertThat(firstLine("plan")).doesNotContain("protected");
    }

    @Test
    void aDayAheadOnWhichALimitWillNotDoIsSaidOnTheTerminal() {
        LocalDate day = LocalDate.now(ZoneOffset.UTC).plusDays(40);
        scene.customers(1, 10).with("limits.max-customers", "1");
        scene.inboxFile(
                "a.csv",
                "customer_id,domain,effective_date\n%s,customer-1.example,%s\n%s,customer-2.example,%s\n"
                        .formatted(Scene.id(1), day, Scene.id(2), day));
        StringWriter out = new StringWriter();

        int exitCode = CommandLineProgram.execute(
                new PrintWriter(out, true),
                new PrintWriter(new StringWriter(), true),
                "plan",
                scene.jobFile().toString());

        assertThat(exitCode).isEqualTo(4);
        assertThat(out.toString())
                .doesNotContain("Planned: ")
                .contains("Ahead: 2 open cases fall due on " + day + ", and 1 may be begun in one night");
    }
}
