package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.lists.Workbook;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has made a list asks before the night does. */
class CheckCommandTest {
    private static final String ID = "b0000000-0000-4000-8000-00000000000";

    @TempDir
    Path folder;

    private TypedCommand check(String... names) {
        String[] args = Stream.concat(
                        Stream.of("check"),
                        Stream.of(names).map(name -> folder.resolve(name).toString()))
                .toArray(String[]::new);
        TypedCommand typed = TypedCommand.type(args);
        assertThat(typed.out() + typed.err()).doesNotContain("Exception").doesNotContain("\tat ");
        return new TypedCommand(typed.exitCode(), typed.out().replace(folder + "/", ""), typed.err());
    }

    private CheckCommandTest file(String name, String text) {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private CheckCommandTest file(String name, byte[] bytes) {
        try {
            Files.write(folder.resolve(name), bytes);
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aGoodListSaysHowItIsUnderstood() throws IOException {
        file(
                "a.csv",
                "Microsoft ID;domain;Note\n" + ID + "1;a.example;n\n" + ID + "2;b.example;\n" + ID + "1;a.example;\n");

        TypedCommand said = check("a.csv");

        assertThat(said.out().lines())
                .containsExactly(
                        "a.csv",
                        "  understood: Microsoft ID (customer_id), domain",
                        "  only carried through: Note",
                        "  3 rows: 2 would be accepted, 1 duplicate, 0 set aside",
                        "Exit code 0: all rows would be accepted");
        assertThat(said.exitCode()).isZero();
        assertThat(said.err()).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing is changed").hasSize(1);
        }
    }

    /** As people write above a table; the delimiter of the title, if it has one, is not the table's. */
    @ParameterizedTest
    @ValueSource(strings = {"Customers to offboard", "Customers to offboard, November", "Offboarding;;"})
    void whereTheHeadingsSeemToBeIsSaid(String title) {
        file("a.csv", title + "\n\nAs agreed on Monday\ncustomer_id;domain\n" + ID + "1;a.example\n");

        TypedCommand said = check("a.csv");

        assertThat(said.out() + said.err())
                .contains(
                        "there is no column customer_id",
                        "The headings seem to be in line 4",
                        "Delete the lines above line 4: the first row has to name the columns.");
    }

    @Test
    void eachRowThatWouldBeSetAsideIsNamed() {
        file(
                "a.csv",
                "customer_id,domain,due_date\n" + ID + "1,a.example,tomorrow\n\"" + ID + "2\",,\n" + ID
                        + "3,c.example,\n");
        file(
                "b.xlsx",
                new Workbook()
                        .row("customer_id", "domain")
                        .row("x", "a.example")
                        .row(ID + "4", "d.example")
                        .bytes());

        TypedCommand said = check("a.csv", "b.xlsx");

        assertThat(said.exitCode()).isEqualTo(4);
        assertThat(said.out())
                .contains("  line 2, column due_date: 'tomorrow' is not a date. Write year-month-day")
                .contains("  line 3, column domain: nothing beside the id says which customer is meant. Fill in")
                .contains("  3 rows: 1 would be accepted, 0 duplicates, 2 set aside")
                .contains("  line 2, column customer_id: A2: 'x' is not a GUID.")
                .endsWith("Exit code 4: 3 rows would be set aside\n");
    }

    @Test
    void aFileThatWouldBeRefusedSaysWhy() {
        file("a.csv", "id,domain\n" + ID + "1,a.example\n");
        file("b.xlsx", "PK");
        file("c.csv", "customer_id,domain\n" + "x,a.example\n".repeat(4));
        file("d.csv", "customer_id:domain\n" + ID + "4:a.example\n");

        TypedCommand said = check("a.csv", "b.xlsx", "c.csv", "d.csv", "nowhere.csv");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.out())
                .contains("the file would be refused: there is no column customer_id")
                .contains("the file would be refused: the workbook cannot be read")
                .contains("4 rows; none would be accepted: the file would be refused: 4 of its 4 rows are wrong")
                .contains("its columns seem to be separated by ':', which is not a delimiter of a list")
                .contains("the file could not be read (there is no such file)")
                .as("said once, and nothing is refused yet")
                .doesNotContain("the file was refused")
                .endsWith("Exit code 2: 5 files would be refused\n");
    }

    /** All of it is right but its name. */
    @Test
    void whatAnInboxDoesNotReadIsNotCalledGood() {
        file("list.txt", "customer_id,domain\n" + ID + "1,a.example\n");
        file(".list.csv", "customer_id,domain\n" + ID + "2,a.example\n");

        TypedCommand said = check("list.txt", ".list.csv");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.out())
                .contains(
                        "an inbox does not read it: a list is a CSV file or an Excel workbook, and its name ends in .csv or .xlsx")
                .endsWith("Exit code 2: 2 files would be refused\n");
    }

    @Test
    void filesThatContradictEachOtherAreRefusedTogether() {
        file("a.csv", "customer_id,domain\n" + ID + "1,a.example\n");
        file("b.csv", "customer_id,domain\n" + ID + "1,b.example\n");
        file("c.csv", "customer_id,domain\n" + ID + "2,c.example\n" + ID + "2,,\n");
        file("d.csv", "customer_id,domain\n" + ID + "1,b.example\n");

        TypedCommand said = check("a.csv", "b.csv", "c.csv", "d.csv");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.out())
                .contains("customer " + ID
                        + "1 is listed on line 2 and, differing in a column that is understood, in b.csv, line 2")
                .contains("differing in a column that is understood, in a.csv, line 2")
                .contains("customer " + ID
                        + "2 is listed on line 2 and, differing in a column that is understood, in c.csv, line 3")
                .contains("the same contents are in 'b.csv', too");
        assertThat(check("a.csv").exitCode()).isZero();
    }

    @Test
    void theHelpHasAnExample() {
        StringWriter out = new StringWriter();
        CommandLineProgram.execute(new PrintWriter(out, true), new PrintWriter(out, true), "check", "--help");

        assertThat(out.toString()).contains("Usage: offboarding check", "offboarding check to-offboard.xlsx");
        assertThat(List.of(out.toString().split("\n"))).anyMatch(line -> line.contains("changes nothing"));
    }
}
