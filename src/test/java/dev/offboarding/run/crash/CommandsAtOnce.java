package dev.offboarding.run.crash;

import dev.offboarding.command.CommandLineProgram;
import dev.offboarding.run.CommandsInARow;
import java.util.ArrayList;
import java.util.List;

/** As {@link CommandsInARow}, but beside each other. */
final class CommandsAtOnce {

    private CommandsAtOnce() {}

    public static void main(String[] args) throws InterruptedException {
        List<Thread> commands = new ArrayList<>();
        for (String[] command : CommandsInARow.apart(args)) {
            commands.add(new Thread(() -> CommandLineProgram.execute(command), String.join(" ", command)));
        }
        commands.forEach(Thread::start);
        for (Thread command : commands) {
            command.join();
        }
    }
}
