package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class CsvTextProperties {
    private static final String FORMULA = "=+-@\t\r\n＝＋－＠";

    private static String cell(Draw draw) {
        String nasty = draw.stringOf("=+-@'\t\r\n\",;| \u0000\u001b\u202e\u2066\u2028\u0085＝＋－＠aé5", 8);
        return draw.either() ? nasty : nasty + "😀";
    }

    @Test
    void noCellBeginsLikeAFormulaAndTakingOneApostropheOffGivesBackWhatWasThere() {
        Tries.of(1000, draw -> {
            String cell = cell(draw);
            String guarded = CsvText.guarded(cell);

            assertThat(guarded.isEmpty() || FORMULA.indexOf(guarded.charAt(0)) < 0)
                    .isTrue();
            boolean looksGuarded = guarded.startsWith("'")
                    && FORMULA.indexOf(
                                    guarded.replaceFirst("^'+", "").concat(" ").charAt(0))
                            >= 0;
            assertThat(looksGuarded ? guarded.substring(1) : guarded).isEqualTo(cell);
        });
    }

    private static String numberOrDay(Draw draw) {
        return draw.stringOf("'0123456789'./-,: %E€=+ marJANTRUEx\u00a0", 12);
    }

    @Test
    void aGuardThatKeepsACellTextIsTakenOffAgainAndNeverPutTwice() {
        Tries.of(5000, draw -> {
            String cell = draw.either() ? numberOrDay(draw) : cell(draw);
            String written = CsvText.guardedAsText(cell);

            assertThat(CsvText.unguardedAsText(written)).isEqualTo(cell);
            assertThat(CsvText.guardedAsText(CsvText.unguardedAsText(written))).isEqualTo(written);
            assertThat(written).isIn(cell, "'" + cell);
            assertThat(CsvText.guarded(written).equals(written) || written.startsWith("'"))
                    .as("no formula")
                    .isTrue();
        });
    }

    @Test
    void noLineBreakAndNothingThatTurnsTextAroundIsLeft() {
        Tries.of(1000, draw -> {
            String cell = cell(draw);
            assertThat(CsvText.visible(cell))
                    .hasSameSizeAs(cell)
                    .doesNotContainPattern("[\\p{Cntrl}\u0085\u2028\u202e\u2066]");
        });
    }

    @Test
    void aReaderOfCsvReadsWhatWasWritten() {
        Tries.of(1000, draw -> {
            String one = cell(draw);
            String two = cell(draw);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (CsvWriter csv = new CsvWriter(bytes)) {
                csv.row(List.of("a", "b", "c"));
                csv.row(Arrays.asList(one, new CsvWriter.AsItWas(two), 5));
            }
            String text = bytes.toString(StandardCharsets.UTF_8);

            assertThat(text).startsWith("\uFEFF").endsWith("\r\n");
            assertThat(CsvReading.rows(text.substring(1)))
                    .containsExactly(
                            List.of("a", "b", "c"),
                            List.of(CsvText.visible(CsvText.guarded(one)), CsvText.guarded(two), "5"));
        });
    }
}
