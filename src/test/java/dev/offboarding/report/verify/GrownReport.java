package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A report of as many customers as one likes, which is in order: a small one in which two customers, one that is offboarded and one that is
 * held, are there again and again under other ids. Written as it goes, so that its size is a question of the disk only.
 */
final class GrownReport {

    /** How many customers one intent is of. */
    private static final int CHUNK = 1_000;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Forgery night;
    private final List<Grown> all;
    private final Map<String, Grown> byId = new HashMap<>();
    private final Map<String, String> hashes = new LinkedHashMap<>();
    /** By a template event's sequence: that of the first that is made of it. */
    private final Map<Long, Long> sequences = new HashMap<>();

    /** A customer of the template, with the ids that stand in its place. */
    private record Grown(JsonNode row, List<UUID> ids) {
        String id() {
            return row.get("customer_id").asString();
        }

        /** The customer's own id for itself, and others of the same number for what is its own. */
        Text text(String template) {
            return new Text(this, template);
        }

        String replaced(String guid, int n) {
            return guid.equals(id())
                    ? ids.get(n).toString()
                    : guid.substring(0, 24) + "%012x".formatted(n + ((guid.hashCode() & 0xFFFFL) << 28));
        }
    }

    /** Text with GUIDs in it, of which each customer has its own. */
    private record Text(Grown of, List<String> pieces) {
        Text(Grown of, String template) {
            this(of, pieces(template));
        }

        private static List<String> pieces(String template) {
            List<String> pieces = new ArrayList<>();
            Matcher guid = GUID.matcher(template);
            int at = 0;
            while (guid.find()) {
                pieces.add(template.substring(at, guid.start()));
                pieces.add(guid.group());
                at = guid.end();
            }
            pieces.add(template.substring(at));
            return pieces;
        }

