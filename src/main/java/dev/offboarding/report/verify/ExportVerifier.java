package dev.offboarding.report.verify;

import dev.offboarding.kit.RegularFile;
import dev.offboarding.kit.Sha256;
import dev.offboarding.report.verify.VerifiedReport.Link;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Checks an export against the reports of its period: that its files are its own, that it has whom its query asks for and its sample draws,
 * and that each customer stands in the report that it names as it says. From the files alone.
 */
public final class ExportVerifier {

    /** What an export says of itself, and a report never has. */
    public static final String FILE = "export.json";

    private static final String CUSTOMERS = "customers.csv";
    private static final String STEPS = "steps.csv";
    private static final String POPULATION = "population.csv";
    private static final Set<String> FILES = Set.of(CUSTOMERS, STEPS, POPULATION);
    private static final Place RECORD = Place.in(FILE);
    private static final Pattern END = Pattern.compile(SignatureText.PATTERN + "\n}\n\\z");
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_VALUES = 1_000_000;
    private static final int MOST_FINDINGS = 20;
    private static final DateTimeFormatter RUN_ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * What a row says of a customer.
     *
     * @param sequence of the event in that report; empty where the report only shows that its case was open
     */
    private record Claim(long line, String report, String manifest, String sequence, String state, String outcome) {
        boolean exact() {
            return !sequence.isEmpty();
        }
    }

    /** An event of which a step tells. */
    private record Told(long line, String customer, String hash) {}

    /** How the lines of a trail that is in order begin and end. */
    private static final Pattern EVENT = Pattern.compile(
            "\\{\"sequence\":([0-9]+),.*?\"customer_id\":\"([0-9a-f-]{36})\",.*\"hash\":\"([0-9a-f]{64})\"}");

    /** The beginning of one that names many who were found unchanged. */
    private static final Pattern UNCHANGED = Pattern.compile(
            "\\{\"sequence\":([0-9]+),[^{]*\"customer_id\":null,\"kind\":\"FOUND_UNCHANGED\",[^{]*\"data\":\\{");

    private static final Pattern NAMED = Pattern.compile("\"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\"");

    private final Path folder;
    private final Collection<VerifiedReport> reports;
    private final @Nullable TrustedKey trusted;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> population = new TreeSet<>();
    private final Map<String, Claim> claims = new TreeMap<>();
    /** The same by the run whose report they name. */
    private final Map<String, Map<String, Claim>> claimsOfRuns = new HashMap<>();
    /** By run and sequence. */
    private final Map<String, Map<String, Told>> eventsOfRuns = new HashMap<>();

    /** Whether each run of the period has left a report: else there may be more to say of a customer than the reports do. */
    private boolean allReported = true;

    private long onlyState;
    private long compared;
    private long counted;

    private ExportVerifier(Path folder, Collection<VerifiedReport> reports, @Nullable TrustedKey trusted) {
        this.folder = folder;
        this.trusted = trusted;
        this.reports = reports;
    }

