package dev.offboarding.lists;

import static dev.offboarding.kit.Draw.weighted;
import static org.assertj.core.api.Assertions.assertThat;

import com.opencsv.CSVWriter;
import dev.offboarding.kit.Draw;
import dev.offboarding.kit.QuickFolders;
import dev.offboarding.kit.Tries;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

@Tag("sweep")
class CsvListProperties {
    private static final String HEADER = "customer_id";

    /** How a spreadsheet may be set to write a list. */
    record Written(Charset charset, boolean mark, boolean sepLine, char delimiter, String lineEnd, boolean quoteAll) {
        byte[] bytes(List<List<String>> rows) {
            StringWriter text = new StringWriter();
            text.write(mark ? "\uFEFF" : "");
            text.write(sepLine ? "sep=" + delimiter + lineEnd : "");
            CSVWriter csv = new CSVWriter(text, delimiter, '"', '"', lineEnd);
            rows.forEach(row -> csv.writeNext(row.toArray(String[]::new), quoteAll));
            return text.toString().getBytes(charset);
        }
    }

    @Test
    void anyListWrittenByASpreadsheetIsReadBackExactly() {
        Tries.of(2000, draw -> {
            Written written = written(draw);
            List<List<String>> table = table(draw);
            Csv csv = Csv.read(written.bytes(table));

            assertThat(csv.headings().columns()).hasSameSizeAs(table.get(0));
            assertThat(csv.cells())
                    .isEqualTo(table.subList(1, table.size()).stream()
                            .map(row -> row.stream().map(Whitespace::trim).toList())
                            .toList());
        });
    }

    @Test
    void anyByteSequenceIsReadRejectedByRowOrRefusedWithAReason() {
        Tries.of(3000, draw -> {
            byte[] bytes = bytes(draw);
            try {
                CsvList list = new CsvList(new ByteArrayInputStream(bytes), headings -> headings);
                RowGate gate = new RowGate("list.csv", list.headings(), Nights.EITHER, Dates.USUAL);
                for (Row row = list.next(); row != null; row = list.next()) {
                    if (gate.check(row) instanceof Reject reject) {
                        assertThat(reject.problem()).isNotBlank();
                        assertThat(reject.remedy()).endsWith(".");
                    }
                }
            } catch (ListRefusedException e) {
                assertThat(e.problem()).isNotBlank();
                assertThat(e.remedy()).endsWith(".");
            }
        });
    }

    @Test
    void anyByteSequenceInTheInboxIsAccountedForAndMovedAway() {
        Tries.of(150, draw -> {
            byte[] bytes = bytes(draw);
            Path folder = QuickFolders.make("inbox");
            try {
                Nights nights = new Nights(folder);
                nights.drop("a.csv", bytes);

                Reception reception = nights.night();

                Reception.File file = reception.files().get(0);
                assertThat(file.status()).isIn(FileStatus.TAKEN, FileStatus.REFUSED);
                assertThat(file.reason() == null).isEqualTo(file.status() == FileStatus.TAKEN);
                assertThat(reception.accepted()).isEqualTo(nights.accepted().size());
                assertThat(reception.rejected()).isEqualTo(nights.rejects().size());
                assertThat(nights.files()).noneMatch("a.csv"::equals);
            } finally {
                FileSystemUtils.deleteRecursively(folder);
            }
        });
    }

    private static Written written(Draw draw) {
        Charset charset = draw.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
        return new Written(
                charset,
                // without it UTF-16 is not of the contract
                !charset.equals(StandardCharsets.UTF_8) || draw.either(),
                draw.either(),
                draw.of(',', ';', '\t', '|'),
                draw.of("\n", "\r\n", "\r"),
                draw.either());
    }

    private static List<List<String>> table(Draw draw) {
        // with one column nothing says which character is the delimiter
        int width = draw.between(2, 5);
        List<String> header = new ArrayList<>(List.of(HEADER));
        for (int i = 1; i < width; i++) {
            header.add("other, " + i);
        }
        List<List<String>> table = new ArrayList<>(List.of(header));
        table.addAll(draw.list(1, 6, () -> row(draw, width)));
        return table;
    }

    private static List<String> row(Draw draw, int width) {
        List<String> row = draw.list(
                width,
                width,
                () -> String.join(
                        "",
                        draw.list(
                                0,
                                8,
                                () -> draw.oneOf(
                                        weighted(
                                                4,
                                                () -> draw.of(
                                                        ",", ";", "\t", "|", "\"", "'", "\r", "\n", "\r\n", " ", "=",
                                                        "x", "sep=", "é", "\u00A0", "\u200B", "\uFEFF", "株")),
                                        weighted(
                                                1,
                                                () -> Character.toString(
                                                        draw.codePoint(Character.MAX_CODE_POINT + 1)))))));
        if (row.stream().allMatch(text -> Whitespace.trim(text).isEmpty())) {
            // a row without anything is a blank line
            row.set(0, "x");
        }
        return row;
    }

    private static byte[] bytes(Draw draw) {
        if (draw.either()) {
            return draw.bytes(200);
        }
        List<String> pieces = draw.list(
                0,
                40,
                () -> draw.of(
                        "customer_id",
                        "Tenant ID",
                        "domain",
                        "effective_date",
                        ",",
                        ";",
                        "\t",
                        "|",
                        "\"",
                        "\n",
                        "\r",
                        "\r\n",
                        "sep=;\n",
                        "\uFEFF",
                        "\0",
                        "\uFFFD",
                        " ",
                        "\u00A0",
                        "0f0e0d0c-1111-2222-3333-444455556666",
                        "a.example",
                        "2026-02-30",
                        "0000-01-01",
                        "'=1",
                        "\uD83D\uDE80"));
        return String.join("", pieces)
                .getBytes(draw.of(
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.ISO_8859_1));
    }
}
