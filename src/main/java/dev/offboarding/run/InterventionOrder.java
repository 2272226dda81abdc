package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.OpenCases;
import dev.offboarding.cases.OpenCases.OpenCase;
import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.InterventionKind;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.lists.TakenFiles;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Runs;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records what somebody asks for: at once, in one transaction with the audit trail, and also while a run of the job is under way, which asks
 * before each write. No platform is asked, and nothing is carried out yet.
 */
public final class InterventionOrder {

    private static final int MOST_NAMED = 10;

    private final LoadedJobFile loaded;
    private final Path databaseFolder;
    private final Clock clock;

    public InterventionOrder(LoadedJobFile loaded, Path databaseFolder, Clock clock) {
        this.loaded = loaded;
        this.databaseFolder = databaseFolder;
        this.clock = clock;
    }

    /** Whom it is about. */
    public sealed interface Target {
        record Customer(UUID id) implements Target {}

        /**
         * Those that a file opened.
         *
         * @param run the run that took it; null where only one did
         */
        record File(String name, @Nullable String run) implements Target {}

        record All() implements Target {}
    }

    /**
     * What is asked for.
     *
     * @param reason why; not blank
     * @param by who says so; null for the operating system's user
     * @param until of a pause, the first day on which it is over; null where it lasts until it is resumed
     */
    public record Request(
            InterventionKind kind,
            Target target,
            String reason,
            @Nullable String by,
            @Nullable LocalDate until) {}

    /** How it ended, and what to say about it. */
    public record Result(ExitCode exitCode, List<String> lines) {}

    public Result record(Request request) {
        String by = request.by();
        if (request.reason().isBlank()) {
            return refused("--reason is empty: write why, for those who read the report and the audit trail.");
        }
        if (by != null && by.isBlank()) {
            return refused("--by is empty: write who asks for this, or leave it out for the operating system's user.");
        }
        LocalDate until = request.until();
        if (until != null && !until.isAfter(today())) {
            return refused(
                    "--until %s: that is not after today, %s in the zone of the job: write the first day on which it may continue."
                            .formatted(until, today()));
        }
        try (Database database = Database.open(loaded.environment(), databaseFolder, Access.READ)) {
            return record(request, database);
        } catch (DatabaseConfigurationException e) {
            return new Result(ExitCode.WRONG_USAGE, List.of(Failures.reason(e)));
        } catch (DatabaseInUseException e) {
            return new Result(ExitCode.ALREADY_RUNNING, List.of(Failures.reason(e), "Nothing was recorded."));
        } catch (DatabaseUnavailableException | DataAccessException e) {
            return new Result(ExitCode.UNAVAILABLE, List.of(Failures.reason(e), "Nothing was recorded."));
        }
    }

