package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Draw;
import dev.offboarding.kit.Tries;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.worlds.PartnerCenterWorld.Fate;
import dev.offboarding.run.worlds.PartnerCenterWorld.Trouble;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.RecordedRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What holds of nights on Partner Center whatever reseller and list look like, and whatever goes wrong: over real HTTP and in real
 * time, several worlds side by side because nights mostly wait. {@code -Dpartner-center.worlds=20} tries so many times as many.
 */
@Tag("sweep")
class PartnerCenterWorldProperties {

    private static final int TIMES = Integer.getInteger("partner-center.worlds", 1);
    /** Of most kinds of trouble there are nights of their own in {@code PartnerCenterNightsTest}; a world of each is tried in the sweep. */
    private static final List<Trouble> TROUBLES =
            Integer.getInteger("sweep.points", 0) > 100 || TIMES > 1 ? List.of(Trouble.values()) : List.of(Trouble.ALL);
    /** Nights after the one on which things go wrong: by then everything has ended. */
    private static final int FURTHER_NIGHTS = 4;

    /** A world for each of these kinds of trouble. */
    private static List<PartnerCenterWorld> worlds(Draw draw) {
        List<PartnerCenterWorld> worlds = new ArrayList<>();
        for (int i = 0; i < TIMES * TROUBLES.size(); i++) {
            worlds.add(PartnerCenterWorld.any(draw).with(TROUBLES.get(i % TROUBLES.size())));
        }
        return worlds;
    }

    @Test
    void everybodyEndsRightOrIsReportedAndNothingElseIsWritten() {
        Tries.ofAsManyAlways(1, draw -> {
            List<PartnerCenterWorld> worlds = worlds(draw);
            ExecutorService sideBySide = Executors.newFixedThreadPool(6);
            try {
                List<Callable<String>> nights = new ArrayList<>();
                worlds.forEach(world -> nights.add(() -> whatIsWrong(world)));
                List<String> wrong = new ArrayList<>();
                for (Future<String> each : sideBySide.invokeAll(nights)) {
                    if (!each.get().isEmpty()) {
                        wrong.add(each.get());
                    }
                }
                assertThat(wrong).isEmpty();
            } finally {
                sideBySide.shutdownNow();
            }
        });
    }

    private static String whatIsWrong(PartnerCenterWorld world) {
        try {
            nights(world);
            return "";
        } catch (AssertionError | RuntimeException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return "%nin %s%n%s".formatted(world, trace);
        }
    }

    private static void nights(PartnerCenterWorld world) {
        try (PartnerCenterScene scene = new PartnerCenterScene(world.settings())) {
            List<CustomerBuilder> customers = world.into(scene);
            Set<String> allowed = new HashSet<>();
            for (int n : world.accepted()) {
                allowed.addAll(world.writes(n, customers.get(n)));
            }
            world.goWrong(scene.standIn.faults());
            List<Scene.Report> reports = new ArrayList<>();
            RunResult first = night(world, scene, customers, allowed, reports);
            if (world.trouble().hitsAnyCall()) {
                // what hangs still when the run is over has no answer, and its fault is not written down yet
                assertThat(scene.standIn.requests()).anyMatch(it -> it.fault() != null || it.answered() == null);
            }
            scene.standIn.faults().clear();
            if (world.trouble() == Trouble.NONE) {
                nothingWentWrong(world, first, allowed, reports.get(0));
            }
            RunResult last = first;
            for (int i = 0; i < FURTHER_NIGHTS && (i == 0 || !hasEnded(world, scene, customers)); i++) {
                last = night(world, scene, customers, allowed, reports);
            }
            everybodyHasEnded(world, scene, customers, last);
            writtenDownOnce(scene, reports);
        }
    }

    private static RunResult night(
            PartnerCenterWorld world,
            PartnerCenterScene scene,
            List<CustomerBuilder> customers,
            Set<String> allowed,
            List<Scene.Report> reports) {
        RunResult result = scene.run();
        // not 1, 2, 6, 8 or 9, whatever goes wrong
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isIn(EnumSet.of(
                        ExitCode.OK,
                        ExitCode.STOPPED_BY_LIMIT,
                        ExitCode.NEEDS_ATTENTION,
                        ExitCode.TO_BE_CONFIRMED,
                        ExitCode.UNAVAILABLE));
        Scene.Report report = Scene.report(result);
        reports.add(report);
        assertThat(scene.standIn.violations()).isEmpty();
        assertThat(scene.standIn.maxInFlight()).isLessThanOrEqualTo(4);
        assertThat(allowed).containsAll(report.actions());
        totalsBalance(report);
        for (int n : world.accepted()) {
            reportedHonestly(scene, report, customers.get(n), world.fate(n));
        }
        return result;
    }

