package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "pause",
        description =
                "Stops all writes to a customer or to the whole job, without undoing anything, also while a run is under way.",
        customSynopsis = "offboarding pause JOBFILE (CUSTOMER | --all) --reason TEXT [--by NAME] [--until DATE]",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding pause jobs/nightly.yaml 2f0c6e7a-0000-4000-8000-000000000001 --reason \"they may stay\" --until 2027-01-15",
            "  offboarding pause jobs/nightly.yaml --all --reason \"audit this week\" --by Ada"
        },
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

    @Mixin
    private CustomerOrAll who = new CustomerOrAll();

    @Option(
            names = "--until",
            paramLabel = "DATE",
            description =
                    "The first day on which it may continue, in the zone of the job, like 2027-01-15; without it, until it is resumed.")
    private @Nullable LocalDate until;

    @Mixin
    private Asking asking = new Asking();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return who.record(asking, spec, InterventionKind.PAUSE, until).code();
    }
}
