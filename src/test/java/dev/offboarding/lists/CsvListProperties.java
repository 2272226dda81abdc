package dev.offboarding.lists;

import static org.assertj.core.api.Assertions.assertThat;

import com.opencsv.CSVWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.springframework.util.FileSystemUtils;

class CsvListProperties {
    private static final String HEADER = "customer_id";

    /** How a spreadsheet may be told to write a list. */
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

    @Property(tries = 2_000)
    void anyListWrittenByASpreadsheetIsReadBackExactly(
            @ForAll("written") Written written, @ForAll("tables") List<List<String>> table) {
        Csv csv = Csv.read(written.bytes(table));

        assertThat(csv.headings().columns()).hasSameSizeAs(table.get(0));
        assertThat(csv.cells())
                .isEqualTo(table.subList(1, table.size()).stream()
                        .map(row -> row.stream().map(Blanks::trim).toList())
                        .toList());
    }

    @Property(tries = 3_000)
    void anyByteSequenceIsReadRejectedByRowOrRefusedWithAReason(@ForAll("bytes") byte[] bytes) {
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
    }

    @Property(tries = 150)
    void anyByteSequenceInTheInboxIsAccountedForAndMovedAway(@ForAll("bytes") byte[] bytes) throws IOException {
        Path folder = Files.createTempDirectory("inbox");
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
    }

    @Provide
    Arbitrary<Written> written() {
        Arbitrary<Charset> charsets =
                Arbitraries.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);
        Arbitrary<Boolean> maybe = Arbitraries.of(true, false);
        return Combinators.combine(
                        charsets,
                        maybe,
                        maybe,
                        Arbitraries.of(',', ';', '\t', '|'),
                        Arbitraries.of("\n", "\r\n", "\r"),
                        maybe)
                .as((charset, mark, sepLine, delimiter, lineEnd, quoteAll) -> new Written(
                        charset,
                        // without it UTF-16 is not of the contract
                        mark || !charset.equals(StandardCharsets.UTF_8),
                        sepLine,
                        delimiter,
                        lineEnd,
                        quoteAll));
    }

    @Provide
    Arbitrary<List<List<String>>> tables() {
        Arbitrary<String> oneOfAll = Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString);
        Arbitrary<String> troublesome = Arbitraries.of(
                ",", ";", "\t", "|", "\"", "'", "\r", "\n", "\r\n", " ", "=", "x", "sep=", "é", "\u00A0", "\u200B",
                "\uFEFF", "株");
        Arbitrary<String> cell = Arbitraries.frequencyOf(Tuple.of(4, troublesome), Tuple.of(1, oneOfAll))
                .list()
                .ofMaxSize(8)
                .map(pieces -> String.join("", pieces));
        // with one column nothing says which character is the delimiter
        return Arbitraries.integers()
                .between(2, 5)
                .flatMap(width -> cell.list()
                        .ofSize(width)
                        // a row without anything is a blank line
                        .filter(row ->
                                row.stream().anyMatch(text -> !Blanks.trim(text).isEmpty()))
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(6)
                        .map(rows -> {
                            List<List<String>> table = new ArrayList<>();
                            List<String> header = new ArrayList<>(List.of(HEADER));
                            for (int i = 1; i < width; i++) {
                                header.add("other, " + i);
                            }
                            table.add(header);
                            table.addAll(rows);
                            return table;
                        }));
    }

    @Provide
    Arbitrary<byte[]> bytes() {
        Arbitrary<byte[]> anything = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<byte[]> nearlyAList = Arbitraries.of(
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
                        "\uD83D\uDE80")
                .list()
                .ofMaxSize(40)
                .flatMap(pieces -> Arbitraries.of(
                                StandardCharsets.UTF_8,
                                StandardCharsets.UTF_16LE,
                                StandardCharsets.UTF_16BE,
                                StandardCharsets.ISO_8859_1)
                        .map(charset -> String.join("", pieces).getBytes(charset)));
        return Arbitraries.oneOf(anything, nearlyAList);
    }
}
