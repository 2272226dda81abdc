package dev.offboarding.command;

import dev.offboarding.kit.FileFault;
import dev.offboarding.kit.OneLine;
import dev.offboarding.lists.ListTemplate;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "init",
        description =
                "Makes a commented job file, a list of protected customers and an empty list to start from. Never overwrites anything.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  offboarding init              in this folder", "  offboarding init acme         in the folder acme"
        })
final class InitCommand implements Callable<Integer> {
    private static final String JOB_FILE = "nightly.yaml";
    private static final String PROTECTED = "protected-customers.csv";
    private static final String LIST = "to-offboard.csv";
    private static final String WORKBOOK = "to-offboard.xlsx";
    private static final String INBOX = "inbox";

    @Parameters(paramLabel = "FOLDER", arity = "0..1", description = "Where; without it, in the working directory.")
    private Path folder = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(JOB_FILE, NewFiles.own(JOB_FILE));
        files.put(PROTECTED, ListTemplate.protectedCustomers());
        files.put(LIST, ListTemplate.csv());
        files.put(WORKBOOK, ListTemplate.workbook());
        List<String> there = NewFiles.there(folder, files.keySet());
        if (!there.isEmpty()) {
            return wrong(
                    err,
                    "%s: %s there already, and nothing is overwritten: nothing was made. Name another folder: offboarding init FOLDER"
                            .formatted(shown(), String.join(", ", there) + (there.size() == 1 ? " is" : " are")));
        }
        try {
            Files.createDirectories(folder.resolve(INBOX));
            NewFiles.make(folder, files);
        } catch (IOException e) {
            return wrong(
                    err,
                    "%s: not all of it could be made (%s). Look at the rights of the folder."
                            .formatted(shown(), FileFault.inWords(e)));
        }
        out.println("Made in " + shown() + ":");
        out.println("  nightly.yaml               the job: which list, which platform, which limits");
        out.println("  protected-customers.csv    who is never touched: replace the example before the first plan");
        out.println("  to-offboard.csv, .xlsx     lists to be filled in; one of them will do");
        out.println("  inbox/                     where a list is put when it is ready");
        out.println("Then, in that folder:");
        out.println("  offboarding check to-offboard.xlsx");
        out.println("  offboarding plan nightly.yaml");
        out.flush();
        return ExitCode.OK.code();
    }

    private String shown() {
        return OneLine.of(folder.toAbsolutePath().normalize().toString());
    }

    private static int wrong(PrintWriter err, String problem) {
        err.println(OneLine.of(problem));
        err.flush();
        return ExitCode.WRONG_USAGE.code();
    }
}