    /** What the report says of a customer is true. */
    private static void reportedHonestly(
            PartnerCenterScene scene, Scene.Report report, CustomerBuilder customer, Fate fate) {
        JsonNode row = report.json()
                .get("customers")
                .valueStream()
                .filter(it -> it.get("customer_id").asString().equalsIgnoreCase(customer.id()))
                .findFirst()
                .orElse(null);
        if (row == null) {
            // closed by an earlier night: gone, or never the reseller's, which is reported once
            assertThat(List.of(
                            scene.standIn.relationship(customer.id()),
                            scene.scene
                                    .jdbc()
                                    .sql("select state from offboarding.offboarding_case where customer_id = ?::uuid")
                                    .param(customer.id())
                                    .query(String.class)
                                    .single()))
                    .satisfiesAnyOf(it -> assertThat(it).first().isEqualTo("none"), it -> {
                        assertThat(it).first().isNotEqualTo("reseller");
                        assertThat(it).last().isEqualTo("WITHDRAWN");
                    });
            return;
        }
        String outcome = row.get("outcome").asString();
        boolean isGone = scene.standIn.relationship(customer.id()).equals("none");
        switch (outcome) {
            case "OFFBOARDED", "ALREADY_OFFBOARDED", "REMOVED" ->
                assertThat(isGone).isTrue();
            case "SUSPENDED" -> assertThat(fate).isEqualTo(Fate.SUSPENDED);
            case "HELD" -> assertThat(row.get("hold_reason").isNull()).isFalse();
            case "FAILED", "PLANNED" -> {
                boolean removalIsInDoubt = report.json()
                        .get("actions")
                        .valueStream()
                        .anyMatch(it -> it.get("action").asString().equals("REMOVE")
                                && it.get("target").asString().equalsIgnoreCase(customer.id())
                                && it.get("result").asString().equals("LOST"));
                assertThat(isGone && !outcome.equals("PLANNED") && !removalIsInDoubt)
                        .describedAs("%s is gone, and reported as %s", customer.companyName(), outcome)
                        .isFalse();
            }
            case "NOT_READ" -> {
                // the run ended before it looked, and says so
                assertThat(report.json().get("exit_code").asInt()).isIn(7, 9);
                assertThat(isGone).isFalse();
            }
            default -> throw new AssertionError("an outcome that nobody expects: " + row);
        }
    }

    /** Counted here from the files, not taken from the totals. */
    private static void totalsBalance(Scene.Report report) {
        List<Map<String, String>> customers = report.table("customers.csv");
        Map<String, Integer> counted = new TreeMap<>();
        counted.put("total", customers.size());
        customers.forEach(row -> counted.merge(row.get("outcome"), 1, Integer::sum));
        Map<String, Integer> told = new TreeMap<>();
        JsonNode totals = report.json().get("totals");
        totals.get("customers")
                .propertyStream()
                .forEach(one -> told.put(one.getKey(), one.getValue().asInt()));
        assertThat(told).isEqualTo(counted);
        JsonNode subscriptions = totals.get("subscriptions");
        assertThat(sum(customers, "subscriptions_active_before"))
                .isEqualTo(subscriptions.get("active_before").asInt());
        assertThat(subscriptions.get("active_before").asInt())
                .isEqualTo(subscriptions.get("suspended").asInt()
                        + subscriptions.get("cancelled").asInt()
                        + subscriptions.get("failed").asInt()
                        + subscriptions.get("left").asInt());
    }

    private static int sum(List<Map<String, String>> rows, String column) {
        return rows.stream().mapToInt(row -> Integer.parseInt(row.get(column))).sum();
    }

    private static void nothingWentWrong(
            PartnerCenterWorld world, RunResult result, Set<String> allowed, Scene.Report report) {
        assertThat(report.actions()).containsExactlyInAnyOrderElementsOf(allowed);
        // on a machine that is busy effects may show too late for this night
        assertThat(result.exitCode())
                .isIn(
                        world.somebodyHasToLook() ? ExitCode.NEEDS_ATTENTION : ExitCode.OK,
                        world.somebodyHasToLook() ? ExitCode.NEEDS_ATTENTION : ExitCode.TO_BE_CONFIRMED);
    }

