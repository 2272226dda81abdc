package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.report.verify.RunChain;
import dev.offboarding.report.verify.VerifiedReport;
import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.OffboardingRun;
import dev.offboarding.run.Progress;
import dev.offboarding.run.QuickClock;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.WhenStepBegins;
import dev.offboarding.run.crash.Fuse;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Incident 21, in whatever order it comes: between nights customers come back, buy, leave, are listed again or not; nights are stopped, killed,
 * over a limit, or lose the answers to their removals. Who may be written to is reckoned here, from what this test itself has done and what the
 * ledger has seen, and never from what the program believes. A seed that failed is tried again with {@code -Dsweep.seed=} and {@code
 * -Dsweep.points=1}; {@code -Psweep} tries others.
 */
@Tag("sweep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComingBackTest {

    private static final List<String> SHOWN =
            List.of("comes back", "told", "gone and offboarded", "from the beginning", "held RE_ESTABLISHED");
    private static final int NIGHTS = 6;
    private static final int PEOPLE = 24;
    private static final int BYSTANDERS = 100;
    private static final List<String> EVERYTHING_BUT =
            List.of("support_contact", "delegated_admin", "purchase_authority");
    private static final Set<String> BEGINS_AGAIN = Set.of("RE_ESTABLISHED", "NO_EFFECT", "REACTIVATED");

    private final Scene scene = Scene.set();
    private final Map<String, Integer> happened = new LinkedHashMap<>();
    private Fuse fuse;
    private LedgerChanges changes;

    private enum Night {
        ORDINARY,
        /** Asked to stop as one of the steps begins. */
        STOPPED,
        /** Its process is gone at some moment. */
        KILLED,
        /** Of every removal the connection is gone before it is committed. */
        REMOVALS_LOST,
        /** So few may be begun that it is likely to be stopped. */
        LIMITED
    }

    /** A customer, and what the test knows of it. */
    private static final class Person {
        private final int n;
        /** Of the row that was accepted last. */
        private @Nullable String ticket;

        private String again = "";
        /** Tonight's row. */
        private @Nullable String newTicket;

        private String newAgain = "";
        private boolean newSpelling;

        private boolean asked;
        /** The program has learned of its end since it was asked for it last. */
        private boolean seenToEnd;

        private final Set<UUID> suspendedByUs = new HashSet<>();
        /** Still so when it was listed again: what of it is active later is somebody's decision. */
        private final Set<UUID> suspendedEarlier = new HashSet<>();

        private @Nullable Set<UUID> heldAtFirstWrite;
        private Set<UUID> activeAtFirstWrite = Set.of();
        /** Set where a removal was sent whose end nobody has learned of. */
        private @Nullable Set<UUID> heldAtLostRemoval;

        private boolean begun;
        /** As the last report has it. */
        private @Nullable String hold;

        private boolean offboarded;
        private boolean told;
        /** Of its open case a run that was not stopped has reported that it is back. */
        private boolean toldAsHeld;
        /** A run that died may have written its report before. */
        private boolean perhapsTold;

        Person(int n) {
            this.n = n;
        }

        boolean isListedTonight() {
            return newTicket != null;
        }

        boolean isListedAgainTonight() {
            return newTicket != null && (!newTicket.equals(ticket) || (!newAgain.isEmpty() && !newAgain.equals(again)));
        }

        /** Its row of tonight was accepted, and this is how it stood before. */
        void accepted(Standing before) {
            if (isListedAgainTonight()) {
                // of a case that is held for anything else a run that was killed may have been the last
                if ("REACTIVATED".equals(hold)) {
                    suspendedEarlier.addAll(suspendedByUs);
                    suspendedEarlier.removeAll(before.active());
                } else {
                    suspendedEarlier.clear();
                }
                asked = true;
                seenToEnd = false;
                suspendedByUs.clear();
                heldAtFirstWrite = null;
                heldAtLostRemoval = null;
            }
            if (newTicket != null) {
                ticket = newTicket;
                again = newAgain.isEmpty() ? again : newAgain;
            }
            newTicket = null;
            newAgain = "";
        }

        /** Nothing of it is known better than before. */
        void notAccepted() {
            newTicket = null;
            newAgain = "";
        }
    }

    /** How a customer stands before a night, and which of its subscriptions are active. */
    private record Standing(String relationship, Set<UUID> subscriptions, Set<UUID> active, boolean leftovers) {
        boolean isReseller() {
            return relationship.equals("reseller");
        }

        boolean isGone() {
            return relationship.equals("none") && !leftovers;
        }
    }

    private record Written(
            int customer, String what, @Nullable UUID subscription) {
        /** As the trail has it. */
        String action() {
            return subscription == null ? "REMOVE " + Scene.id(customer) : "SUSPEND " + subscription;
        }

        @Override
        public String toString() {
            return customer + " " + what
                    + (subscription == null
                            ? ""
                            : " (" + subscription.toString().substring(0, 4) + ")");
        }
    }

    @BeforeAll
    void aLedgerThatWritesDownWhatChanges() {
        scene.customers(1, 1).plans(ExitCode.OK);
        fuse = Fuse.in(scene.jdbc());
        changes = LedgerChanges.in(scene);
        scene.sql("""
                create function public.cut() returns trigger language plpgsql as $$
                begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$
                """);
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void howeverTheyComeBackNobodyIsEndedAgainUnasked() {
        WorldSeeds.each(5, SHOWN, happened, seed -> WorldSeeds.live(seed, new World(seed)));
    }

    private final class World implements WorldSeeds.World {
        private final Random random;
        private final List<String> story = new ArrayList<>();
        private final Map<Integer, Person> people = new LinkedHashMap<>();
        private final boolean grace;
        private Map<Integer, Standing> before = Map.of();
        private int night;
        /** Of the last run that was not disturbed. */
        private long moments = 300;

        private boolean unsettled;
        /** By action and target, over all nights. */
        private final Map<String, Integer> everything = new TreeMap<>();

        World(long seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            random.nextLong();
            grace = random.nextInt(4) == 0;
        }

        @Override
        public List<String> story() {
            return story;
        }

        @Override
        public void live() {
            fuse.lay();
            scene.reset().with("grace-period", grace ? "2d" : "0d");
            changes.forget();
            scene.sql(
                    "insert into ledger.customer select ('b0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'Bystander', 'bystander.example', 'reseller' from generate_series(1, ?) n",
                    BYSTANDERS);
            for (int n = 1; n <= PEOPLE; n++) {
                people.put(n, new Person(n));
                scene.customer(n, random.nextInt(10) == 0 ? "none" : "reseller");
                for (int i = random.nextInt(3); i > 0; i--) {
                    scene.subscription(n, "license", random.nextInt(3) == 0 ? "suspended" : "active");
                }
            }
            for (night = 1; night <= NIGHTS; night++) {
                between();
                if (unsettled) {
                    // what a killed run has accepted is known once the next one is through
                    through(Night.ORDINARY);
                } else {
                    list();
                    through(night == NIGHTS ? Night.ORDINARY : draw());
                }
                scene.clock.pass(Duration.ofHours(11 + random.nextInt(26)));
            }
            if (unsettled) {
                through(Night.ORDINARY);
            }
            assertTheTrailHasEveryWrite();
            assertTheReportsAreInOrder();
        }

        private Night draw() {
            int dice = random.nextInt(20);
            return dice < 9
                    ? Night.ORDINARY
                    : dice < 12
                            ? Night.STOPPED
                            : dice < 16 ? Night.KILLED : dice < 18 ? Night.REMOVALS_LOST : Night.LIMITED;
        }

        // ---- what others do between the nights

        private void between() {
            List<String> changes = new ArrayList<>();
            Map<Integer, Standing> now = standings();
            for (Person person : people.values()) {
                Standing standing = the(now, person.n);
                String change = standing.relationship().equals("none")
                        ? gone(person.n, standing)
                        : standing.isReseller() ? there(person.n, standing) : advised(person.n);
                if (change != null) {
                    changes.add(person.n + " " + change);
                    happened.merge(change, 1, Integer::sum);
                }
            }
            story.add("before night %d: %s".formatted(night, changes));
        }

        private @Nullable String gone(int n, Standing standing) {
            int dice = random.nextInt(20);
            if (standing.leftovers() && dice < 8) {
                EVERYTHING_BUT.forEach(
                        table -> scene.sql("delete from ledger.%s where customer_id = ?".formatted(table), id(n)));
                return "is gone for good";
            }
            if (dice < 8) {
                scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", id(n));
                scene.sql("insert into ledger.support_contact values (?, 'support@reseller.example')", id(n));
                scene.sql("insert into ledger.purchase_authority values (?)", id(n));
                if (random.nextInt(5) < 2) {
                    scene.subscription(n, "license", "active");
                    return "comes back and buys";
                }
                return random.nextInt(3) == 0 && reactivate(n, standing) ? "comes back and reactivates" : "comes back";
            }
            if (dice < 10) {
                scene.sql("insert into ledger.delegated_admin values (?, 'helpdesk')", id(n));
                return "is shown still";
            }
            return null;
        }

        private @Nullable String there(int n, Standing standing) {
            int dice = random.nextInt(25);
            if (dice < 2) {
                scene.subscription(n, "license", "active");
                return "buys";
            }
            if (dice < 4 && reactivate(n, standing)) {
                return "reactivates";
            }
            if (dice == 5) {
                scene.sql("update ledger.customer set relationship = 'none' where customer_id = ?", id(n));
                if (random.nextBoolean()) {
                    return "leaves, and not everywhere";
                }
                EVERYTHING_BUT.forEach(
                        table -> scene.sql("delete from ledger.%s where customer_id = ?".formatted(table), id(n)));
                return "leaves";
            }
            if (dice == 6 && random.nextBoolean()) {
                scene.sql("update ledger.customer set relationship = 'advisor' where customer_id = ?", id(n));
                return "is only advised";
            }
            return null;
        }

        private @Nullable String advised(int n) {
            if (random.nextBoolean()) {
                return null;
            }
            scene.sql("update ledger.customer set relationship = 'reseller' where customer_id = ?", id(n));
            return "is no longer only advised";
        }

        private boolean reactivate(int n, Standing standing) {
            Set<UUID> suspended = new HashSet<>(standing.subscriptions());
            suspended.removeAll(standing.active());
            if (suspended.isEmpty()) {
                return false;
            }
            scene.sql(
                    "update ledger.subscription set status = 'active' where subscription_id = ?",
                    suspended.stream().sorted().findFirst().orElseThrow());
            return true;
        }

        private void list() {
            StringBuilder csv = new StringBuilder("customer_id,domain,ticket,again,note_night\n");
            List<String> rows = new ArrayList<>();
            for (Person person : people.values()) {
                if (random.nextInt(20) >= 8) {
                    continue;
                }
                String ticket = person.ticket == null ? "T-0" : person.ticket;
                person.newTicket = ticket;
                person.newSpelling = false;
                int dice = random.nextInt(10);
                if (dice < 4) {
                    person.newTicket = "T-" + night;
                } else if (dice < 6) {
                    person.newAgain = "2026-04-%02d".formatted(night);
                } else if (dice < 8) {
                    person.newSpelling = true;
                }
                csv.append("%s,%s,%s,%s,%d%n"
                        .formatted(
                                id(person.n),
                                person.newSpelling
                                        ? "https://www.CUSTOMER-%d.example/".formatted(person.n)
                                        : "customer-%d.example".formatted(person.n),
                                person.newTicket,
                                person.newAgain,
                                night));
                rows.add(person.n + (person.isListedAgainTonight() ? " again" : " as before"));
            }
            if (!rows.isEmpty()) {
                scene.inboxFile("list-%d.csv".formatted(night), csv.toString());
            }
            story.add("listed: " + rows);
        }

        // ---- the night

        private void through(Night kind) {
            before = standings();
            changes.forget();
            scene.with("limits.max-customers", kind == Night.LIMITED ? "2" : "1000");
            if (kind == Night.REMOVALS_LOST) {
                scene.sql(
                        "create constraint trigger cut after update on ledger.customer deferrable initially deferred for each row execute function public.cut()");
            }
            String what = kind.name();
            if (kind == Night.KILLED) {
                long moment = 1 + (long) (random.nextDouble() * moments);
                fuse.blowAt(moment);
                what += " at " + moment + " of " + moments;
            } else {
                fuse.lay();
            }
            RunResult result = run(kind);
            if (kind == Night.ORDINARY) {
                moments = fuse.burnt();
            }
            boolean killed = fuse.takenOut();
            if (kind == Night.REMOVALS_LOST) {
                scene.sql("drop trigger cut on ledger.customer");
            }
            List<Written> written = written();
            written.forEach(one -> everything.merge(one.action(), 1, Integer::sum));
            story.add("night %d, %s: %s, %s"
                    .formatted(night, what, result == null ? "no result" : result.exitCode(), written));
            happened.merge(
                    kind + " " + (killed ? "killed" : result == null ? "?" : result.exitCode()), 1, Integer::sum);
            if (killed) {
                killed(written);
            } else {
                ended(kind, result, written);
            }
        }

        private @Nullable RunResult run(Night kind) {
            String step = List.of("observe", "check-limits", "suspend", "remove", "verify", "report")
                    .get(random.nextInt(6));
            List<OffboardingRun> self = new ArrayList<>();
            Progress progress = kind == Night.STOPPED
                    ? new WhenStepBegins(step, () -> self.get(0).stop())
                    : Progress.NONE;
            self.add(TestRuns.of(
                    scene.read(),
                    Mode.RUN,
                    scene.folder().resolve(".offboarding"),
                    new QuickClock(scene.clock),
                    progress,
                    List.of(),
                    Duration.ZERO,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5)));
            try {
                return self.get(0).start();
            } catch (RuntimeException e) {
                if (kind != Night.KILLED) {
                    throw e;
                }
                return null;
            }
        }

        /** Whatever it has accepted and learned, it may have done what it was asked to, and no more. */
        private void killed(List<Written> written) {
            unsettled = true;
            Set<Integer> again = people.values().stream()
                    .filter(Person::isListedAgainTonight)
                    .map(person -> person.n)
                    .collect(Collectors.toSet());
            assertAllowed(written, again);
            // whether one of them was offboarded is known once the next run is through, which takes the list, or has it
            // taken
            again.forEach(n -> the(people, n).offboarded = false);
            people.values().forEach(person -> person.perhapsTold = true);
            for (Written one : written) {
                Person person = the(people, one.customer());
                if (again.contains(person.n)) {
                    person.accepted(the(before, person.n));
                }
                note(person, one);
                if (one.subscription() == null) {
                    person.heldAtLostRemoval = the(before, person.n).subscriptions();
                }
            }
        }

        private void ended(Night kind, @Nullable RunResult result, List<Written> written) {
            Objects.requireNonNull(result);
            boolean resumed = unsettled;
            unsettled = false;
            assertThat(result.exitCode())
                    .as("%s", result)
                    .isIn(
                            ExitCode.OK,
                            ExitCode.NEEDS_ATTENTION,
                            ExitCode.TO_BE_CONFIRMED,
                            ExitCode.STOPPED_BY_LIMIT,
                            ExitCode.STOPPED_EARLY);
            boolean through = Set.of(ExitCode.OK, ExitCode.NEEDS_ATTENTION, ExitCode.TO_BE_CONFIRMED)
                    .contains(result.exitCode());
            boolean limited = result.exitCode() == ExitCode.STOPPED_BY_LIMIT;
            if (limited) {
                assertThat(written).as("written over a limit").isEmpty();
                assertThat(result.stopped()).as("stopped").contains("customers");
            }
            List<Path> lists = waiting();
            boolean accepted = lists.isEmpty();
            Scene.Report report = Scene.report(result);
            if (kind == Night.LIMITED) {
                assertThat(written.stream().map(Written::customer).distinct().filter(n -> !the(people, n).begun))
                        .as("begun, where 2 may be")
                        .hasSizeLessThanOrEqualTo(2);
            }
            // a list that is not accepted shows in the report, too
            Set<Integer> again = people.values().stream()
                    .filter(Person::isListedAgainTonight)
                    .map(person -> person.n)
                    .collect(Collectors.toSet());
            Map<Integer, String> holdBefore = new LinkedHashMap<>();
            Set<Integer> atEnd = new HashSet<>();
            for (Person person : people.values()) {
                holdBefore.put(person.n, String.valueOf(person.hold));
                if (accepted && person.isListedAgainTonight()) {
                    if (person.ticket == null
                            || person.offboarded
                            || BEGINS_AGAIN.contains(String.valueOf(person.hold))) {
                        atEnd.add(person.n);
                        person.begun = false;
                    }
                }
                if (accepted) {
                    person.accepted(the(before, person.n));
                } else {
                    person.notAccepted();
                }
            }
            lists.forEach(path -> path.toFile().delete());
            assertAllowed(written, Set.of());
            Map<Integer, Standing> after = standings();
            for (Written one : written) {
                note(the(people, one.customer()), one);
            }
            Map<Integer, Map<String, String>> rows = rows(report);
            for (Map<String, String> action : report.table("actions.csv")) {
                removalAnswered(action);
            }
            for (Person person : people.values()) {
                learned(person, rows.get(person.n), the(after, person.n));
                if (limited || through) {
                    assertReportedOnce(person, rows.get(person.n), the(after, person.n), again, result, limited);
                }
                if (through) {
                    assertHeldWhereBack(
                            person,
                            rows.get(person.n),
                            the(after, person.n),
                            again,
                            String.valueOf(holdBefore.get(person.n)),
                            result);
                }
                if (through && !resumed) {
                    assertContinues(person, kind, rows.get(person.n), the(after, person.n), atEnd, holdBefore);
                }
                if (accepted || !again.contains(person.n)) {
                    remember(person, rows.get(person.n), resumed, through);
                }
                person.perhapsTold &= !through;
            }
            assertThat(report.json().get("problems")).as("problems").isEmpty();
        }

        private void assertAllowed(List<Written> written, Set<Integer> perhapsAgain) {
            for (Written one : written) {
                Person person = the(people, one.customer());
                Standing standing = the(before, person.n);
                if (perhapsAgain.contains(person.n)) {
                    continue;
                }
                assertThat(person.asked).as("%s without being listed", one).isTrue();
                assertThat(person.seenToEnd)
                        .as("%s of a customer that was seen to end, and is not listed again", one)
                        .isFalse();
                if (person.heldAtLostRemoval != null) {
                    assertThat(standing.subscriptions())
                            .as("%s after a removal whose answer was lost", one)
                            .isEqualTo(person.heldAtLostRemoval);
                    assertThat(standing.active())
                            .as("%s after a removal whose answer was lost", one)
                            .isEmpty();
                }
                if (one.subscription() == null) {
                    assertThat(one.what()).isEqualTo("reseller to none");
                    continue;
                }
                assertThat(one.what()).isEqualTo("active to suspended");
                assertThat(person.suspendedByUs)
                        .as("%s again, which somebody has reactivated", one)
                        .doesNotContain(one.subscription());
                assertThat(person.suspendedEarlier)
                        .as("%s again, which somebody has reactivated since the customer was listed again", one)
                        .doesNotContain(one.subscription());
                if (person.heldAtFirstWrite != null) {
                    assertThat(person.heldAtFirstWrite)
                            .as("%s, which was bought since", one)
                            .contains(one.subscription());
                    assertThat(person.activeAtFirstWrite)
                            .as("%s, which somebody has reactivated since the first write", one)
                            .contains(one.subscription());
                }
            }
        }

        private void note(Person person, Written one) {
            Standing standing = the(before, person.n);
            person.begun = true;
            if (person.heldAtFirstWrite == null) {
                person.heldAtFirstWrite = standing.subscriptions();
                person.activeAtFirstWrite = standing.active();
            }
            if (one.subscription() != null) {
                person.suspendedByUs.add(one.subscription());
            }
        }

        /** An answer that was lost and is known to have had no effect leaves the customer as it was. */
        private void removalAnswered(Map<String, String> action) {
            Person person = the(people, number(the(action, "customer_id")));
            if (!"REMOVE".equals(action.get("action"))) {
                return;
            }
            if ("none".equals(action.get("after"))) {
                person.seenToEnd = true;
                person.heldAtLostRemoval = null;
            } else if ("LOST".equals(action.get("result"))) {
                person.heldAtLostRemoval = the(before, person.n).subscriptions();
            }
        }

        /** What the program says that it has read, it knows. */
        private void learned(Person person, @Nullable Map<String, String> row, Standing after) {
            if (person.heldAtLostRemoval != null
                    && the(before, person.n).relationship().equals("none")
                    && row != null
                    && !the(row, "outcome").equals("NOT_READ")) {
                person.seenToEnd = true;
            }
            if (row != null
                    && (List.of("customer_list", "support_contact", "purchasing").stream()
                                    .anyMatch(effect -> "CONFIRMED".equals(row.get(effect)))
                            || the(row, "outcome").endsWith("OFFBOARDED"))) {
                person.seenToEnd = true;
            }
        }

        private void assertReportedOnce(
                Person person,
                @Nullable Map<String, String> row,
                Standing after,
                Set<Integer> again,
                RunResult result,
                boolean limited) {
            if (!person.offboarded || again.contains(person.n)) {
                return;
            }
            if (!after.isReseller()) {
                assertThat(row).as("customer %d, offboarded and gone", person.n).isNull();
            } else if (!person.told && person.perhapsTold && row == null) {
                person.told = true;
            } else if (!person.told) {
                assertThat(row).as("customer %d, offboarded and back", person.n).isNotNull();
                assertThat(Objects.requireNonNull(row).get("outcome")).isEqualTo("RE_ESTABLISHED");
                person.told = !limited;
                happened.merge("told", 1, Integer::sum);
                if (!limited) {
                    assertThat(result.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
                }
            } else {
                assertThat(row)
                        .as("customer %d, offboarded and back, as was told before", person.n)
                        .isNull();
            }
        }

        /** On the first night as something new, and as something known from then on. */
        private void assertHeldWhereBack(
                Person person,
                @Nullable Map<String, String> row,
                Standing after,
                Set<Integer> again,
                String holdBefore,
                RunResult result) {
            if (!person.seenToEnd
                    || !after.isReseller()
                    || row == null
                    || the(row, "state").equals("OFFBOARDED")) {
                person.toldAsHeld = false;
                return;
            }
            if (again.contains(person.n)
                    || Set.of("REACTIVATED", "NOT_A_RESELLER_CUSTOMER").contains(holdBefore)) {
                return;
            }
            assertThat(row.get("hold_reason"))
                    .as("customer %d, seen to end and back: %s", person.n, row)
                    .isEqualTo("RE_ESTABLISHED");
            boolean isNew = !person.toldAsHeld
                    && !(person.perhapsTold && the(row, "outcome").equals("HELD"));
            assertThat(row.get("outcome")).isEqualTo(isNew ? "RE_ESTABLISHED" : "HELD");
            if (isNew) {
                assertThat(result.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
            }
            person.toldAsHeld = true;
        }

        private void assertContinues(
                Person person,
                Night kind,
                @Nullable Map<String, String> row,
                Standing after,
                Set<Integer> fromTheBeginning,
                Map<Integer, String> holdBefore) {
            boolean offboarded =
                    row == null ? person.offboarded : the(row, "outcome").endsWith("OFFBOARDED");
            if (person.asked
                    && after.isGone()
                    && kind != Night.REMOVALS_LOST
                    && !Set.of("REACTIVATED", "NOT_A_RESELLER_CUSTOMER").contains(holdBefore.get(person.n))) {
                assertThat(offboarded)
                        .as("customer %d is gone: %s", person.n, row)
                        .isTrue();
                happened.merge("gone and offboarded", 1, Integer::sum);
            }
            if (fromTheBeginning.contains(person.n)
                    && the(before, person.n).isReseller()
                    && kind != Night.REMOVALS_LOST) {
                assertThat(after.active())
                        .as("customer %d, listed again", person.n)
                        .isEmpty();
                if (!grace) {
                    assertThat(offboarded)
                            .as("customer %d, listed again: %s", person.n, row)
                            .isTrue();
                    assertThat(after.isGone()).isTrue();
                }
                happened.merge("from the beginning", 1, Integer::sum);
            }
        }

        private void remember(Person person, @Nullable Map<String, String> row, boolean resumed, boolean through) {
            if (row == null) {
                if (resumed && !person.offboarded && endedAs(person.n).endsWith("OFFBOARDED")) {
                    // closed by the run that was killed
                    person.offboarded = true;
                    person.told = false;
                    person.seenToEnd = true;
                }
                person.hold = null;
                return;
            }
            boolean ends = the(row, "outcome").endsWith("OFFBOARDED");
            if (ends) {
                person.offboarded = true;
                person.told = false;
            } else {
                boolean closed = the(row, "state").equals("OFFBOARDED");
                person.told = closed && (person.offboarded ? person.told : through);
                person.offboarded = closed;
            }
            person.hold = the(row, "hold_reason").isEmpty() ? null : row.get("hold_reason");
            if (person.hold != null) {
                happened.merge("held " + person.hold, 1, Integer::sum);
            }
        }

        private String endedAs(int n) {
            return scene.jdbc()
                    .sql(
                            "select coalesce(closed_as, '') from offboarding.offboarding_case where customer_id = ? order by case_id desc limit 1")
                    .param(id(n))
                    .query(String.class)
                    .optional()
                    .orElse("");
        }

        // ---- in the end

        private void assertTheTrailHasEveryWrite() {
            assertThat(scene.jdbc()
                            .sql("select sequence from offboarding.open_intent")
                            .query(Long.class)
                            .list())
                    .as("intents without an outcome")
                    .isEmpty();
            Map<String, Integer> done = outcomes("('DONE')");
            Map<String, Integer> doneOrLost = outcomes("('DONE', 'LOST')");
            done.forEach((write, times) -> assertThat(everything.getOrDefault(write, 0))
                    .as("%s: times it was done, as the ledger has it", write)
                    .isGreaterThanOrEqualTo(times));
            everything.forEach((write, times) -> assertThat(doneOrLost.getOrDefault(write, 0))
                    .as("%s: times it was done or lost, as the trail has it", write)
                    .isGreaterThanOrEqualTo(times));
        }

        private Map<String, Integer> outcomes(String results) {
            Map<String, Integer> outcomes = new TreeMap<>();
            scene.jdbc()
                    .sql("""
                            select action || ' ' || (w ->> 'target') from offboarding.event, json_array_elements(data::json -> 'writes') w
                             where kind = 'OUTCOME' and w ->> 'result' in %s
                            """.formatted(results))
                    .query(String.class)
                    .list()
                    .forEach(write -> outcomes.merge(write, 1, Integer::sum));
            return outcomes;
        }

        private void assertTheReportsAreInOrder() {
            ReportVerifier verifier = new ReportVerifier(null);
            List<VerifiedReport> reports =
                    scene.reports().stream().map(verifier::verify).toList();
            reports.forEach(report -> assertThat(report.findings()).isEmpty());
            assertThat(RunChain.of(reports, reports).findings()).isEmpty();
            assertThat(reports).hasSize((int) scene.count("offboarding.run"));
        }

        private List<Path> waiting() {
            return scene.inboxFiles().stream()
                    .filter(name -> !name.contains("/"))
                    .map(name -> scene.inbox().resolve(name))
                    .toList();
        }
    }

    // ---- as the ledger has it

    private static UUID id(int n) {
        return Scene.id(n);
    }

    private static int number(String customerId) {
        return Integer.parseInt(customerId.substring(24));
    }

    private static <K, V> V the(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "nothing of " + key);
    }

    private static Map<Integer, Map<String, String>> rows(Scene.Report report) {
        return report.table("customers.csv").stream()
                .collect(Collectors.toMap(row -> number(the(row, "customer_id")), Function.identity()));
    }

    private List<Written> written() {
        return changes.all().stream()
                .map(it -> new Written(number(it.customer().toString()), it.what(), it.subscription()))
                .toList();
    }

    private Map<Integer, Standing> standings() {
        Map<Integer, Standing> standings = new LinkedHashMap<>();
        scene.jdbc().sql("""
                        select c.customer_id::text, c.relationship,
                               coalesce(array_agg(s.subscription_id) filter (where s.subscription_id is not null), '{}') as held,
                               coalesce(array_agg(s.subscription_id) filter (where s.status = 'active'), '{}') as active,
                               exists (select from ledger.support_contact x where x.customer_id = c.customer_id)
                                 or exists (select from ledger.delegated_admin x where x.customer_id = c.customer_id)
                                 or exists (select from ledger.purchase_authority x where x.customer_id = c.customer_id) as leftovers
                          from ledger.customer c left join ledger.subscription s using (customer_id)
                         where c.customer_id::text like 'a%' group by c.customer_id, c.relationship
                        """).query(row -> {
            standings.put(
                    number(row.getString(1)),
                    new Standing(
                            row.getString(2),
                            Set.of((UUID[]) row.getArray(3).getArray()),
                            Set.of((UUID[]) row.getArray(4).getArray()),
                            row.getBoolean(5)));
        });
        return standings;
    }
}
