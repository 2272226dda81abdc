package dev.offboarding.command;

import dev.offboarding.runs.Mode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "plan",
        description =
                "What a run would do. Leaves list, cases and platform as they are, and writes a report of its own.",
        footerHeading = "%nExamples:%n",
        footer = {"  offboarding plan jobs/nightly-csv.yaml", "  offboarding plan jobs/nightly-csv.yaml --by Ada"},
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who makes the plan, for whoever is to approve it; without it, the operating system's user.")
    private @Nullable String by;

    @Mixin
    private LogOption log = new LogOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return RunOnTerminal.start(spec.commandLine(), jobFile, Mode.PLAN, log, by);
    }
}
