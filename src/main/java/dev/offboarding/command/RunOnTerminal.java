package dev.offboarding.command;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.run.ExitCode;
import dev.offboarding.run.Mode;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.RunResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;

/** A run or a plan, as somebody at a terminal sees it. */
final class RunOnTerminal {

    /** Where an embedded database keeps its data, in the working directory. */
    static final Path DATABASE_FOLDER = Path.of(".offboarding");

    private RunOnTerminal() {}

    static int start(CommandLine commandLine, Path path, Mode mode) {
        PrintWriter out = commandLine.getOut();
        PrintWriter err = commandLine.getErr();
        LoadedJobFile loaded = new JobFileReader().read(path);
        loaded.warnings().forEach(warning -> err.println("Warning: " + Text.oneLine(warning)));
        Clock clock = Clock.systemUTC();
        try (LogFile log = LogFile.open(
                        loaded.jobFile().reports(), loaded.jobFile().job(), clock);
                TerminalProgress progress = TerminalProgress.start(err)) {
            RunResult result = new OffboardingRun(loaded, mode, DATABASE_FOLDER, clock, progress).start();
            progress.close();
            new Summary(out, err, mode, log.path()).print(result);
            return result.exitCode().code();
        } catch (LogFile.CannotBeWrittenException e) {
            err.println(Text.oneLine(String.valueOf(e.getMessage())));
            return ExitCode.EVIDENCE_BROKEN.code();
        }
    }
}
