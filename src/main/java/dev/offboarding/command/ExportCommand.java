package dev.offboarding.command;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.kit.OneLine;
import dev.offboarding.report.AuditExport;
import dev.offboarding.report.EvidenceException;
import dev.offboarding.report.ExportPeriod;
import dev.offboarding.report.ExportSample;
import dev.offboarding.report.SigningKey;
import dev.offboarding.report.SigningKeyException;
import dev.offboarding.run.ProgramVersion;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "A period for an auditor: every customer listed, held, offboarded or withdrawn in it, once each, with who asked for it and who approved it, dates, steps, and the report that proves it.",
            "Writes a folder of CSV files under reports/JOB/exports, and changes nothing else. verify-report checks it against the reports. Also while a run is under way."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding export jobs/sample.yaml --from 2026-01-01 --to 2026-12-31",
            "  offboarding export jobs/sample.yaml --from 2026-01-01 --to 2026-12-31 --sample 25 --seed \"audit 2027\"",
            "  offboarding verify-report reports/sample/exports/*        against the reports beside them"
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    private static final int LONGEST_SEED = 200;

    @Parameters(paramLabel = "JOBFILE", description = "The job file, such as jobs/sample.yaml.")
    private Path jobFile = Path.of("");

    @Option(names = "--from", required = true, paramLabel = "DATE", description = "The first day, like 2026-01-01.")
    private LocalDate from = LocalDate.MIN;

    @Option(names = "--to", required = true, paramLabel = "DATE", description = "The last day, like 2026-12-31.")
    private LocalDate to = LocalDate.MIN;

    /** Both or neither. */
    static final class Drawn {
        @Option(
                names = "--sample",
                required = true,
                paramLabel = "N",
                description =
                        "So many customers only: those first in the order of the SHA-256 of seed, colon and customer id, the same on any machine.")
        private int size;

        @Option(names = "--seed", required = true, paramLabel = "S", description = "By which they are drawn: any text.")
        private String seed = "";
    }

    @ArgGroup(exclusive = false)
    private @Nullable Drawn drawn;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (to.isBefore(from)) {
            throw wrong("--to: %s is before %s".formatted(to, from));
        }
        ExportSample sample = sample();
        return JobDatabase.read(spec, jobFile, (loaded, database, out, err) -> {
            JobFile job = loaded.jobFile();
            SigningKey key;
            try {
                Path file = job.report().signingKeyFile();
                key = file == null ? null : SigningKey.read(file);
            } catch (SigningKeyException e) {
                err.println(OneLine.of(String.valueOf(e.getMessage())));
                return ExitCode.WRONG_USAGE;
            }
            AuditExport export = new AuditExport(
                    database.dataSource(),
                    job.reports(),
                    job.report().rights(),
                    Clock.systemUTC(),
                    ProgramVersion.text(),
                    key);
            try {
                return say(
                        export.write(job.job(), job.platform().text(), new ExportPeriod(from, to, job.zone()), sample),
                        out,
                        err);
            } catch (EvidenceException e) {
                err.println(OneLine.of(String.valueOf(e.getMessage())));
                return ExitCode.EVIDENCE_BROKEN;
            }
        });
    }

    private @Nullable ExportSample sample() {
        if (drawn == null) {
            return null;
        }
        if (drawn.size < 1) {
            throw wrong("--sample: %d is not a number of customers; give 1 or more".formatted(drawn.size));
        }
        if (drawn.seed.isEmpty() || drawn.seed.length() > LONGEST_SEED) {
            throw wrong("--seed: give a text of 1 to %d characters".formatted(LONGEST_SEED));
        }
        return new ExportSample(drawn.size, drawn.seed);
    }

    private static ExitCode say(AuditExport.Written written, PrintWriter out, PrintWriter err) {
        out.println("Query: " + OneLine.of(written.query()));
        out.println("%d %s%s, %d %s, %d %s"
                .formatted(
                        written.population(),
                        written.population() == 1 ? "customer" : "customers",
                        written.customers() == written.population()
                                ? ""
                                : ", of which %d were drawn".formatted(written.customers()),
                        written.steps(),
                        written.steps() == 1 ? "step" : "steps",
                        written.reports(),
                        written.reports() == 1 ? "run" : "runs"));
        written.notes().forEach(note -> out.println("Note: " + OneLine.of(note)));
        written.problems().forEach(problem -> err.println("Does not balance: " + OneLine.of(problem)));
        out.println("SHA-256 of export.json: " + written.sha256());
        if (written.signedBy() != null) {
            out.println("Signed by the key " + written.signedBy());
        }
        out.println("Export: " + written.folder().toAbsolutePath().normalize());
        return written.problems().isEmpty() ? ExitCode.OK : ExitCode.EVIDENCE_BROKEN;
    }

    private CommandLine.ParameterException wrong(String what) {
        return new CommandLine.ParameterException(spec.commandLine(), OneLine.of(what));
    }
}
