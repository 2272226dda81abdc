package dev.offboarding.command;

import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.kit.OneLine;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.schedule.CompositeScheduleEvents;
import dev.offboarding.schedule.Management;
import dev.offboarding.schedule.ScheduleException;
import dev.offboarding.schedule.ScheduleMeters;
import dev.offboarding.schedule.Scheduler;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "schedule",
        description = {
            "Stays up and runs each job by its cron, until it is stopped.",
            "Writes, as \"run\" does; a removal cannot be undone."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding schedule jobs/nightly-csv.yaml jobs/partner-center.yaml",
            "",
            "Ends with 0 if it is stopped while no run is under way, otherwise as that run does.",
        })
final class ScheduleCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOBFILE", arity = "1..*", description = "Job files, each with a schedule.")
    private List<Path> jobFiles = List.of();

    @Mixin
    private LogOption log = new LogOption();

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            defaultValue = "${env:OFFBOARDING_MANAGEMENT_PORT}",
            description = "Opens /actuator/health and /actuator/prometheus on this port; 0 takes any that is free."
                    + " Without it, nothing is opened. Default: OFFBOARDING_MANAGEMENT_PORT in the environment.")
    private @Nullable Integer managementPort;

    @Option(
            names = "--management-address",
            paramLabel = "ADDRESS",
            defaultValue = "${env:OFFBOARDING_MANAGEMENT_ADDRESS:-127.0.0.1}",
            description =
                    "The address of this machine to open it on; callers are not asked who they are. Default: ${DEFAULT-VALUE}.")
    private String managementAddress = "127.0.0.1";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (!log.json()) {
            return schedule(err);
        }
        try (JsonLog json = JsonLog.open(err)) {
            return schedule(JsonLog.warnings());
        }
    }

    private int schedule(PrintWriter err) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Clock clock = Clock.systemUTC();
        ScheduleOnTerminal terminal = new ScheduleOnTerminal(out, err, clock);
        ScheduleMeters meters = managementPort == null ? null : new ScheduleMeters(clock);
        try (ScheduledRuns runs = new ScheduledRuns(RunOnTerminal.DATABASE_FOLDER, clock, terminal, meters)) {
            Scheduler scheduler = new Scheduler(
                    jobFiles,
                    new JobFileReader(),
                    runs,
                    meters == null ? terminal : new CompositeScheduleEvents(terminal, meters),
                    clock,
                    run -> new Thread(run, "run").start());
            // one that cannot be had now is better said now than in the night
            scheduler.files().forEach(runs::prepare);
            try (Management management = management(scheduler, meters, clock)) {
                if (management != null) {
                    terminal.listening(managementAddress, management.port());
                }
                scheduler.begin();
                return until(scheduler, runs);
            }
        } catch (Management.CannotListenException e) {
            return failed(err, e, ExitCode.WRONG_USAGE);
        } catch (ScheduleException e) {
            e.problems().forEach(problem -> err.println(OneLine.of(problem)));
            return ExitCode.WRONG_USAGE.code();
        } catch (DatabaseConfigurationException e) {
            return failed(err, e, ExitCode.WRONG_USAGE);
        } catch (DatabaseInUseException e) {
            return failed(err, e, ExitCode.ALREADY_RUNNING);
        } catch (DatabaseUnavailableException e) {
            return failed(err, e, ExitCode.UNAVAILABLE);
        }
    }

    private @Nullable Management management(Scheduler scheduler, @Nullable ScheduleMeters meters, Clock clock) {
        if (managementPort == null || meters == null) {
            return null;
        }
        meters.follow(scheduler);
        return Management.open(managementAddress, managementPort, scheduler, meters, clock);
    }

    /** Runs that are under way when it is asked to stop get the time that {@link Signals} gives; those that only report are not cut off. */
    private static int until(Scheduler scheduler, ScheduledRuns runs) throws InterruptedException {
        try (Signals signals = Signals.handle(scheduler::stop, runs::areReporting)) {
            return scheduler.run().code();
        }
    }

    private static int failed(PrintWriter err, RuntimeException e, ExitCode exitCode) {
        err.println(OneLine.of(String.valueOf(e.getMessage())));
        err.flush();
        return exitCode.code();
    }
}
