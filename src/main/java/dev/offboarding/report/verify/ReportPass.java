package dev.offboarding.report.verify;

import dev.offboarding.report.verify.EventData.Standing;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * One pass over the files of a report, all of them at the same time: {@code report.json} leads, its views and the trail are read in step
 * with it, and everything that it sums up is summed up again from the rows.
 */
final class ReportPass {
    static final String FILE = "report.json";
    static final String ACTIONS = "actions.csv";
    static final String REJECTS = "rejects.csv";

    private static final List<String> ACTION_COLUMNS = List.of(
            "sequence",
            "at",
            "customer_id",
            "action",
            "target",
            "before",
            "after",
            "result",
            "attempt",
            "correlation_id",
            "message");
    private static final List<String> REJECT_COLUMNS = List.of("source", "line", "column", "problem", "remedy");
    private static final int BYTES_A_CUSTOMER = 400;
    private static final int MOST_IN_THE_HEAD = 500_000;
    private static final int MOST_IN_A_ROW = 500_000;
    private static final JsonNode NONE = StrictJson.MAPPER.createObjectNode();

    /** Opens a file of the report; null if there is none of that name. */
    interface Files {
        @Nullable
        InputStream open(String name);

        long size(String name);
    }

    private final Files files;
    private final ManifestFile manifest;
    private final ObjectReader heads = StrictJson.trees(MOST_IN_THE_HEAD);
    private final Hash64 hash = new Hash64();
    private final Standing standing = new Standing(hash);
    private final Map<String, JsonNode> header = new LinkedHashMap<>();
    private @Nullable CustomerRows customers;
    private @Nullable TrailCheck trail;
    private @Nullable EventLines events;
    private @Nullable Long rejects;
    private long rejectedOfTaken;

    ReportPass(Files files, ManifestFile manifest) {
        this.files = files;
        this.manifest = manifest;
    }

