package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Who is meant: one customer, or the whole job. */
final class CustomerOrAll {

    @Parameters(index = "0", paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CUSTOMER",
            description =
                    "The customer's id, its domain, its company name, or a ticket. Where several fit they are listed.")
    private @Nullable String customer;

    @Option(names = "--all", description = "The whole job: also customers who are listed later.")
    private boolean all;

    ExitCode record(Asking asking, CommandSpec spec, InterventionKind kind, @Nullable LocalDate until) {
        if ((customer == null) != all) {
            throw new ParameterException(
                    spec.commandLine(), "say who is meant, by a CUSTOMER or by --all for the whole job: one of them");
        }
        return customer == null
                ? asking.record(spec, jobFile, kind, new Target.All(), until)
                : asking.recordOf(spec, jobFile, kind, customer, until);
    }
}
