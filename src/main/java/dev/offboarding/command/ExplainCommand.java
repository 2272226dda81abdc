package dev.offboarding.command;

import dev.offboarding.report.CustomerStory;
import dev.offboarding.run.ExitCode;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = "Where a customer stands and why: entry, case, holds, every event.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "CUSTOMER",
            description = "The customer's id, a GUID.",
            converter = CustomerId.class)
    private UUID customer = new UUID(0, 0);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            String platform = loaded.jobFile().platform().text();
            boolean known = new CustomerStory(database.dataSource())
                    .tell(platform, customer, line -> out.println(Text.indented(line)));
            if (!known) {
                err.println(
                        "Nothing is known of customer %s on %s: it was never listed. Check the id, and that the job file names the right database."
                                .formatted(customer, platform));
            }
            return known ? ExitCode.OK : ExitCode.WRONG_USAGE;
        });
    }
}
