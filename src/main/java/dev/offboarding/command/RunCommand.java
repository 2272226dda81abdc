package dev.offboarding.command;

import dev.offboarding.runs.Mode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = {
            "One run of a job: takes its list, suspends and removes as planned, reads back that it is so, and writes a report.",
            "Writes; a removal cannot be undone. \"plan\" says before what it would do."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding                            the sample",
            "  offboarding run jobs/nightly-csv.yaml",
            "  offboarding run jobs/nightly-csv.yaml --log json"
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Mixin
    private LogOption log = new LogOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return RunOnTerminal.start(spec.commandLine(), jobFile, Mode.RUN, log);
    }
}
