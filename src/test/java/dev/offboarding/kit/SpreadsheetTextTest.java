package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000123",
                "00",
                "202611290001",
                "1E5",
                "1e+05",
                "1/2",
                "12-1",
                "3.12",
                "1,5",
                ".5",
                "1'000",
                "50 %",
                "5 €",
                "€5",
                "5 EUR",
                "(5)",
                "2026-12-31",
                "31.12.2026",
                "2026-12-31T00:00:00Z",
                "10:30",
                "10:30 am",
                "5 p",
                "1 Mar",
                "Mar 1",
                "MAR-12",
                "SEPT2",
                "3. März 2027",
                "3. MÄRZ 2027",
                "1er août",
                "1 de maio de 2026",
                "Mon, 2 Feb 2026",
                "Dec-26",
                "enero 5",
                "5 genn. 2026",
                "12 mrt 2026",
                "\u22125",
                "TRUE",
                "falsch",
                "#N/A",
                "#WERT!",
                "11112222333344440000000000000003",
                "51000000000000000000000000000e01",
                "\u0661/\u0662"
            })
    void whatASpreadsheetWouldReadAsANumberADayOrAnErrorIsNotKept(String cell) {
        assertThat(SpreadsheetText.isKept(cell)).isFalse();
        assertThat(CsvText.guardedAsText(cell)).isEqualTo("'" + cell);
        assertThat(CsvText.guarded(cell))
                .as("in a file that does not come back")
                .isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "4711",
                "12345678901",
                "11880.de",
                "3sat.de",
                "OPS-3001",
                "E-12",
                "A1",
                "T5",
                "3M",
                "Straße 2",
                "May GmbH",
                "May",
                "Marc",
                "ja 5",
                "januaries 5",
                "1&1 SE",
                "#123",
                ".",
                "1\n2",
                "customer-1.example",
                "00001e10-0000-4000-8000-000000000001",
                "11112222-3333-4444-0000-000000000001"
            })
    void whatItKeepsIsWrittenAsItIs(String cell) {
        assertThat(CsvText.guardedAsText(cell)).isEqualTo(cell);
        assertThat(CsvText.unguardedAsText("'" + cell))
                .as("somebody's own apostrophe")
                .isEqualTo("'" + cell);
    }
}
