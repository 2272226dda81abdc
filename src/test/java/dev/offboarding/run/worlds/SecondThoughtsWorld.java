package dev.offboarding.run.worlds;

import static dev.offboarding.run.Scene.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.platform.Action;
import dev.offboarding.report.verify.ReportVerifier;
import dev.offboarding.run.Approving;
import dev.offboarding.run.InterventionOrder;
import dev.offboarding.run.InterventionOrder.Target;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.run.StandingList;
import dev.offboarding.run.TestRuns;
import dev.offboarding.run.crash.Fuse;
import dev.offboarding.run.worlds.StandingRows.Known;
import dev.offboarding.run.worlds.StandingRows.Row;
import dev.offboarding.run.worlds.WatchedReseller.Change;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Some nights of a job and its customers, as a seed has them: see {@link SecondThoughtsTest}. */
final class SecondThoughtsWorld implements WorldSeeds.World {

    private static final int PEOPLE = 12;
    private static final int NIGHTS = 9;
    private static final int MOST_A_NIGHT = 3;
    private static final Set<ExitCode> CARRIED_OUT =
            Set.of(ExitCode.OK, ExitCode.NEEDS_ATTENTION, ExitCode.TO_BE_CONFIRMED);

    private final List<String> story = new ArrayList<>();

    private final Scene scene;
    private final Fuse fuse;
    private final Map<String, Integer> happened;
    private final Random random;
    private final Map<Integer, Person> people = new LinkedHashMap<>();
    private final boolean required;
    private final int graceDays;
    /** Null where files come into an inbox. */
    private final @Nullable StandingRows standing;

    private final boolean withdrawsUnlisted;
    /** Of the last row of each customer that came into the inbox. */
    private final Map<Integer, String> tickets = new HashMap<>();

    private final Map<String, Integer> everything = new TreeMap<>();
    private final WatchedReseller reseller;
    private boolean jobPaused;
    /** Plans above a limit that may be carried out nevertheless, once each. */
    private boolean lifted;

    private long moments = 400;
    private int lists;

    /** @param happened to be counted up */
    SecondThoughtsWorld(Scene scene, Fuse fuse, WatchedReseller reseller, long seed, Map<String, Integer> happened) {
        this.scene = scene;
        this.fuse = fuse;
        this.reseller = reseller;
        this.happened = happened;
        random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextLong();
        required = random.nextInt(3) == 0;
        graceDays = (int) Math.floorMod(seed + 1, 3L);
        int kind = (int) Math.floorMod(seed, 5L);
        standing = kind < 2 ? null : new StandingRows(kind == 2 ? StandingList.DATABASE : StandingList.STANDING_FILE);
        withdrawsUnlisted = kind == 2 || kind == 4;
    }

    @Override
    public List<String> story() {
        return story;
    }

    @Override
    public void live() {
        fuse.lay();
        scene.without("list.csv.file")
                .without("list.database.query")
                .with("list.csv.inbox", scene.inbox().toString())
                .with("withdraw-when-unlisted", String.valueOf(withdrawsUnlisted))
                .with("grace-period", graceDays + "d")
                .with("approval", required ? "required" : "none")
                .with("limits.max-customers", String.valueOf(MOST_A_NIGHT))
                .with("limits.max-share", "100%")
                .with("limits.per-30-days", "100%");
        story.add("approval %s, grace-period %dd, withdraw-when-unlisted %s"
                .formatted(required ? "required" : "none", graceDays, withdrawsUnlisted));
        for (int n = 1; n <= PEOPLE; n++) {
            people.put(n, new Person(n));
            reseller.customer(n);
            for (int i = random.nextInt(3); i > 0; i--) {
                reseller.subscription(n, random.nextInt(4) == 0 ? "suspended" : "active");
            }
            if (random.nextInt(4) == 0) {
                reseller.clings(n);
            }
        }
        for (int night = 1; night <= NIGHTS; night++) {
            others();
            if (standing == null) {
                inbox();
            } else {
                standingList(standing);
            }
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
                reseller.clock().instant(), scene.read().jobFile().zone());
    }

    private void happens(String what) {
        happened.merge(what, 1, Integer::sum);
    }

    // ---- what others do

