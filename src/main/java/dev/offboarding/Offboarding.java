package dev.offboarding;

import dev.offboarding.command.CommandLineProgram;

/** The program. */
public final class Offboarding {
    private Offboarding() {}

    public static void main(String[] args) {
        System.exit(CommandLineProgram.execute(args));
    }
}
