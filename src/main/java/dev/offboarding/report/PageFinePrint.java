package dev.offboarding.report;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.kit.JsonText;
import dev.offboarding.lists.FileStatus;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.runs.RunRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** Under what conditions the run was made, for later readers of its page. */
final class PageFinePrint {
    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("program", "Program"),
            Map.entry("java", "Java"),
            Map.entry("postgresql", "PostgreSQL"),
            Map.entry("embedded_database", "Embedded database"),
            Map.entry("host", "Host"),
            Map.entry("user", "User"),
            Map.entry("process", "Process"),
            Map.entry("parameters", "Started as"),
            Map.entry("working_directory", "Started in"),
            Map.entry("platform_identity", "Platform identity"),
            Map.entry("lock_session", "Database session of the lock"),
            Map.entry("job_file", "Job file"),
            Map.entry("job_file_sha256", "SHA-256 of the job file"),
            Map.entry("zone", "Time zone of the job"));
    private static final Set<String> COPIED = Set.of("Run", "Plan", "Hash of the last of them");
    /** The one limit that must not be fallen below. */
    private static final String POPULATION = "population";
    /** Keys of the job file appear under their own names. */
    private static final String JOB_FILE_KEYS = "job_file_keys.";

    private static final int MOST_FILES = 200;

    private final JdbcTemplate jdbc;
    private final RunRow run;
    private final PageTime time;

    PageFinePrint(JdbcTemplate jdbc, RunRow run, PageTime time) {
        this.jdbc = jdbc;
        this.run = run;
        this.time = time;
    }

    /** @param copied whether people need it elsewhere, character by character */
    record Fact(String label, String value, boolean copied) {}

    record Limit(String name, String figure, String allowed, String result, String tone, String message) {}

    record ListFile(
            String name,
            String status,
            String read,
            String rejected,
            String duplicates,
            String sha256,
            String reason,
            String understood,
            String carried) {}

    List<Fact> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Job", run.job());
        facts.put("Run", run.runId());
        facts.put(
                "Kind of run",
                switch (run.mode()) {
                    case "plan" -> "plan: nothing is written";
                    case "withdraw" -> "withdraw: only what people asked for is carried out";
                    default -> run.mode();
                });
        facts.put("Platform", run.platform());
        facts.put("Began", time.moment(run.startedAt()));
        facts.put("Ended", run.endedAt() == null ? "not on record" : time.moment(run.endedAt()));
        facts.put("Exit code", run.exitCode() == null ? "none" : run.exitCode().toString());
        facts.put("Plan", run.planId() == null ? "none" : run.planId());
        facts.putAll(PageApproval.facts(run.approval()));
        facts.put("Reseller customers on the platform", population());
        add(facts, "", ReportJson.MAPPER.readTree(run.facts()));
        AuditEvents.Range events = new AuditEvents(jdbc).range(run.runId());
        if (events != null) {
            facts.put("Events of the audit trail", events.first() + " to " + events.last());
            facts.put("Hash of the last of them", events.lastHash());
        }
        return facts.entrySet().stream()
                .map(fact -> new Fact(fact.getKey(), PageText.story(fact.getValue()), COPIED.contains(fact.getKey())))
                .toList();
    }

    private String population() {
        Long population = run.population();
        return population == null
                ? "not counted"
                : PageText.number(population)
                        + (Boolean.FALSE.equals(run.populationComplete())
                                ? ", but the list could not be read to its end"
                                : "");
    }

    private static void add(Map<String, String> facts, String prefix, JsonNode object) {
        object.properties().forEach(member -> {
            String name = prefix + member.getKey();
            if (member.getValue().isObject()) {
                add(facts, name + ".", member.getValue());
            } else {
                facts.put(label(name), value(member.getValue()));
            }
        });
    }

    private static String label(String name) {
        return name.startsWith(JOB_FILE_KEYS)
                ? name.substring(JOB_FILE_KEYS.length())
                : LABELS.getOrDefault(name, name);
    }

    private static String value(JsonNode value) {
        if (value.isBoolean()) {
            return value.asBoolean() ? "yes" : "no";
        }
        String text = JsonText.of(value);
        return text == null ? "none" : text;
    }

    List<Limit> limits() {
        List<Limit> limits = new ArrayList<>();
        String stored = run.limits();
        if (stored == null) {
            return limits;
        }
        for (JsonNode limit : ReportJson.MAPPER.readTree(stored)) {
            if (limit.has("limit") && limit.has("passed")) {
                boolean passed = limit.path("passed").asBoolean();
                String name = text(limit, "limit");
                JsonNode lifted = limit.path("lifted");
                limits.add(new Limit(
                        name,
                        text(limit, "figure"),
                        (name.equals(POPULATION) ? "at least " : "") + text(limit, "allowed"),
                        passed
                                ? "passed"
                                : lifted.isObject()
                                        ? "lifted by %s: %s"
                                                .formatted(
                                                        PageText.story(PageApproval.lifter(lifted)),
                                                        text(lifted, "reason"))
                                        : "not passed",
                        passed ? "done" : "look",
                        text(limit, "message")));
            }
        }
        return limits;
    }

    List<ListFile> files() {
        return new ReceivedLists(jdbc)
                .files(run.runId(), MOST_FILES).stream()
                        .map(file -> new ListFile(
                                PageText.line(file.name()),
                                status(file.status()),
                                PageText.number(file.rowsRead()),
                                PageText.number(file.rowsRejected()),
                                PageText.number(file.rowsDuplicate()),
                                orNone(file.sha256()),
                                PageText.story(file.reason()),
                                headings(file.columnsUnderstood()),
                                headings(file.columnsCarried())))
                        .toList();
    }

    /** Of a list that was not read, none. */
    private static String headings(@Nullable String columns) {
        List<String> headings = new ArrayList<>();
        if (columns != null) {
            for (JsonNode column : ReportJson.MAPPER.readTree(columns)) {
                headings.add(PageText.line(
                        Objects.toString(JsonText.of(column.isObject() ? column.path("heading") : column), "")));
            }
        }
        return headings.isEmpty() ? "none" : String.join(", ", headings);
    }

    private static String status(FileStatus status) {
        return switch (status) {
            case TAKEN -> "taken";
            case REFUSED -> "refused";
            case LEFT -> "left for the next run";
            case NOTHING_NEW -> "nothing new";
            case NOT_ACCEPTED -> "not accepted: it stays where it is";
        };
    }

    private static String orNone(@Nullable String text) {
        return text == null ? "none" : text;
    }

    private static String text(JsonNode from, String name) {
        return PageText.story(JsonText.of(from.path(name)));
    }
}
