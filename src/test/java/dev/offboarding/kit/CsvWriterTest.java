package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvWriterTest {

    private static String written(@Nullable String... cells) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (CsvWriter csv = new CsvWriter(out)) {
            csv.row(Arrays.stream(cells).map(CsvWriter.AsItWas::new).toList());
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void filesHaveABomCrlfAndQuotesWhereNeeded() throws IOException {
        assertThat(written("a", null, "b,c", "d \"e\"", "f\r\ng", "ü"))
                .isEqualTo("\uFEFFa,,\"b,c\",\"d \"\"e\"\"\",\"f\r\ng\",ü\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝x", "＋x", "－x", "＠x", "="})
    void noCellIsAFormula(String cell) throws IOException {
        assertThat(CsvText.guarded(cell)).isEqualTo("'" + cell);
        assertThat(written(cell).replace("\"", "")).startsWith("\uFEFF'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=b",
                "'x",
                "1-1",
                " ",
                "x@y.example",
                "0012345678901234567890",
                "1e5",
                "00001e10-0000-4000-8000-000000000001"
            })
    void otherCellsStayAsTheyAre(String cell) {
        assertThat(CsvText.guarded(cell)).isEqualTo(cell);
    }

    @Test
    void aFullDiskIsNotPassedOver() throws IOException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space left");
            }
        };

        assertThatThrownBy(() -> {
                    try (CsvWriter csv = new CsvWriter(full)) {
                        for (int i = 0; i < 100_000; i++) {
                            csv.row(List.of("some text"));
                        }
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("no space left");
    }
}
