package dev.offboarding.command;

import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.kit.OneLine;
import dev.offboarding.run.Adoption;
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
        name = "adopt",
        description = {
            "Takes over the cases of a job that was renamed, or of a ledger that was moved.",
            "Writes to the job's own database; cannot be undone. No platform is written to."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding adopt jobs/nightly.yaml --job nightly-csv --reason \"the job was renamed\"",
            "  offboarding adopt jobs/nightly.yaml --platform 7312345678901234567/16384 --reason \"the ledger has moved\""
        },
        mixinStandardHelpOptions = true)
final class AdoptCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOBFILE", description = "The job file of the job that is to work on the cases.")
    private Path jobFile = Path.of("");

    /** One of them. */
    static final class From {
        @Option(names = "--job", paramLabel = "OLD", description = "The name that the job had.")
        private @Nullable String job;

        @Option(
                names = "--platform",
                paramLabel = "FROM",
                description =
                        "The platform identity on which this job opened its cases, as the cases' hold OTHER_PLATFORM names it.")
        private @Nullable String platform;
    }

    @ArgGroup(multiplicity = "1")
    private From from = new From();

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit trail.")
    private String reason = "";

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; without it, the operating system's user.")
    private @Nullable String by;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Adoption.Result result = new Adoption(
                        new JobFileReader().read(jobFile), RunOnTerminal.DATABASE_FOLDER, Clock.systemUTC())
                .adopt(new Adoption.Request(from.job, from.platform, reason, by));
        PrintWriter to = result.exitCode() == ExitCode.OK
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        result.lines().forEach(line -> to.println(OneLine.of(line)));
        to.flush();
        return result.exitCode().code();
    }
}
