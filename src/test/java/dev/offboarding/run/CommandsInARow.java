package dev.offboarding.run;

import dev.offboarding.command.CommandLineProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several commands in one process, which are {@code then} apart: to start one takes longer than most commands. */
public final class CommandsInARow {

    public static final String THEN = "then";

    private CommandsInARow() {}

    /** The last that it says is the exit codes. */
    public static void main(String[] args) {
        List<Integer> exitCodes = new ArrayList<>();
        List<String> command = new ArrayList<>();
        for (String arg : Arrays.asList(args)) {
            if (arg.equals(THEN)) {
                exitCodes.add(CommandLineProgram.execute(command.toArray(String[]::new)));
                command.clear();
            } else {
                command.add(arg);
            }
        }
        exitCodes.add(CommandLineProgram.execute(command.toArray(String[]::new)));
        System.out.println(exitCodes);
        System.exit(0);
    }
}
