package dev.offboarding.command;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.Guid;
import dev.offboarding.kit.OneLine;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What verbs by which somebody asks for something have in common. */
final class Asking {

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for the report and the audit trail.")
    private String reason = "";

    @Option(names = "--by", paramLabel = "NAME", description = "Who says so; without it, the operating system's user.")
    private @Nullable String by;

    /**
     * Records it, and says so.
     *
     * @param customer as it was typed: an id, a domain, a company name or a ticket
     */
    ExitCode recordOf(
            CommandSpec spec, Path jobFile, InterventionKind kind, String customer, @Nullable LocalDate until) {
        UUID id = Guid.of(customer.strip());
        List<UUID> found = new ArrayList<>();
        if (id != null) {
            found.add(id);
        } else {
            int exitCode = JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
                Optional<UUID> one = CustomerOnTerminal.find(loaded.jobFile(), database.dataSource(), customer, err);
                one.ifPresent(found::add);
                return one.isPresent() ? ExitCode.OK : ExitCode.WRONG_USAGE;
            });
            if (exitCode != ExitCode.OK.code()) {
                return ExitCode.of(exitCode);
            }
        }
        return record(spec, jobFile, kind, new Target.Customer(found.get(0)), until);
    }

    /** Records it, and says so. */
    ExitCode record(CommandSpec spec, Path jobFile, InterventionKind kind, Target target, @Nullable LocalDate until) {
        LoadedJobFile loaded = new JobFileReader().read(jobFile);
        InterventionOrder.Result result = new InterventionOrder(
                        loaded, RunOnTerminal.DATABASE_FOLDER, Clock.systemUTC())
                .record(new InterventionOrder.Request(kind, target, reason, by, until));
        PrintWriter to = result.exitCode() == ExitCode.OK
                ? spec.commandLine().getOut()
                : spec.commandLine().getErr();
        result.lines().forEach(line -> to.println(OneLine.of(line)));
        to.flush();
        return result.exitCode();
    }
}
