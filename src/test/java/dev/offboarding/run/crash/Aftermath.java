package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.run.Scene;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What has to be true once the runs of a job are through, whatever was done to them on the way. */
public final class Aftermath {

    /** A write as the trail has it: what was asked for, and what became of it. */
    public record Attempt(
            long intent,
            String runId,
            String action,
            String target,
            String correlationId,
            String result,
            @Nullable String after) {}

    private final Swept world;
    private final JdbcClient jdbc;

    public Aftermath(Swept world) {
        this.world = world;
        this.jdbc = world.scene().jdbc();
    }

    /**
     * @param dead the runs that did not end by themselves, each with whether it had ended, but for its report; null where that is not known
     * @param undisturbed what platform and cases look like after a night in which nothing happened
     */
    public void assertIsAsIfNothingHadHappened(@Nullable Map<String, Boolean> dead, Undisturbed undisturbed)
            throws Exception {
        assertThat(world.state()).as("the platform").isEqualTo(undisturbed.state());
        assertThat(world.cases()).as("the cases").isEqualTo(undisturbed.cases());
        assertTheTrailIsWhole();
        List<Attempt> attempts = attempts();
        world.assertEveryWriteIsInTheTrailOnce(attempts);
        assertTheReportsTell(dead, attempts);
        world.assertNothingOfTheListsIsLost();
        assertNothingIsLeftUndone();
    }

    /** What a night in which nothing happens comes to. */
    public record Undisturbed(Map<String, String> state, Map<String, String> cases) {
        public static Undisturbed of(Swept world) {
            return new Undisturbed(world.state(), world.cases());
        }
    }

    private void assertTheTrailIsWhole() {
        List<byte[]> hashes = new ArrayList<>();
        hashes.add(new byte[32]);
        jdbc.sql("select * from offboarding.event order by sequence").query(row -> {
            long sequence = row.getLong("sequence");
            assertThat(sequence).as("sequence without a gap").isEqualTo(hashes.size());
            AuditEvent event = new AuditEvent(
                    sequence,
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getString("job"),
                    row.getString("run_id"),
                    row.getString("platform"),
                    row.getObject("customer_id", UUID.class),
                    row.getString("kind"),
                    row.getString("action"),
                    row.getObject("answers", Long.class),
                    row.getString("data"));
            byte[] hash = event.hash(hashes.get(hashes.size() - 1));
            assertThat(HexFormat.of().formatHex(row.getBytes("hash")))
                    .as("hash of event %d", sequence)
                    .isEqualTo(HexFormat.of().formatHex(hash));
            hashes.add(hash);
        });
        jdbc.sql("select last_sequence, last_hash from offboarding.chain_head").query(row -> {
            assertThat(row.getLong(1)).as("head of the trail").isEqualTo(hashes.size() - 1);
            assertThat(row.getBytes(2)).as("head of the trail").isEqualTo(hashes.get(hashes.size() - 1));
        });
    }

    /** Every intended write, with its one outcome. */
    private List<Attempt> attempts() {
        Map<Long, Map<String, JsonNode>> outcomes = new HashMap<>();
        jdbc.sql("select answers, customer_id, data from offboarding.event where kind = 'OUTCOME'")
                .query(row -> {
                    long answers = row.getLong(1);
                    String customer = row.getString(2);
                    byCorrelation(row.getString(3)).forEach((correlation, write) -> {
                        ((ObjectNode) write).put("customer_id", customer);
                        assertThat(outcomes.computeIfAbsent(answers, intent -> new HashMap<>())
                                        .put(correlation, write))
                                .isNull();
                    });
                });
        List<Attempt> attempts = new ArrayList<>();
        jdbc.sql(
                        "select sequence, run_id, action, data, customer_id from offboarding.event where kind = 'INTENT' order by sequence")
                .query(row -> {
                    long intent = row.getLong(1);
                    String runId = row.getString(2);
                    String action = row.getString(3);
                    Map<String, JsonNode> answered = outcomes.remove(intent);
                    assertThat(answered).as("outcome of intent %d", intent).isNotNull();
                    Map<String, JsonNode> asked = byCorrelation(row.getString(4));
                    assertThat(Objects.requireNonNull(answered).keySet())
                            .as("writes of intent %d", intent)
                            .isEqualTo(asked.keySet());
                    String customer = row.getString(5);
                    asked.forEach((correlation, write) -> assertThat(
                                    customer != null
                                            ? customer
                                            : write.get("customer_id").asString())
                            .as("customer of %s", correlation)
                            .isEqualTo(
                                    answered == null
                                            ? null
                                            : answered.get(correlation)
                                                    .get("customer_id")
                                                    .asString()));
                    answered.forEach((correlation, write) -> attempts.add(new Attempt(
                            intent,
                            runId,
                            action,
                            write.get("target").asString(),
                            correlation,
                            write.get("result").asString(),
                            write.get("after").isNull()
                                    ? null
                                    : write.get("after").asString())));
                });
        assertThat(outcomes).as("outcomes without an intent").isEmpty();
        assertThat(attempts).extracting(Attempt::correlationId).doesNotHaveDuplicates();
        return attempts;
    }

