package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.runs.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "close",
        description = {
            "Ends a case that cannot end by itself, on somebody's word: it is closed as CLOSED, and never counted as offboarded.",
            "It is recorded at once, and closed in a run of its own, which waits for one that is under way."
        },
        footerHeading = "%nExample:%n",
        footer =
                "  offboarding close jobs/nightly.yaml 2f0c6e7a-0000-4000-8000-000000000001 --reason \"support says it is gone, ticket 4711\"",
        mixinStandardHelpOptions = true)
final class CloseCommand implements Callable<Integer> {

    @Mixin
    private JobAndCustomer about = new JobAndCustomer();

    @Mixin
    private Asking asking = new Asking();

    @Mixin
    private LogOption log = new LogOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        ExitCode recorded = asking.recordOf(spec, about.jobFile, InterventionKind.CLOSE, about.customer, null);
        return recorded == ExitCode.OK ? CarryingOut.start(spec.commandLine(), about.jobFile, log) : recorded.code();
    }
}
