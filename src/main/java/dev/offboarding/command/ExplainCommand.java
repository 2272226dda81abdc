package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.report.CustomerStory;
import dev.offboarding.runs.ExitCode;
import java.util.Optional;
import java.util.UUID;
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
            Optional<UUID> customer =
                    CustomerOnTerminal.find(loaded.jobFile(), database.dataSource(), about.customer, err);
            if (customer.isEmpty()) {
                return ExitCode.WRONG_USAGE;
            }
            new CustomerStory(database.dataSource())
                    .tell(
                            loaded.jobFile().platform().text(),
                            customer.get(),
                            line -> out.println(OneLine.indented(line)));
            return ExitCode.OK;
        });
    }
}
