package dev.offboarding.report.verify;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** The rows of an array of {@code report.json}, one after the other. */
final class JsonRows {
    private static final int MOST_VALUES = 500_000;

    private final JsonParser json;
    private @Nullable JsonNode row;
    private Place place;

    /** @param json at the beginning of the array; after the last row at its end */
    JsonRows(JsonParser json) {
        this.json = json;
        this.place = place(json);
        place.holds(json.currentToken() == JsonToken.START_ARRAY, "the rows", "an array", json.currentToken());
        next();
    }

    static Place place(JsonParser json) {
        return new Place(ReportPass.FILE, json.currentTokenLocation().getLineNr());
    }

    /** Null after the last. */
    @Nullable
    JsonNode row() {
        return row;
    }

    Place place() {
        return place;
    }

    void next() {
        JsonToken token = json.nextToken();
        place = place(json);
        if (token == JsonToken.END_ARRAY) {
            row = null;
            return;
        }
        place.holds(token == JsonToken.START_OBJECT, "a row", "an object", token);
        row = StrictJson.tree(json, new StrictJson.Bound(MOST_VALUES));
    }
}
