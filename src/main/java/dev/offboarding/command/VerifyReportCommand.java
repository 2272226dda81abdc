package dev.offboarding.command;

import dev.offboarding.kit.OneLine;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.report.LatestReport;
import dev.offboarding.report.verify.CutBackReports;
import dev.offboarding.report.verify.ExportVerifier;
import dev.offboarding.report.verify.Finding;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.report.verify.ReportsBelow;
import dev.offboarding.report.verify.RunChain;
import dev.offboarding.report.verify.TrustedKey;
import dev.offboarding.report.verify.VerifiedExport;
import dev.offboarding.report.verify.VerifiedReport;
import dev.offboarding.runs.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify-report",
        description = {
            "Checks reports offline: hashes, chain, totals, outcomes; of several, also that each follows the one before.",
            "Checks what export has written against the reports that are named with it, or that are beside it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  offboarding verify-report reports/sample                              all reports of a job",
            "  offboarding verify-report reports/sample/latest",
            "  offboarding verify-report --public-key report-public.pem reports/sample",
            "  offboarding verify-report reports/sample/exports/2026-01-01--2026-12-31-20270104T090000000Z"
        },
        mixinStandardHelpOptions = true)
final class VerifyReportCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FOLDER",
            arity = "1..*",
            description =
                    "The folder of a report, such as reports/sample/20261122T033000123Z, or one that has such folders in it: then none may be missing between them. Or that of an export.")
    private List<Path> folders = List.of();

    /** One of them says whose signature it has to be. */
    static final class Key {
        @Option(
                names = "--public-key",
                paramLabel = "FILE",
                description =
                        "Every report and export has to be signed by the key of which this is the public half, in PEM.")
        private @Nullable Path file;

        @Option(
                names = "--fingerprint",
                paramLabel = "SHA256",
                description = "As --public-key, by the SHA-256 of the public key: public_key_sha256 of a manifest.")
        private @Nullable String fingerprint;
    }

    @ArgGroup
    private @Nullable Key key;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private static final String MANIFEST = "manifest.json";
    private static final String EXPORTS = "exports";
    private static final int LONGEST_NAME = 100;

    /** As they were given. */
    private final Map<Path, Path> shown = new HashMap<>();

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
        // each with whether it was found in a folder of reports
        Map<Path, Boolean> reports = new LinkedHashMap<>();
        List<Path> exports = folders.stream().filter(ExportVerifier::isExport).toList();
        for (Path named : withReports(exports)) {
            Path folder = latest(named);
            if (exports.contains(named)) {
                continue;
            }
            if (folders.size() > 1 && isBesideReports(folder)) {
                continue;
            }
            String problem = problem(folder);
            if (problem != null) {
                return wrong(err, problem);
            }
            try {
                List<Path> below = ReportsBelow.of(folder);
                for (Path report : below.isEmpty() ? List.of(folder) : below) {
                    reports.merge(report.toAbsolutePath().normalize(), !below.isEmpty(), Boolean::logicalOr);
                    shown.putIfAbsent(report.toAbsolutePath().normalize(), report);
                }
            } catch (IOException e) {
                return wrong(err, "%s: cannot be read: %s".formatted(folder, e.getMessage()));
            }
        }
        if (reports.isEmpty()) {
            return wrong(err, "there is no report among what was named");
        }
        ReportVerifier verifier = new ReportVerifier(trusted);
        List<VerifiedReport> checked = new ArrayList<>();
        List<VerifiedReport> together = new ArrayList<>();
        for (Map.Entry<Path, Boolean> folder : reports.entrySet()) {
            VerifiedReport report = verifier.verify(shown.getOrDefault(folder.getKey(), folder.getKey()));
            // whether another one says that it has cut this one back is known once all are read
            if (report.rest() == null) {
                print(out, report, reports.size() == 1);
                out.flush();
            }
            checked.add(report);
        }
        List<VerifiedReport> verified = CutBackReports.among(checked);
        for (int i = 0; i < verified.size(); i++) {
            VerifiedReport report = verified.get(i);
            if (checked.get(i).rest() != null) {
                print(out, report, reports.size() == 1);
            }
            if (reports.getOrDefault(report.folder().toAbsolutePath().normalize(), false)) {
                together.add(report);
            }
        }
        RunChain chain = RunChain.of(verified, together);
        print(out, chain);
        if (verified.size() > 1) {
            notSigned(out, verified);
        }
        out.println(totals(verified, chain));
        List<VerifiedExport> checkedExports = exports.stream()
                .map(folder -> ExportVerifier.verify(folder, verified, trusted))
                .toList();
        checkedExports.forEach(export -> print(out, export));
        boolean inOrder = checkedExports.stream().allMatch(VerifiedExport::inOrder)
                && chain.findings().isEmpty()
                && verified.stream().allMatch(VerifiedReport::inOrder);
        ExitCode exitCode = inOrder ? ExitCode.OK : ExitCode.EVIDENCE_BROKEN;
        out.println("Exit code %d: %s"
                .formatted(exitCode.code(), inOrder ? "what was given is in order" : "the evidence is not in order"));
        out.flush();
        return exitCode.code();
    }

    /** What was named; with exports alone, the reports beside which they were written, too. */
    private List<Path> withReports(List<Path> exports) {
        List<Path> all = new ArrayList<>(folders);
        if (exports.size() == folders.size()) {
            exports.stream()
                    .map(export -> export.toAbsolutePath().normalize().getParent())
                    .filter(place -> place != null && place.endsWith(EXPORTS))
                    .map(Path::getParent)
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(all::add);
        }
        return all;
    }

    private static void print(PrintWriter out, VerifiedExport export) {
        String folder = OneLine.of(export.folder().toString());
        if (export.inOrder()) {
            out.println(
                    "%s: in order: %s, of which %d stand in the reports that were given as they say; %s counted again"
                            .formatted(
                                    folder,
                                    count(export.customers(), "customer"),
                                    export.compared(),
                                    count(export.reports(), "report")));
        } else {
            out.println("%s: NOT in order".formatted(folder));
        }
        export.findings().forEach(finding -> print(out, finding));
        export.notes().forEach(note -> out.println("  note: " + OneLine.of(note)));
    }

    private static void notSigned(PrintWriter out, List<VerifiedReport> verified) {
        long unsigned = verified.stream()
                .filter(report -> report.notes().stream().anyMatch(note -> note.startsWith(ReportVerifier.NOT_SIGNED)))
                .count();
        if (unsigned > 0) {
            out.println(
                    "note: %d of %d reports not signed: anyone who may write all of their files can make others that are consistent in themselves; compare manifest_sha256 of the last with one that was kept elsewhere"
                            .formatted(unsigned, verified.size()));
        }
    }

    /** One line, for a log. */
    private static String totals(List<VerifiedReport> verified, RunChain chain) {
        long removals = verified.stream()
                .map(VerifiedReport::figures)
                .filter(Objects::nonNull)
                .mapToLong(VerifiedReport.Figures::removals)
                .sum();
        long unplanned = verified.stream()
                .flatMap(report -> report.findings().stream())
                .filter(Finding::unplanned)
                .count();
        long broken = verified.stream().filter(report -> !report.inOrder()).count();
        long cutBack =
                verified.stream().filter(report -> report.cutBackBy() != null).count();
        return "%d %s, %d not in order%s; %d %s; %d %s; %d unplanned"
                .formatted(
                        verified.size(),
                        verified.size() == 1 ? "report" : "reports",
                        broken,
                        cutBack == 0
                                ? ""
                                : ", %d cut back to %s"
                                        .formatted(cutBack, cutBack == 1 ? "its manifest" : "their manifests"),
                        chain.gaps(),
                        chain.gaps() == 1 ? "gap" : "gaps",
                        removals,
                        removals == 1 ? "removal" : "removals",
                        unplanned);
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

    /** What the program itself keeps in a job's folder beside the reports, and a shell names with them where there is a star. */
    private static boolean isBesideReports(Path path) {
        return switch (String.valueOf(path.getFileName())) {
            case "logs", "certificates", EXPORTS ->
                Files.isDirectory(path) && !Files.exists(path.resolve(MANIFEST), LinkOption.NOFOLLOW_LINKS);
            case "index.html", "latest" -> Files.isRegularFile(path);
            default -> false;
        };
    }

    /** The report to which {@code latest} leads, of those beside it; anything else is what it is. No other link leads anywhere. */
    private static Path latest(Path path) {
        if (!path.endsWith(LatestReport.NAME)) {
            return path;
        }
        try {
            String name = Files.isSymbolicLink(path)
                    ? Files.readSymbolicLink(path).toString()
                    : Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            ? RegularFile.text(path, LONGEST_NAME, StandardCharsets.UTF_8)
                                    .strip()
                            : "";
            Path report = ReportsBelow.isRunId(name) ? path.resolveSibling(name) : path;
            return Files.exists(report, LinkOption.NOFOLLOW_LINKS) ? report : path;
        } catch (IOException e) {
            return path;
        }
    }

    /** Null if something is there, or may be: what this user may not look at is a finding, and the next one is checked. */
    private static @Nullable String problem(Path folder) {
        try {
            Files.readAttributes(folder, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return null;
        } catch (AccessDeniedException e) {
            return null;
        } catch (IOException e) {
            return "%s: there is no such folder".formatted(folder);
        }
    }

    private static int wrong(PrintWriter err, String problem) {
        err.println(OneLine.of(problem));
        err.flush();
        return ExitCode.WRONG_USAGE.code();
    }

    /** @param alone what holds for each of several is said once, at the end */
    private static void print(PrintWriter out, VerifiedReport report, boolean alone) {
        VerifiedReport.Figures figures = report.figures();
        if (report.cutBackBy() != null) {
            out.println("%s: cut back to its manifest, which is in order; run %s says so"
                    .formatted(OneLine.of(report.folder().toString()), OneLine.of(report.cutBackBy())));
        } else if (report.inOrder() && figures != null) {
            out.println("%s: in order: %s, %s, %s, %s"
                    .formatted(
                            OneLine.of(report.folder().toString()),
                            count(figures.customers(), "customer"),
                            count(figures.actions(), "action"),
                            count(figures.events(), "event"),
                            count(figures.files(), "file")));
            if (figures.otherJobs() > 0) {
                // of other jobs, or of the run that took up this one
                out.println("  events of other runs are between its own in " + count(figures.otherJobs(), "place"));
            }
        } else {
            out.println("%s: NOT in order".formatted(OneLine.of(report.folder().toString())));
        }
        report.findings().forEach(finding -> print(out, finding));
        report.notes().stream()
                .filter(note -> alone || !note.startsWith(ReportVerifier.NOT_SIGNED))
                .forEach(note -> out.println("  note: " + OneLine.of(note)));
    }

    private static String count(long count, String what) {
        return "%d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }

    private static void print(PrintWriter out, RunChain chain) {
        chain.findings().forEach(finding -> print(out, finding));
        chain.notes().forEach(note -> out.println("note: " + OneLine.of(note)));
    }

    private static void print(PrintWriter out, Finding finding) {
        out.println("  " + OneLine.of(finding.inWords()));
    }
}
