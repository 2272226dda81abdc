package dev.offboarding.command;

import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.OneLine;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine;

/**
 * Carries out what was recorded, in a run of its own: right now or, where a run of the job is under way, once that has ended. Whoever stops
 * waiting loses nothing: the job's next run carries it out.
 */
final class CarryingOut {

    private CarryingOut() {}

    static int start(CommandLine commandLine, Path jobFile, LogOption log) {
        LoadedJobFile loaded = new JobFileReader().read(jobFile);
        PrintWriter out = commandLine.getOut();
        boolean told = false;
        while (true) {
            Optional<String> underWay = underWay(loaded);
            if (underWay.isEmpty()) {
                int exitCode = RunOnTerminal.start(commandLine, jobFile, Mode.WITHDRAW, log);
                if (exitCode != ExitCode.ALREADY_RUNNING.code()
                        || underWay(loaded).isEmpty()) {
                    if (exitCode == ExitCode.ALREADY_RUNNING.code()) {
                        out.println("It is recorded: the next run of the job carries it out.");
                        out.flush();
                    }
                    return exitCode;
                }
            } else if (!told) {
                out.println(OneLine.of(
                        "Waiting until the run that is under way has ended: %s. Whoever stops waiting loses nothing: the next run of the job carries it out."
                                .formatted(underWay.get())));
                out.flush();
                told = true;
            }
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return ExitCode.ALREADY_RUNNING.code();
            }
        }
    }

    /** The run that has the job's lock; empty if none has, or if that cannot be determined: then the run that is started says why. */
    private static Optional<String> underWay(LoadedJobFile loaded) {
        String job = loaded.jobFile().job();
        try (Database database = Database.open(loaded.environment(), RunOnTerminal.DATABASE_FOLDER, Access.READ)) {
            return CurrentRuns.holding(database.dataSource(), job);
        } catch (DatabaseConfigurationException
                | DatabaseInUseException
                | DatabaseUnavailableException
                | DataAccessException
                | SQLException e) {
            return Optional.empty();
        }
    }
}
