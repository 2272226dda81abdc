package dev.offboarding.command;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.OneLine;
import dev.offboarding.report.ReportFolder;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Messages;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.RunLog;
import dev.offboarding.runs.RunLog.Night;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "history",
        description = {
            "The last runs of a job, one line each, the latest last; nights that could not begin, too.",
            "Changes nothing. Also while a run is under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  offboarding history jobs/sample.yaml", "  offboarding history jobs/sample.yaml --last 60"},
        mixinStandardHelpOptions = true)
final class HistoryCommand implements Callable<Integer> {

    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final String LINE = "%-16s  %-8s  %4s  %s";
    private static final int MOST = 100_000;

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "14",
            description = "How many runs; ${DEFAULT-VALUE} where it is not said.")
    private int last;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (last < 1 || last > MOST) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--last: %d is not a number of runs; give one from 1 to %d".formatted(last, MOST));
        }
        return JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            JobFile job = loaded.jobFile();
            List<Night> nights = new RunLog(new JdbcTemplate(database.dataSource())).last(job.job(), last);
            if (nights.isEmpty()) {
                out.println("No run of job %s has begun yet.".formatted(OneLine.of(job.job())));
                return ExitCode.OK;
            }
            out.println("Job %s, times in %s".formatted(OneLine.of(job.job()), job.zone()));
            out.println(LINE.formatted("BEGAN", "MODE", "EXIT", "HOW IT ENDED · CUSTOMERS · REPORT"));
            for (int i = nights.size() - 1; i >= 0; i--) {
                out.println(OneLine.of(line(job, nights.get(i))));
            }
            return ExitCode.OK;
        });
    }

    private static String line(JobFile job, Night night) {
        String runId = night.runId();
        Map<String, Long> outcomes = night.outcomes();
        ExitCode exitCode = night.exitCode();
        StringBuilder line = new StringBuilder(LINE.formatted(
                MINUTE.format(night.at().atZone(job.zone())),
                runId == null ? "-" : night.mode(),
                exitCode == null ? "-" : String.valueOf(exitCode.code()),
                night.ending()));
        if (outcomes != null) {
            line.append(" · ")
                    .append(outcomes.isEmpty() ? Messages.nobody(Mode.of(night.mode())) : Messages.customers(outcomes));
        }
        if (runId != null) {
            line.append(" · ").append(report(job, runId));
        }
        return line.toString();
    }

    private static String report(JobFile job, String runId) {
        if (!ReportFolder.isThere(job.reports(), job.job(), runId)) {
            return "no report there";
        }
        return (ReportFolder.isWhole(job.reports(), job.job(), runId) ? "" : "only the manifest is left: ")
                + ReportFolder.of(job.reports(), job.job(), runId);
    }
}
