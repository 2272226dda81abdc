package dev.offboarding.run.crash;

import dev.offboarding.kit.QuickFolders;
import dev.offboarding.run.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.util.FileSystemUtils;

/**
 * Commands of many tests that are killed by one {@code kill -9}, each where its test wants it: to start a process takes longer than most of
 * what a test does then. They have nothing in common but that process, and one that does not come to its point fails its own test only.
 *
 * @param <P> the points at which commands are killed
 * @param <H> a command and what it works on
 */
final class KilledTogether<P extends Enum<P>, H extends KilledTogether.Held> implements AutoCloseable {

    /** A command that is held where it is to be killed, and what it works on. */
    interface Held extends AutoCloseable {

        List<String> command();

        /** What it takes from the environment. */
        Map<String, String> variables();

        /** Until it is there; fails if it does not come, or is not as it should be there. */
        void awaitItsPoint() throws Exception;

        @Override
        void close();
    }

    private final Map<P, H> runs;
    private final Map<P, AssertionError> astray;

    private KilledTogether(Class<P> points) {
        runs = new EnumMap<>(points);
        astray = new EnumMap<>(points);
    }

    /** @param prepared makes what a command works on, and what holds it there */
    static <P extends Enum<P>, H extends Held> KilledTogether<P, H> at(Class<P> points, Function<P, H> prepared)
            throws Exception {
        KilledTogether<P, H> all = new KilledTogether<>(points);
        try {
            for (P point : points.getEnumConstants()) {
                all.runs.put(point, prepared.apply(point));
            }
            all.kill();
            return all;
        } catch (Exception | AssertionError e) {
            all.close();
            throw e;
        }
    }

    private void kill() throws Exception {
        List<String> args = new ArrayList<>();
        Map<String, String> variables = new HashMap<>();
        for (H run : runs.values()) {
            if (!args.isEmpty()) {
                args.add(CommandsAtOnce.AND);
            }
            args.addAll(run.command());
            variables.putAll(run.variables());
        }
        Path folder = QuickFolders.make("killed");
        Program program = Program.start(CommandsAtOnce.class, folder, variables, args.toArray(String[]::new));
        try {
            for (Map.Entry<P, H> run : runs.entrySet()) {
                try {
                    run.getValue().awaitItsPoint();
                } catch (ConditionTimeoutException | AssertionError e) {
                    astray.put(
                            run.getKey(),
                            new AssertionError(
                                    "%s: it was not held there as it should be: %s"
                                            .formatted(run.getKey(), Files.readString(folder.resolve("err"))),
                                    e));
                }
            }
        } finally {
            program.kill();
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** What was killed at this point, for whoever asks to go on with and to close. */
    synchronized H take(P point) {
        H run = runs.remove(point);
        if (run == null) {
            throw new IllegalStateException("somebody else has gone on with " + point);
        }
        AssertionError reason = astray.get(point);
        if (reason != null) {
            run.close();
            throw reason;
        }
        return run;
    }

    /** Those that nobody has gone on with. */
    @Override
    public synchronized void close() {
        runs.values().forEach(Held::close);
        runs.clear();
    }
}