    private void others() {
        List<String> changes = new ArrayList<>();
        for (Person person : people.values()) {
            int dice = random.nextInt(12);
            if (person.removed) {
                if (dice < 6) {
                    comesBack(person, changes);
                }
                continue;
            }
            switch (dice) {
                case 0 -> {
                    reseller.subscription(person.n, "active");
                    changes.add(person.n + " buys");
                }
                case 1 -> {
                    reseller.othersChange(person.n, "active", "suspended");
                    changes.add(person.n + " suspended by others");
                }
                case 2 -> {
                    reactivated(person);
                    changes.add(person.n + " reactivated by others");
                }
                default -> {}
            }
        }
        reseller.forgetChanges();
        story.add("others: " + changes);
    }

    private void reactivated(Person person) {
        reseller.othersChange(person.n, "suspended", "active");
        person.suspendedByUs.clear();
    }

    /** With what it had, as that was left, or with something new. */
    private void comesBack(Person person, List<String> changes) {
        reseller.comesBack(person.n);
        person.removed = false;
        String how = "";
        switch (random.nextInt(3)) {
            case 0 -> {
                reseller.subscription(person.n, "active");
                how = " and buys";
            }
            case 1 -> {
                reactivated(person);
                how = " and is reactivated by others";
            }
            default -> {}
        }
        changes.add(person.n + " comes back" + how);
        happens("comes back");
    }

    // ---- the list: files that come into an inbox

    private Set<Integer> waitingInTheInbox() {
        return scene.inboxFiles().stream()
                .filter(file -> !file.contains("/"))
                .flatMap(file -> scene.inboxText(file).lines().skip(1))
                .map(line -> Person.number(line.substring(0, 36)))
                .collect(Collectors.toSet());
    }

    private void inbox() {
        Set<Integer> waiting = waitingInTheInbox();
        if (!waiting.isEmpty() && random.nextInt(4) == 0) {
            takeAway();
            return;
        }
        Set<Integer> open = open();
        lists++;
        StringBuilder csv = new StringBuilder("customer_id,domain,ticket,requested_by,effective_date,note_list\n");
        List<String> listed = new ArrayList<>();
        for (Person person : people.values()) {
            if (person.withdrawing || waiting.contains(person.n) || random.nextInt(person.removed ? 8 : 4) != 0) {
                continue;
            }
            String before = tickets.get(person.n);
            if (before != null && random.nextInt(4) == 0) {
                csv.append(row(person.n, before, null));
                listed.add(person.n + " as before");
                happens("listed as before");
                continue;
            }
            LocalDate from = from(open.contains(person.n));
            person.isListed(from);
            tickets.put(person.n, "T-" + lists);
            csv.append(row(person.n, "T-" + lists, from));
            listed.add(person.n + (from == null ? "" : " from " + from));
        }
        if (!listed.isEmpty()) {
            scene.inboxFile("list-%03d.csv".formatted(lists), csv.toString());
            story.add("listed: " + listed);
        }
    }

    private String row(int n, String ticket, @Nullable LocalDate from) {
        return "%s,customer-%d.example,%s,Grace,%s,%d%n".formatted(id(n), n, ticket, from == null ? "" : from, lists);
    }

    /** A later date of a row that is taken away again was never accepted. */
    private @Nullable LocalDate from(boolean open) {
        return !open && random.nextInt(3) == 0 ? today().plusDays(random.nextInt(4)) : null;
    }

    /** A list that was not accepted is taken away: that disarms it. */
    private void takeAway() {
        Set<Integer> waiting = waitingInTheInbox();
        for (String file : scene.inboxFiles()) {
            if (!file.contains("/")) {
                assertThat(scene.inbox().resolve(file).toFile().delete()).isTrue();
            }
        }
        tickets.keySet().removeAll(waiting);
        isTakenBack(waiting);
        story.add("taken away: " + waiting);
        happens("taken away");
    }

    /** Their rows are there no more: whoever has no case is not to be offboarded any longer. */
    private void isTakenBack(Set<Integer> customers) {
        Set<Integer> open = open();
        customers.stream().filter(n -> !open.contains(n)).forEach(n -> person(n).isThrough(false));
    }

    // ---- the list: one that is the whole truth