    private static Map<String, JsonNode> byCorrelation(String data) {
        Map<String, JsonNode> writes = new HashMap<>();
        JsonMapper.shared()
                .readTree(data)
                .get("writes")
                .forEach(write -> writes.put(write.get("correlation_id").asString(), write));
        return writes;
    }

    private void assertTheReportsTell(@Nullable Map<String, Boolean> dead, List<Attempt> attempts) {
        List<String> runs = jdbc.sql(
                        "select run_id from offboarding.run where mode in ('run', 'withdraw') order by started_at, run_id")
                .query(String.class)
                .list();
        assertThat(world.scene().reports())
                .as("reports")
                .extracting(path -> path.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(runs);
        Set<String> told = new HashSet<>();
        int rejects = 0;
        for (Path folder : world.scene().reports()) {
            Scene.Report report = new Scene.Report(folder);
            String runId = folder.getFileName().toString();
            JsonNode json = report.json();
            assertThat(json.get("run_id").asString()).isEqualTo(runId);
            assertThat(json.get("problems")).as("problems of %s", runId).isEmpty();
            if (dead != null) {
                Boolean whole = dead.get(runId);
                assertThat(json.get("interrupted").asBoolean())
                        .as("run %s, which %s, is interrupted", runId, whole == null ? "ended by itself" : "died")
                        .isEqualTo(whole != null && !whole);
            }
            assertBalances(report, json.get("totals"));
            for (Map<String, String> action : report.table("actions.csv")) {
                assertThat(told.add(action.get("correlation_id")))
                        .as("%s in two reports", action)
                        .isTrue();
            }
            rejects += json.get("totals").get("rows").get("rejected").asInt() > 0 ? 1 : 0;
        }
        assertThat(told)
                .as("attempts of all reports")
                .isEqualTo(attempts.stream().map(Attempt::correlationId).collect(java.util.stream.Collectors.toSet()));
        assertThat(rejects)
                .as("reports that tell of the row that was set aside")
                .isPositive();
    }

    private static void assertBalances(Scene.Report report, JsonNode totals) {
        JsonNode rows = totals.get("rows");
        assertThat(rows.get("read").asInt())
                .as("rows of %s", report.folder())
                .isEqualTo(rows.get("accepted").asInt()
                        + rows.get("duplicates").asInt()
                        + rows.get("rejected").asInt());
        JsonNode customers = totals.get("customers");
        int total = customers.get("total").asInt();
        assertThat(report.table("customers.csv"))
                .as("customers of %s", report.folder())
                .hasSize(total);
        assertThat(customers
                        .propertyStream()
                        .mapToInt(one -> one.getValue().asInt())
                        .sum())
                .as("outcomes of %s", report.folder())
                .isEqualTo(2 * total);
        JsonNode subscriptions = totals.get("subscriptions");
        assertThat(subscriptions.get("active_before").asInt())
                .as("subscriptions of %s", report.folder())
                .isEqualTo(subscriptions.get("suspended").asInt()
                        + subscriptions.get("cancelled").asInt()
                        + subscriptions.get("failed").asInt()
                        + subscriptions.get("left").asInt());
    }

    private void assertNothingIsLeftUndone() {
        assertThat(jdbc.sql(
                                "select run_id from offboarding.run where ended_at is null or reported_at is null or not settled")
                        .query(String.class)
                        .list())
                .as("runs that are not over")
                .isEmpty();
        for (String table : List.of("run_case", "run_listing", "run_plan", "entry", "reject", "list_file")) {
            assertThat(world.scene().count("offboarding." + table))
                    .as("rows left in %s", table)
                    .isZero();
        }
        assertThat(jdbc.sql(
                                "select status from offboarding.BATCH_JOB_EXECUTION where status in ('STARTING', 'STARTED', 'STOPPING')")
                        .query(String.class)
                        .list())
                .as("executions that Batch believes to be running")
                .isEmpty();
    }
}
