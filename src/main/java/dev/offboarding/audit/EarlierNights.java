package dev.offboarding.audit;

import dev.offboarding.kit.JsonText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How customers stood before a run, as the trail says: the last events of each, however long it goes back. */
public final class EarlierNights {

    /**
     * How an event says that a customer stands.
     *
     * @param reported whether its run left a report that is still whole
     */
    public record Stood(
            UUID customerId,
            String runId,
            String job,
            boolean reported,
            Instant at,
            String outcome,
            @Nullable String hold,
            @Nullable String until,
            @Nullable String message) {}

    private static final Set<String> PARTS = Set.of("case", "outcome", "holds", "message");

    private final JdbcTemplate jdbc;
    private final long before;
    /** The job's last run before, which may have found that customers stood as they did; null if there is none. */
    private final @Nullable Night night;

    private record Night(String runId, boolean reported) {}

    /** Of one customer, and where in the trail that is said. */
    private record Said(long sequence, Stood stood) {}

    /** @param runId before which */
    public EarlierNights(JdbcTemplate jdbc, String runId) {
        this.jdbc = jdbc;
        AuditEvents.Range own = new AuditEvents(jdbc).range(runId);
        this.before = own == null ? Long.MAX_VALUE : own.first();
        this.night = jdbc.query("""
                        select r.run_id, coalesce(r.whole, false) from offboarding.runs r
                         where r.job = (select job from offboarding.runs where run_id = ?) and r.mode = 'run'
                           and r.run_id < ? order by r.run_id desc limit 1
                        """, (row, i) -> new Night(row.getString(1), row.getBoolean(2)), runId, runId).stream()
                .findFirst()
                .orElse(null);
    }

    /**
     * The last of each customer first. Of the nights on which one was found unchanged since, the last: that it stood so says how it stood on
     * those between.
     *
     * @param most how many events of a customer are looked at
     */
    public void of(String platform, UUID[] customers, int most, Consumer<Stood> each) {
        List<Said> all = new ArrayList<>();
        if (night != null) {
            new UnchangedEvents(jdbc).of(night.runId(), before, customers, (said, found) -> {
                Stood stood = stood(
                        Objects.requireNonNull(said.customerId()),
                        found.runId(),
                        found.job(),
                        night.reported(),
                        found.at(),
                        said.kind(),
                        said.data());
                if (stood != null && said.platform().equals(platform)) {
                    all.add(new Said(found.sequence(), stood));
                }
            });
        }
        jdbc.query(
                """
                select e.sequence, e.customer_id, e.run_id, e.job, coalesce(e.whole, false) as reported, e.at, e.kind, e.data
                  from unnest(?) as c (customer_id)
                 cross join lateral (
                   select e.*, r.whole from offboarding.event e left join offboarding.runs r on r.run_id = e.run_id
                    where e.customer_id = c.customer_id and e.sequence < ? and e.platform = ?
                      and e.kind in ('DECIDED', 'OUTCOME', 'VERIFIED', 'CASE') and r.mode is distinct from 'plan'
                    order by e.sequence desc limit ?) e
                 order by e.sequence desc
                """,
                (RowCallbackHandler) row -> {
                    Stood stood = stood(row);
                    if (stood != null) {
                        all.add(new Said(row.getLong("sequence"), stood));
                    }
                },
                customers,
                before,
                platform,
                most);
        all.sort(Comparator.comparingLong(Said::sequence).reversed());
        all.forEach(said -> each.accept(said.stood()));
    }

    /** Of what an event says, how the customer stood: what was seen of it is most of the text, and is passed over. */
    private static JsonNode parts(String data) {
        ObjectNode parts = JsonMapper.shared().createObjectNode();
        try (JsonParser json = JsonMapper.shared().createParser(data)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (PARTS.contains(name)) {
                    parts.set(name, json.<JsonNode>readValueAsTree());
                } else {
                    json.skipChildren();
                }
            }
        }
        return parts;
    }

    private static @Nullable Stood stood(ResultSet row) throws SQLException {
        return stood(
                Objects.requireNonNull(row.getObject("customer_id", UUID.class)),
                row.getString("run_id"),
                row.getString("job"),
                row.getBoolean("reported"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("kind"),
                row.getString("data"));
    }

    /** Null where it does not say; what somebody has tampered with says nothing, and is found by those who check the trail. */
    private static @Nullable Stood stood(
            UUID customerId, String runId, String job, boolean reported, Instant at, String kind, String said) {
        JsonNode data;
        try {
            data = parts(said);
        } catch (JacksonException noJson) {
            return null;
        }
        JsonNode standing = kind.equals("OUTCOME") ? data.path("case") : data;
        String outcome = JsonText.of(standing.path("outcome"));
        if (outcome == null) {
            return null;
        }
        JsonNode hold = standing.path("holds").path(0);
        return new Stood(
                customerId,
                runId,
                job,
                reported,
                at,
                outcome,
                JsonText.of(hold.path("reason")),
                JsonText.of(hold.path("until")),
                JsonText.of(standing.path("message")));
    }
}
