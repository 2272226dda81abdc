package dev.offboarding.run;

import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.Adoptions;
import dev.offboarding.cases.Adoptions.Owner;
import dev.offboarding.database.Access;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseInUseException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.database.RunLock;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.lists.TakenFiles;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.runs.CurrentRuns;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Runs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes over the cases of a job that was renamed, or of a ledger that was moved by a logical copy, on somebody's word: under the locks of
 * both jobs, in one transaction, and in the audit trail. Closed ones go along with the open ones, and are taken over alone where none is open:
 * whom a job has offboarded it watches. A platform is asked nothing but which one it is.
 */
public final class Adoption {

    private static final int MOST_NAMED = 10;

    private final LoadedJobFile loaded;
    private final Path databaseFolder;
    private final Clock clock;

    public Adoption(LoadedJobFile loaded, Path databaseFolder, Clock clock) {
        this.loaded = loaded;
        this.databaseFolder = databaseFolder;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param oldJob the name that the job had; null for the name that it has
     * @param fromPlatform the platform identity on which the cases were opened; null for the one on which the job works
     * @param reason why; not blank
     * @param by who says so; null for the operating system's user
     */
    public record Request(
            @Nullable String oldJob,
            @Nullable String fromPlatform,
            String reason,
            @Nullable String by) {}

    /** How it ended, and what to say about it. */
    public record Result(ExitCode exitCode, List<String> lines) {}

    public Result adopt(Request request) {
        JobFile jobFile = loaded.jobFile();
        if (request.reason().isBlank()) {
            return refused(
                    "--reason is empty: write why the cases are taken over, for those who read the audit trail.");
        }
        try (Database database = Database.open(loaded.environment(), databaseFolder, Access.OWN);
                LazyPlatform platform = new LazyPlatform(
                        jobFile,
                        database,
                        clock,
                        CancellationToken.none(),
                        RetryPolicy.none(),
                        RequestListener.UNCOUNTED)) {
            String oldJob = request.oldJob() == null ? jobFile.job() : request.oldJob();
            Optional<RunLock> own = RunLock.tryAcquire(database.direct(), jobFile.job());
            if (own.isEmpty()) {
                return underWay(database, jobFile.job());
            }
            try (RunLock held = own.get()) {
                if (oldJob.equals(jobFile.job())) {
                    return adopt(request, oldJob, database, platform.identity(), held);
                }
                Optional<RunLock> others = RunLock.tryAcquire(database.direct(), oldJob);
                if (others.isEmpty()) {
                    return underWay(database, oldJob);
                }
                try (RunLock alsoHeld = others.get()) {
                    return adopt(request, oldJob, database, platform.identity(), held);
                }
            }
        } catch (DatabaseConfigurationException e) {
            return new Result(ExitCode.WRONG_USAGE, List.of(Failures.reason(e)));
        } catch (DatabaseInUseException e) {
            return new Result(ExitCode.ALREADY_RUNNING, List.of(Failures.reason(e)));
        } catch (DatabaseUnavailableException | PlatformUnavailableException | SQLException e) {
            return new Result(ExitCode.UNAVAILABLE, List.of(Failures.reason(e)));
        }
    }

    private static Result underWay(Database database, String job) throws SQLException {
        return new Result(
                ExitCode.ALREADY_RUNNING,
                List.of("a run of job %s is under way: %s. Wait for it to end."
                        .formatted(job, CurrentRuns.of(database.dataSource(), job))));
    }

    private static Result refused(String why) {
        return new Result(ExitCode.WRONG_USAGE, List.of(why, "Nothing was changed."));
    }

    private Result adopt(Request request, String oldJob, Database database, String identity, RunLock lock)
            throws SQLException {
        JobFile jobFile = loaded.jobFile();
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        Adoptions adoptions = new Adoptions(jdbc);
        String platform = jobFile.platform().text();
        Owner to = new Owner(jobFile.job(), platform, identity);
        Owner from = new Owner(oldJob, platform, request.fromPlatform() == null ? identity : request.fromPlatform());
        if (from.equals(to)) {
            return refused(
                    request.fromPlatform() == null
                            ? "job %s is this job itself: give the name that it had before.".formatted(oldJob)
                            : "this job works on %s already: name the platform identity on which its cases were opened."
                                    .formatted(identity));
        }
        List<UUID> open = adoptions.open(from);
        String notTakenUp = oldJob.equals(to.job()) || open.isEmpty() ? null : notTakenUp(from, open, adoptions, jdbc);
        if (notTakenUp != null) {
            return refused(notTakenUp);
        }
        // who was offboarded is watched by the job that has the case, also where that job has nothing else left to do
        List<UUID> taken = open.isEmpty() ? adoptions.offboarded(from) : open;
        if (taken.isEmpty()) {
            return refused(nothingThere(adoptions, from, to));
        }
        List<UUID> twice = adoptions.openAtBoth(from, to);
        if (!twice.isEmpty()) {
            return refused(
                    twice.size() == 1
                            ? "1 customer already has an open case on %s, and can have only one: %s. Wait until that is closed."
                                    .formatted(identity, named(twice))
                            : "%d customers already have an open case on %s, and each can have only one: %s. Wait until those are closed."
                                    .formatted(twice.size(), identity, named(twice)));
        }
        // closed ones do not continue
        Intervention pause = open.isEmpty() ? null : pauseOfTheWhole(oldJob, jdbc);
        if (pause != null && pauseOfTheWhole(jobFile.job(), jdbc) == null) {
            return refused(
                    "%s, job %s, and its cases would continue with the next run of job %s. Pause that job, too, before it takes them over (pause JOBFILE --all), or resume job %s first."
                            .formatted(pause.words(), oldJob, jobFile.job(), oldJob));
        }
        Instant now = clock.instant();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("program", ProgramVersion.text());
        facts.put("user", System.getProperty("user.name"));
        facts.put("host", RunFacts.host());
        String runId = Runs.adoption(lock, jobFile.job(), jobFile.platform(), identity, now, facts);
        AuditTrail trail = new AuditTrail(jdbc, clock, jobFile.job(), runId, platform);
        new TransactionTemplate(new JdbcTransactionManager(database.dataSource())).executeWithoutResult(status -> {
            adoptions.move(from, to);
            if (!oldJob.equals(to.job())) {
                new TakenFiles(jdbc).goAlong(oldJob, to.job(), identity);
            }
            trail.append(taken.stream()
                    .map(customer -> NewEvent.ofCustomer(EventKind.ADOPTED, customer, data(request, from, to)))
                    .toList());
        });
        if (open.isEmpty()) {
            return new Result(
                    ExitCode.OK,
                    List.of(
                            "%d %s that job %s offboarded %s watched by job %s on %s from now on: %s"
                                    .formatted(
                                            taken.size(),
                                            taken.size() == 1 ? "customer" : "customers",
                                            oldJob,
                                            taken.size() == 1 ? "is" : "are",
                                            to.job(),
                                            identity,
                                            named(taken)),
                            "There was no open case to be taken over."));
        }
        return new Result(
                ExitCode.OK,
                List.of(
                        "%d open %s taken over by job %s on %s: %s"
                                .formatted(
                                        open.size(),
                                        open.size() == 1 ? "case was" : "cases were",
                                        to.job(),
                                        identity,
                                        named(open)),
                        "They continue with the next run of job %s.".formatted(to.job())));
    }

    /**
     * Why these cases are not taken over before a run that worked them, or worked where they are, is taken up; null if there is none. What
     * became of its writes is looked up by runs of its job only: under another name nothing that it suspended would count as this program's,
     * and a withdrawal would leave it suspended.
     */
    private static @Nullable String notTakenUp(
            Owner from, List<UUID> customers, Adoptions adoptions, JdbcTemplate jdbc) {
        AuditEvents trail = new AuditEvents(jdbc);
        for (Runs.Unfinished dead : new Runs(jdbc).unfinished(from.job(), "")) {
            if (dead.mode() == Mode.PLAN) {
                continue;
            }
            Set<UUID> worked = adoptions.at(from.platformIdentity(), dead.runId(), customers);
            long writes = trail.openIntents(dead.runId()).stream()
                    .filter(intent -> worked.contains(intent.customerId()))
                    .mapToLong(intent -> intent.writes().size())
                    .sum();
            boolean toBeReported = !dead.reported()
                    && (dead.identity() == null || dead.identity().equals(from.platformIdentity()));
            if (writes > 0 || toBeReported) {
                return "run %s of job %s did not come to its end%s, and only the next run of that job takes it up. Run it once more under that name (job: %s in the job file), then take its cases over. That is a night like any other, with its writes: where there are to be none, pause that job first (pause JOBFILE --all), and resume it afterwards."
                        .formatted(
                                dead.runId(),
                                from.job(),
                                writes == 0 ? "" : ": what became of %d of its writes is not known".formatted(writes),
                                from.job());
            }
        }
        return null;
    }

    /** It is of the job's name, and does not go along with its cases. */
    private @Nullable Intervention pauseOfTheWhole(String job, JdbcTemplate jdbc) {
        JobFile jobFile = loaded.jobFile();
        return new Interventions(jdbc)
                .pauseOfTheJob(
                        new Interventions.Job(job, jobFile.platform().text()),
                        LocalDate.ofInstant(clock.instant(), jobFile.zone()));
    }

    private static String nothingThere(Adoptions adoptions, Owner from, Owner to) {
        if (!from.job().equals(to.job())) {
            List<String> jobs = adoptions.jobsBeside(to);
            return "job %s has no open case on %s, and has offboarded nobody there; %s."
                    .formatted(
                            from.job(),
                            from.platformIdentity(),
                            jobs.isEmpty()
                                    ? "no other job has one there"
                                    : "there are some of " + String.join(", ", jobs));
        }
        List<String> places = adoptions.elsewhere(to.job(), to.platformIdentity());
        return "job %s has no open case on %s, and has offboarded nobody there; %s."
                .formatted(
                        from.job(),
                        from.platformIdentity(),
                        places.isEmpty()
                                ? "all of its open cases are where it works"
                                : "it has some on " + String.join(", ", places));
    }

    private static Map<String, Object> data(Request request, Owner from, Owner to) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("from_job", from.job());
        data.put("from_platform_identity", from.platformIdentity());
        data.put("to_job", to.job());
        data.put("to_platform_identity", to.platformIdentity());
        data.put("reason", request.reason());
        String by = request.by();
        data.put("by", by == null ? System.getProperty("user.name", "?") : by);
        data.put("by_is_a_claim", by != null);
        data.put("user", System.getProperty("user.name", "?"));
        return data;
    }

    private static String named(List<UUID> customers) {
        return customers.stream().limit(MOST_NAMED).map(UUID::toString).collect(Collectors.joining(", "))
                + (customers.size() > MOST_NAMED ? " and %d more".formatted(customers.size() - MOST_NAMED) : "");
    }
}
