package dev.offboarding.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvTextProperties {
    private static final String FORMULA = "=+-@\t\r\n＝＋－＠";

    @Provide
    Arbitrary<String> cells() {
        Arbitrary<String> nasty = Arbitraries.strings()
                .withChars("=+-@'\t\r\n\",;| \u0000\u001b\u202e\u2066\u2028\u0085＝＋－＠aé5")
                .ofMaxLength(8);
        return Arbitraries.oneOf(nasty, nasty.map(text -> text + "😀"));
    }

    @Property
    void noCellBeginsLikeAFormulaAndTakingOneApostropheOffGivesBackWhatWasThere(@ForAll("cells") String cell) {
        String guarded = CsvText.guarded(cell);

        assertThat(guarded.isEmpty() || FORMULA.indexOf(guarded.charAt(0)) < 0).isTrue();
        boolean looksGuarded = guarded.startsWith("'")
                && FORMULA.indexOf(guarded.replaceFirst("^'+", "").concat(" ").charAt(0)) >= 0;
        assertThat(looksGuarded ? guarded.substring(1) : guarded).isEqualTo(cell);
    }

    @Property
    void noLineBreakAndNothingThatTurnsTextAroundIsLeft(@ForAll("cells") String cell) {
        assertThat(CsvText.visible(cell))
                .hasSameSizeAs(cell)
                .doesNotContainPattern("[\\p{Cntrl}\u0085\u2028\u202e\u2066]");
    }

    @Property
    void aReaderOfCsvReadsWhatWasWritten(@ForAll("cells") String one, @ForAll("cells") String two) throws Exception {
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
    }
}
