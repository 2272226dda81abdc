package dev.offboarding.command;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.kit.OneLine;
import dev.offboarding.run.Approving;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "approve",
        description = "Approves a plan that was stopped by a limit, or that needs a second person.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding approve jobs/nightly.yaml 3f9a1c22 --reason \"looked at all 31\" --by Ada",
            "  offboarding approve jobs/nightly.yaml 3f9a1c22 --reason \"year-end clean-up\" --by Ada --spread",
            "  offboarding approve jobs/nightly.yaml 3f9a1c22 --reason \"sold to Contoso\" --by Ada --lift max-customers"
        })
final class ApproveCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "JOBFILE", description = "The job file of the job whose plan it is.")
    private Path jobFile = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "PLAN",
            description = "The plan's id, as the stopped run names it, or its first 8 digits or more.")
    private String plan = "";

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for report and audit trail.")
    private String reason = "";

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who approves it; without it, the operating system's user. Reports say that it is a claim.")
    private @Nullable String by;

    /** One of them, or neither. */
    static final class How {
        @Option(names = "--spread", description = "Carry it out over several nights, at most 90 days.")
        private boolean spread;

        @Option(
                names = "--lift",
                paramLabel = "LIMIT",
                description =
                        "Carry it out although it is over this limit, once: max-customers, max-share, per-30-days or population.")
        private @Nullable String lift;
    }

    @ArgGroup(multiplicity = "0..1")
    private How how = new How();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Approving.Result result = new Approving(
                        new JobFileReader().read(jobFile), RunOnTerminal.DATABASE_FOLDER, Clock.systemUTC())
                .approve(new Approving.Request(plan, reason, by, how.spread, how.lift));
        PrintWriter to = result.exitCode() == ExitCode.OK
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        result.lines().forEach(line -> to.println(OneLine.of(line)));
        to.flush();
        return result.exitCode().code();
    }
}
