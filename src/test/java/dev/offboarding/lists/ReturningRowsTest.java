package dev.offboarding.lists;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.CsvWriter;
import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is written into a file that may come back is what is read of it, however often, whatever people have done to it in between. */
class ReturningRowsTest {
    private static final List<String> HEADINGS =
            List.of("customer_id", "ticket", "a", "a, b", "b", "1/2", "Note", "note", "column 3", "");

    private static String written(List<String> headings, List<List<String>> rows) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CsvWriter csv = new CsvWriter(out, ';', false)) {
            ReturningRows to = new ReturningRows(csv, headings, Headings.OF_REJECTS, Headings.OF_REJECTS_GUARDS);
            rows.forEach(cells -> to.row(cells, List.of("2", "ticket", "'x' is wrong", "Correct it.")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private record Read(List<String> headings, List<List<String>> rows) {}

    private static Read read(String text) {
        OwnGuards guards = OwnGuards.withoutMemory();
        CsvList list = new CsvList(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), guards::ofHeadings);
        List<List<String>> rows = new ArrayList<>();
        for (Row row = list.next(); row != null; row = list.next()) {
            guards.of(List.of(row.cells()));
            rows.add(list.headings().original(row.cells()));
        }
        return new Read(list.headings().ofOriginalColumns(), rows);
    }

    private static String cell(Draw draw) {
        String cell = draw.either()
                ? draw.stringOf("'0123456789./-,: %E€=+ marJANx", 8)
                : draw.stringOf("=+-@'\t\r\n\",;| ＝aé5", 6);
        return Whitespace.trim(cell);
    }

    @Test
    @Tag("sweep")
    void whatIsReadIsWhatWasWrittenHoweverOften() {
        Tries.of(300, draw -> {
            List<List<String>> rows = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                List<String> row = new ArrayList<>(List.of("x"));
                for (int i = 1; i < HEADINGS.size(); i++) {
                    row.add(cell(draw));
                }
                rows.add(row);
            }
            String first = written(HEADINGS, rows);

            Read read = read(first);
            assertThat(read).isEqualTo(new Read(HEADINGS, rows));
            assertThat(written(read.headings(), read.rows())).isEqualTo(first);
        });
    }

    private static List<String> onlyRow(String text) {
        return read(text).rows().get(0);
    }

    /** In an editor of text the apostrophe is one more character of the cell, and it is left there. */
    @Test
    void aCellThatIsCorrectedBehindItsGuardIsWhatStandsThere() {
        String text = written(List.of("customer_id", "ticket"), List.of(List.of("000123", "1/2")));
        assertThat(text).contains("\r\n\"'000123\";\"'1/2\";2;ticket;");

        assertThat(onlyRow(text.replace("'1/2", "'OPS-1"))).containsExactly("000123", "OPS-1");
        assertThat(onlyRow(text.replace("'1/2", "OPS-1"))).containsExactly("000123", "OPS-1");
    }

    @Test
    void anotherHeadingOrOrderOfColumnsChangesNoCell() {
        String text = written(List.of("customer_id", "Ticket No"), List.of(List.of("x", "000123")));

        assertThat(onlyRow(text.replace("customer_id;Ticket No;", "customer_id;TICKET-NO;")))
                .containsExactly("x", "000123");
        assertThat(onlyRow(text.replace("customer_id;Ticket No;", "customer_id;ticket;")))
                .containsExactly("x", "000123");
        assertThat(onlyRow("reject_apostrophes;Ticket No;customer_id\nTicket No;'000123;x\n"))
                .containsExactly("000123", "x");
    }

    @Test
    void somebodysOwnApostropheStays() {
        String text = written(
                List.of("customer_id", "ticket", "note"),
                List.of(List.of("x", "000123", "'n"), List.of("y", "T", "N")));

        assertThat(read(text.replace("\r\ny;T;", "\r\ny;'000123;")).rows())
                .as("a row in which we have put none")
                .containsExactly(List.of("x", "000123", "'n"), List.of("y", "'000123", "N"));
    }

    /** Dutch names begin with one. */
    @Test
    void anApostropheOfANameStaysWhateverTheHeadingsAre() {
        List<String> headings = List.of("customer_id", "Name", "Ort", "Name, Ort", "", "");
        List<String> cells = List.of("x", "'t Hooft", "'s-Hertogenbosch", "=1", "'n", "007");
        String text = written(headings, List.of(cells));

        assertThat(onlyRow(text)).isEqualTo(cells);
        String swapped = text.replace(";\"'n\";\"'007\";", ";\"'007\";\"'n\";");
        assertThat(swapped).isNotEqualTo(text);
        assertThat(onlyRow(swapped)).containsExactly("x", "'t Hooft", "'s-Hertogenbosch", "=1", "'007", "'n");
    }

    @Test
    void aRowNamesNoMoreThanCanBeRead() {
        List<String> headings = new ArrayList<>(List.of("customer_id"));
        List<String> cells = new ArrayList<>(List.of("x"));
        for (int i = 0; i < 2_000; i++) {
            headings.add("column of that name " + i);
            cells.add("007");
        }
        String text = written(headings, List.of(cells));

        assertThat(text).hasSizeLessThan(80_000).contains("…");
        assertThat(onlyRow(text)).isEqualTo(cells);
    }
}
