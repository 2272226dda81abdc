package dev.offboarding.report.verify;

import dev.offboarding.report.verify.VerifiedReport.Figures;
import dev.offboarding.report.verify.VerifiedReport.Stretch;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One pass over the files of a report, all of them at the same time: {@code report.json} leads, its views and the trail are read in step
 * with it, and everything that it sums up is summed up again from the rows.
 */
final class ReportPass {
    static final String FILE = "report.json";
    static final String REJECTS = "rejects.csv";

    private static final List<String> REJECT_COLUMNS = List.of("source", "line", "column", "problem", "remedy");
    private static final int MOST_IN_THE_HEAD = 500_000;

    private final ReportFiles files;
    private final Fingerprints fingerprints = new Fingerprints();
    /** All but the rows. */
    private final ObjectNode head = StrictJson.MAPPER.createObjectNode();

    private @Nullable CustomerRows customers;
    private @Nullable EventLines events;
    private @Nullable TrailCheck trail;
    /** Rows, not reasons, that were set aside of the files that were taken. */
    private @Nullable Long rejected;

    ReportPass(ReportFiles files) {
        this.files = files;
    }

    /** @throws Mismatch at the first thing that is off */
    void read() {
        JsonParser parser = null;
        try (JsonParser json = StrictJson.MAPPER.createParser(open(FILE))) {
            parser = json;
            read(json);
        } catch (JacksonException e) {
            Place at = parser == null ? Place.in(FILE) : JsonRows.place(parser);
            throw at.off("the file", "JSON", e.getOriginalMessage());
        }
    }

    /**
     * After all was read.
     *
     * @throws Mismatch at the first sum that is off
     */
    Figures sums(ManifestFile manifest) {
        if (customers == null || trail == null || rejected == null) {
            throw Place.in(FILE).off("the record", "customers, actions and rejects", "not all of them");
        }
        new TotalsCheck(head, customers, trail, stretches(), manifest, rejected).check();
        return new Figures(
                customers.customers().size(),
                trail.writes().actions(),
                trail.count(),
                trail.writes().removals(),
                Math.max(0, stretches().size() - 1),
                files.names().size());
    }

    private void read(JsonParser json) {
        StrictJson.Bound bound = new StrictJson.Bound(MOST_IN_THE_HEAD);
        new Place(FILE, 1).holds(json.nextToken() == JsonToken.START_OBJECT, "the file", "an object", "none");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            Place at = JsonRows.place(json);
            json.nextToken();
            at.holds(!head.has(name), "key " + name, "once", "twice");
            switch (name) {
                case "customers" -> readCustomers(json, at);
                case "actions" -> readActions(json, at);
                case "rejects" -> readRejects(json, at);
                default -> head.set(name, StrictJson.tree(json, bound));
            }
        }
        JsonRows.place(json).holds(json.nextToken() == null, "after the record", "the end of the file", "more");
    }

    private InputStream open(String name) {
        InputStream in = files.open(name);
        if (in == null) {
            throw Place.in("").off(name, "there", "missing");
        }
        return in;
    }

    private void readCustomers(JsonParser json, Place at) {
        at.holds(customers == null, "key customers", "once", "twice");
        customers = new CustomerRows(new CsvTable(CustomerRows.FILE, open(CustomerRows.FILE)), fingerprints);
        customers.read(new JsonRows(json));
    }

    private void readActions(JsonParser json, Place at) {
        CustomerRows rows = customers;
        if (rows == null || trail != null) {
            throw at.off("key actions", "once, after customers", "elsewhere");
        }
        ActionRows actions = new ActionRows(new JsonRows(json), new CsvTable(ActionRows.FILE, open(ActionRows.FILE)));
        InputStream in = files.open(EventLines.FILE);
        events = in == null ? null : new EventLines(in);
        trail = new TrailCheck(events, head, rows, actions, fingerprints);
        trail.read();
        actions.endOfView();
    }

    private void readRejects(JsonParser json, Place at) {
        at.holds(rejected == null, "key rejects", "once", "twice");
        JsonRows rows = new JsonRows(json);
        rejected = 0L;
        if (rows.row() == null) {
            Place.in(REJECTS).holds(files.open(REJECTS) == null, "the file", "none, for nothing was set aside", "one");
            return;
        }
        CsvView view = new CsvView(new CsvTable(REJECTS, open(REJECTS)), REJECT_COLUMNS, true);
        Set<String> taken = taken();
        String before = "";
        for (JsonNode row = rows.row(); row != null; row = rows.row()) {
            view.next(row, row.path("cells"));
            // one row may have been set aside for several reasons
            String source = String.valueOf(StrictJson.text(row, "source"));
            String origin = source + " " + row.path("line").asLong(0);
            rejected += !origin.equals(before) && taken.contains(source) ? 1 : 0;
            before = origin;
            rows.next();
        }
        view.end();
    }

    private Set<String> taken() {
        Set<String> names = new HashSet<>();
        for (JsonNode file : head.path("files")) {
            if (TotalsCheck.taken(file)) {
                names.add(String.valueOf(StrictJson.text(file, "name")));
            }
        }
        return names;
    }

    /** Its own events, as far as they were read. */
    List<Stretch> stretches() {
        return events == null ? List.of() : events.stretches();
    }
}
