package dev.offboarding.run;

import dev.offboarding.command.CommandLineProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Several commands in one process, which are {@code then} apart: to start one takes longer than most commands. */
public final class CommandsInARow {

    public static final String THEN = "then";

    private CommandsInARow() {}

    /** The last that it says is the exit codes. */
    public static void main(String[] args) {
        List<Integer> exitCodes = new ArrayList<>();
        for (String[] command : apart(args)) {
            exitCodes.add(CommandLineProgram.execute(command));
        }
        System.out.println(exitCodes);
        System.exit(0);
    }

    /** The arguments of a process that has all of these to do. */
    public static String[] together(Collection<List<String>> commands) {
        List<String> args = new ArrayList<>();
        for (List<String> command : commands) {
            if (!args.isEmpty()) {
                args.add(THEN);
            }
            args.addAll(command);
        }
        return args.toArray(String[]::new);
    }

    /** Each command of such a process. */
    public static List<String[]> apart(String[] args) {
        List<String[]> commands = new ArrayList<>();
        int from = 0;
        for (int to = 0; to <= args.length; to++) {
            if (to == args.length || args[to].equals(THEN)) {
                commands.add(Arrays.copyOfRange(args, from, to));
                from = to + 1;
            }
        }
        return commands;
    }
}
