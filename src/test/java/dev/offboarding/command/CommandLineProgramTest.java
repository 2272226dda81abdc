package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.notice.Receiver;
import dev.offboarding.run.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody at a terminal sees. */
@Execution(ExecutionMode.CONCURRENT)
class CommandLineProgramTest {

    private final Scene scene = Scene.set();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Whatever happens: no stack trace, nothing that is only for programmers, and no line that a name has broken. */
    private static TypedCommand type(String... args) {
        TypedCommand typed = TypedCommand.type(args);
        assertThat(typed.out() + typed.err())
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("org.springframework")
                .doesNotContain("null");
        return typed;
    }

    private TypedCommand type(String verb, Path jobFile, String... more) {
        return type(Stream.concat(Stream.of(verb, jobFile.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private void listed(int... customers) {
        StringBuilder values = new StringBuilder();
        for (int n : customers) {
            values.append(values.isEmpty() ? "" : ", ")
                    .append("('%s', 'customer-%d.example')".formatted(Scene.id(n), n));
        }
        scene.listedBy("select * from (values %s) as listed (customer_id, domain)".formatted(values));
    }

    @Test
    void aRunSaysWhatHappenedAndWhereTheRestIs() {
        scene.customers(1, 4);
        scene.subscription(1, "license", "active");
        scene.subscription(3, "marketplace", "active");
        listed(1, 2, 3);

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(scene.reports()).hasSize(1);
        assertThat(run.out().lines().skip(1))
                .containsExactly(
                        "List database: columns understood: customer_id, domain; only carried through: none",
                        "Planned: 1 subscription suspended, 2 relationships removed",
                        "      2 offboarded: suspended, removed, and seen to be gone",
                        "      1 held",
                        "          1 MARKETPLACE",
                        "      2 subscriptions were active: 1 suspended, 1 left as it was",
                        "Report: " + scene.reports().get(0).resolve("report.html"),
                        "Exit code 0: every case that could go on ended as planned");
        assertThat(scene.relationshipOf(1)).isEqualTo("none");

        assertThat(type("run", scene.jobFile()).out().lines())
                .contains(
                        "3 rows are nothing new: they say what was accepted for their customers before",
                        "      1 held",
                        "Nothing is left to do tonight: every open case waits.");
    }

    /** Who is suspended waits for the end of the grace period, and is none of those who are held. */
    @Test
    void underTheHeldCustomersStandTheirReasonsAndNobodyElses() {
        scene.customers(1, 4).with("grace-period", "3d");
        scene.subscription(1, "license", "active");
        scene.subscription(2, "marketplace", "active");
        listed(1, 2);

        assertThat(type("run", scene.jobFile()).out().lines().skip(3).limit(5))
                .containsExactly(
                        "      1 suspended; the removal is still to come",
                        "      1 held",
                        "          1 MARKETPLACE",
                        "      2 subscriptions were active: 1 suspended, 1 left as it was",
                        "Report: " + scene.reports().get(0).resolve("report.html"));
    }

    @Test
    void aNightWithNothingToDoSaysSo() {
        scene.customers(1, 2).listedBy("select 1 as customer_id, 1 as domain where false");

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().skip(2)).startsWith("No open cases: there was nothing to do.");
    }

    @Test
    void aPlanSaysWhatARunWouldDo() {
        scene.customers(1, 3);
        listed(1, 2);

        TypedCommand plan = type("plan", scene.jobFile());

        assertThat(plan.exitCode()).isZero();
        assertThat(plan.out().lines().skip(2))
                .startsWith("Planned: 2 relationships removed", "      2 planned")
                .endsWith("Exit code 0: a run would do this");
        assertThat(scene.relationshipOf(1)).isEqualTo("reseller");
    }

    @Test
    void aLimitSaysWhichAndWhatToChangeAndThatNothingWasWritten() throws IOException {
        scene.customers(1, 3).with("limits.max-customers", "1");
        listed(1, 2);

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out().lines())
                .endsWith("Exit code 3: stopped by a limit, a missing approval or a wrong clock; nothing was written");
        assertThat(run.err().lines().toList()).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0))
                    .startsWith("Stopped: max-customers: 2 customers are to be begun, 1 allowed")
                    .contains("offboarding.limits.max-customers");
            assertThat(lines.get(1)).startsWith("Log: ");
            assertThat(Path.of(lines.get(1).substring("Log: ".length()))).isRegularFile();
        });
        assertThat(logs()).hasSize(1);
    }

    @Test
    void aFailureIsForPeopleAndItsStackTraceForTheLogFile() throws IOException {
        scene.customers(1, 2).listedBy("select customer_id, domain from no_such_table");

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("Failed: list.database.query cannot be run")
                .contains("no_such_table");
        assertThat(run.out().lines().skip(1))
                .containsExactly("Exit code 2: wrong usage or configuration; nothing was touched");
        assertThat(Files.readString(logs().get(0))).contains("\tat ").contains("no_such_table");
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> logs = Files.list(scene.folder().resolve("reports/nightly/logs"))) {
            return logs.sorted().toList();
        }
    }

    @Test
    void rejectedRowsAndRefusedFilesAreCounted() {
        scene.customers(1, 3)
                .inboxFile("a.csv", "customer_id,domain\n" + Scene.id(1) + ",customer-1.example\nx,y\n")
                .inboxFile("b.csv", "customer_id,domain\nx,y\nx,y\nx,y\nx,y\n");

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out().lines())
                .contains("      5 rows of the list were set aside, 1 file refused whole: see rejects.csv")
                .anyMatch(
                        line -> line.startsWith("List b.csv refused: ") && line.contains("4 of its 4 rows are wrong"));
    }

    @Test
    void aNoticeThatCouldNotBeSentIsSaidAndChangesNothing() {
        scene.customers(1, 2);
        listed(1);
        try (Receiver receiver = new Receiver()) {
            receiver.answers(Receiver.status(403, "invalid_token"));
            scene.with("notify.when", "always")
                    .with("notify.webhook.url", receiver.url())
                    .with("notify.webhook.format", "slack");

            TypedCommand run = type("run", scene.jobFile());

            assertThat(run.exitCode()).isZero();
            assertThat(run.err().lines())
                    .filteredOn(line -> !line.startsWith("Warning: "))
                    .containsExactly("Notice not sent: webhook at 127.0.0.1: answered 403 (invalid_token)");
            assertThat(run.out() + run.err()).doesNotContain(Receiver.SECRET);
        }
    }

    @Test
    void aLogFileThatCannotBeWrittenIsReportedToThoseWhoSleep() throws IOException {
        scene.customers(1, 2);
        listed(1);
        Files.createDirectories(scene.folder().resolve("reports"));
        Files.writeString(scene.folder().resolve("reports/nightly"), "in the way");
        try (Receiver receiver = new Receiver()) {
            scene.with("notify.webhook.url", receiver.url()).with("notify.webhook.format", "slack");

            TypedCommand run = type("run", scene.jobFile());

            assertThat(run.exitCode()).isEqualTo(8);
            assertThat(run.err()).contains("The log file cannot be written");
            assertThat(receiver.calls())
                    .singleElement()
                    .satisfies(call ->
                            assertThat(call.body()).contains("exit code 8").contains("The log file cannot be written"));
        }
    }

    @Test
    void whatWeighsMoreThanALogFileThatCannotBeWrittenIsSaid() throws IOException {
        listed(1);
        Files.createDirectories(scene.folder().resolve("reports"));
        Files.writeString(scene.folder().resolve("reports/nightly"), "in the way");
        scene.with("protected-customers", scene.folder().resolve("gone.csv").toString());

        TypedCommand run = type("run", scene.jobFile());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("gone.csv");
    }

    @Test
    void aDatabaseThatCannotBeReachedIsNamedWithoutItsPassword() {
        Path jobFile = write("""
                offboarding:
                  job: nightly
                  list: { database: { query: select 1 } }
                  platform: ledger
                  protected-customers: none
                  reports: %s
                spring.datasource.url: jdbc:postgresql://127.0.0.1:1/nowhere?user=ops&password=correct-horse
                """.formatted(scene.folder().resolve("reports")));

        for (String verb : List.of("run", "plan", "cases")) {
            TypedCommand terminal = type(verb, jobFile);
            assertThat(terminal.exitCode()).describedAs(verb + terminal).isEqualTo(7);
            assertThat(terminal.out() + terminal.err()).contains("127.0.0.1").doesNotContain("correct-horse");
        }
    }

    private Path write(String text) {
        try {
            return Files.writeString(scene.folder().resolve("other.yaml"), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Without headings and count. */
    private static List<String> cases(TypedCommand terminal) {
        return terminal.out()
                .lines()
                .filter(line -> line.startsWith("a0000000-"))
                .toList();
    }

    @Test
    void casesAreALineEach() {
        scene.customers(1, 5).with("grace-period", "30d");
        scene.subscription(2, "marketplace", "active");
        UUID unknown = scene.subscription(3, "license", "zzz");
        scene.customer(6, "none");
        listed(1, 2, 3, 6);
        assertThat(type("cases", scene.jobFile()).out().lines()).containsExactly("No open cases.");
        assertThat(type("run", scene.jobFile()).exitCode()).isEqualTo(4);

        TypedCommand open = type("cases", scene.jobFile());

        assertThat(open.exitCode()).isZero();
        assertThat(open.err()).isEmpty();
        List<String> lines = cases(open);
        assertThat(lines).hasSize(3);
        assertThat(open.out().lines())
                .hasSize(5)
                .last()
                .isEqualTo(
                        "3 open cases. 1 goes on by itself, 1 waits for a person to do something elsewhere, 1 has to be looked at.");
        assertThat(lines.get(0))
                .startsWith(Scene.id(1) + "  SUSPENDED ")
                .contains("GRACE_PERIOD")
                .contains("customer-1.example");
        assertThat(lines.get(1)).startsWith(Scene.id(2) + "  MARKED ").contains("MARKETPLACE");
        assertThat(lines.get(2))
                .startsWith(Scene.id(3) + "  MARKED ")
                .contains("UNKNOWN_STATUS")
                .contains(unknown.toString());
        assertThat(cases(type("cases", scene.jobFile(), "--hold", "MARKETPLACE")))
                .containsExactly(lines.get(1));
        assertThat(type("cases", scene.jobFile(), "--hold", "PROTECTED").out().lines())
                .containsExactly("No open cases.");
        assertThat(cases(type("cases", scene.jobFile(), "--all")))
                .hasSize(4)
                .anySatisfy(line -> assertThat(line)
                        .startsWith(Scene.id(6) + "  OFFBOARDED")
                        .contains("ALREADY_OFFBOARDED"));
        TypedCommand wrong = type("cases", scene.jobFile(), "--hold", "NO_SUCH");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("NO_SUCH").contains("GRACE_PERIOD");
    }

    @Test
    void casesOfAnotherJobAreNotShown() {
        scene.customers(1, 2).with("grace-period", "30d");
        listed(1);
        type("run", scene.jobFile());

        assertThat(type("cases", scene.with("job", "weekly").jobFile()).out().lines())
                .containsExactly("No open cases.");
    }

    @Test
    void aNameCannotMoveTheCursorOrBreakALine() {
        scene.customers(1, 2).with("grace-period", "30d").with("identity", "domain");
        scene.listedBy(
                "select '%s' as customer_id, 'customer-1.example' as domain, E'Con\\u001b[2Jtoso\\r\\nOFFBOARDED \\u202Eeliv' as company_name"
                        .formatted(Scene.id(1)));
        type("run", scene.jobFile());

        TypedCommand cases = type("cases", scene.jobFile());

        assertThat(cases(cases)).singleElement().asString().contains("Con [2Jtoso OFFBOARDED  eliv");
        assertThat(cases.out().lines()).as("with headings and count").hasSize(3);
        assertThat(cases.out()).doesNotContain("\u001b").doesNotContain("\u202E");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "help"})
    void helpShowsEveryVerbAndEveryExitCode(String help) {
        TypedCommand terminal = type(help);

        assertThat(terminal.exitCode()).isZero();
        assertThat(terminal.err()).isEmpty();
        assertThat(terminal.out()).contains("  run ", "  plan ", "  schedule ", "  cases ");
        for (int code = 0; code <= 9; code++) {
            assertThat(terminal.out()).containsPattern("(?m)^  " + code + "  \\w");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "schedule", "cases"})
    void everyVerbHasHelp(String verb) {
        TypedCommand terminal = type(verb, "--help");

        assertThat(terminal.exitCode()).isZero();
        assertThat(terminal.out()).startsWith("Usage: offboarding " + verb).contains("JOBFILE");
    }

    @Test
    void theVersionIsShown() {
        TypedCommand terminal = type("--version");

        assertThat(terminal.exitCode()).isZero();
        assertThat(terminal.out()).startsWith("offboarding ").hasLineCount(1);
    }

    @Test
    void anUnknownVerbIsWrongUsage() {
        TypedCommand terminal = type("rnu", "jobs/sample.yaml");

        assertThat(terminal.exitCode()).isEqualTo(2);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).contains("rnu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "schedule", "cases"})
    void aVerbWithoutItsJobFileIsWrongUsage(String verb) {
        TypedCommand terminal = type(verb);

        assertThat(terminal.exitCode()).isEqualTo(2);
        assertThat(terminal.err()).contains("JOBFILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "schedule", "cases"})
    void aJobFileThatIsNotThereIsNamed(String verb) {
        TypedCommand terminal = type(verb, "no-such-job.yaml");

        assertThat(terminal.exitCode()).isEqualTo(2);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .contains("no-such-job.yaml")
                .contains("there is no such file")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "schedule", "cases"})
    void aWrongJobFileIsSaidWithItsLineAndTouchesNothing(String verb) {
        scene.customers(1, 2);
        Path jobFile = write("""
                offboarding:
                  job: nightly
                  list: { csv: { inbox: %s } }
                  platform: ledger
                  protected-customers: none
                  limits:
                    max-shar: 5%%
                    floor: many
                  reports: %s
                """.formatted(scene.inbox(), scene.folder().resolve("reports")));

        TypedCommand terminal = type(verb, jobFile);

        assertThat(terminal.exitCode()).isEqualTo(2);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err().lines().toList()).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0))
                    .startsWith(jobFile + ", line 7: ")
                    .contains("max-shar")
                    .contains("max-share");
            assertThat(lines.get(1)).startsWith(jobFile + ", line 8: ").contains("many");
        });
        assertThat(scene.folder().resolve("reports")).doesNotExist();
    }

    @Test
    void explainTellsWhereACustomerStandsAndWhy() {
        scene.customers(1, 3);
        UUID license = scene.subscription(1, "license", "active");
        scene.subscription(1, "marketplace", "active");
        scene.listedBy("select '%s' as customer_id, 'customer-1.example' as domain, E'T-1\\n\\u202Eevil' as ticket"
                .formatted(Scene.id(1)));
        type("run", scene.jobFile());
        scene.sql("delete from ledger.subscription where kind = 'marketplace'");
        type("run", scene.jobFile());

        TypedCommand explained = type("explain", scene.jobFile(), Scene.id(1).toString(), "--events");

        assertThat(explained.exitCode()).isZero();
        assertThat(explained.err()).isEmpty();
        List<String> lines = explained.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("customer-1.example (%s): closed as OFFBOARDED".formatted(Scene.id(1)));
        assertThat(lines).contains("Case 1 of job nightly: OFFBOARDED, closed as OFFBOARDED");
        assertThat(lines).contains("    domain: customer-1.example", "    ticket: T-1 evil");
        assertThat(lines.stream().filter(line -> line.startsWith("Run "))).hasSize(2);
        assertThat(lines.stream().map(line -> line.replaceFirst("^ *\\d+ {2}\\S+ \\S+ \\S+ {2}", "")))
                .containsSubsequence(
                        "received from database, line 1",
                        "now: SUSPENDED, SUSPENDED; everything is suspended; the removal is still to come",
                        "answered: REMOVE %s: DONE, reseller ▶ none".formatted(Scene.id(1)),
                        "now: OFFBOARDED, OFFBOARDED")
                .anyMatch(line -> line.startsWith("decided: MARKED, HELD; held: MARKETPLACE: "))
                .anyMatch(line -> line.startsWith("asked for: SUSPEND license of 1 (%s), attempt 1".formatted(license)))
                .anyMatch(line -> line.startsWith("verified: customer_list CONFIRMED"));
    }

    @Test
    void explainOfSomebodyWhoWasNeverListedSaysSo() {
        listed(1);

        TypedCommand explained = type("explain", scene.jobFile(), Scene.id(9).toString());

        assertThat(explained.exitCode()).isEqualTo(2);
        assertThat(explained.out()).isEmpty();
        assertThat(explained.err()).contains(Scene.id(9).toString()).contains("never listed");
    }

    @Test
    void explainSaysWhatWasLookedForWhereNobodyFits() {
        scene.customers(1, 3).listed(1);
        type("run", scene.jobFile());

        for (String typed : List.of("1-1-1-1-1", "customer-1", "", " ", "%", "a0000000-0000-4000-8000-00000000000?")) {
            TypedCommand explained = type("explain", scene.jobFile(), typed);

            assertThat(explained.exitCode()).as("typed: <%s>", typed).isEqualTo(2);
            assertThat(explained.out()).as("typed: <%s>", typed).isEmpty();
            assertThat(explained.err())
                    .as("typed: <%s>", typed)
                    .hasLineCount(1)
                    .contains("\"" + typed.strip(), "id, domain, company name and ticket", "cases JOBFILE --all");
        }
    }

    @Test
    void aCustomerIsFoundByItsDomainNameOrTicketAndWhereSeveralFitNothingIsDone() {
        scene.customers(1, 4);
        scene.subscription(1, "marketplace", "active");
        scene.inboxFile("a.csv", """
                customer_id,domain,company_name,ticket
                %s,customer-1.example,Customer 1,T-7
                %s,customer-2.example,Customer 2,T-7
                """.formatted(Scene.id(1), Scene.id(2)));
        type("run", scene.jobFile());

        for (String typed :
                List.of("https://www.CUSTOMER-1.example./shop", "customer  1", "{A0000000000040008000000000000001}")) {
            assertThat(type("explain", scene.jobFile(), typed).out())
                    .startsWith(
                            "Customer 1, customer-1.example (%s): MARKED, held: MARKETPLACE".formatted(Scene.id(1)));
        }
        TypedCommand several = type("certificate", scene.jobFile(), "t-7");

        assertThat(several.exitCode()).isEqualTo(2);
        assertThat(several.out()).isEmpty();
        assertThat(several.err().lines())
                .containsExactly(
                        "2 customers fit \"t-7\", and nothing was done. Write the id of the one that is meant:",
                        "  %s  Customer 1  customer-1.example  MARKED, held: MARKETPLACE".formatted(Scene.id(1)),
                        "  %s  Customer 2  customer-2.example  closed as OFFBOARDED".formatted(Scene.id(2)));
        assertThat(type("certificate", scene.jobFile(), "Customer 2").out()).startsWith("Certificate: ");
    }
}
