package dev.offboarding.command;

import dev.offboarding.jobfile.JobFileException;
import dev.offboarding.kit.HttpResends;
import dev.offboarding.kit.OneLine;
import dev.offboarding.run.ProgramVersion;
import dev.offboarding.runs.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The verbs, and what all of them have in common. */
@Command(
        name = "offboarding",
        description = {
            "Offboards a cloud reseller's customers safely, every night.",
            "Without arguments: the sample, a small reseller in a database of its own; its files are made in the working directory, if they are not there."
        },
        subcommands = {
            InitCommand.class,
            CheckCommand.class,
            RunCommand.class,
            PlanCommand.class,
            ScheduleCommand.class,
            CasesCommand.class,
            ExplainCommand.class,
            WithdrawCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            CloseCommand.class,
            ApproveCommand.class,
            AdoptCommand.class,
            HistoryCommand.class,
            ExportCommand.class,
            VerifyReportCommand.class,
            CertificateCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = CommandLineProgram.Version.class,
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  every case that could go on ended as planned; waiting is fine",
            "  1  unexpected error",
            "  2  wrong usage or configuration; nothing was touched",
            "  3  stopped by a limit, a missing approval or a wrong clock; nothing written",
            "  4  finished, but customers failed, rows or files were refused, or somebody",
            "     has to look",
            "  5  finished, but effects are still to be confirmed",
            "  6  another run of this job is under way",
            "  7  the platform, its sign-in or a database could not be used",
            "  8  the evidence could not be written, does not balance, or something was",
            "     written that was not planned",
            "  9  stopped early: by a signal, by max-duration, or by the failure brake"
        })
public final class CommandLineProgram {

    /** Without arguments: the sample. */
    private static final String[] SAMPLE = {"run", SampleFiles.JOB_FILE};

    private CommandLineProgram() {}

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {ProgramVersion.text()};
        }
    }

    /** @return what the program is to end with */
    public static int execute(String... args) {
        return execute(new CommandLine(new CommandLineProgram()), args);
    }

    /** As at a terminal that these writers stand for. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        return execute(new CommandLine(new CommandLineProgram()).setOut(out).setErr(err), args);
    }

    /**
     * The database driver sends each server this machine's zone, and a server refuses one by a name of Java's own, {@code JST} for instance.
     */
    private static void useAZoneThatServersKnow() {
        TimeZone.setDefault(TimeZone.getTimeZone(ZoneId.systemDefault()));
    }

    /**
     * What is written is read by programs, too: digits are those of ASCII, and a driver's words those that are looked for, whatever the
     * language of the machine.
     */
    private static void speakNoLanguageOfTheMachines() {
        Locale.setDefault(Locale.ROOT);
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new CommandLine.TypeConversionException(
                    "%s is not a date: write year-month-day, like 2027-01-15".formatted(OneLine.of(text)));
        }
    }

    private static int execute(CommandLine commandLine, String... args) {
        speakNoLanguageOfTheMachines();
        useAZoneThatServersKnow();
        // a notice of one job may be sent before the next one speaks with Partner Center
        HttpResends.switchOff();
        // a terminal is for people: what a program has to say about itself goes to the log file of a run
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        commandLine.registerConverter(LocalDate.class, CommandLineProgram::date);
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> {
            PrintWriter err = command.getErr();
            if (e instanceof JobFileException wrong) {
                wrong.problems().forEach(err::println);
                return ExitCode.WRONG_USAGE.code();
            }
            LoggerFactory.getLogger(CommandLineProgram.class).error("unexpected", e);
            err.println("Unexpected error: " + OneLine.of(String.valueOf(e)));
            return ExitCode.UNEXPECTED.code();
        });
        if (args.length > 0) {
            return commandLine.execute(args);
        }
        return SampleFiles.areThere(Path.of(""), commandLine.getOut(), commandLine.getErr())
                ? commandLine.execute(SAMPLE)
                : ExitCode.WRONG_USAGE.code();
    }
}
