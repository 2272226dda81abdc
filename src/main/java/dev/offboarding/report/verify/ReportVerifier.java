package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Figures;
import dev.offboarding.report.verify.VerifiedReport.Link;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Checks a report from its files alone: that they are those of its manifest, that the trail is one chain, and that every total, view and
 * outcome follows from the rows. Each file is read once; of each customer some hundred bytes are kept, and of each planned write as much.
 */
public final class ReportVerifier {
    private static final Logger LOG = LoggerFactory.getLogger(ReportVerifier.class);
    private static final Place FOLDER = Place.in("");
    /** What is larger is not read to its end only to say once more that something is wrong. */
    private static final long LARGE_BYTES = 256L << 20;

    private static final Set<String> ALWAYS =
            Set.of(ReportPass.FILE, CustomerRows.FILE, ActionRows.FILE, "report.html");

    /** How the note of a report without a signature begins. */
    public static final String NOT_SIGNED = "it is not signed: ";

    private final @Nullable TrustedKey trusted;

    /** @param trusted the key that has to have signed; null if any may, or none */
    public ReportVerifier(@Nullable TrustedKey trusted) {
        this.trusted = trusted;
    }

    /** @param folder of one report */
    public VerifiedReport verify(Path folder) {
        return verify(folder, () -> {
            ReportFiles files = ReportFiles.in(folder);
            ReportPass pass = new ReportPass(files);
            return new Look(files, pass, pass::read);
        });
    }

    /**
     * Begins to check a report while it is written.
     *
     * @param folder where it is written
     */
    public FollowedReport follow(Path folder, FilesBeingWritten written) {
        return new FollowedReport(this, folder, written);
    }

    /** @param read reads all of it, or says how that ended */
    record Look(ReportFiles files, ReportPass pass, Runnable read) implements AutoCloseable {
        @Override
        public void close() {
            files.close();
        }
    }

    interface Opening {
        Look open() throws IOException;
    }

    VerifiedReport verify(Path folder, Opening opening) {
        List<Finding> findings = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        try (Look look = opening.open()) {
            ReportFiles files = look.files();
            FOLDER.holds(files.names().contains(ManifestFile.FILE), ManifestFile.FILE, "there", "missing");
            ManifestFile manifest = ManifestFile.read(files.manifest(), trusted);
            VerifiedReport rest = rest(folder, files, manifest);
            if (rest != null) {
                return rest;
            }
            theSameFiles(files, manifest);
            Figures figures = contents(look, manifest, folder, findings);
            Link link = link(manifest, look.pass().stretches());
            hashes(files, manifest, findings, notes);
            note(manifest, notes);
            return new VerifiedReport(folder, List.copyOf(findings), List.copyOf(notes), figures, link);
        } catch (Mismatch mismatch) {
            findings.add(mismatch.finding());
        } catch (IOException | UncheckedIOException e) {
            findings.add(
                    FOLDER.off("the report", "readable", ReportFiles.inWords(e)).finding());
        } catch (OutOfMemoryError | StackOverflowError e) {
            // what was read of it has been released by now, and other reports are still to be checked
            findings.add(FOLDER.off("the report", "one that can be checked in this program's memory", "a larger one")
                    .finding());
        }
        return new VerifiedReport(folder, findings, notes, null, null);
    }

    private static @Nullable Figures contents(Look look, ManifestFile manifest, Path folder, List<Finding> findings) {
        try {
            look.read().run();
            return look.pass().sums(manifest);
        } catch (Mismatch mismatch) {
            findings.add(mismatch.finding());
        } catch (RuntimeException e) {
            LOG.error("a report that cannot be made sense of, in {}", folder, e);
            findings.add(
                    FOLDER.off("the report", "one that can be made sense of", e).finding());
        }
        return null;
    }

    private static void hashes(ReportFiles files, ManifestFile manifest, List<Finding> findings, List<String> notes)
            throws IOException {
        for (var hash : manifest.hashes().entrySet()) {
            String name = hash.getKey();
            if (!findings.isEmpty() && files.size(name) > LARGE_BYTES) {
                notes.add("SHA-256 of %s, of %,d bytes, was not computed: the report is not in order anyway"
                        .formatted(name, files.size(name)));
                continue;
            }
            String found = files.hash(name);
            if (!found.equals(hash.getValue())) {
                findings.add(Finding.of(name, 0, "SHA-256", hash.getValue() + " (manifest.json)", found));
            }
        }
    }

