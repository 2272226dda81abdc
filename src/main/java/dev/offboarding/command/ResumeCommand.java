package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "resume",
        description = "Ends a pause: the next run continues.",
        customSynopsis = "offboarding resume JOBFILE (CUSTOMER | --all) --reason TEXT [--by NAME]",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding resume jobs/nightly.yaml 2f0c6e7a-0000-4000-8000-000000000001 --reason \"they go after all\"",
            "  offboarding resume jobs/nightly.yaml --all --reason \"the audit is over\""
        },
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    @Mixin
    private CustomerOrAll who = new CustomerOrAll();

    @Mixin
    private Asking asking = new Asking();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return who.record(asking, spec, InterventionKind.RESUME, null).code();
    }
}
