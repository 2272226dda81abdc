package dev.offboarding.command;

import dev.offboarding.cases.CaseList;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.kit.OneLine;
import dev.offboarding.runs.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "cases", description = "The open cases of a job, one line each.", mixinStandardHelpOptions = true)
final class CasesCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Option(
            names = "--hold",
            paramLabel = "REASON",
            description = "Only those held for this reason: ${COMPLETION-CANDIDATES}.")
    private @Nullable HoldReason hold;

    @Option(names = "--all", description = "Closed cases, too.")
    private boolean all;

    @Option(names = "--manual", description = "Only those that wait for a person to do something elsewhere.")
    private boolean manual;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            CaseList cases = new CaseList(new JdbcTemplate(database.dataSource()));
            long count = cases.each(loaded.jobFile().job(), hold, manual, all, line -> out.println(OneLine.of(line)));
            if (count == 0) {
                out.println(
                        manual
                                ? "No %scase waits for a person.".formatted(hold == null ? "open " : "such ")
                                : "No %scases.".formatted(all ? "" : "open "));
            }
            return ExitCode.OK;
        });
    }
}
