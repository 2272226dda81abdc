package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "withdraw",
        description = {
            "Takes customers off before their removal: what this program suspended is made active again, and their cases are closed.",
            "It is recorded at once, also while a run is under way: from then on nothing of them is suspended, cancelled or removed. What is left to be put back follows in a run of its own, which waits for one that is under way."
        },
        customSynopsis =
                "offboarding withdraw JOBFILE (CUSTOMER | --file NAME [--run RUN] | --all) --reason TEXT [--by NAME]",
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding withdraw jobs/nightly.yaml 2f0c6e7a-0000-4000-8000-000000000001 --reason \"they stay\"",
            "  offboarding withdraw jobs/nightly.yaml --file november.csv --reason \"the wrong file\" --by Ada",
            "  offboarding withdraw jobs/nightly.yaml --all --reason \"stop all of it\""
        },
        mixinStandardHelpOptions = true)
final class WithdrawCommand implements Callable<Integer> {

    private static final int MOST_NAMED = 20;

    @Parameters(index = "0", paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CUSTOMER",
            description =
                    "The customer's id, its domain, its company name, or a ticket. Where several fit they are listed.")
    private @Nullable String customer;

    @Option(
            names = "--file",
            paramLabel = "NAME",
            description = "Every open case that the list of this name opened, as the report calls it.")
    private @Nullable String file;

    @Option(names = "--all", description = "Every open case of the job.")
    private boolean all;

    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "With --file: the run that took it, where several nights took one of that name.")
    private @Nullable String run;

    @Mixin
    private Asking asking = new Asking();

    @Mixin
    private LogOption log = new LogOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (Stream.of(customer != null, file != null, all)
                        .filter(given -> given)
                        .count()
                != 1) {
            throw new ParameterException(
                    spec.commandLine(), "say who is meant, by a CUSTOMER, by --file or by --all: one of them");
        }
        if (run != null && file == null) {
            throw new ParameterException(spec.commandLine(), "--run says which night's --file is meant: write both");
        }
        Instant since = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MICROS);
        ExitCode recorded = record();
        if (recorded != ExitCode.OK) {
            return recorded.code();
        }
        int exitCode = CarryingOut.start(spec.commandLine(), jobFile, log);
        return cameTooLate(since) && exitCode == ExitCode.OK.code() ? ExitCode.NEEDS_ATTENTION.code() : exitCode;
    }

    /** A removal that was under way when it was asked for has ended since, and nobody may think that it was stopped. */
    private boolean cameTooLate(Instant since) {
        int found = JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            List<UUID> removed = new Interventions(new JdbcTemplate(database.dataSource()))
                    .withdrawnTooLate(
                            new Interventions.Job(
                                    loaded.jobFile().job(),
                                    loaded.jobFile().platform().text()),
                            since);
            if (removed.isEmpty()) {
                return ExitCode.OK;
            }
            err.println(
                    "Too late for %d, whose removal was under way already: %s. What is still possible: request the relationship again, and make its subscriptions active by hand; the report of the run that removed it says which they were."
                            .formatted(
                                    removed.size(),
                                    removed.stream()
                                            .limit(MOST_NAMED)
                                            .map(UUID::toString)
                                            .collect(Collectors.joining(", "))));
            return ExitCode.NEEDS_ATTENTION;
        });
        return found == ExitCode.NEEDS_ATTENTION.code();
    }

    private ExitCode record() {
        if (customer != null) {
            return asking.recordOf(spec, jobFile, InterventionKind.WITHDRAW, customer, null);
        }
        Target target = file == null ? new Target.All() : new Target.File(file, run);
        return asking.record(spec, jobFile, InterventionKind.WITHDRAW, target, null);
    }
}
