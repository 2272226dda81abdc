package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.kit.Tries;
import dev.offboarding.plan.Decision;
import dev.offboarding.plan.Planner;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds of a night whatever the ledger and the list look like. */
@Tag("sweep")
class LedgerWorldProperties {

    private static Scene scene = Scene.set();

    /** Everyone who is written to, and every removal at a moment at which something was not ended, is written down by the ledger itself. */
    @BeforeAll
    static void aLedgerThatWatches() {
        scene.sql(
                "create table public.listed (line serial, customer_id text, domain text, company_name text, effective_date text)");
        scene.sql("create table public.touched (customer_id uuid)");
        scene.sql("create table public.removed_too_early (customer_id uuid)");
        scene.sql("""
                create function public.watch() returns trigger language plpgsql as $$
                begin
                  insert into public.touched values (coalesce(new.customer_id, old.customer_id));
                  return null;
                end $$
                """);
        for (String table :
                List.of("customer", "subscription", "support_contact", "delegated_admin", "purchase_authority")) {
            scene.sql(
                    "create trigger watch after insert or update or delete on ledger.%s for each row execute function public.watch()"
                            .formatted(table));
        }
        scene.sql("""
                create function public.watch_removal() returns trigger language plpgsql as $$
                begin
                  if exists (select from ledger.subscription where customer_id = new.customer_id
                              and status not in ('suspended', 'deleted', 'expired', 'disabled')) then
                    insert into public.removed_too_early values (new.customer_id);
                  end if;
                  return new;
                end $$
                """);
        scene.sql("""
                create trigger watch_removal before update on ledger.customer for each row
                  when (new.relationship = 'none') execute function public.watch_removal()
                """);
    }

    @AfterAll
    static void close() {
        scene.close();
    }

    @Test
    void aDecisionIsWhatTheDocumentationSays() {
        Tries.of(500, draw -> {
            LedgerWorld world = LedgerWorld.any(draw);
            List<String> writes = new ArrayList<>();
            for (int n : world.accepted()) {
                Decision decision = Planner.decide(world.caseView(n), world.seen(n), world.rules());
                switch (world.fate(n)) {
                    case HELD -> assertThat(decision).isInstanceOf(Decision.Held.class);
                    case ALREADY_OFFBOARDED -> assertThat(decision).isInstanceOf(Decision.AlreadyGone.class);
                    case SUSPENDED, OFFBOARDED -> {
                        assertThat(decision).isInstanceOf(Decision.Proceed.class);
                        ((Decision.Proceed) decision)
                                .writes()
                                .forEach(write -> writes.add(write.action() + " " + write.target()));
                    }
                }
            }
            assertThat(writes).containsExactlyInAnyOrderElementsOf(world.writes());
        });
    }

    @Test
    void aNightDoesWhatWasPlannedAndNothingElse() {
        Tries.of(6, draw -> {
            LedgerWorld world = LedgerWorld.any(draw);
            scene.reset();
            world.into(scene);
            Map<String, List<String>> before = scene.ledger();
            long activeBefore = activeOf(world.accepted());
            scene.sql("truncate public.touched");

            Scene.Report plan = Scene.report(scene.plan());
            assertThat(scene.ledger()).isEqualTo(before);
            assertThat(scene.count("public.touched")).isZero();
            assertThat(planned(plan)).containsExactlyInAnyOrderElementsOf(world.writes());

            RunResult result = scene.run();
            Scene.Report run = Scene.report(result);

            assertThat(result.exitCode().code())
                    .isEqualTo(plan.json().get("exit_code").asInt())
                    .isEqualTo(run.json().get("exit_code").asInt());
            assertThat(run.json().get("plan_id")).isEqualTo(plan.json().get("plan_id"));
            List<String> writes = world.isTooMuch() ? List.of() : world.writes();
            List<Integer> written = world.isTooMuch() ? List.of() : world.written();
            assertThat(run.actions()).containsExactlyInAnyOrderElementsOf(writes);
            assertThat(touched())
                    .isEqualTo(new TreeSet<>(written.stream().map(Scene::id).toList()));
            assertThat((long) touched().size()).isLessThanOrEqualTo(world.allowed());
            assertThat(scene.count("public.removed_too_early")).isZero();
            assertThat(scene.ledger()).isEqualTo(after(before, writes));
            assertExitCode(world, result);
            assertReport(world, run, activeBefore);

            scene.sql("truncate public.touched");
            RunResult second = scene.run();
            assertThat(second.exitCode())
                    .describedAs("%s", second)
                    .isIn(
                            world.isTooMuch()
                                    ? List.of(ExitCode.STOPPED_BY_LIMIT)
                                    // wrong rows of a query are wrong every night
                                    : List.of(
                                            (world.rejected() > 0
                                                                    && !world.job()
                                                                            .file())
                                                            || fallsDueOverALimit(second)
                                                    ? ExitCode.NEEDS_ATTENTION
                                                    : ExitCode.OK));
            assertThat(Scene.report(second).actions()).isEmpty();
            assertThat(scene.count("public.touched")).isZero();
        });
    }

