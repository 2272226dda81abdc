package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.Scene;
import java.io.PrintWriter;
import java.io.StringWriter;
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

        assertThat(type("cases", "--manual").lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains(Scene.id(1).toString(), "MARKETPLACE", "by hand"))
                .anySatisfy(line -> assertThat(line).contains(Scene.id(4).toString(), "RESERVED_INSTANCE"));
        assertThat(type("cases", "--manual", "--hold", "MARKETPLACE").lines()).hasSize(1);
        assertThat(type("cases", "--all").lines()).hasSize(5);

        scene.sql(
                "update ledger.subscription set status = 'deleted' where kind in ('marketplace', 'azure_plan', 'reserved_instance')");
        type("run");
        assertThat(type("cases", "--manual")).isEqualToIgnoringNewLines("No open case waits for a person.");
    }
}
