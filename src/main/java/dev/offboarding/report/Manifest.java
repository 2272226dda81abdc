package dev.offboarding.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code manifest.json}: what makes a change to a report show. Its own hash is that of its bytes with the 64 characters of
 * {@code manifest_sha256} taken out. What is signed, where it is, are its bytes with those 64 taken out and the characters of the
 * signature's {@code value}, too; so the signature covers every hash in it, and the hash covers the signature.
 */
final class Manifest {
    static final String FILE = "manifest.json";

    /** The same on every system: what is hashed and signed are bytes. */
    private static final DefaultPrettyPrinter LAYOUT =
            new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

    private static final String OWN_HASH = "manifest_sha256";

    private final JdbcTemplate jdbc;
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

    void write(ReportFolder folder) throws IOException {
        ObjectNode manifest = content(folder.hashes());
        if (key == null) {
            manifest.putNull("signature");
        } else {
            ObjectNode signature = manifest.putObject("signature");
            signature.put("algorithm", SigningKey.ALGORITHM);
            signature.put("public_key", key.publicKey());
            signature.put("public_key_sha256", key.fingerprint());
            signature.put("value", "");
            manifest.put(OWN_HASH, "");
            signature.put("value", key.sign(bytes(manifest)));
        }
        manifest.put(OWN_HASH, "");
        manifest.put(OWN_HASH, Hashes.sha256(bytes(manifest)));
        try (OutputStream out = folder.create(FILE)) {
            out.write(bytes(manifest));
        }
    }

    private static byte[] bytes(ObjectNode manifest) {
        return (Json.MAPPER.writer().with(LAYOUT).writeValueAsString(manifest) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode content(Map<String, String> hashes) {
        ObjectNode manifest = Json.MAPPER.createObjectNode();
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
        manifest.set("facts", Json.MAPPER.readTree(run.facts()));
        lists(manifest.putArray("lists"));
        return manifest;
    }

    private void lists(ArrayNode lists) {
        jdbc.query(
                "select name, sha256, status from offboarding.list_file where run_id = ? order by file_no",
                (RowCallbackHandler) row -> lists.addObject()
                        .put("name", row.getString("name"))
                        .put("sha256", row.getString("sha256"))
                        .put("status", row.getString("status")),
                run.runId());
    }

    /** The head may stand after the run's last event, where another job wrote meanwhile; hence its own sequence. */
    private void chain(ObjectNode chain) {
        jdbc.query(
                """
                select (select min(sequence) from offboarding.event where run_id = ?) as first,
                       (select max(sequence) from offboarding.event where run_id = ?) as last, h.last_sequence, h.last_hash
                from offboarding.chain_head h
                """,
                row -> {
                    chain.put("first_sequence", Values.number(row, "first"));
                    chain.put("last_sequence", Values.number(row, "last"));
                    chain.put("head_sequence", row.getLong("last_sequence"));
                    chain.put("head", Hashes.hex(row.getBytes("last_hash")));
                },
                run.runId(),
                run.runId());
    }

    private record Previous(
            @Nullable String runId, @Nullable String sha256, String note) {}

    private record EarlierRun(String runId, boolean reported) {}

    private static final Previous NONE = new Previous(null, null, "");

    /** The newest earlier run of this job that left a report: a run may have ended without one. */
    private Previous previous() {
        List<EarlierRun> earlier = jdbc.query(
                """
                select run_id, reported_at is not null as reported from offboarding.run
                where job = ? and run_id < ? order by run_id desc limit 1000
                """,
                (row, n) -> new EarlierRun(row.getString("run_id"), row.getBoolean("reported")),
                run.job(),
                run.runId());
        for (EarlierRun candidate : earlier) {
            Path manifest =
                    ReportFolder.of(reports, run.job(), candidate.runId()).resolve(FILE);
            if (Files.exists(manifest)) {
                return read(candidate.runId(), manifest);
            }
            if (candidate.reported()) {
                return new Previous(
                        null,
                        null,
                        "The report of the previous run, " + candidate.runId() + ", is not in " + manifest.getParent()
                                + " any more.");
            }
        }
        return NONE;
    }

    private static Previous read(String runId, Path manifest) {
        try {
            JsonNode hash = Json.MAPPER.readTree(Files.readString(manifest)).path(OWN_HASH);
            if (hash.isString() && hash.asString().matches("[0-9a-f]{64}")) {
                return new Previous(runId, hash.asString(), "");
            }
        } catch (IOException | JacksonException e) {
            // told below, like a manifest without its hash
        }
        return new Previous(null, null, "The manifest of the previous run, " + manifest + ", cannot be read.");
    }
}
