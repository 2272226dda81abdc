package dev.offboarding.command;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.Schedule;
import dev.offboarding.kit.OneLine;
import dev.offboarding.report.CustomerStory;
import dev.offboarding.report.Tonight;
import dev.offboarding.run.TonightOfOne;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.schedule.DueTimes;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = {
            "Where a customer stands and what to do, what tonight's run would do and which rule says so, and its history.",
            "Reads the customer from the platform, and changes nothing. Also while a run is under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding explain jobs/sample.yaml mori-design.example",
            "  offboarding explain jobs/sample.yaml a0000000-0000-4000-8000-000000000001 --events",
            "  offboarding explain jobs/sample.yaml OPS-2101 --json"
        },
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private JobAndCustomer about = new JobAndCustomer();

    @Option(names = "--events", description = "Every event of the audit trail, those of plans too.")
    private boolean events;

    @Option(names = "--json", description = "All of it as one JSON document, see explain.schema.json.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, about.jobFile, (loaded, database, out, err) -> {
            JobFile jobFile = loaded.jobFile();
            Optional<UUID> customer = CustomerOnTerminal.find(jobFile, database.dataSource(), about.customer, err);
            if (customer.isEmpty()) {
                return ExitCode.WRONG_USAGE;
            }
            Clock clock = Clock.systemUTC();
            Tonight tonight = new TonightOfOne(loaded, database, clock, next(jobFile, clock)).of(customer.get());
            CustomerStory story = new CustomerStory(
                    database.dataSource(),
                    jobFile.platform().text(),
                    customer.get(),
                    tonight,
                    jobFile.zone(),
                    LocalDate.ofInstant(clock.instant(), jobFile.zone()));
            if (json) {
                out.println(story.json(jobFile.job(), jobFile.zone()));
            } else {
                story.tell(events, line -> out.println(OneLine.indented(line)));
            }
            return ExitCode.OK;
        });
    }

    private static @Nullable Instant next(JobFile jobFile, Clock clock) {
        Schedule schedule = jobFile.schedule();
        return schedule == null ? null : new DueTimes(schedule.cron(), jobFile.zone()).next(clock.instant());
    }
}
