package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.QuickFolders;
import dev.offboarding.run.CommandsInARow;
import dev.offboarding.run.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

        /** Fails if it has gone on by itself, while it was waited for others. */
        void assertItIsStillThere() throws Exception;

        /** Right after the kill, for what must not wait until its test has its turn. */
        void onceKilled() throws Exception;

        @Override
        void close();
    }

    private final Map<P, H> runs;
    private final Map<P, AssertionError> astray;
    private String said = "";

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
                all.unlessAstray(point, "it could not be prepared", () -> all.runs.put(point, prepared.apply(point)));
            }
            all.kill();
            return all;
        } catch (Exception | AssertionError e) {
            all.close();
            throw e;
        }
    }

    private void kill() throws Exception {
        List<List<String>> commands = new ArrayList<>();
        Map<String, String> variables = new HashMap<>();
        for (H run : runs.values()) {
            commands.add(run.command());
            variables.putAll(run.variables());
        }
        Path folder = QuickFolders.make("killed");
        Program program = Program.start(CommandsAtOnce.class, folder, variables, CommandsInARow.together(commands));
        try {
            runs.forEach((point, run) -> unlessAstray(point, "it was not held there as it should be", () -> {
                assertThat(program.isAlive()).as("the process of all").isTrue();
                run.awaitItsPoint();
            }));
            runs.forEach((point, run) -> unlessAstray(point, "it went on before the kill", run::assertItIsStillThere));
        } finally {
            program.kill();
            said = Files.readString(folder.resolve("err"));
            FileSystemUtils.deleteRecursively(folder);
        }
        runs.forEach((point, run) -> unlessAstray(point, "the kill left it otherwise", run::onceKilled));
    }

    private interface Deed {
        void run() throws Exception;
    }

    /** Whatever goes wrong is the matter of the test of that point. */
    private void unlessAstray(P point, String otherwise, Deed deed) {
        if (astray.containsKey(point)) {
            return;
        }
        try {
            deed.run();
        } catch (Exception | AssertionError e) {
            astray.put(point, new AssertionError("%s: %s: %s".formatted(point, otherwise, e.getMessage()), e));
        }
    }

    /** What was killed at this point, for whoever asks to go on with and to close. */
    synchronized H take(P point) {
        H run = runs.remove(point);
        AssertionError reason = astray.get(point);
        if (reason != null) {
            if (run != null) {
                run.close();
            }
            throw new AssertionError(reason.getMessage() + "; all that was said: " + said, reason);
        }
        if (run == null) {
            throw new IllegalStateException("somebody else has gone on with " + point);
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
