package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.jobfile.JobFileReader;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Approving;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.crash.Fuse;
import dev.offboarding.run.worlds.WatchedReseller.Change;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * What holds whatever people ask for, in whatever order: they list customers, withdraw, pause and resume them, approve plans, spread them or
 * lift a limit, while others change what customers hold, and runs are killed. Who may be written to is reckoned here, from what this test
 * itself has asked for and what the platform has seen, and never from what the program believes. A seed that failed is tried again with {@code
 * -Dsweep.seed=} and {@code -Dsweep.points=1}; {@code -Psweep} tries others.
 */
@Tag("sweep")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecondThoughtsTest {

    /** Half of the others', for each is many nights long. */
    private static final int POINTS = (Integer.getInteger("sweep.points", 4) + 1) / 2;

    private static final long SEED = Long.getLong("sweep.seed", System.currentTimeMillis());
    private static final int PEOPLE = 12;
    private static final int NIGHTS = 9;
    private static final int MOST_A_NIGHT = 3;
    /** Without these having happened nothing is shown. */
    private static final List<String> SHOWN = List.of(
            "REACTIVATE", "REMOVE", "withdrawn", "withdrawn in mid-offboarding", "approved", "paused", "killed");

    private final Scene scene = Scene.set();
    private final Map<String, Integer> happened = new TreeMap<>();
    private Fuse fuse;
    private LedgerChanges changes;
    private Supplier<WatchedReseller> resellers = () -> new WatchedLedger(scene, changes);

    /** A customer, and what this test knows of it. */
    private static final class Person {
        private final int n;
        /** Somebody wants it offboarded, and nobody has taken that back. */
        private boolean asked;

        private LocalDate effective = LocalDate.MIN;
        private boolean withdrawing;
        private boolean paused;
        private boolean approved;
        private boolean begun;
        private boolean removed;
        private @Nullable LocalDate suspendedOn;
        private final Set<UUID> suspendedByUs = new HashSet<>();

        Person(int n) {
            this.n = n;
        }

        void startsAnew() {
            asked = false;
            withdrawing = false;
            paused = false;
            approved = false;
            begun = false;
            suspendedOn = null;
            suspendedByUs.clear();
            effective = LocalDate.MIN;
        }
    }

    @BeforeAll
    void aLedgerThatWritesDownWhatChanges() {
        scene.customers(1, 1).plans(ExitCode.OK);
        fuse = Fuse.in(scene.jdbc());
        changes = LedgerChanges.in(scene);
    }

    @AfterAll
    void close() {
        scene.close();
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void whateverPeopleAskForNothingIsWrittenThatNobodyWants() {
        nothingIsWrittenThatNobodyWants();
    }

    /** Many nights in real time: for the sweep. */
    @Test
    @Tag("large")
    @Timeout(value = 6, unit = TimeUnit.HOURS, threadMode = ThreadMode.SEPARATE_THREAD)
    void norOnPartnerCenter() {
        resellers = () -> new WatchedPartnerCenter(scene, Scene.TONIGHT);
        nothingIsWrittenThatNobodyWants();
    }

    private void nothingIsWrittenThatNobodyWants() {
        happened.clear();
        SoftAssertions seeds = new SoftAssertions();
        for (long seed = SEED;
                seed < SEED + POINTS
                        || seed < SEED + 10 * POINTS && !happened.keySet().containsAll(SHOWN);
                seed++) {
            long next = seed;
            seeds.check(() -> tryOut(next));
            if (seeds.assertionErrorsCollected().size() >= 3) {
                break;
            }
        }
        seeds.assertAll();
        assertThat(happened).containsKeys(SHOWN.toArray(String[]::new));
    }

    private void tryOut(long seed) {
        scene.reset();
        World world = new World(seed);
        try (WatchedReseller reseller = resellers.get()) {
            world.live(reseller);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "-Dsweep.seed=%d -Dsweep.points=1:%n%s%n%s"
                            .formatted(seed, String.join("\n", world.story), e.getMessage()),
                    e);
        }
    }

    private final class World {
        private final Random random;
        private final List<String> story = new ArrayList<>();
        private final Map<Integer, Person> people = new LinkedHashMap<>();
        private final boolean required;
        private final int graceDays;
        private final Map<String, Integer> everything = new TreeMap<>();
        private WatchedReseller reseller;
        private boolean jobPaused;
        /** Plans above a limit that may be carried out nevertheless, once each. */
        private boolean lifted;

        private long moments = 400;
        private int lists;

        World(long seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            random.nextLong();
            required = random.nextInt(3) == 0;
            graceDays = random.nextInt(3);
        }

        void live(WatchedReseller customers) {
            reseller = customers;
            fuse.lay();
            scene.with("grace-period", graceDays + "d")
                    .with("approval", required ? "required" : "none")
                    .with("limits.max-customers", String.valueOf(MOST_A_NIGHT))
                    .with("limits.max-share", "100%")
                    .with("limits.per-30-days", "100%");
            story.add("approval %s, grace-period %dd".formatted(required ? "required" : "none", graceDays));
            for (int n = 1; n <= PEOPLE; n++) {
                people.put(n, new Person(n));
                reseller.customer(n);
                for (int i = random.nextInt(3); i > 0; i--) {
                    reseller.subscription(n, random.nextInt(4) == 0 ? "suspended" : "active");
                }
            }
            for (int night = 1; night <= NIGHTS; night++) {
                others();
                list();
                for (int i = random.nextInt(3); i > 0; i--) {
                    wants();
                }
                boolean killed = night < NIGHTS - 1 && random.nextInt(4) == 0;
                boolean onlyPutsBack = !killed && random.nextInt(5) == 0;
                night(night, killed, onlyPutsBack ? Mode.WITHDRAW : Mode.RUN);
                reseller.pass(Duration.ofHours(11 + random.nextInt(16)));
            }
            inTheTrail();
            scene.reports()
                    .forEach(report -> assertThat(
                                    new ReportVerifier(null).verify(report).findings())
                            .as(report.toString())
                            .isEmpty());
        }

        private LocalDate today() {
            return LocalDate.ofInstant(
                    reseller.clock().instant(),
                    new JobFileReader().read(scene.jobFile()).jobFile().zone());
        }

        // ---- what others do

        private void others() {
            List<String> changes = new ArrayList<>();
            for (Person person : people.values()) {
                if (person.removed) {
                    continue;
                }
                switch (random.nextInt(12)) {
                    case 0 -> {
                        reseller.subscription(person.n, "active");
                        changes.add(person.n + " buys");
                    }
                    case 1 -> {
                        reseller.othersChange(person.n, "active", "suspended");
                        changes.add(person.n + " suspended by others");
                    }
                    case 2 -> {
                        reseller.othersChange(person.n, "suspended", "active");
                        person.suspendedByUs.clear();
                        changes.add(person.n + " reactivated by others");
                    }
                    default -> {}
                }
            }
            reseller.forgetChanges();
            story.add("others: " + changes);
        }

        // ---- what people ask for

        private Set<Integer> waitingInTheInbox() {
            return scene.inboxFiles().stream()
                    .filter(file -> !file.contains("/"))
                    .flatMap(file -> scene.inboxText(file).lines().skip(1))
                    .map(line -> number(line.substring(0, 36)))
                    .collect(Collectors.toSet());
        }

        private void list() {
            Set<Integer> waiting = waitingInTheInbox();
            if (!waiting.isEmpty() && random.nextInt(4) == 0) {
                takeAway();
                return;
            }
            Set<Integer> open = open();
            StringBuilder csv = new StringBuilder("customer_id,domain,ticket,requested_by,effective_date\n");
            List<String> listed = new ArrayList<>();
            lists++;
            for (Person person : people.values()) {
                if (person.removed || person.withdrawing || waiting.contains(person.n) || random.nextInt(4) != 0) {
                    continue;
                }
                // a later date of a row that is taken away again was never accepted
                LocalDate effective = !open.contains(person.n) && random.nextInt(3) == 0
                        ? today().plusDays(random.nextInt(4))
                        : LocalDate.MIN;
                csv.append("%s,customer-%d.example,T-%d,Grace,%s%n"
                        .formatted(id(person.n), person.n, lists, effective == LocalDate.MIN ? "" : effective));
                person.asked = true;
                if (effective != LocalDate.MIN) {
                    person.effective = effective;
                }
                listed.add(person.n + (effective == LocalDate.MIN ? "" : " from " + effective));
            }
            if (!listed.isEmpty()) {
                scene.inboxFile("list-%03d.csv".formatted(lists), csv.toString());
                story.add("listed: " + listed);
            }
        }

        /** A list that was not accepted is taken away: that disarms it. */
        private void takeAway() {
            Set<Integer> waiting = waitingInTheInbox();
            for (String file : scene.inboxFiles()) {
                if (!file.contains("/")) {
                    assertThat(scene.inbox().resolve(file).toFile().delete()).isTrue();
                }
            }
            Set<Integer> open = open();
            waiting.stream()
                    .filter(n -> !open.contains(n))
                    .forEach(n -> person(n).startsAnew());
            story.add("taken away: " + waiting);
            happened.merge("taken away", 1, Integer::sum);
        }

        private Set<Integer> open() {
            return scene
                    .jdbc()
                    .sql("select customer_id::text from offboarding.offboarding_case where closed_at is null")
                    .query(String.class)
                    .list()
                    .stream()
                    .map(SecondThoughtsTest::number)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private void wants() {
            List<Integer> open = List.copyOf(open());
            int dice = random.nextInt(10);
            if (dice < 3 && !open.isEmpty()) {
                withdraw(open.get(random.nextInt(open.size())));
            } else if (dice < 5 && !open.isEmpty()) {
                pause(open.get(random.nextInt(open.size())));
            } else if (dice == 5) {
                jobPaused = !jobPaused;
                ask(
                        jobPaused ? InterventionKind.PAUSE : InterventionKind.RESUME,
                        new Target.All(),
                        jobPaused ? "job paused" : "job resumed");
            } else {
                approve();
            }
        }

        private boolean ask(InterventionKind kind, Target whom, String what) {
            InterventionOrder.Result result = scene.asks(kind, whom, "a second thought");
            story.add("%s: %s".formatted(what, result.exitCode()));
            if (result.exitCode() == ExitCode.OK) {
                happened.merge(what.replaceAll(" \\d+$", ""), 1, Integer::sum);
            }
            return result.exitCode() == ExitCode.OK;
        }

        private void withdraw(int n) {
            Person person = person(n);
            boolean begun = !person.suspendedByUs.isEmpty();
            if (ask(InterventionKind.WITHDRAW, new Target.Customer(id(n)), "withdrawn " + n)) {
                person.withdrawing = true;
                if (begun) {
                    happened.merge("withdrawn in mid-offboarding", 1, Integer::sum);
                }
            }
        }

        private void pause(int n) {
            Person person = person(n);
            boolean pause = !person.paused;
            if (ask(
                    pause ? InterventionKind.PAUSE : InterventionKind.RESUME,
                    new Target.Customer(id(n)),
                    (pause ? "paused " : "resumed ") + n)) {
                person.paused = pause;
            }
        }

        /** Plans, and somebody else looks at it. */
        private void approve() {
            RunResult planned = start(Mode.PLAN);
            if (planned.exitCode() != ExitCode.STOPPED_BY_LIMIT) {
                return;
            }
            String plan = Scene.report(planned).json().get("plan_id").asString();
            int how = random.nextInt(3);
            String lift = how == 1 ? "max-customers" : null;
            Approving.Result result = scene.approve(plan, "Ada", how == 2, lift, reseller.clock());
            story.add("approved %s %s: %s %s"
                    .formatted(
                            plan.substring(0, 8),
                            how == 1 ? "lifted" : how == 2 ? "spread" : "",
                            result.exitCode(),
                            result.lines()));
            if (result.exitCode() != ExitCode.OK) {
                return;
            }
            happened.merge(how == 1 ? "lifted" : how == 2 ? "spread" : "approved", 1, Integer::sum);
            happened.merge("approved", 1, Integer::sum);
            if (how == 1) {
                lifted = true;
            } else {
                scene.jdbc()
                        .sql(
                                "select c.customer_id::text from offboarding.saved_plan_customer c join offboarding.saved_plan p using (plan_no) where p.plan_id = ?")
                        .param(plan)
                        .query(String.class)
                        .list()
                        .forEach(customer -> person(number(customer)).approved = true);
            }
        }

        // ---- a night

        private void night(int night, boolean killed, Mode mode) {
            reseller.forgetChanges();
            Map<UUID, String> before = reseller.statuses();
            Set<Integer> waiting = waitingInTheInbox();
            if (killed) {
                fuse.blowAt(1 + (long) (random.nextDouble() * moments));
            } else {
                fuse.lay();
            }
            RunResult result = null;
            try {
                result = start(mode);
            } catch (RuntimeException e) {
                if (!killed) {
                    throw e;
                }
            }
            if (!killed && mode == Mode.RUN) {
                moments = Math.max(100, fuse.burnt());
            }
            boolean died = fuse.takenOut();
            List<Change> written = reseller.changes();
            story.add("night %d, %s%s: %s, %s"
                    .formatted(
                            night,
                            mode.text(),
                            died ? ", killed" : "",
                            result == null ? "no result" : result.exitCode() + " " + result.stopped(),
                            written));
            happened.merge(died ? "killed" : "ended", 1, Integer::sum);
            Set<Integer> begunTonight = new HashSet<>();
            written.forEach(one -> check(one, before, begunTonight));
            assertThat(begunTonight.size() <= MOST_A_NIGHT || lifted)
                    .as("begun tonight: %s", begunTonight)
                    .isTrue();
            if (begunTonight.size() > MOST_A_NIGHT) {
                lifted = false;
            }
            ended(waiting);
        }

        private RunResult start(Mode mode) {
            return TestRuns.of(
                            new JobFileReader().read(scene.jobFile()),
                            mode,
                            scene.folder().resolve(".offboarding"),
                            reseller.clock(),
                            Progress.NONE,
                            List.of(),
                            Duration.ZERO,
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(5))
                    .start();
        }

        private void check(Change one, Map<UUID, String> statuses, Set<Integer> begunTonight) {
            everything.merge(one.action(), 1, Integer::sum);
            Person person = person(one.customer());
            String what = one.action();
            happened.merge(what.substring(0, what.indexOf(' ')), 1, Integer::sum);
            assertThat(jobPaused || person.paused).as("%s: paused", what).isFalse();
            if (what.startsWith("REACTIVATE")) {
                assertThat(person.withdrawing).as("%s: withdrawn", what).isTrue();
                assertThat(person.suspendedByUs)
                        .as("%s: suspended by this program", what)
                        .contains(one.subscription());
                person.suspendedByUs.remove(one.subscription());
                statuses.put(one.subscription(), "active");
                return;
            }
            assertThat(person.asked).as("%s: asked for", what).isTrue();
            assertThat(person.withdrawing).as("%s: withdrawn", what).isFalse();
            assertThat(person.effective).as("%s: its day", what).isBeforeOrEqualTo(today());
            assertThat(person.removed).as("%s: removed before", what).isFalse();
            assertThat(person.approved || !required).as("%s: approved", what).isTrue();
            if (!person.begun) {
                person.begun = true;
                begunTonight.add(person.n);
            }
            if (what.startsWith("SUSPEND")) {
                person.suspendedByUs.add(one.subscription());
                person.suspendedOn = today();
                statuses.put(one.subscription(), "suspended");
            } else {
                assertThat(reseller.active(person.n))
                        .as("%s: active subscriptions", what)
                        .isZero();
                if (person.suspendedOn != null) {
                    assertThat(person.suspendedOn.plusDays(graceDays))
                            .as("%s: the grace period's last day", what)
                            .isBeforeOrEqualTo(today());
                }
                person.removed = true;
            }
        }

        /** Which cases have ended, and what became of those that were withdrawn. */
        private void ended(Set<Integer> waitedBefore) {
            Set<Integer> open = open();
            Set<Integer> waiting = waitingInTheInbox();
            for (Person person : people.values()) {
                boolean closed =
                        scene.count("offboarding.offboarding_case where state = 'WITHDRAWN' and customer_id = '%s'"
                                        .formatted(id(person.n)))
                                > 0;
                if (person.withdrawing && closed && !open.contains(person.n)) {
                    Map<UUID, String> now = reseller.statuses();
                    assertThat(person.suspendedByUs)
                            .as("customer %d, withdrawn: suspended by this program", person.n)
                            .noneMatch(subscription -> "suspended".equals(now.get(subscription)));
                    boolean stillWaits = waiting.contains(person.n) || waitedBefore.contains(person.n);
                    LocalDate effective = person.effective;
                    person.startsAnew();
                    person.asked = stillWaits;
                    person.effective = stillWaits ? effective : LocalDate.MIN;
                }
            }
        }

        private void inTheTrail() {
            Map<String, Integer> trail = new TreeMap<>();
            scene.jdbc().sql("""
                            select o.action || ' ' || (w ->> 'target') as write, count(*) as times
                              from offboarding.event o cross join lateral json_array_elements(o.data::json -> 'writes') w
                             where o.kind = 'OUTCOME' and w ->> 'result' in ('DONE', 'LOST') group by 1
                            """).query(row -> {
                trail.put(row.getString("write"), row.getInt("times"));
            });
            everything.forEach((write, times) -> assertThat(trail.getOrDefault(write, 0))
                    .as("%s: times in the trail", write)
                    .isGreaterThanOrEqualTo(times));
        }

        private Person person(int n) {
            Person person = people.get(n);
            assertThat(person).as("nobody has asked for customer " + n).isNotNull();
            return person;
        }
    }

    static int number(String customerId) {
        return IntStream.rangeClosed(1, PEOPLE)
                .filter(n -> id(n).toString().equals(customerId))
                .findFirst()
                .orElse(-1);
    }
}
