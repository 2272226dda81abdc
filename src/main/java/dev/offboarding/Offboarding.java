package dev.offboarding;

import dev.offboarding.command.CommandLineProgram;

/** The program. */
public final class Offboarding {
    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private Offboarding() {}

    public static void main(String[] args) {
        // Where there are one or two processors it is 1, and then the HTTP client starts a thread for every answer.
        if (System.getProperty(COMMON_POOL) == null && Runtime.getRuntime().availableProcessors() < 3) {
            System.setProperty(COMMON_POOL, "2");
        }
        System.exit(CommandLineProgram.execute(args));
    }
}
