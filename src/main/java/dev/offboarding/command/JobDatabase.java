package dev.offboarding.command;

import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.OneLine;
import dev.offboarding.run.Failures;
import dev.offboarding.run.LedgerTables;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine.Model.CommandSpec;

/** The job's own database, for verbs that only read it. */
final class JobDatabase {

    private JobDatabase() {}

    /** What a verb does with it. */
    interface Reading {
        ExitCode read(LoadedJobFile loaded, Database database, PrintWriter out, PrintWriter err);
    }

    /** Attaches to a running embedded database, or starts it. Says in one line what is in the way, if anything is. */
    static int read(CommandSpec spec, Path jobFile, Reading reading) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        LoadedJobFile loaded = new JobFileReader().read(jobFile);
        try (Database database = Database.open(loaded.environment(), RunOnTerminal.DATABASE_FOLDER, Access.READ)) {
            LedgerTables.makeMissing(loaded.jobFile(), database);
            return reading.read(loaded, database, out, err).code();
        } catch (DatabaseConfigurationException e) {
            return failed(err, e, ExitCode.WRONG_USAGE);
        } catch (DatabaseInUseException e) {
            return failed(err, e, ExitCode.ALREADY_RUNNING);
        } catch (DatabaseUnavailableException | DataAccessException e) {
            return failed(err, e, ExitCode.UNAVAILABLE);
        } finally {
            out.flush();
            err.flush();
        }
    }

    private static int failed(PrintWriter err, Exception e, ExitCode exitCode) {
        err.println(OneLine.of(Failures.reason(e)));
        return exitCode.code();
    }
}