    private void standingList(StandingRows list) {
        Set<Integer> open = open();
        List<String> listed = new ArrayList<>();
        Set<Integer> unlisted = new TreeSet<>();
        lists++;
        if (list.customers().size() > 4 && random.nextInt(5) == 0) {
            list.customers().stream().limit(4).forEach(unlisted::add);
        }
        for (Person person : people.values()) {
            Row last = list.lastOf(person.n);
            if (unlisted.contains(person.n)) {
                continue;
            }
            int dice = random.nextInt(12);
            if (list.has(person.n)) {
                if (dice == 0) {
                    list(list, person, open, listed);
                } else if (dice < 3) {
                    unlisted.add(person.n);
                }
            } else if (last != null && dice < 3) {
                list.put(person.n, last);
                listed.add(person.n + " again, as it was");
                if (list.mayListAgain(person.n)) {
                    person.isListed(last.effective());
                    happens("gone and back");
                }
            } else if (lists == 1 ? dice < 4 : dice == 3) {
                list(list, person, open, listed);
            }
        }
        unlisted.forEach(list::takeOut);
        isTakenBack(unlisted);
        list.emptied(random.nextInt(12) == 0);
        list.write(scene);
        story.add("listed: %s, unlisted: %s; %s".formatted(listed, unlisted, list));
        unlisted.forEach(n -> happens("unlisted"));
    }

    private void list(StandingRows list, Person person, Set<Integer> open, List<String> listed) {
        LocalDate from = from(open.contains(person.n));
        list.put(person.n, new Row("T-" + lists, from));
        if (!open.contains(person.n)) {
            person.hasNoDate();
        }
        person.isListed(from);
        listed.add(person.n + (from == null ? "" : " from " + from));
    }

    // ---- what people ask for