    /** Whether there is an export in this folder, or what is left of one. */
    public static boolean isExport(Path folder) {
        return Files.exists(folder.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * @param reports that were checked, of any jobs; those that are not in order prove nothing
     * @param trusted the key that has to have signed it; null: any key, or none
     */
    public static VerifiedExport verify(Path folder, Collection<VerifiedReport> reports, @Nullable TrustedKey trusted) {
        ExportVerifier export = new ExportVerifier(folder, reports, trusted);
        try {
            export.check();
        } catch (Mismatch mismatch) {
            export.findings.add(mismatch.finding());
        } catch (IOException | UncheckedIOException e) {
            export.findings.add(Place.in("")
                    .off("the export", "readable", ReportFiles.inWords(e))
                    .finding());
        } catch (OutOfMemoryError | StackOverflowError e) {
            export.forget();
            export.findings.add(Place.in("")
                    .off("the export", "one that can be checked in this program's memory", "a larger one")
                    .finding());
        }
        return new VerifiedExport(
                folder,
                List.copyOf(export.findings),
                List.copyOf(export.notes),
                export.claims.size(),
                export.compared,
                export.counted);
    }

    /** Others are still to be checked. */
    private void forget() {
        population.clear();
        claims.clear();
        claimsOfRuns.clear();
        eventsOfRuns.clear();
    }

    private void check() throws IOException {
        JsonNode json = record();
        files(json.path("files"));
        population(json);
        customers(json);
        sample(json);
        period(json);
        reports(json);
    }

    private JsonNode record() throws IOException {
        byte[] bytes = RegularFile.bytes(folder.resolve(FILE), MOST_BYTES);
        try (JsonParser parser = StrictJson.MAPPER.createParser(bytes)) {
            parser.nextToken();
            JsonNode json = StrictJson.tree(parser, new StrictJson.Bound(MOST_VALUES));
            RECORD.holds(parser.nextToken() == null, "after the record", "the end of the file", "more");
            signature(bytes, json);
            return json;
        } catch (JacksonException e) {
            throw RECORD.off("the file", "JSON", e.getOriginalMessage());
        }
    }

    /** Of an export that is not signed it is not asked how it is laid out. */
    private void signature(byte[] bytes, JsonNode json) {
        // one character per byte, so that what is cut out of the text is cut out of the bytes
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Matcher end = END.matcher(text);
        String fingerprint = null;
        if (json.path("signature").isObject()) {
            RECORD.holds(end.find(), "its end", "the signature, as it is written", "something else");
            fingerprint = end.group("fingerprint");
            SignatureText.check(
                    RECORD, end, SignatureText.cut(text, end, "value").getBytes(StandardCharsets.ISO_8859_1));
        } else {
            notes.add(
                    "it is not signed: anyone who may write its files can make another that is consistent in itself, as far as the reports do not say otherwise; compare the SHA-256 of export.json with one that was kept elsewhere");
        }
        if (trusted != null) {
            RECORD.same("key that signed it", trusted.fingerprint(), fingerprint);
        } else if (fingerprint != null) {
            notes.add(
                    "its signature was checked only against the key that it names itself, %s; --fingerprint or --public-key says whose key it has to be"
                            .formatted(fingerprint));
        }
    }

    private void files(JsonNode hashes) throws IOException {
        Set<String> there = new TreeSet<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.limit(100).forEach(file -> there.add(String.valueOf(file.getFileName())));
        }
        Set<String> expected = new TreeSet<>(FILES);
        expected.add(FILE);
        Place.in("").same("files", expected.toString(), there.toString());
        for (String name : new TreeSet<>(FILES)) {
            try (HashedFile file = new HashedFile(folder.resolve(name))) {
                Place.in(name)
                        .same(
                                "SHA-256",
                                StrictJson.text(hashes, name) + " (export.json)",
                                file.hash() + " (export.json)");
            }
        }
    }

    private void population(JsonNode json) throws IOException {
        StringBuilder ids = new StringBuilder();
        try (ExportedRows rows = rows(folder, POPULATION, "customer_id")) {
            String before = "";
            while (rows.next()) {
                String id = rows.cell("customer_id");
                rows.place().holds(StrictJson.guid(id) != null, "customer_id", "a GUID", id);
                rows.place().holds(id.compareTo(before) > 0, "customer_id", "one after " + before, id);
                before = id;
                population.add(id);
                ids.append(id).append('\n');
            }
        }
        RECORD.same("population", population.size(), json.path("population").asInt(-1));
        RECORD.same("population_sha256", sha256(ids.toString()), StrictJson.text(json, "population_sha256"));
    }

    private void customers(JsonNode json) throws IOException {
        Map<String, Long> steps = new HashMap<>();
        long all = 0;
        try (ExportedRows rows = rows(folder, STEPS, "customer_id", "run_id", "sequence", "event_sha256")) {
            while (rows.next()) {
                String id = rows.cell("customer_id");
                steps.merge(id, 1L, Long::sum);
                all++;
                Told step = new Told(rows.place().line(), id, rows.cell("event_sha256"));
                Told before = eventsOfRuns
                        .computeIfAbsent(rows.cell("run_id"), run -> new HashMap<>())
                        .putIfAbsent(rows.cell("sequence"), step);
                // an event may have several steps, all of them of one customer
                if (before != null
                        && !(before.customer().equals(id) && before.hash().equals(step.hash()))) {
                    off(
                            rows.place(),
                            "event " + rows.cell("sequence") + " of run " + rows.cell("run_id"),
                            before.customer() + ", " + before.hash() + " (line " + before.line() + ")",
                            id + ", " + step.hash());
                }
            }
        }
        RECORD.same("steps", all, json.path("steps").asLong(-1));
        try (ExportedRows rows = rows(
                folder,
                CUSTOMERS,
                "customer_id",
                "state",
                "outcome",
                "steps",
                "report",
                "report_manifest_sha256",
                "report_sequence")) {
            while (rows.next()) {
                String id = rows.cell("customer_id");
                rows.place().holds(population.contains(id), "customer_id", "one of population.csv", id);
                rows.place()
                        .same(
                                "steps",
                                String.valueOf(Objects.requireNonNullElse(steps.remove(id), 0L)),
                                rows.cell("steps"));
                Claim claim = new Claim(
                        rows.place().line(),
                        rows.cell("report"),
                        rows.cell("report_manifest_sha256"),
                        rows.cell("report_sequence"),
                        rows.cell("state"),
                        rows.cell("outcome"));
                rows.place().holds(claims.put(id, claim) == null, "customer_id", "one row", id + " twice");
                claimsOfRuns
                        .computeIfAbsent(claim.report(), run -> new TreeMap<>())
                        .put(id, claim);
            }
        }
        RECORD.same("customers", claims.size(), json.path("customers").asInt(-1));
        if (!steps.isEmpty()) {
            off(Place.in(STEPS), "customers that are not in customers.csv", 0, steps.size());
        }
    }

    private void sample(JsonNode json) {
        JsonNode sample = json.path("sample");
        List<String> drawn = new ArrayList<>(population);
        if (!sample.isNull()) {
            String seed = String.valueOf(StrictJson.text(sample, "seed"));
            Map<String, String> ranks = new HashMap<>();
            drawn.forEach(id -> ranks.put(id, sha256(seed + ":" + id)));
            drawn.sort(Comparator.comparing(ranks::get));
            drawn = drawn.subList(
                    0, Math.min(drawn.size(), Math.max(0, sample.path("size").asInt(0))));
        }
        for (String id : drawn) {
            if (!claims.containsKey(id)) {
                off(Place.in(CUSTOMERS), "customer " + id, sample.isNull() ? "there" : "drawn", "missing");
            }
        }
        if (claims.size() > drawn.size()) {
            off(Place.in(CUSTOMERS), "customers", drawn.size() + " that are drawn", claims.size());
        }
    }

    private static void period(JsonNode json) {
        try {
            ZoneId zone = ZoneId.of(String.valueOf(StrictJson.text(json, "zone")));
            LocalDate from = LocalDate.parse(String.valueOf(StrictJson.text(json, "from")));
            LocalDate to = LocalDate.parse(String.valueOf(StrictJson.text(json, "to")));
            RECORD.same("first_run", RUN_ID.format(from.atStartOfDay(zone)), StrictJson.text(json, "first_run"));
            RECORD.same("end_run", RUN_ID.format(to.plusDays(1).atStartOfDay(zone)), StrictJson.text(json, "end_run"));
        } catch (DateTimeException e) {
            throw RECORD.off("its period", "two dates and a zone", "something else");
        }
    }

    private void reports(JsonNode json) throws IOException {
        String job = StrictJson.text(json, "job");
        Map<String, VerifiedReport> given = new TreeMap<>();
        for (VerifiedReport report : reports) {
            Link link = report.link();
            if (report.inOrder() && link != null && link.job().equals(job)) {
                given.put(link.runId(), report);
            }
        }
        Map<String, String> named = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        long cutBack = 0;
        long withoutReport = 0;
        Map<String, Long> outcomes = new TreeMap<>();
        boolean all = true;
        for (JsonNode one : json.path("reports")) {
            allReported &= StrictJson.text(one, "manifest_sha256") != null;
        }
        for (JsonNode one : json.path("reports")) {
            String runId = String.valueOf(StrictJson.text(one, "run_id"));
            String hash = StrictJson.text(one, "manifest_sha256");
            VerifiedReport report = given.get(runId);
            boolean first = named.put(runId, Objects.requireNonNullElse(hash, "")) == null;
            // each time its report would be read again
            RECORD.holds(first, "reports", "each once", "that of run " + runId + " twice");
            if (hash == null) {
                withoutReport++;
                all = false;
            } else if (report == null) {
                missing.add(runId);
                all = false;
            } else if (!hash.equals(Objects.requireNonNull(report.link()).manifestHash())) {
                off(
                        RECORD,
                        "manifest_sha256 of run " + runId,
                        Objects.requireNonNull(report.link()).manifestHash() + " (its report)",
                        hash);
            } else if (report.cutBackBy() != null) {
                cutBack++;
                all = false;
            } else {
                count(report, runId, one.path("outcomes"))
                        .forEach((outcome, n) -> outcomes.merge(outcome, n, Long::sum));
                counted++;
            }
        }
        long mayBePlans = unnamed(json, given, named);
        claims.forEach((id, claim) -> claimed(id, claim, named));
        if (all) {
            for (String outcome : List.of("OFFBOARDED", "ALREADY_OFFBOARDED")) {
                long closed = json.path("closed").path(outcome).asLong(0);
                long inReports = outcomes.getOrDefault(outcome, 0L);
                if (closed != inReports) {
                    off(RECORD, "cases closed as " + outcome, inReports + " (all reports of the period)", closed);
                }
            }
        }
        if (!missing.isEmpty()) {
            notes.add(
                    "%d of %d reports of the period were not given, or are not in order, so that nothing in them was compared; the first is that of run %s"
                            .formatted(missing.size(), named.size(), missing.get(0)));
        }
        if (cutBack > 0) {
            notes.add("%d of %d reports of the period are cut back to their manifests: only their hashes were compared"
                    .formatted(cutBack, named.size()));
        }
        if (mayBePlans > 0) {
            notes.add("%s not named: of a plan, or of a run that was left out; nobody can tell any more"
                    .formatted(
                            mayBePlans == 1
                                    ? "1 more report of these days is cut back to its manifest, and"
                                    : mayBePlans + " more reports of these days are cut back to their manifests, and"));
        }
        if (onlyState > 0) {
            notes.add(
                    "%d of %d customers name a report that has no event of them, or not the last: only their states were compared"
                            .formatted(onlyState, claims.size()));
        }
        if (withoutReport > 0) {
            notes.add("%d of %d runs of the period had left no report when the export was made"
                    .formatted(withoutReport, named.size()));
        }
        long open = claims.values().stream()
                .filter(claim -> claim.report().isEmpty())
                .count();
        if (open > 0) {
            notes.add("%d of %d customers are in no report of the period".formatted(open, claims.size()));
        }
    }

    private void claimed(String id, Claim claim, Map<String, String> named) {
        if (!claim.report().isEmpty()) {
            String hash = named.get(claim.report());
            if (!claim.manifest().equals(hash)) {
                off(
                        new Place(CUSTOMERS, claim.line()),
                        "report_manifest_sha256 of customer " + id,
                        hash == null ? "a report that export.json names" : hash + " (export.json)",
                        claim.manifest());
            }
        }
    }

    /** Counts a report again, and compares its rows with what the export says of their customers. */
    private Map<String, Long> count(VerifiedReport report, String runId, JsonNode outcomes) throws IOException {
        Map<String, Long> found = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        try (ExportedRows rows = rows(report.folder(), CUSTOMERS, "customer_id", "outcome", "state")) {
            while (rows.next()) {
                String id = rows.cell("customer_id");
                String outcome = rows.cell("outcome");
                found.merge(outcome, 1L, Long::sum);
                if (!population.contains(id)) {
                    off(Place.in(POPULATION), "customer " + id + " of the report of run " + runId, "there", "missing");
                }
                Claim claim = claims.get(id);
                if (claim != null && claim.report().equals(runId) && seen.add(id)) {
                    compare(id, runId, claim, rows.cell("state"), outcome);
                } else if (claim != null && claim.report().isEmpty() && allReported && seen.add(id)) {
                    off(
                            new Place(CUSTOMERS, claim.line()),
                            "report of customer " + id,
                            "one, for the report of run " + runId + " has it",
                            "none");
                }
            }
        }
        Map<String, Claim> own = claimsOfRuns.getOrDefault(runId, Map.of());
        events(report, runId, own);
        own.forEach((id, claim) -> {
            if (!seen.contains(id)) {
                off(
                        new Place(CUSTOMERS, claim.line()),
                        "customer " + id + " in the report of run " + runId,
                        "there",
                        "missing");
            }
        });
        if (!outcomes.isNull() && !outcomes.isMissingNode()) {
            Map<String, Long> said = new TreeMap<>();
            outcomes.properties()
                    .forEach(one -> said.put(one.getKey(), one.getValue().asLong(-1)));
            said.values().removeIf(n -> n == 0);
            if (!said.equals(found)) {
                off(RECORD, "outcomes of run " + runId, found + " (its report)", said);
            }
        }
        return found;
    }

    /** Each step is of an event of its run, and of that customer; and so is the event that a customer names. */
    private void events(VerifiedReport report, String runId, Map<String, Claim> own) throws IOException {
        Map<String, Told> told = Objects.requireNonNullElse(eventsOfRuns.remove(runId), new HashMap<>());
        Map<String, String> lastEvents = new HashMap<>();
        own.forEach((id, claim) -> {
            if (claim.exact()) {
                lastEvents.put(id, claim.sequence());
            }
        });
        if (told.isEmpty() && lastEvents.isEmpty()) {
            return;
        }
        Path trail = report.folder().resolve(EventLines.FILE);
        if (Files.exists(trail, LinkOption.NOFOLLOW_LINKS)) {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(new HashedFile(trail), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher event = EVENT.matcher(line);
                    if (event.matches()) {
                        lastEvents.remove(event.group(2), event.group(1));
                        Told step = told.get(event.group(1));
                        if (step != null
                                && step.customer().equals(event.group(2))
                                && step.hash().equals(event.group(3))) {
                            told.remove(event.group(1));
                        }
                    }
                    Matcher unchanged = UNCHANGED.matcher(line);
                    if (unchanged.lookingAt()) {
                        NAMED.matcher(line).results().forEach(id -> lastEvents.remove(id.group(1), unchanged.group(1)));
                    }
                }
            }
        }
        lastEvents.forEach((id, sequence) -> off(
                new Place(CUSTOMERS, Objects.requireNonNull(own.get(id)).line()),
                "report_sequence of customer " + id,
                "an event of it in the report of run " + runId,
                sequence));
        told.forEach((sequence, step) -> off(
                new Place(STEPS, step.line()),
                "event " + sequence + " of customer " + step.customer(),
                "one that the report of run " + runId + " has",
                step.hash()));
    }