    private static final String STILL_POSSIBLE =
            "What is still possible: request the relationship again in Partner Center, or enter it in the ledger again, and let the customer accept; then make its subscriptions active by hand. The report of the run that removed it says which they were.";

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), loaded.jobFile().zone());
    }

    private static Result refused(String... why) {
        List<String> lines = new ArrayList<>(List.of(why));
        lines.add("Nothing was recorded, and nothing was changed.");
        return new Result(ExitCode.WRONG_USAGE, lines);
    }

    private Result record(Request request, Database database) {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        JobFile jobFile = loaded.jobFile();
        OpenCases open = new OpenCases(jdbc, jobFile.job(), jobFile.platform().text());
        Interventions interventions = new Interventions(jdbc);
        boolean wholeJob = request.target() instanceof Target.All
                && (request.kind() == InterventionKind.PAUSE || request.kind() == InterventionKind.RESUME);
        List<OpenCase> cases;
        if (wholeJob) {
            if (request.kind() == InterventionKind.RESUME && interventions.pauseOfTheJob(job(), today()) == null) {
                return refused("job %s is not paused as a whole.%s"
                        .formatted(jobFile.job(), pausedThemselves(interventions, open)));
            }
            cases = List.of();
        } else {
            List<String> problem = new ArrayList<>();
            cases = chosen(request, open, jdbc, problem);
            problem.addAll(problem.isEmpty() ? objections(request, cases, interventions) : List.of());
            if (!problem.isEmpty()) {
                return refused(problem.toArray(String[]::new));
            }
        }
        List<OpenCase> meant = request.kind() == InterventionKind.WITHDRAW
                ? cases.stream().filter(it -> it.state() != CaseState.REMOVED).toList()
                : cases;
        write(request, wholeJob, meant, jdbc, interventions, database);
        return new Result(ExitCode.OK, recorded(request, wholeJob, cases, meant, interventions, open));
    }

    private Interventions.Job job() {
        return new Interventions.Job(
                loaded.jobFile().job(), loaded.jobFile().platform().text());
    }

    /** @param problem why there are none, if that is so */
    private List<OpenCase> chosen(Request request, OpenCases open, JdbcTemplate jdbc, List<String> problem) {
        String job = loaded.jobFile().job();
        List<OpenCase> cases = List.of();
        if (request.target() instanceof Target.Customer customer) {
            cases = open.of(customer.id());
            if (cases.isEmpty()) {
                String other = open.otherJob(customer.id())
                        .map(it -> "; job %s has one: name its job file".formatted(it))
                        .orElse("");
                problem.add("job %s has no open case of customer %s%s%s."
                        .formatted(
                                job,
                                customer.id(),
                                open.lastEnd(customer.id()).map(it -> "; " + it).orElse(""),
                                other));
                if (request.kind() == InterventionKind.WITHDRAW && other.isEmpty() && open.lastRemoved(customer.id())) {
                    problem.add(STILL_POSSIBLE);
                }
            }
        } else if (request.target() instanceof Target.File file) {
            cases = ofTheFile(file, open, jdbc, problem);
        } else {
            cases = open.all();
            if (cases.isEmpty()) {
                problem.add("job %s has no open case.".formatted(job));
            }
        }
        return cases;
    }

    private List<OpenCase> ofTheFile(Target.File file, OpenCases open, JdbcTemplate jdbc, List<String> problem) {
        String job = loaded.jobFile().job();
        Map<String, List<OpenCase>> byRun = open.openedBy(file.name());
        TreeSet<String> nights = new TreeSet<>(new TakenFiles(jdbc).runs(job, file.name()));
        nights.addAll(byRun.keySet());
        String run = file.run() == null && nights.size() == 1 ? nights.first() : file.run();
        if (nights.isEmpty()) {
            problem.add("job %s has taken no list called %s: write its name as the report has it, without a folder."
                    .formatted(job, file.name()));
        } else if (run == null) {
            problem.add("%d nights took a list called %s: say which is meant by --run."
                    .formatted(nights.size(), file.name()));
            nights.forEach(night -> {
                int opened = byRun.getOrDefault(night, List.of()).size();
                problem.add("  --run %s: %d open %s".formatted(night, opened, opened == 1 ? "case" : "cases"));
            });
        } else if (!nights.contains(run)) {
            problem.add("--run %s: that run took no list called %s; these did: %s."
                    .formatted(run, file.name(), String.join(", ", nights)));
        } else if (!byRun.containsKey(run)) {
            problem.add("no case that %s opened in run %s is open any more.".formatted(file.name(), run));
        }
        return problem.isEmpty() && run != null ? byRun.getOrDefault(run, List.of()) : List.of();
    }

    private List<String> objections(Request request, List<OpenCase> cases, Interventions interventions) {
        List<Long> ids = cases.stream().map(OpenCase::caseId).toList();
        return switch (request.kind()) {
            case WITHDRAW ->
                cases.stream().allMatch(it -> it.state() == CaseState.REMOVED)
                        ? List.of(
                                "%s: the relationship is removed already, so there is nothing to be put back by this program."
                                        .formatted(named(cases)),
                                STILL_POSSIBLE)
                        : List.of();
            case RESUME -> {
                Intervention all = interventions.pauseOfTheJob(job(), today());
                yield !interventions.paused(ids, today()).isEmpty()
                        ? List.of()
                        : List.of("%s is not paused.%s"
                                .formatted(
                                        named(cases),
                                        all == null
                                                ? ""
                                                : " The whole job is, which `resume` with --all ends: " + all.words()));
            }
            case CLOSE -> {
                List<OpenCase> left = cases.stream()
                        .filter(it -> it.state() != CaseState.REMOVED && it.suspended() + it.scheduled() > 0)
                        .filter(it -> !interventions.isAsked(it.caseId(), InterventionKind.WITHDRAW))
                        .toList();
                yield left.isEmpty()
                        ? List.of()
                        : List.of(
                                "%s: this program has suspended %d of its subscriptions, and closing the case would leave them so."
                                        .formatted(
                                                named(left),
                                                left.stream()
                                                        .mapToInt(it -> it.suspended() + it.scheduled())
                                                        .sum()),
                                "Use `withdraw`, which makes them active again and closes the case. Where that does not succeed, it may be closed.");
            }
            case PAUSE -> List.of();
        };
    }

    private void write(
            Request request,
            boolean wholeJob,
            List<OpenCase> cases,
            JdbcTemplate jdbc,
            Interventions interventions,
            Database database) {
        JobFile jobFile = loaded.jobFile();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String user = System.getProperty("user.name", "?");
        String by = request.by();
        Intervention asked = new Intervention(
                request.kind(),
                now,
                request.reason(),
                by == null ? user : by,
                by != null,
                user,
                request.until(),
                wholeJob);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("program", ProgramVersion.text());
        facts.put("user", user);
        facts.put("host", RunFacts.host());
        String runId = Runs.intervention(jdbc, jobFile.job(), jobFile.platform(), now, facts);
        AuditTrail trail = new AuditTrail(
                jdbc, clock, jobFile.job(), runId, jobFile.platform().text());
        Interventions.Origin origin = new Interventions.Origin(runId, RunFacts.host());
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            if (wholeJob) {
                interventions.add(job(), origin, asked);
                trail.append(List.of(NewEvent.ofRun(EventKind.INTERVENTION, data(asked, origin, null))));
            } else {
                interventions.add(
                        job(),
                        origin,
                        asked,
                        cases.stream().map(OpenCase::caseId).toList());
                trail.append(cases.stream()
                        .map(it -> NewEvent.ofCustomer(
                                EventKind.INTERVENTION, it.customerId(), data(asked, origin, it.caseId())))
                        .toList());
            }
        });
    }

    private static Map<String, @Nullable Object> data(
            Intervention asked, Interventions.Origin origin, @Nullable Long caseId) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("kind", asked.kind().name());
        data.put("case_id", caseId);
        data.put("reason", asked.reason());
        data.put("by", asked.by());
        data.put("by_is_a_claim", asked.claimed());
        data.put("user", asked.user());
        data.put("host", origin.host());
        LocalDate until = asked.until();
        if (until != null) {
            data.put("until", until.toString());
        }
        return data;
    }

    private List<String> recorded(
            Request request,
            boolean wholeJob,
            List<OpenCase> cases,
            List<OpenCase> meant,
            Interventions interventions,
            OpenCases open) {
        List<String> lines = new ArrayList<>();
        String who = wholeJob ? "job " + loaded.jobFile().job() : named(meant);
        LocalDate until = request.until();
        switch (request.kind()) {
            case PAUSE ->
                lines.add(
                        "Paused %s: %s. From now on nothing is written, not by a run that is under way either; nothing is undone."
                                .formatted(who, until == null ? "until it is resumed" : "until " + until));
            case RESUME -> {
                lines.add("Resumed %s: the next run continues.".formatted(who));
                Intervention all = interventions.pauseOfTheJob(job(), today());
                if (all != null) {
                    lines.add("The whole job is paused, so nothing is written yet: %s.".formatted(all.words()));
                }
                if (wholeJob) {
                    String themselves = pausedThemselves(interventions, open);
                    if (!themselves.isEmpty()) {
                        lines.add(themselves.strip());
                    }
                }
            }
            case WITHDRAW -> {
                boolean one = meant.size() == 1;
                lines.add(
                        "Recorded: %s %s to be withdrawn. From now on nothing of %s is suspended, cancelled or removed, not by a run that is under way either."
                                .formatted(who, one ? "is" : "are", one ? "it" : "them"));
                lines.addAll(waitingElsewhere(meant, "nothing is put back there"));
                lines.addAll(waitingForThePause(meant, interventions));
                List<OpenCase> removed = cases.stream()
                        .filter(it -> it.state() == CaseState.REMOVED)
                        .toList();
                if (!removed.isEmpty()) {
                    lines.add("Too late for %d whose relationship is removed already: %s. They stay as they are."
                            .formatted(removed.size(), named(removed)));
                }
            }
            case CLOSE -> {
                boolean one = meant.size() == 1;
                lines.add("Recorded: %s %s to be closed, on %s word. From now on nothing is written to %s."
                        .formatted(
                                who,
                                one ? "is" : "are",
                                request.by() == null ? "your" : request.by() + "'s",
                                one ? "it" : "them"));
                lines.addAll(waitingElsewhere(meant, "nothing is closed there"));
                int left = meant.stream()
                        .filter(it -> it.state() != CaseState.REMOVED)
                        .mapToInt(it -> it.suspended() + it.scheduled())
                        .sum();
                if (left > 0) {
                    lines.add("%d of its subscriptions, which this program has suspended, stay suspended."
                            .formatted(left));
                }
            }
        }
        return lines;
    }

    /** Nothing is carried out on a platform on which the job does not work. */
    private static List<String> waitingElsewhere(List<OpenCase> meant, String waits) {
        List<OpenCase> elsewhere = meant.stream().filter(OpenCase::elsewhere).toList();
        if (elsewhere.isEmpty()) {
            return List.of();
        }
        boolean one = elsewhere.size() == 1;
        return List.of(
                "%s opened on another platform than the one on which this job worked last: %s until the job works on it again, or the %s adopted."
                        .formatted(subject(elsewhere, meant, "was", "were"), waits, one ? "case was" : "cases were"));
    }

    /** A pause stops all writes, also those that put something back. */
    private List<String> waitingForThePause(List<OpenCase> meant, Interventions interventions) {
        Intervention all = interventions.pauseOfTheJob(job(), today());
        Set<Long> themselves = Set.copyOf(
                interventions.paused(meant.stream().map(OpenCase::caseId).toList(), today()));
        List<OpenCase> paused = meant.stream()
                .filter(it -> it.suspended() + it.scheduled() > 0)
                .filter(it -> all != null || themselves.contains(it.caseId()))
                .toList();
        if (paused.isEmpty()) {
            return List.of();
        }
        String it = paused.size() == 1 ? "it" : "them";
        String resume = all == null
                ? "Resume " + it
                : paused.stream().noneMatch(c -> themselves.contains(c.caseId()))
                        ? "Resume the job"
                        : "Resume the job, and " + it;
        return List.of("%s paused: nothing is put back until that is over. %s, or wait until the pause ends."
                .formatted(subject(paused, meant, "is", "are"), resume));
    }

    /** Of all that are meant, those of whom something is said. */
    private static String subject(List<OpenCase> these, List<OpenCase> meant, String one, String several) {
        String verb = these.size() == 1 ? one : several;
        return meant.size() == 1 ? "It " + verb : "%d of them %s".formatted(these.size(), verb);
    }

    private String pausedThemselves(Interventions interventions, OpenCases open) {
        List<OpenCase> all = open.all();
        List<Long> paused =
                interventions.paused(all.stream().map(OpenCase::caseId).toList(), today());
        Set<Long> these = Set.copyOf(paused);
        return paused.isEmpty()
                ? ""
                : " Customers that are paused by themselves stay so: %s."
                        .formatted(named(all.stream()
                                .filter(it -> these.contains(it.caseId()))
                                .toList()));
    }

    private static String named(List<OpenCase> cases) {
        return cases.stream().limit(MOST_NAMED).map(OpenCase::words).collect(Collectors.joining(", "))
                + (cases.size() > MOST_NAMED ? " and %d more".formatted(cases.size() - MOST_NAMED) : "");
    }
}
