package dev.offboarding.run.crash;

import dev.offboarding.command.CommandLineProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several commands beside each other in one process, which are {@code and} apart. */
final class CommandsAtOnce {

    static final String AND = "and";

    private CommandsAtOnce() {}

    public static void main(String[] args) throws InterruptedException {
        List<Thread> commands = new ArrayList<>();
        int from = 0;
        for (int to = 0; to <= args.length; to++) {
            if (to == args.length || args[to].equals(AND)) {
                String[] command = Arrays.copyOfRange(args, from, to);
                commands.add(new Thread(() -> CommandLineProgram.execute(command), String.join(" ", command)));
                from = to + 1;
            }
        }
        commands.forEach(Thread::start);
        for (Thread command : commands) {
            command.join();
        }
    }
}