    private Set<Integer> open() {
        return scene
                .jdbc()
                .sql("select customer_id::text from offboarding.offboarding_case where closed_at is null")
                .query(String.class)
                .list()
                .stream()
                .map(Person::number)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void wants() {
        List<Integer> open = List.copyOf(open());
        int dice = random.nextInt(10);
        if (dice < 3 && !open.isEmpty()) {
            List<Integer> begun = open.stream()
                    .filter(n -> !person(n).suspendedByUs.isEmpty())
                    .toList();
            List<Integer> these = begun.isEmpty() || random.nextInt(3) == 0 ? open : begun;
            withdraw(these.get(random.nextInt(these.size())));
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
            happens(what.replaceAll(" \\d+$", ""));
        }
        return result.exitCode() == ExitCode.OK;
    }

    private void withdraw(int n) {
        Person person = person(n);
        boolean begun = !person.suspendedByUs.isEmpty();
        if (ask(InterventionKind.WITHDRAW, new Target.Customer(id(n)), "withdrawn " + n)) {
            person.withdrawing = true;
            if (begun) {
                happens("withdrawn in mid-offboarding");
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
        happens(how == 1 ? "lifted" : how == 2 ? "spread" : "approved");
        happens("approved");
        // also where a limit is lifted: then it is approved, although it is over that limit
        lifted |= how == 1;
        scene.jdbc()
                .sql(
                        "select c.customer_id::text from offboarding.saved_plan_customer c join offboarding.saved_plan p using (plan_no) where p.plan_id = ?")
                .param(plan)
                .query(String.class)
                .list()
                .forEach(customer -> {
                    Person person = person(Person.number(customer));
                    person.approved = reseller.statuses(person.n).keySet();
                });
    }

    // ---- a night

    /** A run, and what is known once it is over. */
    private final class Night {
        private final Mode mode;
        private final Set<Integer> openBefore = open();
        private final Set<Integer> waitingBefore = waitingInTheInbox();
        private final Set<Integer> withdrawingBefore = people.values().stream()
                .filter(person -> person.withdrawing)
                .map(person -> person.n)
                .collect(Collectors.toSet());
        /** Whom tonight's list may withdraw, because it is without them, and whether it has to. */
        private final Map<Integer, Known> byTheList = new HashMap<>();

        private final Map<Integer, Integer> withdrawalsBefore = withdrawals();
        private final Set<Integer> putBackByTheList = new HashSet<>();
        private final Set<Integer> begun = new HashSet<>();
        private @Nullable RunResult result;
        private boolean died;

        Night(Mode mode) {
            this.mode = mode;
            for (Person person : people.values()) {
                if (withdrawsUnlisted && standing != null && mode == Mode.RUN && openBefore.contains(person.n)) {
                    byTheList.put(person.n, standing.isWithoutARow(person.n));
                }
            }
        }

        /** Nothing has stopped it. */
        boolean isThrough() {
            return !died && result != null && CARRIED_OUT.contains(result.exitCode());
        }

        Known hasAcceptedItsList() {
            return mode != Mode.RUN
                    ? Known.NO
                    : died || result == null
                            ? Known.PERHAPS
                            : isThrough()
                                    ? Known.YES
                                    : result.exitCode() == ExitCode.STOPPED_BY_LIMIT ? Known.NO : Known.PERHAPS;
        }
    }

    private void night(int number, boolean killed, Mode mode) {
        reseller.forgetChanges();
        Night night = new Night(mode);
        if (killed && random.nextBoolean()) {
            fuse.blowAtOutcome(random.nextInt(3) == 0 ? Action.SUSPEND : Action.REMOVE);
        } else if (killed) {
            fuse.blowAt(1 + (long) (random.nextDouble() * moments));
        } else {
            fuse.lay();
        }
        try {
            night.result = start(mode);
        } catch (RuntimeException e) {
            if (!killed) {
                throw e;
            }
        }
        if (!killed && mode == Mode.RUN) {
            moments = Math.max(100, fuse.burnt());
        }
        night.died = fuse.takenOut();
        List<Change> written = reseller.changes();
        RunResult result = night.result;
        story.add("night %d, %s%s: %s, %s"
                .formatted(
                        number,
                        mode.text(),
                        night.died ? ", killed" : "",
                        result == null ? "no result" : result.exitCode() + " " + result.stopped(),
                        written));
        happens(night.died ? "killed" : "ended");
        written.forEach(one -> check(one, night));
        Set<Integer> withdrawn = newlyWithdrawnByTheList(night);
        withdrawn.addAll(night.putBackByTheList);
        int counted = night.begun.size() + withdrawn.size();
        assertThat(counted <= MOST_A_NIGHT || lifted)
                .as("begun tonight: %s, withdrawn because the list is without them: %s", night.begun, withdrawn)
                .isTrue();
        if (counted > MOST_A_NIGHT) {
            lifted = false;
        }
        isOver(night);
    }

    private RunResult start(Mode mode) {
        return TestRuns.of(
                        scene.read(),
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

    private void check(Change one, Night night) {
        everything.merge(one.write(), 1, Integer::sum);
        happens(one.action().name());
        Person person = person(one.customer());
        assertThat(jobPaused || person.paused).as("%s: paused", one).isFalse();
        switch (one.action()) {
            case REACTIVATE -> putBack(one, person, night);
            case TERMINATE_GDAP ->
                assertThat(person.removed).as("%s: removed", one).isTrue();
            default -> offboards(one, person, night);
        }
    }

    private void putBack(Change one, Person person, Night night) {
        Known byTheList = night.byTheList.getOrDefault(person.n, Known.NO);
        assertThat(person.withdrawing || person.asked && byTheList != Known.NO)
                .as("%s: withdrawn", one)
                .isTrue();
        assertThat(person.suspendedByUs)
                .as("%s: suspended by this program", one)
                .contains(one.subscription());
        person.suspendedByUs.remove(one.subscription());
        if (!person.withdrawing) {
            night.putBackByTheList.add(person.n);
        }
    }

    private void offboards(Change one, Person person, Night night) {
        assertThat(night.mode).as("%s: in a run", one).isEqualTo(Mode.RUN);
        assertThat(person.asked).as("%s: asked for", one).isTrue();
        assertThat(person.withdrawing).as("%s: withdrawn", one).isFalse();
        if (standing != null) {
            assertThat(standing.isWithoutARow(person.n)).as("%s: unlisted", one).isNotEqualTo(Known.YES);
        }
        assertThat(person.effective).as("%s: its day", one).isBeforeOrEqualTo(today());
        assertThat(person.removed).as("%s: removed before", one).isFalse();
        assertThat(person.approved != null || !required).as("%s: approved", one).isTrue();
        if (!person.begun) {
            person.begun = true;
            night.begun.add(person.n);
        }
        if (one.action() == Action.SUSPEND) {
            assertThat(person.heldAtLostRemoval)
                    .as("%s: of a customer whose removal may be known", one)
                    .isNull();
            if (required) {
                assertThat(person.approved)
                        .as("%s: there when it was approved", one)
                        .contains(one.subscription());
            }
            person.suspendedByUs.add(one.subscription());
            person.suspendedOn = today();
        } else {
            removed(one, person, night);
        }
    }

    private void removed(Change one, Person person, Night night) {
        Map<UUID, String> holds = reseller.statuses(person.n);
        assertThat(holds.values()).as("%s: what it holds", one).doesNotContain("active");
        LocalDate suspendedOn = person.suspendedOn;
        if (suspendedOn != null) {
            assertThat(suspendedOn.plusDays(graceDays))
                    .as("%s: the grace period's last day", one)
                    .isBeforeOrEqualTo(today());
        }
        if (person.heldAtLostRemoval != null) {
            assertThat(holds.keySet())
                    .as("%s: what it held when it was removed before", one)
                    .isEqualTo(person.heldAtLostRemoval);
        }
        person.removed = true;
        person.removedInItsCase = true;
        person.listedSinceRemoval = false;
        person.heldAtLostRemoval = night.died ? holds.keySet() : null;
    }

    // ---- what is known once a run is over

    private void isOver(Night night) {
        Set<Integer> open = open();
        Set<Integer> waiting = waitingInTheInbox();
        Map<UUID, String> statuses = reseller.statuses();
        withdrawnByTheList(night);
        if (standing != null) {
            standing.isAccepted(
                    night.hasAcceptedItsList(), n -> rowIsTaken(n, night, open), night.openBefore::contains);
        }
        for (Person person : people.values()) {
            boolean hasACase = open.contains(person.n);
            boolean ended = night.openBefore.contains(person.n) && !hasACase;
            if (ended) {
                String state = lastState(person.n);
                assertThat(state.equals("WITHDRAWN") ? person.withdrawing : person.removed)
                        .as("customer %d, whose case ended as %s: withdrawn, or removed", person.n, state)
                        .isTrue();
            }
            boolean putsBack = night.isThrough() && !jobPaused && !person.paused;
            if (person.withdrawing && !person.removed && (ended || putsBack)) {
                assertThat(person.isAllPutBack(statuses))
                        .as("customer %d, withdrawn: all is put back that this program suspended", person.n)
                        .isTrue();
            }
            boolean perhapsListedAgain = standing == null
                    ? waiting.contains(person.n) || night.waitingBefore.contains(person.n) && person.withdrawing
                    : standing.mayListAgain(person.n);
            boolean knownToBeRemoved =
                    person.removed && !person.listedSinceRemoval && !night.died && night.mode == Mode.RUN;
            if (ended || knownToBeRemoved || !hasACase && night.isThrough() && !perhapsListedAgain) {
                person.isThrough(perhapsListedAgain);
            }
            if (!hasACase) {
                person.hasNoCase();
            }
        }
    }

    /** Also those of whom nothing could be put back tonight. */
    private Set<Integer> newlyWithdrawnByTheList(Night night) {
        Map<Integer, Integer> withdrawals = withdrawals();
        return night.byTheList.keySet().stream()
                .filter(n -> !Objects.equals(withdrawals.get(n), night.withdrawalsBefore.get(n)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void withdrawnByTheList(Night night) {
        // of a run that was killed nobody else can tell whether its list has withdrawn anybody
        Map<Integer, Integer> withdrawals = withdrawals();
        night.byTheList.forEach((n, known) -> {
            Person person = person(n);
            boolean certain = known == Known.YES
                    && night.hasAcceptedItsList() == Known.YES
                    && person.asked
                    && !person.removed
                    && !person.removedInItsCase
                    && person.heldAtLostRemoval == null;
            boolean recorded = !Objects.equals(withdrawals.get(n), night.withdrawalsBefore.get(n));
            if (!person.withdrawing && (certain || known != Known.NO && recorded)) {
                person.withdrawing = true;
                happens("withdrawn by the list");
            }
        });
    }

    private Map<Integer, Integer> withdrawals() {
        Map<Integer, Integer> withdrawals = new HashMap<>();
        scene.jdbc()
                .sql("select customer_id::text from offboarding.intervention where kind = 'WITHDRAW'")
                .query(String.class)
                .list()
                .forEach(customer -> withdrawals.merge(Person.number(customer), 1, Integer::sum));
        return withdrawals;
    }

    private Known rowIsTaken(int n, Night night, Set<Integer> openNow) {
        boolean opened = openNow.contains(n) && !night.openBefore.contains(n);
        return night.withdrawingBefore.contains(n) ? Known.NO : required && !opened ? Known.PERHAPS : Known.YES;
    }

    private String lastState(int n) {
        return scene.jdbc()
                .sql(
                        "select state from offboarding.offboarding_case where customer_id = ? order by case_id desc limit 1")
                .param(id(n))
                .query(String.class)
                .single();
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
        return Objects.requireNonNull(people.get(n), () -> "nobody has asked for customer " + n);
    }
}
