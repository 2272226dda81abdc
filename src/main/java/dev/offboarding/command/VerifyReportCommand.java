package dev.offboarding.command;

import dev.offboarding.report.verify.Finding;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.report.verify.RunChain;
import dev.offboarding.report.verify.TrustedKey;
import dev.offboarding.report.verify.VerifiedReport;
import dev.offboarding.run.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify-report",
        description =
                "Checks reports offline: hashes, chain, totals, outcomes; of several, also that each follows the one before.",
        mixinStandardHelpOptions = true)
final class VerifyReportCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FOLDER",
            arity = "1..*",
            description = "The folder of a report, such as reports/sample/20261122T033000123Z.")
    private List<Path> folders = List.of();

    /** One of them says whose signature it has to be. */
    static final class Key {
        @Option(
                names = "--public-key",
                paramLabel = "FILE",
                description = "Every report has to be signed by the key of which this is the public half, in PEM.")
        private @Nullable Path file;

        @Option(
                names = "--fingerprint",
                paramLabel = "SHA256",
                description = "Likewise, by the SHA-256 of the public key: public_key_sha256 of a manifest.")
        private @Nullable String fingerprint;
    }

    @ArgGroup
    private @Nullable Key key;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        TrustedKey trusted;
        try {
            trusted = trusted();
        } catch (TrustedKey.WrongKeyException e) {
            return wrong(err, String.valueOf(e.getMessage()));
        }
        List<Path> reports = new ArrayList<>();
        for (Path folder : folders) {
            String problem = problem(folder);
            if (problem != null) {
                return wrong(err, problem);
            }
            Path plain = folder.toAbsolutePath().normalize();
            if (reports.stream()
                    .noneMatch(other -> other.toAbsolutePath().normalize().equals(plain))) {
                reports.add(folder);
            }
        }
        ReportVerifier verifier = new ReportVerifier(trusted);
        List<VerifiedReport> verified = new ArrayList<>();
        for (Path folder : reports) {
            VerifiedReport report = verifier.verify(folder);
            print(out, report);
            out.flush();
            verified.add(report);
        }
        RunChain chain = RunChain.of(verified);
        print(out, chain);
        boolean inOrder = chain.findings().isEmpty() && verified.stream().allMatch(VerifiedReport::inOrder);
        ExitCode exitCode = inOrder ? ExitCode.OK : ExitCode.EVIDENCE_BROKEN;
        out.println("Exit code %d: %s"
                .formatted(exitCode.code(), inOrder ? "what was given is in order" : "the evidence is not in order"));
        out.flush();
        return exitCode.code();
    }

    private @Nullable TrustedKey trusted() {
        if (key == null) {
            return null;
        }
        if (key.file != null) {
            return TrustedKey.read(key.file);
        }
        return key.fingerprint == null ? null : TrustedKey.ofFingerprint(key.fingerprint);
    }

    /** Null if it may be a report. */
    private static @Nullable String problem(Path folder) {
        if (!Files.isDirectory(folder)) {
            return "%s: there is no such folder".formatted(folder);
        }
        if (!Files.isReadable(folder)) {
            return "%s: may not be read by %s".formatted(folder, System.getProperty("user.name"));
        }
        if (Files.exists(folder.resolve("manifest.json"), LinkOption.NOFOLLOW_LINKS)) {
            // a report, whatever else lies in it: that is for the check to say
            return null;
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> below = all.toList();
            if (below.stream().anyMatch(path -> Files.exists(path.resolve("manifest.json")))) {
                return "%s: is no report, it has reports in it; write %s".formatted(folder, folder.resolve("2*"));
            }
        } catch (IOException e) {
            return "%s: cannot be read: %s".formatted(folder, e.getMessage());
        }
        return null;
    }

    private static int wrong(PrintWriter err, String problem) {
        err.println(Text.oneLine(problem));
        err.flush();
        return ExitCode.WRONG_USAGE.code();
    }

    private static void print(PrintWriter out, VerifiedReport report) {
        VerifiedReport.Figures figures = report.figures();
        if (report.inOrder() && figures != null) {
            out.println("%s: in order: %d customers, %d actions, %d events, %d files"
                    .formatted(
                            Text.oneLine(report.folder().toString()),
                            figures.customers(),
                            figures.actions(),
                            figures.events(),
                            figures.files()));
            if (figures.otherJobs() > 0) {
                out.println("  events of other jobs stand between its own %d times".formatted(figures.otherJobs()));
            }
        } else {
            out.println(
                    "%s: NOT in order".formatted(Text.oneLine(report.folder().toString())));
        }
        report.findings().forEach(finding -> print(out, finding));
        report.notes().forEach(note -> out.println("  note: " + Text.oneLine(note)));
    }

    private static void print(PrintWriter out, RunChain chain) {
        chain.findings().forEach(finding -> print(out, finding));
        chain.notes().forEach(note -> out.println("note: " + Text.oneLine(note)));
    }

    private static void print(PrintWriter out, Finding finding) {
        out.println("  " + Text.oneLine(finding.inWords()));
    }
}
