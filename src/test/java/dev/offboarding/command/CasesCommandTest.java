package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which cases of a job are open, and which of them wait for a person. */
class CasesCommandTest {

    private final Scene scene = Scene.set();
    private final StringWriter said = new StringWriter();

    @AfterEach
    void close() {
        scene.close();
    }

    private String type(String verb, String... options) {
        said.getBuffer().setLength(0);
        String[] args = new String[options.length + 2];
        args[0] = verb;
        args[1] = scene.jobFile().toString();
        System.arraycopy(options, 0, args, 2, options.length);
        CommandLineProgram.execute(new PrintWriter(said, true), new PrintWriter(said, true), args);
        return said.toString();
    }

    private static List<String> rows(String said) {
        return said.lines().filter(line -> line.startsWith("a0000000-")).toList();
    }

    @Test
    void eachHasItsTicketSinceWhenItWaitsAndItsListUnderHeadings() {
        scene.customers(1, 3);
        scene.subscription(2, "marketplace", "active");
        scene.inboxFile("march.csv", """
                customer_id,domain,ticket,effective_date
                %s,customer-1.example,OPS-1,
                %s,customer-2.example,OPS-2,
                %s,customer-3.example,,2036-05-01
                """.formatted(Scene.id(1), Scene.id(2), Scene.id(3)));
        type("run");

        String said = type("cases");
        String today = LocalDate.now(ZoneId.of("Europe/Berlin")).toString();
        assertThat(said.lines().findFirst().orElseThrow())
                .containsSubsequence("CUSTOMER", "STATE", "WAITS FOR", "SINCE", "UNTIL", "TICKET", "LIST");
        assertThat(rows(said))
                .satisfiesExactly(
                        marketplace -> assertThat(marketplace)
                                .containsSubsequence("MARKED", "MARKETPLACE", today, "-", "OPS-2", "march.csv:3"),
                        notDue -> assertThat(notDue)
                                .containsSubsequence("MARKED", "NOT_DUE", today, "2036-05-01", "-", "march.csv:4"));
        assertThat(said)
                .endsWith("2 open cases. 1 goes on by itself, 1 waits for a person to do something elsewhere."
                        + System.lineSeparator());
        assertThat(rows(type("cases", "--all")))
                .hasSize(3)
                .anySatisfy(
                        closed -> assertThat(closed).containsSubsequence("OFFBOARDED", "OFFBOARDED", today, "OPS-1"));
    }

    /** Its relationship is gone, and something of it is left: nothing holds it, and each night looks again. */
    @Test
    void whatIsNotHeldIsCountedToo() {
        scene.customers(1, 2).listed(1);
        scene.sql("update ledger.customer set relationship = 'none' where customer_id = ?", Scene.id(1));
        type("run");

        assertThat(type("cases")).endsWith("1 open case. 1 is taken on by the next run." + System.lineSeparator());
    }

    /** A database may have been worked on by a later version: a reason that this one does not know has to be looked at. */
    @Test
    void aReasonThatThisVersionDoesNotKnowIsShownAndHasToBeLookedAt() {
        scene.customers(1, 2).listed(1);
        scene.subscription(1, "marketplace", "active");
        type("run");
        scene.sql("update offboarding.offboarding_case set hold_reason = 'OF_LATER'");

        String said = type("cases");

        assertThat(rows(said)).singleElement().satisfies(row -> assertThat(row).contains("OF_LATER"));
        assertThat(said).endsWith("1 open case. 1 has to be looked at." + System.lineSeparator());
    }

    @Test
    void asCsvItIsForProgramsAndHasNoFormula() {
        scene.customers(1, 2);
        scene.subscription(1, "marketplace", "active");
        scene.subscription(2, "marketplace", "active");
        scene.inboxFile("list.csv", """
                customer_id,domain,ticket,effective_date
                %s,customer-1.example,"=HYPERLINK(""http://evil.example"")",2026-01-31
                %s,customer-2.example,"a, b",
                """.formatted(Scene.id(1), Scene.id(2)));
        type("run");

        List<String> lines = type("cases", "--csv").lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .startsWith("customer_id,company_name,domain,source,line,ticket,state,hold_reason,hold_since,");
        assertThat(lines.get(1))
                .startsWith(
                        Scene.id(1)
                                + ",,customer-1.example,list.csv,2,\"'=HYPERLINK(\"\"http://evil.example\"\")\",MARKED,MARKETPLACE,");
        // last: programs may count columns. Without it, this would be a list of customers to be offboarded at once
        assertThat(lines.get(0)).endsWith(",closed_as,effective_date");
        assertThat(lines.get(1)).endsWith(",2026-01-31");
        assertThat(lines.get(2)).contains(",\"a, b\",MARKED,MARKETPLACE,").endsWith(",");
        assertThat(type("cases", "--csv", "--hold", "AZURE_PLAN").lines()).hasSize(1);
    }

    @Test
    void manualShowsWhatWaitsForAPersonToDoSomethingElsewhereAndNothingElse() {
        scene.customers(1, 5);
        scene.subscription(1, "marketplace", "active");
        scene.subscription(2, "license", "pending");
        // somebody has to look at the list first: not read any more until then
        scene.subscription(3, "azure_plan", "active");
        scene.subscription(4, "reserved_instance", "active");
        scene.inboxFile("list.csv", """
                customer_id,domain
                %s,customer-1.example
                %s,customer-2.example
                %s,somebody-else.example
                %s,customer-4.example
                %s,customer-5.example
                """.formatted(Scene.id(1), Scene.id(2), Scene.id(3), Scene.id(4), Scene.id(5)));
        type("run");

        assertThat(rows(type("cases", "--manual")))
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains(Scene.id(1).toString(), "MARKETPLACE", "by hand"))
                .anySatisfy(line -> assertThat(line).contains(Scene.id(4).toString(), "RESERVED_INSTANCE"));
        assertThat(rows(type("cases", "--manual", "--hold", "MARKETPLACE"))).hasSize(1);
        assertThat(type("cases", "--manual", "--hold", "MARKETPLACE"))
                .endsWith("1 open case, held as MARKETPLACE, waiting for a person." + System.lineSeparator());
        assertThat(rows(type("cases", "--all"))).hasSize(5);

        scene.sql(
                "update ledger.subscription set status = 'deleted' where kind in ('marketplace', 'azure_plan', 'reserved_instance')");
        type("run");
        assertThat(type("cases", "--manual"))
                .isEqualToIgnoringNewLines("No open case waits for a person to do something elsewhere.");
    }
}