    private void compare(String id, String runId, Claim claim, String state, String outcome) {
        Place place = new Place(CUSTOMERS, claim.line());
        if (claim.exact()) {
            if (claim.state().equals(state) && claim.outcome().equals(outcome)) {
                compared++;
            } else {
                off(
                        place,
                        "state and outcome of customer " + id,
                        "%s, %s (the report of run %s)".formatted(state, outcome, runId),
                        claim.state() + ", " + claim.outcome());
            }
        } else if (allReported) {
            onlyState++;
            if (!claim.state().equals(state)) {
                off(
                        place,
                        "state of customer " + id,
                        "%s (the report of run %s)".formatted(state, runId),
                        claim.state());
            }
        }
    }

    /**
     * Reports of the period that the export says nothing of.
     *
     * @return how many are cut back, so that they may be plans
     */
    private long unnamed(JsonNode json, Map<String, VerifiedReport> given, Map<String, String> named)
            throws IOException {
        String first = String.valueOf(StrictJson.text(json, "first_run"));
        String end = String.valueOf(StrictJson.text(json, "end_run"));
        long cutBack = 0;
        for (Map.Entry<String, VerifiedReport> report : given.entrySet()) {
            String runId = report.getKey();
            if (runId.compareTo(first) < 0 || runId.compareTo(end) >= 0 || named.containsKey(runId)) {
                continue;
            }
            if (report.getValue().cutBackBy() != null) {
                cutBack++;
            } else if (!"plan".equals(mode(report.getValue().folder()))) {
                off(RECORD, "reports", "that of run " + runId + ", which began in the period", "none");
            }
        }
        return cutBack;
    }

    private static @Nullable String mode(Path report) throws IOException {
        try (HashedFile file = new HashedFile(report.resolve(ReportPass.FILE));
                JsonParser json = StrictJson.MAPPER.createParser(file)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean found = json.currentName().equals("mode");
                json.nextToken();
                if (found) {
                    return json.getString();
                }
                json.skipChildren();
            }
            return null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static ExportedRows rows(Path folder, String name, String... needed) throws IOException {
        return new ExportedRows(new HashedFile(folder.resolve(name)), name, needed);
    }

    private void off(Place place, String what, Object expected, Object found) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(place.off(what, expected, found).finding());
        }
    }

    private static String sha256(String text) {
        return Sha256.hexOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
