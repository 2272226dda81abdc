package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalProgressTest {

    private static final String WORDS = "suspend 1,250 of 2,500, 310 a second, about 4 s to go (12 s)";

    @Test
    void aBarSaysHowFar() {
        assertThat(TerminalProgress.bar("suspend 1 of 4", 1, 4, 80))
                .isEqualTo("[##########------------------------------]  25 % suspend 1 of 4");
        assertThat(TerminalProgress.bar("suspend 0 of 4", 0, 4, 44))
                .startsWith("[-----")
                .contains("]   0 % ");
        assertThat(TerminalProgress.bar("suspend 4 of 4", 4, 4, 44))
                .startsWith("[####")
                .contains("#] 100 % ");
    }

    @Test
    void moreThanWasCountedIsNotMoreThanAll() {
        assertThat(TerminalProgress.bar("verify 5 of 4", 5, 4, 80)).contains("#] 100 % ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 40, 61, 66, 75, 80, 120, 500})
    void aLineNeverWraps(int width) {
        assertThat(TerminalProgress.bar(WORDS, 1_250, 2_500, width)).hasSizeLessThanOrEqualTo(width - 1);
    }

    /** {@code verify 4 of 3, about -14 s to go}. */
    @Test
    void progressIsNeverBelowNothingOrAboveAll() { // incident 53
        StringWriter lines = new StringWriter();
        try (TerminalProgress progress = TerminalProgress.lines(new PrintWriter(lines, true), Duration.ofMillis(20))) {
            progress.step("verify", 3);
            progress.advance(4);
            await().until(() -> lines.toString().contains("verify"));
            progress.step("suspend", 3);
            progress.advance(-1);
            await().until(() -> lines.toString().contains("suspend"));
        }

        assertThat(lines.toString())
                .doesNotContain("4 of 3", "-")
                .contains("verify 4 of 4", "about 0 s to go", "suspend 0 of 3");
    }
}
