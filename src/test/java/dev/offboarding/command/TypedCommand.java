package dev.offboarding.command;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What somebody at a terminal is told by a command, which is done in this process. */
public record TypedCommand(int exitCode, String out, String err) {

    public static TypedCommand type(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = CommandLineProgram.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new TypedCommand(exitCode, out.toString(), err.toString());
    }
}