    /** The removal at the end of a grace period may be too much for its night, which is reported once: by the first run, or by this one. */
    private static boolean fallsDueOverALimit(RunResult second) {
        return Scene.report(second)
                .json()
                .get("due_ahead")
                .valueStream()
                .anyMatch(day -> day.get("is_new").asBoolean());
    }

    private static void assertExitCode(LedgerWorld world, RunResult result) {
        if (world.isTooMuch()) {
            assertThat(result.exitCode()).isEqualTo(ExitCode.STOPPED_BY_LIMIT);
            assertThat(result.stopped())
                    .matches("(?s)max-(customers|share): " + world.written().size()
                            + " customers? (is|are) to be begun, " + world.allowed() + " allowed.*");
        } else {
            assertThat(result.exitCode()).isIn(ExitCode.OK, ExitCode.NEEDS_ATTENTION);
            assertThat(result.stopped()).isNull();
        }
    }

    /** Counted here from the files, not taken from the totals. */
    private static void assertReport(LedgerWorld world, Scene.Report run, long activeBefore) {
        List<Map<String, String>> customers = run.table("customers.csv");
        Map<String, String> expected = new TreeMap<>();
        for (int n : world.accepted()) {
            LedgerWorld.Fate fate = world.fate(n);
            if (fate == LedgerWorld.Fate.SUSPENDED && !world.written().contains(n)) {
                // nothing of it was suspended by this program: it only waits
                fate = LedgerWorld.Fate.HELD;
            }
            expected.put(
                    Scene.id(n).toString(),
                    // a run that is stopped has not even got to where it would have waited
                    world.isTooMuch() && world.fate(n) != LedgerWorld.Fate.HELD ? "PLANNED" : fate.name());
        }
        Map<String, String> outcomes = new TreeMap<>();
        customers.forEach(row -> outcomes.put(row.get("customer_id"), row.get("outcome")));
        assertThat(outcomes).isEqualTo(expected);
        assertThat(customers).hasSize(expected.size());

        Map<String, Integer> totals = new TreeMap<>();
        totals.put("total", customers.size());
        customers.forEach(row -> totals.merge(row.get("outcome"), 1, Integer::sum));
        Map<String, Integer> told = new TreeMap<>();
        run.json()
                .get("totals")
                .get("customers")
                .propertyStream()
                .forEach(one -> told.put(one.getKey(), one.getValue().asInt()));
        assertThat(told).isEqualTo(totals);

        List<Map<String, String>> actions = run.table("actions.csv");
        assertThat(actions).extracting(row -> row.get("result")).allMatch("DONE"::equals);
        long suspended = actions.stream()
                .filter(row -> "SUSPEND".equals(row.get("action")))
                .count();
        assertThat(run.json().get("totals").get("subscriptions").toString())
                .isEqualTo("{\"active_before\":%d,\"suspended\":%d,\"cancelled\":0,\"failed\":0,\"left\":%d}"
                        .formatted(activeBefore, suspended, activeBefore - suspended));
        assertThat(sum(customers, "subscriptions_active_before")).isEqualTo(activeBefore);
        assertThat(sum(customers, "subscriptions_suspended")).isEqualTo(suspended);

        assertThat(run.json().get("totals").get("rows").toString())
                .isEqualTo("{\"read\":%d,\"accepted\":%d,\"duplicates\":%d,\"rejected\":%d}"
                        .formatted(world.rows(), world.accepted().size(), world.duplicates(), world.rejected()));
        if (world.rejected() == 0) {
            assertThat(run.folder().resolve("rejects.csv")).doesNotExist();
        } else {
            assertThat(run.table("rejects.csv")).hasSize(world.rejected());
        }
    }

    private static long sum(List<Map<String, String>> rows, String column) {
        return rows.stream().mapToLong(row -> Long.parseLong(row.get(column))).sum();
    }

    private static long activeOf(List<Integer> customers) {
        return scene.jdbc()
                .sql("select count(*) from ledger.subscription where status = 'active' and customer_id = any(?)")
                .param(customers.stream().map(Scene::id).toArray(UUID[]::new))
                .query(Long.class)
                .single();
    }

    private static TreeSet<UUID> touched() {
        return new TreeSet<>(scene.jdbc()
                .sql("select customer_id from public.touched")
                .query(UUID.class)
                .list());
    }

    private static List<String> planned(Scene.Report plan) {
        return plan.json()
                .get("customers")
                .valueStream()
                .flatMap(row -> row.get("planned").valueStream())
                .map(write -> write.get("action").asString() + " "
                        + write.get("target").asString())
                .toList();
    }

    /** The ledger after these writes, and no other. */
    private static Map<String, List<String>> after(Map<String, List<String>> before, List<String> writes) {
        Map<String, List<String>> after = new TreeMap<>();
        before.forEach((table, rows) -> {
            List<String> left = new ArrayList<>();
            for (String row : rows) {
                String id = row.split(" ", 2)[0];
                boolean removed = writes.contains("REMOVE " + id);
                if (writes.contains("SUSPEND " + id)) {
                    left.add(row.replaceFirst("active$", "suspended"));
                } else if (removed && table.equals("customer")) {
                    left.add(id + " none");
                } else if (!removed) {
                    left.add(row);
                }
            }
            after.put(table, left);
        });
        return after;
    }
}
