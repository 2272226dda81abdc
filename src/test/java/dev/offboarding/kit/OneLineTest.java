package dev.offboarding.kit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void nothingMovesTheCursorBreaksTheLineOrTurnsItAround() {
        String text = " Contoso\u001b[2J\r\nLtd\u0085\u202Egpj.exe\u2028\u2029end\u009b1m\t ";

        assertThat(OneLine.of(text)).isEqualTo("Contoso [2J Ltd gpj.exe end 1m");
        assertThat(OneLine.indented(text)).isEqualTo(" Contoso [2J Ltd gpj.exe end 1m");
        assertThat(OneLine.harmless(text)).isEqualTo(" Contoso [2J Ltd gpj.exe end 1m  ");
    }

    @Test
    void blanksAndLettersOfAllLanguagesStay() {
        String text = "Zażółć  gęślą \uD83D\uDE00 日本";

        assertThat(OneLine.of(text)).isEqualTo(text);
        assertThat(OneLine.joined(text)).isEqualTo(text);
    }

    @Test
    void severalLinesAreOneWithABlankBetweenThem() {
        assertThat(OneLine.joined("\nERROR: no such table \r\n\r\n\tLINE 1: select  1\n"))
                .isEqualTo("ERROR: no such table LINE 1: select  1");
    }

    @Test
    void wordsHaveOneBlankBetweenThem() {
        assertThat(OneLine.words("\0 a \t\n b\u2028c\uD83Dd \uD83D\uDE00 ")).isEqualTo("a b c d \uD83D\uDE00");
    }

    @Test
    void aTextIsCutBetweenCharacters() {
        assertThat(OneLine.cut("abc", 3)).isEqualTo("abc");
        assertThat(OneLine.cut("abcd", 3)).isEqualTo("abc…");
        assertThat(OneLine.cut("ab\uD83D\uDE00", 3)).isEqualTo("ab…");
        assertThat(OneLine.cut("ab\uD83D\uDE00", 4)).isEqualTo("ab\uD83D\uDE00");
    }
}