    private static boolean hasEnded(
            PartnerCenterWorld world, PartnerCenterScene scene, List<CustomerBuilder> customers) {
        Collection<String> open = scene.scene
                .jdbc()
                .sql("select customer_id::text from offboarding.offboarding_case where closed_at is null")
                .query(String.class)
                .list();
        return world.accepted().stream().allMatch(n -> switch (world.fate(n)) {
            case OFFBOARDED -> !open.contains(customers.get(n).id());
            case SUSPENDED, HELD -> world.writes(n, customers.get(n)).stream().allMatch(it -> isDone(scene, it));
        });
    }

    private static boolean isDone(PartnerCenterScene scene, String write) {
        String[] parts = write.split(" ");
        return switch (parts[0]) {
            case "SUSPEND" -> scene.standIn.status(parts[1]).equals("suspended");
            case "CANCEL" -> scene.standIn.status(parts[1]).equals("deleted");
            case "AUTO_RENEW_OFF" -> !scene.standIn.autoRenew(parts[1]);
            case "REMOVE" -> scene.standIn.relationship(parts[1]).equals("none");
            case "TERMINATE_GDAP" ->
                Set.of("terminationRequested", "terminating", "terminated")
                        .contains(scene.standIn.gdapStatus(parts[1]));
            case "DELETE_GDAP" -> scene.standIn.gdapStatus(parts[1]).equals("gone");
            default -> throw new IllegalArgumentException(write);
        };
    }

    private static void everybodyHasEnded(
            PartnerCenterWorld world, PartnerCenterScene scene, List<CustomerBuilder> customers, RunResult last) {
        for (int n : world.accepted()) {
            CustomerBuilder customer = customers.get(n);
            assertThat(world.writes(n, customer))
                    .describedAs(
                            "%s: %s, %s %s",
                            customer.companyName(),
                            scene.scene
                                    .jdbc()
                                    .sql("select * from offboarding.offboarding_case where customer_id = ?::uuid")
                                    .param(customer.id())
                                    .query()
                                    .listOfRows(),
                            last.stopped(),
                            last.failures())
                    .allMatch(it -> isDone(scene, it));
            if (world.fate(n) == Fate.OFFBOARDED) {
                assertThat(scene.scene
                                .jdbc()
                                .sql("select state from offboarding.offboarding_case where customer_id = ?::uuid")
                                .param(customer.id())
                                .query(String.class)
                                .single())
                        .describedAs("%s, %s %s", customer.companyName(), last.stopped(), last.failures())
                        .isEqualTo("OFFBOARDED");
            } else if (world.customers().get(n).relationship().equals("reseller")) {
                assertThat(scene.standIn.relationship(customer.id())).isEqualTo("reseller");
            }
        }
    }

    /** Every write that the platform saw is in {@code actions.csv}, under its own correlation id, and the trail has no gap. */
    private static void writtenDownOnce(PartnerCenterScene scene, List<Scene.Report> reports) {
        Map<String, Map<String, String>> actions = new TreeMap<>();
        for (Scene.Report report : reports) {
            for (Map<String, String> row : report.table("actions.csv")) {
                assertThat(actions.put(row.get("correlation_id"), row)).isNull();
            }
        }
        Set<String> seen = new HashSet<>();
        for (RecordedRequest it : scene.standIn.writes()) {
            String id = it.header("MS-CorrelationId");
            String correlation = id == null ? it.header("client-request-id") : id;
            seen.add(correlation);
            assertThat(actions).containsKey(correlation);
            assertThat(it.path().toLowerCase(java.util.Locale.ROOT))
                    .contains(String.valueOf(Objects.requireNonNull(actions.get(correlation))
                                    .get("target"))
                            .toLowerCase(java.util.Locale.ROOT));
        }
        actions.forEach((correlation, row) -> {
            if (Set.of("DONE", "LOST").contains(row.get("result")) && "1".equals(row.get("attempt"))) {
                assertThat(seen).describedAs("%s", row).contains(correlation);
            }
            if ("NOT_SENT".equals(row.get("result"))) {
                assertThat(seen).describedAs("%s", row).doesNotContain(correlation);
            }
        });
        List<Long> sequences = new ArrayList<>();
        for (Scene.Report report : reports) {
            report.text("events.jsonl")
                    .lines()
                    .forEach(line -> sequences.add(
                            JsonMapper.shared().readTree(line).get("sequence").asLong()));
        }
        for (int i = 0; i < sequences.size(); i++) {
            assertThat(sequences.get(i)).isEqualTo(i + 1L);
        }
        assertThat(scene.scene.count("offboarding.open_intent")).isZero();
    }
}
