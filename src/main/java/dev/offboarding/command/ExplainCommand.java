package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.report.CustomerStory;
import dev.offboarding.runs.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = "Where a customer stands and why: entry, case, holds, every event.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private JobAndCustomer about = new JobAndCustomer();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, about.jobFile, (loaded, database, out, err) -> {
            String platform = loaded.jobFile().platform().text();
            boolean known = new CustomerStory(database.dataSource())
                    .tell(platform, about.customer, line -> out.println(OneLine.indented(line)));
            if (!known) {
                err.println(
                        "Nothing is known of customer %s on %s: it was never listed. Check the id, and that the job file names the right database."
                                .formatted(about.customer, platform));
            }
            return known ? ExitCode.OK : ExitCode.WRONG_USAGE;
        });
    }
}
