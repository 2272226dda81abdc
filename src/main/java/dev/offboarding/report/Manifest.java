package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.runs.RunRow;
import dev.offboarding.runs.Runs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code manifest.json}: what makes a change to a report show. Its own hash is that of its bytes with the 64 characters of
 * {@code manifest_sha256} taken out. What is signed, where it is, are its bytes with those 64 taken out and the characters of the
 * signature's {@code value}, too; so the signature covers every hash in it, and the hash covers the signature.
 */
final class Manifest {
    static final String FILE = "manifest.json";

    /** More than one that names ten thousand lists has, and little enough to be read into memory. */
    static final int MOST_BYTES = 8 << 20;

    private static final String OWN_HASH = "manifest_sha256";
    private static final Pattern END = Pattern.compile("\"" + OWN_HASH + "\" : \"([0-9a-f]{64})\"\n}\n\\z");

    private final JdbcTemplate jdbc;
    private static final int MOST_EARLIER = 1_000;

    private final RunRow run;
    private final Path reports;
    private final @Nullable SigningKey key;

    /** @param key signs it; null if it is not signed */
    Manifest(JdbcTemplate jdbc, RunRow run, Path reports, @Nullable SigningKey key) {
        this.jdbc = jdbc;
        this.run = run;
        this.reports = reports;
        this.key = key;
    }

    /** @return its own hash */
    String write(ReportFolder folder) throws IOException {
        ObjectNode manifest = content(folder.hashes());
        SignedJson.prepare(manifest, key);
        manifest.put(OWN_HASH, "");
        SignedJson.sign(manifest, key);
        String own = Sha256.hexOf(SignedJson.bytes(manifest));
        manifest.put(OWN_HASH, own);
        try (OutputStream out = folder.create(FILE)) {
            out.write(SignedJson.bytes(manifest));
        }
        return own;
    }

    private ObjectNode content(Map<String, String> hashes) {
        ObjectNode manifest = ReportJson.MAPPER.createObjectNode();
        manifest.put("job", run.job());
        manifest.put("run_id", run.runId());
        ObjectNode files = manifest.putObject("files");
        hashes.forEach(files::put);
        Previous previous = previous();
        if (previous.sha256() == null) {
            manifest.putNull("previous_run");
        } else {
            manifest.putObject("previous_run").put("run_id", previous.runId()).put(OWN_HASH, previous.sha256());
        }
        if (!previous.note().isEmpty()) {
            manifest.put("previous_run_note", previous.note());
        }
        chain(manifest.putObject("chain"));
        manifest.set("facts", ReportJson.MAPPER.readTree(run.facts()));
        lists(manifest.putArray("lists"));
        if (run.cutBack() != null) {
            manifest.set("cut_back", ReportJson.MAPPER.readTree(run.cutBack()));
        }
        return manifest;
    }

    private void lists(ArrayNode lists) {
        new ReceivedLists(jdbc)
                .eachFile(
                        run.runId(),
                        file -> lists.addObject()
                                .put("name", file.name())
                                .put("sha256", file.sha256())
                                .put("status", file.status().name()));
    }

    /** The head may come after the run's last event, where another job wrote meanwhile; hence its own sequence. */
    private void chain(ObjectNode chain) {
        AuditEvents events = new AuditEvents(jdbc);
        AuditEvents.Range own = events.range(run.runId());
        AuditEvents.Head head = events.head();
        chain.put("first_sequence", own == null ? null : own.first());
        chain.put("last_sequence", own == null ? null : own.last());
        chain.put("head_sequence", head.sequence());
        chain.put("head", head.hash());
    }

    private record Previous(
            @Nullable String runId, @Nullable String sha256, String note) {}

    /**
     * The newest earlier run of this job that left a report: a run may have ended without one. Its hash is the one that was recorded when
     * the report was written: since then it may have been moved away, which is no one's fault, or rebuilt, which is to show. Only where
     * none was recorded is it read from the folder.
     */
    private Previous previous() {
        String missed = "";
        for (Runs.Earlier candidate : new Runs(jdbc).earlier(run.job(), run.runId(), MOST_EARLIER)) {
            Path folder = ReportFolder.of(reports, run.job(), candidate.runId());
            String recorded = candidate.manifestSha256();
            if (recorded != null) {
                return new Previous(
                        candidate.runId(),
                        recorded,
                        (missed + " " + changed(candidate.runId(), recorded, folder)).strip());
            }
            String found = hash(folder);
            if (found != null) {
                return new Previous(candidate.runId(), found, missed);
            }
            if (missed.isEmpty()) {
                missed = missed(candidate, folder);
            }
        }
        return new Previous(null, null, missed);
    }

    private static String missed(Runs.Earlier run, Path folder) {
        if (Files.exists(folder.resolve(FILE), LinkOption.NOFOLLOW_LINKS)) {
            return "The manifest of the previous run, " + folder.resolve(FILE) + ", cannot be read.";
        }
        return run.reported()
                ? "The report of the previous run, " + run.runId() + ", is not in " + folder + " any more."
                : "";
    }

    /** Empty if the report is as it was written, or not there any more. */
    private static String changed(String runId, String recorded, Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        String found = hash(folder);
        return recorded.equals(found)
                ? ""
                : "The report of the previous run, %s, was changed since it was written: its manifest_sha256 was %s, and %s has %s."
                        .formatted(runId, recorded, folder, found == null ? "no manifest that can be read" : found);
    }

    /** The own hash of a manifest, counted from its bytes; null if there is none that can be read. */
    static @Nullable String hash(Path folder) {
        try {
            return hash(RegularFile.bytes(folder.resolve(FILE), MOST_BYTES));
        } catch (IOException e) {
            return null;
        }
    }

    /** The same of its bytes; null if they do not end as it does. */
    static @Nullable String hash(byte[] bytes) {
        // one character per byte, so that what is cut out of the text is cut out of the bytes
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher end = END.matcher(text);
        return end.find()
                ? Sha256.hexOf((text.substring(0, end.start(1)) + text.substring(end.end(1)))
                        .getBytes(StandardCharsets.ISO_8859_1))
                : null;
    }
}