    /** @throws Mismatch at the first thing that is off */
    void run() {
        JsonParser json = null;
        try (JsonParser parser = StrictJson.MAPPER.createParser(open(FILE))) {
            json = parser;
            Mismatch.unless(json.nextToken() == JsonToken.START_OBJECT, FILE, 1, "the file", "an object", "none");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                long line = line(json);
                json.nextToken();
                Mismatch.unless(!header.containsKey(name), FILE, line, "key " + name, "once", "twice");
                switch (name) {
                    case "customers" -> readCustomers(json);
                    case "actions" -> readActions(json);
                    case "rejects" -> readRejects(json);
                    default -> header.put(name, heads.readTree(json));
                }
            }
            Mismatch.unless(
                    json.nextToken() == null, FILE, line(json), "after the record", "the end of the file", "more");
        } catch (JacksonException e) {
            throw new Mismatch(FILE, json == null ? 0 : line(json), "the file", "JSON", e.getOriginalMessage());
        }
        if (customers == null || trail == null || rejects == null) {
            throw new Mismatch(FILE, 0, "the record", "customers, actions and rejects", "not all of them");
        }
        new TotalsCheck(header, customers, trail, manifest, rejectedOfTaken).check();
    }

    private InputStream open(String name) {
        InputStream in = files.open(name);
        if (in == null) {
            throw new Mismatch("", 0, name, "there", "missing");
        }
        return in;
    }

    private static long line(JsonParser json) {
        return json.currentTokenLocation().getLineNr();
    }

    private void readCustomers(JsonParser json) {
        Mismatch.unless(customers == null, FILE, line(json), "key customers", "once", "twice");
        CustomerRows rows = new CustomerRows(
                new CsvView(
                        new CsvTable(CustomerRows.FILE, open(CustomerRows.FILE)),
                        CustomerRows.columns(),
                        CustomerRows.columnsOfLists(),
                        false),
                hash,
                standing,
                expected());
        for (JsonNode row = next(json); row != null; row = next(json)) {
            rows.next(row, rowLine);
        }
        rows.end();
        customers = rows;
    }

    /** How many customers there will be: what the record says, as far as a file of its size can hold them. */
    private int expected() {
        long said = header.getOrDefault("totals", NONE)
                .path("customers")
                .path("total")
                .asLong(0);
        return (int) Math.max(0, Math.min(said, files.size(FILE) / BYTES_A_CUSTOMER));
    }

    private long rowLine;

    /** The next row of the array that the parser is in; null at its end. */
    private @Nullable JsonNode next(JsonParser json) {
        if (json.currentToken() == JsonToken.START_ARRAY && json.nextToken() == JsonToken.END_ARRAY) {
            return null;
        }
        if (json.currentToken() == JsonToken.END_ARRAY) {
            return null;
        }
        rowLine = line(json);
        Mismatch.unless(
                json.currentToken() == JsonToken.START_OBJECT,
                FILE,
                rowLine,
                "a row",
                "an object",
                json.currentToken());
        JsonNode row = StrictJson.trees(MOST_IN_A_ROW).readTree(json);
        json.nextToken();
        return row;
    }

    private void readActions(JsonParser json) {
        CustomerRows rows = customers;
        if (rows == null || trail != null) {
            throw new Mismatch(FILE, line(json), "key actions", "once, after customers", "elsewhere");
        }
        CsvView view = new CsvView(new CsvTable(ACTIONS, open(ACTIONS)), ACTION_COLUMNS, false);
        InputStream in = files.open(EventLines.FILE);
        events = in == null ? null : new EventLines(in, standing);
        trail = new TrailCheck(events, hash, header, rows);
        trail.read(new TrailCheck.Actions() {
            private @Nullable JsonNode row = ReportPass.this.next(json);
            private long line = rowLine;

            @Override
            public @Nullable JsonNode peek() {
                return row;
            }

            @Override
            public void next() {
                if (row != null) {
                    view.next(row, NONE);
                }
                row = ReportPass.this.next(json);
                line = rowLine;
            }

            @Override
            public long line() {
                return line;
            }
        });
        view.end();
    }

    private void readRejects(JsonParser json) {
        Mismatch.unless(rejects == null, FILE, line(json), "key rejects", "once", "twice");
        Set<String> taken = taken();
        CsvView view = null;
        String before = "";
        long count = 0;
        for (JsonNode row = next(json); row != null; row = next(json)) {
            if (view == null) {
                view = new CsvView(new CsvTable(REJECTS, open(REJECTS)), REJECT_COLUMNS, true);
            }
            view.next(row, row.path("cells"));
            count++;
            // one row may have been set aside for several reasons
            String origin =
                    StrictJson.text(row.path("source")) + " " + row.path("line").asLong(0);
            if (!origin.equals(before) && taken.contains(String.valueOf(StrictJson.text(row.path("source"))))) {
                rejectedOfTaken++;
            }
            before = origin;
        }
        if (view == null) {
            Mismatch.unless(
                    files.open(REJECTS) == null, REJECTS, 0, "the file", "none, for nothing was set aside", "one");
        } else {
            view.end();
        }
        rejects = count;
    }

    private Set<String> taken() {
        Set<String> names = new java.util.HashSet<>();
        for (JsonNode file : header.getOrDefault("files", NONE)) {
            String status = String.valueOf(StrictJson.text(file.path("status")));
            if (status.equals("TAKEN") || status.equals("NOT_ACCEPTED")) {
                names.add(String.valueOf(StrictJson.text(file.path("name"))));
            }
        }
        return names;
    }

    Map<String, JsonNode> header() {
        return header;
    }

    long customerCount() {
        return customers == null ? 0 : customers.customers().size();
    }

    @Nullable
    TrailCheck trail() {
        return trail;
    }

    /** Its own events. */
    List<VerifiedReport.Stretch> stretches() {
        return events == null ? List.of() : events.stretches();
    }

    /** How often events of other jobs stand between two of these. */
    long gaps() {
        return events == null ? 0 : events.gaps();
    }

    /** Whether the plan's name could be told from the rows: not of a plan of too many writes. */
    boolean planNamed() {
        return customers == null || customers.planNamed();
    }
}
