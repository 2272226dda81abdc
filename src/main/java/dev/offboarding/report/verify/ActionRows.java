package dev.offboarding.report.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The actions of the record, each compared with its line in {@code actions.csv} when it is passed. */
final class ActionRows {
    static final String FILE = "actions.csv";

    private static final List<String> COLUMNS = List.of("""
            sequence at customer_id action target before after result attempt correlation_id message""".split(" "));

    private final JsonRows rows;
    private final CsvView view;
    private long passed;

    ActionRows(JsonRows rows, CsvTable csv) {
        this.rows = rows;
        this.view = new CsvView(csv, COLUMNS, true);
    }

    /** The next one; null after the last. */
    @Nullable
    JsonNode row() {
        return rows.row();
    }

    Place place() {
        return rows.place();
    }

    void pass(JsonNode row) {
        view.next(row, StrictJson.EMPTY);
        passed++;
        rows.next();
    }

    void end() {
        if (rows.row() != null) {
            throw rows.place().off("an action", "one that the trail has", "one more");
        }
    }

    /** After the last. */
    void endOfView() {
        view.end();
    }

    long passed() {
        return passed;
    }
}
