package dev.offboarding.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.runs.ExitCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColoursTest {

    private static String said(boolean terminal, Map<String, String> environment) {
        return Colours.of(terminal, environment).exitCode(ExitCode.OK, "Exit code 0");
    }

    @Test
    void onATerminalTheWordsHaveOneAndNowhereElse() {
        Map<String, String> xterm = Map.of("TERM", "xterm-256color");
        assertThat(said(true, xterm)).isEqualTo("\u001b[32mExit code 0\u001b[0m");
        assertThat(Colours.of(true, xterm).exitCode(ExitCode.NEEDS_ATTENTION, "4"))
                .isEqualTo("\u001b[33m4\u001b[0m");
        assertThat(Colours.of(true, xterm).exitCode(ExitCode.UNAVAILABLE, "7")).isEqualTo("\u001b[31m7\u001b[0m");

        assertThat(said(false, xterm)).isEqualTo("Exit code 0");
        assertThat(said(true, Map.of("TERM", "dumb"))).isEqualTo("Exit code 0");
        assertThat(said(true, Map.of())).isEqualTo("Exit code 0");
    }

    @Test
    void whoeverWantsNoneHasNone() {
        assertThat(said(true, Map.of("TERM", "xterm", "NO_COLOR", "1"))).isEqualTo("Exit code 0");
        assertThat(said(true, Map.of("TERM", "xterm", "NO_COLOR", "")))
                .as("set and empty is not set: no-color.org")
                .startsWith("\u001b[32m");
    }
}
