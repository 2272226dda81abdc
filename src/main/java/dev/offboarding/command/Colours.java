package dev.offboarding.command;

import dev.offboarding.runs.ExitCode;
import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Colours for the few words that a person looks for, where a person looks: what they say is said by the words as well. */
final class Colours {

    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String RED = "31";

    private final boolean used;

    private Colours(boolean used) {
        this.used = used;
    }

    /** Of this program's terminal. */
    static Colours here() {
        return of(isTerminal(System.console()), System.getenv());
    }

    /** @param terminal whether there is one */
    static Colours of(boolean terminal, Map<String, String> environment) {
        String term = environment.getOrDefault("TERM", "dumb");
        return new Colours(terminal
                && !term.equals("dumb")
                && environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    /** From Java 22 on there is a console without a terminal, too, which can be asked. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException before22) {
            return true;
        }
    }

    String exitCode(ExitCode exitCode, String text) {
        return in(exitCode == ExitCode.OK ? GREEN : exitCode.finished() ? YELLOW : RED, text);
    }

    private String in(String colour, String text) {
        return used ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
