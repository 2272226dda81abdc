package dev.offboarding.report;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One event of the audit trail as text: the form that its hash is taken of. */
final class TrailEvent {
    private TrailEvent() {}

    /** A JSON object on one line; {@code data} as it is stored. */
    static String canonical(ResultSet row) throws SQLException {
        return "{\"sequence\":" + row.getLong("sequence") + ",\"at\":" + quoted(String.valueOf(time(row)))
                + ",\"job\":" + quoted(row.getString("job")) + ",\"run_id\":" + quoted(row.getString("run_id"))
                + ",\"platform\":" + quoted(row.getString("platform")) + ",\"customer_id\":"
                + quoted(row.getString("customer_id")) + ",\"kind\":" + quoted(row.getString("kind")) + ",\"action\":"
                + quoted(row.getString("action")) + ",\"answers\":" + Values.number(row, "answers") + ",\"data\":"
                + row.getString("data") + "}";
    }

    private static @Nullable String time(ResultSet row) throws SQLException {
        var at = Values.instant(row, "at");
        return at == null ? null : Values.text(at);
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : Json.MAPPER.writeValueAsString(text);
    }
}