    private void note(ManifestFile manifest, List<String> notes) {
        String fingerprint = manifest.fingerprint();
        if (fingerprint == null) {
            notes.add(NOT_SIGNED
                    + "anyone who may write all of its files can make another one that is consistent in itself; compare manifest_sha256 %s with one that was kept elsewhere"
                            .formatted(manifest.ownHash()));
        } else if (trusted == null) {
            notes.add(
                    "its signature was checked only against the key that it names itself, %s; --fingerprint or --public-key says whose key it has to be"
                            .formatted(fingerprint));
        }
    }

    private static void theSameFiles(ReportFiles files, ManifestFile manifest) {
        SortedSet<String> there = files.names();
        Set<String> expected = new TreeSet<>(manifest.hashes().keySet());
        expected.addAll(ALWAYS);
        expected.add(ManifestFile.FILE);
        for (String name : expected) {
            FOLDER.holds(there.contains(name), name, "there", "missing");
            boolean hashed = manifest.hashes().containsKey(name);
            Place.in(ManifestFile.FILE)
                    .holds(hashed || name.equals(ManifestFile.FILE), "hash of " + name, "one", "none");
        }
        for (String name : there) {
            FOLDER.holds(expected.contains(name), name, "not there, for the manifest does not name it", "there");
            Place.in(name).holds(files.size(name) > 0, "size", "more than nothing", 0);
        }
    }

    /**
     * What can be said of a report of which files are missing: whether what is left of it are files of its manifest. Null if none is missing,
     * or if it is not.
     */
    private static @Nullable VerifiedReport rest(Path folder, ReportFiles files, ManifestFile manifest)
            throws IOException {
        Set<String> named = manifest.hashes().keySet();
        List<String> missing =
                named.stream().filter(name -> !files.names().contains(name)).toList();
        SortedSet<String> left = files.names();
        left.remove(ManifestFile.FILE);
        if (missing.isEmpty() || !named.containsAll(left) || !named.containsAll(ALWAYS)) {
            return null;
        }
        List<Finding> findings = new ArrayList<>();
        for (String name : missing) {
            findings.add(FOLDER.off(name, "there", "missing").finding());
        }
        for (String name : left) {
            if (!files.hash(name).equals(manifest.hashes().get(name))) {
                return null;
            }
        }
        return new VerifiedReport(
                folder,
                findings,
                List.of(
                        "where a later run has cut it back to its manifest, as its job file asks for, that run's manifest says so: check them together"),
                null,
                null,
                link(manifest, List.of()),
                null);
    }

    private static Map<String, String> cutBack(JsonNode manifest) {
        Map<String, String> cut = new HashMap<>();
        for (JsonNode one : manifest.path("cut_back")) {
            String run = StrictJson.text(one, "run_id");
            String hash = StrictJson.text(one, "manifest_sha256");
            if (run != null && hash != null) {
                cut.put(run, hash);
            }
        }
        return cut;
    }

    private static Link link(ManifestFile manifest, List<Stretch> stretches) {
        JsonNode json = manifest.json();
        JsonNode previous = json.path("previous_run");
        JsonNode chain = json.path("chain");
        return new Link(
                String.valueOf(StrictJson.text(json, "job")),
                String.valueOf(StrictJson.text(json, "run_id")),
                manifest.ownHash(),
                manifest.fingerprint(),
                StrictJson.text(previous, "run_id"),
                StrictJson.text(previous, "manifest_sha256"),
                Objects.requireNonNullElse(StrictJson.text(json, "previous_run_note"), ""),
                chain.path("head_sequence").asLong(0),
                String.valueOf(StrictJson.text(chain, "head")),
                stretches.isEmpty() ? 0 : stretches.get(0).from(),
                stretches.isEmpty() ? "" : stretches.get(0).before(),
                stretches,
                cutBack(json));
    }
}
