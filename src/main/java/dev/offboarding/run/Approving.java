package dev.offboarding.run;

import dev.offboarding.approvals.Approvals;
import dev.offboarding.approvals.Given;
import dev.offboarding.approvals.Kind;
import dev.offboarding.approvals.Person;
import dev.offboarding.approvals.SavedPlan;
import dev.offboarding.approvals.SavedPlans;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.RunLock;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.jobfile.Schedule;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.JsonText;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.Limits;
import dev.offboarding.plan.Remedies;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Somebody approves a plan that was stopped, or that needs it: recorded with who and why, under the job's lock, and in the audit trail. */
public final class Approving {

    /** An approval is good for so long, and for the next scheduled run. */
    static final Duration GOOD_FOR = Duration.ofHours(24);
    /** A scheduled run may begin late by so much. */
    static final Duration LATE = Duration.ofHours(1);

    private static final int SHORTEST_PREFIX = 8;
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{1,64}");
    private static final List<String> LIMITS = List.of("max-customers", "max-share", "per-30-days", "population");
    private static final String SPREAD = "spread";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final LoadedJobFile loaded;
    private final Path databaseFolder;
    private final Clock clock;

    public Approving(LoadedJobFile loaded, Path databaseFolder, Clock clock) {
        this.loaded = loaded;
        this.databaseFolder = databaseFolder;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param plan the plan's id, or its beginning
     * @param reason why; not blank
     * @param by who approves; null for the operating system's user
     * @param lift the limit that is lifted; null for none
     */
    public record Request(
            String plan,
            String reason,
            @Nullable String by,
            boolean spread,
            @Nullable String lift) {
        Kind kind() {
            return spread ? Kind.SPREAD : lift != null ? Kind.LIFT : Kind.APPROVE;
        }
    }

    /** How it ended, and what to say about it. */
    public record Result(ExitCode exitCode, List<String> lines) {}

    public Result approve(Request request) {
        JobFile jobFile = loaded.jobFile();
        String wrong = wrong(request);
        if (wrong != null) {
            return refused(wrong);
        }
        try (Database database = Database.open(loaded.environment(), databaseFolder, Access.OWN);
                LazyPlatform platform = new LazyPlatform(
                        jobFile,
                        database,
                        clock,
                        CancellationToken.none(),
                        RetryPolicy.none(),
                        RequestListener.UNCOUNTED)) {
            Optional<RunLock> lock = RunLock.tryAcquire(database.direct(), jobFile.job());
            if (lock.isEmpty()) {
                return new Result(
                        ExitCode.ALREADY_RUNNING,
                        List.of("a run of job %s is under way: %s. Wait for it to end."
                                .formatted(jobFile.job(), CurrentRuns.of(database.dataSource(), jobFile.job()))));
            }
            try (RunLock held = lock.get()) {
                return approve(request, database, platform.identity(), held);
            }
        } catch (DatabaseConfigurationException e) {
            return new Result(ExitCode.WRONG_USAGE, List.of(Failures.reason(e)));
        } catch (DatabaseInUseException e) {
            return new Result(ExitCode.ALREADY_RUNNING, List.of(Failures.reason(e)));
        } catch (DatabaseUnavailableException | PlatformUnavailableException | SQLException e) {
            return new Result(ExitCode.UNAVAILABLE, List.of(Failures.reason(e)));
        }
    }

    private static @Nullable String wrong(Request request) {
        if (request.reason().isBlank()) {
            return "--reason is empty: write why the plan is approved, for those who read the report and the audit trail.";
        }
        String by = request.by();
        if (by != null && by.isBlank()) {
            return "--by is empty: write who approves the plan, or leave it out.";
        }
        String lift = request.lift();
        if (lift != null && !LIMITS.contains(lift)) {
            return "--lift %s: there is no such limit that can be lifted; write one of %s. Protected customers cannot be lifted."
                    .formatted(lift, String.join(", ", LIMITS));
        }
        if (request.plan().length() < SHORTEST_PREFIX
                || !DIGITS.matcher(prefix(request)).matches()) {
            return "%s is not the id of a plan: write it as the stopped run names it, all of it or its first %d digits or more."
                    .formatted(request.plan(), SHORTEST_PREFIX);
        }
        return null;
    }

    private static String prefix(Request request) {
        return request.plan().toLowerCase(Locale.ROOT);
    }

    private static Result refused(String why) {
        return new Result(ExitCode.WRONG_USAGE, List.of(why, "Nothing was approved."));
    }

    private Result approve(Request request, Database database, String identity, RunLock lock) throws SQLException {
        JobFile jobFile = loaded.jobFile();
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        List<SavedPlan> plans = new SavedPlans(jdbc).beginningWith(prefix(request));
        List<SavedPlan> ours = plans.stream()
                .filter(plan -> plan.job().equals(jobFile.job()))
                .filter(plan -> plan.platformIdentity().equals(identity))
                .toList();
        if (ours.size() != 1) {
            return refused(notOne(request.plan(), plans, ours, identity));
        }
        SavedPlan plan = ours.get(0);
        Approvals approvals = new Approvals(jdbc, jobFile.job(), identity);
        Person approver = Person.of(request.by());
        // for people: to the second
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        List<Given> before = approvals.of(plan.id());
        String why = refusal(request, plan, before, approver, now);
        if (why != null) {
            return refused(why);
        }
        Instant expiresAt = expiry(jobFile, now);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("program", ProgramVersion.text());
        facts.put("user", approver.user());
        facts.put("host", RunFacts.host());
        String runId = Runs.approval(lock, jobFile.job(), jobFile.platform(), identity, now, facts);
        AuditTrail trail = new AuditTrail(
                jdbc, clock, jobFile.job(), runId, jobFile.platform().text());
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            approvals.give(plan, request.kind(), request.lift(), approver, request.reason(), runId, now, expiresAt);
            trail.append(List.of(NewEvent.ofRun(EventKind.APPROVED, data(request, plan, approver, expiresAt))));
        });
        return new Result(ExitCode.OK, said(request, plan, before, approver, now, expiresAt));
    }

    private static String notOne(String asked, List<SavedPlan> plans, List<SavedPlan> ours, String identity) {
        if (ours.size() > 1) {
            return "%s is the beginning of several plans: %s. Write more of it."
                    .formatted(
                            asked,
                            String.join(", ", ours.stream().map(SavedPlan::id).toList()));
        }
        if (plans.isEmpty()) {
            return "there is no plan %s: plans are kept that were stopped by a limit, or that need an approval."
                    .formatted(asked);
        }
        SavedPlan other = plans.get(0);
        return "plan %s is of job %s on %s, and this job file is of another: approve it with its own job file (this one works on %s)."
                .formatted(other.id(), other.job(), other.platformIdentity(), identity);
    }

    private @Nullable String refusal(
            Request request, SavedPlan plan, List<Given> before, Person approver, Instant now) {
        if (plan.planner().is(approver.name())) {
            return "%s made this plan (run %s): somebody else has to approve it. Where two people share a user, each gives a name with --by, in plan and in approve."
                    .formatted(plan.planner().inWords(), plan.plannedRun());
        }
        Instant usedAt = before.stream()
                .map(Given::usedAt)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElse(null);
        if (usedAt != null && !plan.lastAt().isAfter(usedAt)) {
            return "plan %s was approved and carried out at %s, and an approval is used once: let the job plan again, and approve what is left."
                    .formatted(plan.id(), usedAt);
        }
        if (!now.isBefore(plan.lastAt().plus(SavedPlans.KEPT))) {
            return "plan %s has expired: it was last made at %s, by run %s, more than %d days ago; let the job plan again."
                    .formatted(plan.id(), plan.lastAt(), plan.lastRun(), SavedPlans.KEPT.toDays());
        }
        for (Given given : before) {
            if (given.usedAt() == null
                    && !given.expiresAt().isBefore(now)
                    && given.kind() == request.kind()
                    && Objects.equals(given.limit(), request.lift())) {
                return "plan %s is approved like that already, by %s at %s, until %s."
                        .formatted(plan.id(), given.approver().inWords(), given.approvedAt(), given.expiresAt());
            }
        }
        return switch (request.kind()) {
            case APPROVE -> uselessAlone(plan);
            case SPREAD -> notToBeSpread(plan);
            case LIFT -> notToBeLifted(Objects.requireNonNull(request.lift()), plan);
        };
    }

    /** Where no approval is needed it is for nothing: what a limit has stopped it would stop again. */
    private @Nullable String uselessAlone(SavedPlan plan) {
        if (loaded.jobFile().approval() == Approval.REQUIRED) {
            return null;
        }
        List<LimitFigure> exceeded = exceeded(plan);
        if (exceeded.isEmpty()) {
            return "the job file asks for no approval, and no limit stopped plan %s when it was last made (run %s): there is nothing to be approved."
                    .formatted(plan.id(), plan.lastRun());
        }
        Remedies remedies = remedies(plan, exceeded);
        return "the job file asks for no approval, and to approve plan %s alone does not get it past %s: %s."
                .formatted(
                        plan.id(),
                        names(exceeded),
                        remedies.inVain() == null
                                ? "write %s beside it".formatted(remedies.inWords())
                                : "nothing does as long as %s".formatted(remedies.inVain()));
    }

    /** A plan is spread because there are too many for one night, and only where each night can take some. */
    private @Nullable String notToBeSpread(SavedPlan plan) {
        List<LimitFigure> exceeded = exceeded(plan);
        Remedies remedies = remedies(plan, exceeded);
        String never = Limits.neverBegins(loaded.jobFile().limits(), population(plan));
        if (remedies.inVain() != null && !remedies.inVain().equals(never)) {
            return "plan %s cannot be spread as long as %s.".formatted(plan.id(), remedies.inVain());
        }
        if (never != null && plan.begins() > 0) {
            return "%s: plan %s cannot be spread, for no night could carry out even one customer of it. Change that in the job file%s."
                    .formatted(
                            never,
                            plan.id(),
                            remedies.lifts().isEmpty() ? "" : ", or carry it out at once with " + remedies.inWords());
        }
        // where an approval is needed, it is one
        boolean forNothing = loaded.jobFile().approval() != Approval.REQUIRED && !exceeded.isEmpty();
        return forNothing && !remedies.spread()
                ? "to spread plan %s does not get it past %s: write %s."
                        .formatted(plan.id(), names(exceeded), remedies.inWords())
                : null;
    }

    /** A limit is lifted for a plan that it stopped, and for no other reason than that there are too many. */
    private @Nullable String notToBeLifted(String limit, SavedPlan plan) {
        if (limit.equals("max-customers") && loaded.jobFile().limits().maxCustomers() == 0) {
            return "max-customers is 0, which means none, and cannot be lifted: change it in the job file.";
        }
        for (LimitFigure figure : exceeded(plan)) {
            if (limit.equals(figure.limit())) {
                return limit.equals("population") && !Remedies.isFall(figure)
                        ? "the population of plan %s cannot be lifted: %s. Only a fall can be."
                                .formatted(plan.id(), figure.message())
                        : null;
            }
        }
        return "plan %s was not over %s when it was last made (run %s): there is nothing to be lifted."
                .formatted(plan.id(), limit, plan.lastRun());
    }

    /** What is still in the way of a plan once it is approved like that. */
    private List<LimitFigure> leftAfter(Request request, SavedPlan plan, List<Given> before, Instant now) {
        Set<String> settled = new HashSet<>();
        before.stream()
                .filter(given -> given.usedAt() == null && !given.expiresAt().isBefore(now))
                .forEach(given -> settled.add(given.kind() == Kind.SPREAD ? SPREAD : String.valueOf(given.limit())));
        settled.add(request.spread() ? SPREAD : String.valueOf(request.lift()));
        return exceeded(plan).stream()
                .filter(figure -> !settled.contains(figure.limit()))
                .filter(figure -> figure.limit().equals("population") || !settled.contains(SPREAD))
                .toList();
    }

    private Remedies remedies(SavedPlan plan, List<LimitFigure> exceeded) {
        return Remedies.of(loaded.jobFile().limits(), exceeded, population(plan), plan.begins() > 0);
    }

    private static String names(List<LimitFigure> exceeded) {
        return exceeded.stream().map(LimitFigure::limit).collect(Collectors.joining(" and "));
    }

    /** The limits that a plan was over when it was last made, lifted or not. */
    private static List<LimitFigure> exceeded(SavedPlan plan) {
        return figures(plan).stream().filter(figure -> !figure.passed()).toList();
    }

    /** Reseller customers when it was last made; as many as you like where it was not compared with the limits. */
    private static long population(SavedPlan plan) {
        return figures(plan).stream()
                .filter(figure -> figure.limit().equals("population"))
                .map(LimitFigure::figure)
                .findFirst()
                .orElse((long) Integer.MAX_VALUE);
    }

    private static List<LimitFigure> figures(SavedPlan plan) {
        List<LimitFigure> figures = new ArrayList<>();
        JSON.readTree(plan.limits())
                .forEach(figure -> figures.add(new LimitFigure(
                        String.valueOf(JsonText.of(figure.path("limit"))),
                        figure.path("figure").asLong(0),
                        figure.path("allowed").asLong(0),
                        figure.path("passed").asBoolean(true),
                        String.valueOf(JsonText.of(figure.path("message"))))));
        return figures;
    }

    /** For 24 hours, or until the next scheduled run, whichever is later. */
    static Instant expiry(JobFile jobFile, Instant now) {
        Instant expiresAt = now.plus(GOOD_FOR);
        Schedule schedule = jobFile.schedule();
        ZonedDateTime next = schedule == null ? null : schedule.cron().next(now.atZone(jobFile.zone()));
        if (next == null) {
            return expiresAt;
        }
        Instant scheduled = next.toInstant().plus(LATE);
        return scheduled.isAfter(expiresAt) ? scheduled : expiresAt;
    }

    private static Map<String, Object> data(Request request, SavedPlan plan, Person approver, Instant expiresAt) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("plan_id", plan.id());
        data.put("kind", request.kind().text());
        if (request.lift() != null) {
            data.put("limit", request.lift());
        }
        data.put("customers", plan.customers());
        data.put("planner", plan.planner().json());
        data.put("approver", approver.json());
        data.put("reason", request.reason());
        data.put("expires_at", expiresAt.toString());
        return data;
    }

    private List<String> said(
            Request request, SavedPlan plan, List<Given> before, Person approver, Instant now, Instant expiresAt) {
        List<String> lines = new ArrayList<>();
        lines.add("Plan %s, made by %s with run %s: %d %s, %d from the list, %d from open cases; %d %s begun."
                .formatted(
                        plan.id(),
                        plan.planner().inWords(),
                        plan.plannedRun(),
                        plan.customers(),
                        plan.customers() == 1 ? "customer" : "customers",
                        plan.fromList(),
                        plan.customers() - plan.fromList(),
                        plan.begins(),
                        plan.begins() == 1 ? "is" : "are"));
        lines.add(
                switch (request.kind()) {
                    case APPROVE -> "Approved by %s.".formatted(approver.inWords());
                    case SPREAD ->
                        "Approved by %s, to be spread over several nights, until %s at the latest."
                                .formatted(approver.inWords(), now.plus(Given.LONGEST_SPREAD));
                    case LIFT ->
                        "Approved by %s, although it is over %s: once, and for this plan alone."
                                .formatted(approver.inWords(), request.lift());
                });
        List<LimitFigure> left = leftAfter(request, plan, before, now);
        if (!left.isEmpty()) {
            Remedies remedies = remedies(plan, left);
            lines.add("It is still over %s, and a run stops there %s."
                    .formatted(
                            names(left),
                            remedies.inVain() == null
                                    ? "unless somebody approves it with %s, too".formatted(remedies.inWords())
                                    : "as long as " + remedies.inVain()));
        }
        lines.add("A run has to use it by %s. It reads everything again, and whoever is not as approved is held."
                .formatted(expiresAt));
        return lines;
    }
}
