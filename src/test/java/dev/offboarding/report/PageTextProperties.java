package dev.offboarding.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("sweep")
class PageTextProperties {

    /** Above all what means something to HTML, to a reader of either direction, or to nobody's eye. */
    private static String anything(Draw draw) {
        return draw.either()
                ? draw.text(60)
                : draw.stringOf(
                        "<>&'\"=/!-scriptab \r\n\t\0\u007F\u0085\u00AD\u200B\u200C\u200D\u202E\u2028\u2066\uFEFF\uD83D\uDE00\uDB40\uDC41",
                        60);
    }

    @Test
    void jsonComesBackAsItWasAndEndsNoScript() {
        Tries.of(500, draw -> {
            String text = anything(draw);
            String shown = PageText.visible(text);

            String json = PageText.json(Map.of(shown, shown));

            assertThat(json).doesNotContain("<", ">", "&", "\u2028", "\u2029");
            assertThat(ReportJson.MAPPER.readTree(json).get(shown).asString()).isEqualTo(shown);
        });
    }

    @Test
    void whatIsShownCanBeSeen() {
        Tries.of(500, draw -> {
            String text = anything(draw);
            String shown = PageText.visible(text);

            assertThat(shown.length()).isEqualTo(text.length());
            assertThat(shown.codePoints()).allSatisfy(c -> {
                assertThat(Character.isISOControl(c)).isFalse();
                assertThat(Character.getType(c))
                        .isNotIn((int) Character.SURROGATE, (int) Character.LINE_SEPARATOR, (int)
                                Character.PARAGRAPH_SEPARATOR);
                assertThat(Character.getType(c) != Character.FORMAT || c == 0x200C || c == 0x200D)
                        .isTrue();
            });
            assertThat(PageText.visible(shown)).isEqualTo(shown);
        });
    }

    @Test
    void whatJoinsLettersOrPicturesStays() {
        assertThat(PageText.visible("می\u200Cخواهم 👩\u200D💻")).isEqualTo("می\u200Cخواهم 👩\u200D💻");
        assertThat(PageText.visible("con\u200Dtoso \u200D.")).isEqualTo("con\uFFFDtoso \uFFFD.");
    }

    @Test
    void whatIsCutSaysSoAndNoCharacterIsHalved() {
        String long1 = "😀".repeat(PageText.IN_A_STORY);

        assertThat(PageText.story("x" + long1))
                .endsWith("😀… (4,001 characters, in full in report.json)")
                .doesNotContain("\uFFFD");
        assertThat(PageText.line("x" + long1)).endsWith("😀…").hasSizeLessThanOrEqualTo(PageText.IN_A_LINE + 1);
    }
}
