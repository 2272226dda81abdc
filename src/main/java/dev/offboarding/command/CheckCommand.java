package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.lists.ListCheck;
import dev.offboarding.lists.Reject;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "What would be said of a list if it were put into the inbox, line by line. Needs no job file and no database, and changes nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding check to-offboard.xlsx",
            "  offboarding check inbox/*.csv        together, as in one night",
            "",
            "Exit code 0: all rows would be accepted; 4: rows would be set aside; 2: a file would be refused.",
            "Dates and identity are read as where the job file says nothing of them: a job whose identity is domain alone needs a domain.",
            "Whether a file was taken before, and whether its customers are the reseller's, only a plan can say."
        })
final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "A list: a CSV file or an Excel workbook (.xlsx).")
    private List<Path> files = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<ListCheck.Checked> checked = ListCheck.of(files, LocalDate.now(ZoneId.systemDefault()));
        checked.forEach(file -> print(out, file));
        long refused = checked.stream().filter(file -> file.refusal() != null).count();
        long setAside = checked.stream().mapToLong(ListCheck.Checked::rejected).sum();
        ExitCode exitCode = refused > 0 ? ExitCode.WRONG_USAGE : setAside > 0 ? ExitCode.NEEDS_ATTENTION : ExitCode.OK;
        out.println("Exit code %d: %s"
                .formatted(
                        exitCode.code(),
                        refused > 0
                                ? "%s would be refused".formatted(count(refused, "file"))
                                : setAside > 0
                                        ? "%s would be set aside".formatted(count(setAside, "row"))
                                        : "all rows would be accepted"));
        out.flush();
        return exitCode.code();
    }

    private static void print(PrintWriter out, ListCheck.Checked file) {
        out.println(OneLine.of(file.file().toString()));
        if (!file.understood().isEmpty()) {
            out.println("  understood: "
                    + file.understood().entrySet().stream()
                            .map(column ->
                                    heading(column.getKey(), column.getValue().label()))
                            .collect(Collectors.joining(", ")));
        }
        if (!file.carried().isEmpty()) {
            out.println("  only carried through: "
                    + file.carried().stream().map(OneLine::of).collect(Collectors.joining(", ")));
        }
        file.rejects().forEach(reject -> print(out, reject));
        if (file.refusal() == null && file.rejected() > file.rejects().size()) {
            out.println(
                    "  and %d more".formatted(file.rejected() - file.rejects().size()));
        }
        String refusal = file.refusal();
        if (refusal != null) {
            out.println("  %s; none would be accepted: the file would be refused: %s"
                    .formatted(count(file.rows(), "row"), OneLine.of(refusal)));
        } else {
            out.println("  %s: %d would be accepted, %s, %d set aside"
                    .formatted(
                            count(file.rows(), "row"),
                            file.rows() - file.duplicates() - file.rejected(),
                            count(file.duplicates(), "duplicate"),
                            file.rejected()));
        }
    }

    private static String heading(String written, String label) {
        return written.equalsIgnoreCase(label) ? OneLine.of(written) : "%s (%s)".formatted(OneLine.of(written), label);
    }

    private static void print(PrintWriter out, Reject reject) {
        String column = reject.column();
        out.println(OneLine.indented("  line %d%s: %s. %s"
                .formatted(
                        reject.line(), column == null ? "" : ", column " + column, reject.problem(), reject.remedy())));
    }

    private static String count(long count, String what) {
        return "%d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }
}