        String at(int n) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < pieces.size(); i++) {
                text.append(i % 2 == 0 ? pieces.get(i) : of.replaced(pieces.get(i), n));
            }
            return text.toString();
        }
    }

    private GrownReport(Forgery night, List<Grown> all) {
        this.night = night;
        this.all = all;
        all.forEach(grown -> byId.put(grown.id(), grown));
    }

    /** @param night with one customer that is OFFBOARDED and newly listed, and one that is HELD */
    static Path of(Forgery night, int offboarded, int held, Path folder) throws IOException {
        JsonNode record = night.record();
        SplittableRandom random = new SplittableRandom(1);
        GrownReport report = new GrownReport(
                night,
                List.of(
                        new Grown(customer(record, "OFFBOARDED"), ids(random, offboarded)),
                        new Grown(customer(record, "HELD"), ids(random, held))));
        Files.createDirectories(folder);
        report.write(folder, record);
        return folder;
    }

    private static JsonNode customer(JsonNode record, String outcome) {
        return record.get("customers")
                .valueStream()
                .filter(row -> row.get("outcome").asString().equals(outcome))
                .findFirst()
                .orElseThrow();
    }

    private static List<UUID> ids(SplittableRandom random, int many) {
        UUID[] ids = new UUID[many];
        Arrays.setAll(ids, n -> new UUID(random.nextLong(), random.nextLong()));
        return Arrays.asList(ids);
    }

    private long sequence(long ofTemplate) {
        return Objects.requireNonNull(sequences.get(ofTemplate));
    }

    private void write(Path folder, JsonNode record) throws IOException {
        ObjectNode head = head(record);
        byte[] page = Objects.requireNonNull(night.files.get("report.html"));
        Files.write(folder.resolve("report.html"), page);
        hashes.put("report.html", Sha256.hexOf(page));
        Chain chain;
        try (Out events = new Out(folder, "events.jsonl")) {
            chain = events(events, head);
        }
        try (Out json = new Out(folder, "report.json");
                Out customers = new Out(folder, "customers.csv");
                Out actions = new Out(folder, "actions.csv")) {
            String begin = JSON.writeValueAsString(head);
            json.write(begin.substring(0, begin.length() - 1) + ",\n\"customers\": [\n");
            customers.write(night.text("customers.csv").lines().findFirst().orElseThrow() + "\r\n");
            customers(json, customers);
            json.write("\n],\n\"actions\": [\n");
            actions.write(night.text("actions.csv").lines().findFirst().orElseThrow() + "\r\n");
            actions(record, json, actions);
            json.write("\n],\n\"rejects\": []\n}\n");
        }
        manifest(folder, head, chain);
    }

    private ObjectNode head(JsonNode record) {
        ObjectNode head = (ObjectNode) record.deepCopy();
        head.remove(List.of("customers", "actions", "rejects"));
        int total = all.stream().mapToInt(grown -> grown.ids().size()).sum();
        ObjectNode file = (ObjectNode) head.get("files").get(0);
        file.put("rows_read", total).put("rows_rejected", 0).put("rows_duplicate", 0);
        ObjectNode totals = (ObjectNode) head.get("totals");
        ((ObjectNode) totals.get("rows"))
                .put("read", total)
                .put("accepted", total)
                .put("duplicates", 0)
                .put("rejected", 0);
        ObjectNode outcomes = totals.putObject("customers").put("total", total);
        ObjectNode subscriptions = (ObjectNode) totals.get("subscriptions");
        long active = 0;
        for (String name : List.of("active_before", "suspended", "cancelled", "failed")) {
            long sum = 0;
            for (Grown grown : all) {
                String column = "subscriptions_" + name;
                sum += grown.row().get(column).asLong() * grown.ids().size();
            }
            subscriptions.put(name, sum);
            active += name.equals("active_before") ? sum : -sum;
        }
        subscriptions.put("left", active);
        all.forEach(grown ->
                outcomes.put(grown.row().get("outcome").asString(), grown.ids().size()));
        head.put("plan_id", planId());
        return head;
    }

    private String planId() {
        Map<UUID, String> plan =
                new java.util.TreeMap<>(java.util.Comparator.comparing(UUID::toString)); // as their bytes are ordered
        for (Grown grown : all) {
            List<String> writes = grown.row()
                    .get("planned")
                    .valueStream()
                    .map(write -> "%s %s %s"
                            .formatted(
                                    grown.id(),
                                    write.get("action").asString(),
                                    write.get("target").asString()))
                    .toList();
            Text lines = grown.text(String.join("\n", writes));
            for (int n = 0; n < grown.ids().size() && !writes.isEmpty(); n++) {
                plan.put(grown.ids().get(n), lines.at(n));
            }
        }
        MessageDigest sha256 = Sha256.begin();
        String between = "";
        for (String writes : plan.values()) {
            sha256.update((between + writes).getBytes(StandardCharsets.UTF_8));
            between = "\n";
        }
        return Sha256.hex(sha256.digest());
    }

    private record Chain(long first, long last, String head) {}

    private Chain events(Out out, ObjectNode head) throws IOException {
        long first = 0;
        long sequence = 0;
        String last = "";
        MessageDigest sha256 = Sha256.begin();
        for (String line : night.text("events.jsonl").lines().toList()) {
            ObjectNode event = (ObjectNode) JSON.readTree(line);
            String customer = event.get("customer_id").asString("");
            if (!customer.isEmpty() && !byId.containsKey(customer)) {
                continue;
            }
            long was = event.get("sequence").asLong();
            if (first == 0) {
                first = was;
                sequence = was;
                last = event.get("previous").asString();
            }
            sequences.put(was, sequence);
            ObjectNode data = (ObjectNode) event.get("data");
            switch (event.get("kind").asString()) {
                case "LIST" ->
                    data.put("read", head.get("files").get(0).get("rows_read").asLong());
                case "LIMITS" -> data.put("plan_id", head.get("plan_id").asString());
                default -> {}
            }
            event.remove(List.of("sequence", "previous", "hash"));
            List<Text> lines =
                    customer.isEmpty() && event.get("kind").asString().equals("INTENT") ? intents(event) : List.of();
            boolean answers = !event.get("answers").isNull();
            long answered = answers ? sequence(event.get("answers").asLong()) : 0;
            event.put("answers", "@");
            String rest = JSON.writeValueAsString(event).substring(1);
            int cut = rest.indexOf("\"@\"");
            Grown grown = byId.get(customer);
            Text before = grown == null ? null : grown.text(rest.substring(0, cut));
            Text after = grown == null ? null : grown.text(rest.substring(cut + 3));
            int many = grown == null ? 1 : grown.ids().size();
            if (event.get("kind").asString().equals("INTENT") && customer.isEmpty()) {
                many = lines.isEmpty() ? 0 : (lines.get(0).of().ids().size() + CHUNK - 1) / CHUNK;
            }
            for (int n = 0; n < many; n++) {
                String canonical = "{\"sequence\":%d,".formatted(sequence++)
                        + (before == null ? rest.substring(0, cut) : before.at(n))
                        + (answers ? String.valueOf(answered + n / CHUNK) : "null")
                        + (lines.isEmpty()
                                ? after == null ? rest.substring(cut + 3) : after.at(n)
                                : ",\"data\":" + chunk(lines, n) + "}");
                sha256.update(HexFormat.of().parseHex(last));
                String hash = Sha256.hex(sha256.digest(canonical.getBytes(StandardCharsets.UTF_8)));
                out.write(canonical.substring(0, canonical.length() - 1));
                out.write(",\"previous\":\"" + last + "\",\"hash\":\"" + hash + "\"}\n");
                last = hash;
            }
        }
        return new Chain(first, sequence - 1, last);
    }

    /** The writes of an intent of many that are of a customer of ours. */
    private List<Text> intents(ObjectNode event) {
        List<Text> writes = new ArrayList<>();
        for (JsonNode write : event.get("data").get("writes")) {
            Grown grown = byId.get(write.get("customer_id").asString());
            if (grown != null) {
                writes.add(grown.text(JSON.writeValueAsString(write)));
            }
        }
        return writes;
    }

    private static String chunk(List<Text> writes, int number) {
        int from = number * CHUNK;
        int to = Math.min(from + CHUNK, writes.get(0).of().ids().size());
        StringBuilder data = new StringBuilder("{\"customers\":" + (to - from) + ",\"writes\":[");
        for (int n = from; n < to; n++) {
            for (int w = 0; w < writes.size(); w++) {
                data.append(n == from && w == 0 ? "" : ",").append(writes.get(w).at(n));
            }
        }
        return data.append("]}").toString();
    }

    private void customers(Out json, Out csv) throws IOException {
        Text[] rows = new Text[all.size()];
        Text[] cells = new Text[all.size()];
        for (int k = 0; k < rows.length; k++) {
            Grown grown = all.get(k);
            rows[k] = grown.text(JSON.writeValueAsString(grown.row()));
            cells[k] = grown.text(night.text("customers.csv")
                    .lines()
                    .filter(line -> line.startsWith(grown.id()))
                    .findFirst()
                    .orElseThrow());
        }
        String between = "";
        for (int k = 0; k < rows.length; k++) {
            for (int n = 0; n < all.get(k).ids().size(); n++) {
                json.write(between + rows[k].at(n));
                csv.write(cells[k].at(n) + "\r\n");
                between = ",\n";
            }
        }
    }

    /** In the order of their events: of each event's writes those of one customer after those of another. */
    private void actions(JsonNode record, Out json, Out csv) throws IOException {
        Map<Long, List<JsonNode>> byOutcome = new LinkedHashMap<>();
        for (JsonNode action : record.get("actions")) {
            if (byId.containsKey(action.get("customer_id").asString())) {
                byOutcome
                        .computeIfAbsent(action.get("outcome").asLong(), outcome -> new ArrayList<>())
                        .add(action);
            }
        }
        List<String> lines = night.text("actions.csv").lines().toList();
        long number = 0;
        for (var event : byOutcome.entrySet()) {
            Grown grown = Objects.requireNonNull(
                    byId.get(event.getValue().get(0).get("customer_id").asString()));
            List<Text> rows = new ArrayList<>();
            List<Text> cells = new ArrayList<>();
            for (JsonNode action : event.getValue()) {
                ObjectNode row = (ObjectNode) action.deepCopy();
                row.remove(List.of("sequence", "intent", "outcome"));
                rows.add(grown.text(JSON.writeValueAsString(row).substring(1)));
                String line = lines.get(action.get("sequence").asInt());
                cells.add(grown.text(line.substring(line.indexOf(','))));
            }
            long intent = sequence(event.getValue().get(0).get("intent").asLong());
            long outcome = sequence(event.getKey());
            for (int n = 0; n < grown.ids().size(); n++) {
                for (int w = 0; w < rows.size(); w++) {
                    json.write((number == 0 ? "" : ",\n")
                            + "{\"sequence\": %d, \"intent\": %d, \"outcome\": %d, "
                                    .formatted(++number, intent + n / CHUNK, outcome + n)
                            + rows.get(w).at(n));
                    csv.write(number + cells.get(w).at(n) + "\r\n");
                }
            }
        }
    }

    private void manifest(Path folder, ObjectNode head, Chain chain) throws IOException {
        ObjectNode manifest = (ObjectNode) JSON.readTree(night.text("manifest.json"));
        ObjectNode files = manifest.putObject("files");
        hashes.forEach(files::put);
        ((ObjectNode) manifest.get("chain"))
                .put("first_sequence", chain.first())
                .put("last_sequence", chain.last())
                .put("head_sequence", chain.last())
                .put("head", chain.head());
        manifest.putNull("signature").put("manifest_sha256", "");
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n";
        manifest.put("manifest_sha256", Sha256.hexOf(text.getBytes(StandardCharsets.UTF_8)));
        Files.writeString(
                folder.resolve("manifest.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest) + "\n");
    }

    /** A file of it, hashed as it is written. */
    private final class Out implements AutoCloseable {
        private final String name;
        private final DigestOutputStream hashed;
        private final OutputStream out;

        Out(Path folder, String name) throws IOException {
            this.name = name;
            this.hashed = new DigestOutputStream(Files.newOutputStream(folder.resolve(name)), Sha256.begin());
            this.out = new BufferedOutputStream(hashed, 1 << 16);
        }

        void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            out.close();
            hashes.put(name, Sha256.hex(hashed.getMessageDigest().digest()));
        }
    }
}
