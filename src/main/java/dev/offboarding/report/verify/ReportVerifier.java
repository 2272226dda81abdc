package dev.offboarding.report.verify;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.report.verify.VerifiedReport.Figures;
import dev.offboarding.report.verify.VerifiedReport.Link;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Checks a report from its files alone: that they are those of its manifest, that the trail is one chain, and that every total, view and
 * outcome follows from the rows. Each file is read once, and a customer takes some hundred bytes of memory.
 */
public final class ReportVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(ReportVerifier.class);
    /** What is larger is not read to its end only to say once more that something is off. */
    private static final long LARGE_BYTES = 256L << 20;

    private static final int MOST_FILES = 100;
    private static final Set<String> ALWAYS =
            Set.of(ReportPass.FILE, CustomerRows.FILE, ReportPass.ACTIONS, "report.html");

    /** How the note of a report without a signature begins. */
    public static final String NOT_SIGNED = "it is not signed: ";

    private final @Nullable TrustedKey trusted;

    /** @param trusted the key that has to have signed; null if any may, or none */
    public ReportVerifier(@Nullable TrustedKey trusted) {
        this.trusted = trusted;
    }

    /** @param folder of one report */
    public VerifiedReport verify(Path folder) {
        List<Finding> findings = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try {
            SortedMap<String, Long> there = list(folder);
            Mismatch.unless(there.containsKey(ManifestFile.FILE), "", 0, ManifestFile.FILE, "there", "missing");
            ManifestFile manifest = ManifestFile.read(manifest(folder), trusted);
            theSameFiles(there, manifest);
            return read(folder, there, manifest, findings, notes);
        } catch (Mismatch off) {
            findings.add(off.finding());
        } catch (IOException | UncheckedIOException e) {
            findings.add(Finding.of("", 0, "the report", "readable", inWords(e)));
        } catch (OutOfMemoryError | StackOverflowError e) {
            // what was read of it is let go by now, and other reports are to be checked yet
            findings.add(Finding.of(
                    "", 0, "the report", "one that can be checked in this program's memory", "a larger one"));
        }
        return new VerifiedReport(folder, findings, notes, null, null);
    }

    private static byte[] manifest(Path folder) {
        try {
            return RegularFile.bytes(folder.resolve(ManifestFile.FILE), ManifestFile.MOST_BYTES);
        } catch (IOException e) {
            throw new Mismatch(ManifestFile.FILE, 0, "the file", "readable", inWords(e));
        }
    }

    private static String inWords(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof NoSuchFileException) {
            return "that it is gone";
        }
        if (cause instanceof AccessDeniedException) {
            return "that %s may not read it".formatted(System.getProperty("user.name"));
        }
        if (cause instanceof NotDirectoryException) {
            return "that it is no folder";
        }
        String reason = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
        return reason == null ? "that it cannot be read" : "that it " + reason;
    }

    private VerifiedReport read(
            Path folder,
            SortedMap<String, Long> there,
            ManifestFile manifest,
            List<Finding> findings,
            List<String> notes)
            throws IOException {
        Figures figures = null;
        Link link = null;
        try (OpenFiles files = new OpenFiles(folder, there)) {
            ReportPass pass = new ReportPass(files, manifest);
            try {
                pass.run();
                TrailCheck trail = Objects.requireNonNull(pass.trail());
                figures = new Figures(
                        pass.customerCount(),
                        trail.actions(),
                        trail.events(),
                        trail.removals(),
                        pass.gaps(),
                        there.size());
                if (!pass.planNamed()) {
                    notes.add("its plan has too many writes for plan_id to be counted again from them");
                }
            } catch (Mismatch off) {
                findings.add(off.finding());
            } catch (RuntimeException e) {
                LOG.error("a report that cannot be made sense of, in {}", folder, e);
                findings.add(Finding.of("", 0, "the report", "one that can be made sense of", e));
            }
            link = link(manifest, pass);
            for (var hash : manifest.hashes().entrySet()) {
                long size = files.size(hash.getKey());
                if (!findings.isEmpty() && size > LARGE_BYTES) {
                    notes.add("SHA-256 of %s, of %,d bytes, was not counted: the report is not in order as it is"
                            .formatted(hash.getKey(), size));
                    continue;
                }
                String found = files.hash(hash.getKey());
                if (!found.equals(hash.getValue())) {
                    findings.add(Finding.of(hash.getKey(), 0, "SHA-256", hash.getValue() + " (manifest.json)", found));
                }
            }
        }
        note(manifest, notes);
        return new VerifiedReport(folder, List.copyOf(findings), List.copyOf(notes), figures, link);
    }

    private void note(ManifestFile manifest, List<String> notes) {
        String fingerprint = manifest.fingerprint();
        if (fingerprint == null) {
            notes.add(NOT_SIGNED
                    + "whoever may write all of its files can make another one that fits in itself; hold manifest_sha256 %s against one that was kept elsewhere"
                            .formatted(manifest.ownHash()));
        } else if (trusted == null) {
            notes.add(
                    "its signature was held against the key that it names itself only, %s; --fingerprint or --public-key says whose key it has to be"
                            .formatted(fingerprint));
        }
    }

    private static void theSameFiles(SortedMap<String, Long> there, ManifestFile manifest) {
        Set<String> expected = new TreeSet<>(manifest.hashes().keySet());
        expected.addAll(ALWAYS);
        expected.add(ManifestFile.FILE);
        for (String name : expected) {
            Mismatch.unless(there.containsKey(name), "", 0, name, "there", "missing");
            Mismatch.unless(
                    name.equals(ManifestFile.FILE) || manifest.hashes().containsKey(name),
                    ManifestFile.FILE,
                    0,
                    "hash of " + name,
                    "one",
                    "none");
        }
        for (var file : there.entrySet()) {
            Mismatch.unless(
                    expected.contains(file.getKey()),
                    "",
                    0,
                    file.getKey(),
                    "not there, for the manifest does not name it",
                    "there");
            Mismatch.unless(file.getValue() > 0, file.getKey(), 0, "size", "more than nothing", 0);
        }
    }

    /** Size by name. */
    private static SortedMap<String, Long> list(Path folder) throws IOException {
        SortedMap<String, Long> files = new TreeMap<>();
        if (!Files.isDirectory(folder) && Files.exists(folder)) {
            throw new NotDirectoryException(folder.toString()); // before it is opened: a pipe would wait for its writer
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.limit(MOST_FILES).toList()) {
                String name = file.getFileName().toString();
                Mismatch.unless(
                        Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS), "", 0, name, "a file", "something else");
                files.put(name, Files.size(file));
            }
        }
        return files;
    }

    private static Link link(ManifestFile manifest, ReportPass pass) {
        TrailCheck trail = pass.trail();
        JsonNode json = manifest.json();
        Event first = trail == null ? null : trail.first();
        return new Link(
                String.valueOf(StrictJson.text(json.path("job"))),
                String.valueOf(StrictJson.text(json.path("run_id"))),
                manifest.ownHash(),
                manifest.fingerprint(),
                StrictJson.text(json.path("previous_run").path("run_id")),
                StrictJson.text(json.path("previous_run").path("manifest_sha256")),
                Objects.requireNonNullElse(StrictJson.text(json.path("previous_run_note")), ""),
                json.path("chain").path("head_sequence").asLong(0),
                String.valueOf(StrictJson.text(json.path("chain").path("head"))),
                first == null ? 0 : first.sequence(),
                first == null ? "" : first.previous(),
                pass.stretches());
    }

    /** The files of a report, each opened at most once. */
    private static final class OpenFiles implements ReportPass.Files, AutoCloseable {
        private final Path folder;
        private final Map<String, Long> sizes;
        private final Map<String, HashedFile> open = new HashMap<>();
        private final Set<String> handedOut = new HashSet<>();

        OpenFiles(Path folder, Map<String, Long> sizes) {
            this.folder = folder;
            this.sizes = sizes;
        }

        @Override
        public @Nullable InputStream open(String name) {
            if (!sizes.containsKey(name)) {
                return null;
            }
            if (!handedOut.add(name)) {
                throw new IllegalStateException(name + " is read a second time");
            }
            return file(name);
        }

        @Override
        public long size(String name) {
            return Objects.requireNonNullElse(sizes.get(name), 0L);
        }

        String hash(String name) throws IOException {
            return file(name).hash();
        }

        private HashedFile file(String name) {
            return open.computeIfAbsent(name, n -> {
                try {
                    return new HashedFile(folder.resolve(n));
                } catch (IOException e) {
                    throw new Mismatch(n, 0, "the file", "readable", inWords(e));
                }
            });
        }

        @Override
        public void close() throws IOException {
            for (HashedFile file : open.values()) {
                file.close();
            }
        }
    }
}
