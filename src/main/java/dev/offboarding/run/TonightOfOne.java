package dev.offboarding.run;

import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.Intake;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.cases.KnownCases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.database.Database;
import dev.offboarding.database.DatabaseConfigurationException;
import dev.offboarding.database.DatabaseUnavailableException;
import dev.offboarding.interventions.Intervention;
import dev.offboarding.interventions.Interventions;
import dev.offboarding.interventions.Standing;
import dev.offboarding.jobfile.JobFile;
import dev.offboarding.jobfile.LoadedJobFile;
import dev.offboarding.kit.CancellationToken;
import dev.offboarding.kit.CancelledException;
import dev.offboarding.kit.RetryPolicy;
import dev.offboarding.lists.ListUnavailableException;
import dev.offboarding.lists.ProtectedCustomers;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitSettings;
import dev.offboarding.plan.NewCommerce;
import dev.offboarding.platform.Action;
import dev.offboarding.platform.EffectReading;
import dev.offboarding.platform.PlatformUnavailableException;
import dev.offboarding.platform.RequestListener;
import dev.offboarding.report.Tonight;
import dev.offboarding.report.Tonight.Decision;
import dev.offboarding.runs.Mode;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.StopReason;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * What a job's next run would do with one customer: its customer is read and decided on by the parts of a run, and nothing is recorded,
 * written, or used up. A list that waits is not read: what it brings, and what is gone from it, only a plan says.
 */
public final class TonightOfOne {

    /** As no run is called: none has rows under it. */
    private static final String NO_RUN = "explain";

    private final LoadedJobFile loaded;
    private final JobFile jobFile;
    private final Database database;
    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final Instant at;
    private final boolean scheduled;

    /** @param scheduledAt when the next run begins by the job's schedule; null where it has none */
    public TonightOfOne(LoadedJobFile loaded, Database database, Clock clock, @Nullable Instant scheduledAt) {
        this.loaded = loaded;
        this.jobFile = loaded.jobFile();
        this.database = database;
        this.jdbc = new JdbcTemplate(database.dataSource());
        this.clock = clock;
        this.at = scheduledAt == null ? clock.instant() : scheduledAt;
        this.scheduled = scheduledAt != null;
    }

    public Tonight of(UUID customerId) {
        List<KnownCase> cases = new KnownCases(jdbc).of(jobFile.platform().text(), customerId);
        List<KnownCase> open =
                cases.stream().filter(it -> it.closedAt() == null).toList();
        if (open.isEmpty()) {
            return cases.isEmpty()
                    ? tonight(Decision.NO_CASE, "nothing, unless its list brings this customer", "it has no case")
                    : tonight(
                            Decision.CLOSED,
                            "nothing, unless it is listed again",
                            "its case is " + cases.get(cases.size() - 1).standing());
        }
        CancellationToken cancellation = CancellationToken.none();
        RetryPolicy retryPolicy = RetryPolicy.none();
        try (LazyPlatform platform =
                new LazyPlatform(jobFile, database, clock, cancellation, retryPolicy, RequestListener.UNCOUNTED)) {
            String identity = platform.identity();
            Optional<KnownCase> here = open.stream()
                    .filter(it -> it.platformIdentity() == null
                            || it.platformIdentity().equals(identity))
                    .findFirst();
            if (here.isEmpty()) {
                return tonight(
                        Decision.OTHER_PLATFORM,
                        "nothing: nothing is read or written in its name here",
                        "OTHER_PLATFORM: its case was opened on %s, and this job works on %s%s"
                                .formatted(
                                        open.get(0).platformIdentity(),
                                        identity,
                                        asked(open.get(0)).then()));
            }
            if (!here.get().job().equals(jobFile.job())) {
                return tonight(
                        Decision.OTHER_JOB,
                        "nothing: job %s works this case".formatted(here.get().job()),
                        "OTHER_JOB: the job that opened a case works it");
            }
            return decide(here.get(), platform, identity, cancellation, retryPolicy);
        } catch (ListUnavailableException e) {
            return tonight(Decision.NO_RUN, "nothing: the run would end with exit code 2", Failures.reason(e));
        } catch (PlatformUnavailableException
                | CancelledException
                | DatabaseUnavailableException
                | DatabaseConfigurationException
                | DataAccessException e) {
            return tonight(
                    Decision.NOT_REACHED,
                    "not known: %s could not be read, so nothing was decided"
                            .formatted(jobFile.platform().text()),
                    Failures.reason(e));
        }
    }

    private Standing asked(KnownCase one) {
        return new Interventions(jdbc)
                .ofJob(
                        new Interventions.Job(one.job(), one.platform()),
                        LocalDate.ofInstant(clock.instant(), jobFile.zone()))
                .of(one.caseId());
    }

    /** On whose word something is put back; where nobody has asked for that, tonight's run finds it gone from its list. */
    private String withdrawal(KnownCase known) {
        return Objects.requireNonNullElseGet(
                asked(known).toBe(),
                () -> "it is to be withdrawn: " + Intervention.byTheList(at).reason());
    }

    private Tonight tonight(Decision decision, String summary, String rule) {
        return new Tonight(at, scheduled, decision, summary, List.of(rule), List.of());
    }

    private Tonight decide(
            KnownCase known,
            LazyPlatform platform,
            String identity,
            CancellationToken cancellation,
            RetryPolicy retryPolicy) {
        Set<UUID> protectedCustomers = ProtectedCustomers.read(
                jobFile.protectedCustomers(), jobFile.list().dateFormat());
        // what was done earlier counts where it was done on the same ledger or tenant, which is known of its runs
        String lastRun = new Runs(jdbc).lastOn(identity).orElse(NO_RUN);
        RunInfo run = new RunInfo(lastRun, Mode.PLAN, jobFile, at, RunRules.of(jobFile, protectedCustomers, at));
        NewCommerce newCommerce = run.rules().newCommerce();
        Optional<OffboardingCase> carriedOn = new Intake(
                        new NamedParameterJdbcTemplate(jdbc),
                        jobFile.job(),
                        jobFile.platform(),
                        platform::identity,
                        NO_RUN,
                        jobFile.withdrawWhenUnlisted())
                .carriedOn(
                        known.customerId(),
                        run.rules().today(),
                        newCommerce != NewCommerce.HOLD,
                        newCommerce == NewCommerce.CANCEL ? at : null);
        if (carriedOn.isEmpty()) {
            return tonight(Decision.CLOSED, "nothing, unless it is listed again", "its case has just been closed");
        }
        OffboardingCase c = carriedOn.get();
        if (c.nextStage() == null) {
            return notRead(c);
        }
        RunGuard guard = new RunGuard(clock, () -> false, null, cancellation);
        List<Object> given = List.of(
                loaded,
                database,
                platform,
                run,
                guard,
                clock,
                cancellation,
                retryPolicy,
                new RunContext(run, clock, guard, Progress.NONE));
        try (AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext()) {
            spring.setEnvironment(SealedEnvironment.of(Map.of()));
            given.forEach(it ->
                    spring.getBeanFactory().registerSingleton(it.getClass().getName(), it));
            spring.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
            spring.register(StepsConfiguration.class);
            spring.refresh();
            boolean spread = c.holds().stream().anyMatch(hold -> hold.reason() == HoldReason.LATER_NIGHT);
            return decided(known, c, run, spring.getBean(ObserveWriter.class).observe(List.of(c)), spread);
        }
    }

    private Tonight notRead(OffboardingCase c) {
        List<String> rules = rules(c);
        LocalDate nextLook = c.nextLook();
        if (nextLook != null && nextLook.isAfter(LocalDate.ofInstant(at, jobFile.zone()))) {
            rules.add("it is read again from %s on, because nothing can have changed before".formatted(nextLook));
        } else {
            rules.add("somebody has to look: it is not read before it is listed again");
        }
        return new Tonight(
                at, scheduled, Decision.NOT_READ, "nothing: it waits, and would not even be read", rules, List.of());
    }

    /** @param spread whether it was left for a later night before: that is no hold of its own, and depends on the others */
    private Tonight decided(KnownCase known, OffboardingCase c, RunInfo run, List<NewEvent> events, boolean spread) {
        List<String> rules = rules(c);
        if (!c.planned().isEmpty()) {
            if (c.putsBack()) {
                rules.add(withdrawal(known));
            } else if (c.holds().isEmpty()) {
                rules.add("no rule holds it back");
            }
            afterwards(c, run, rules);
            limits(c, rules);
            if (spread) {
                rules.add(
                        "LATER_NIGHT: its approved plan is spread over several nights; whether tonight is its turn depends on the others");
            }
            boolean approval = needsApproval(c);
            return new Tonight(
                    at,
                    scheduled,
                    Decision.WRITES,
                    words(c.planned()) + (approval ? ", if that is approved" : ""),
                    rules,
                    events);
        }
        if (c.outcome() == CaseOutcome.FAILED) {
            rules.add(c.message());
            boolean read = c.effects().values().stream().anyMatch(it -> it.result() == EffectReading.Result.FAILED);
            return new Tonight(
                    at,
                    scheduled,
                    Decision.FAILED,
                    read
                            ? "nothing but look: not all effects of its removal show"
                            : "nothing: it could not be read for certain",
                    rules,
                    events);
        }
        if (!c.holds().isEmpty()) {
            return new Tonight(at, scheduled, Decision.HELD, "nothing: it waits", rules, events);
        }
        if (!c.message().isEmpty()) {
            rules.add(c.message());
        }
        return c.state() == CaseState.REMOVED
                ? new Tonight(
                        at,
                        scheduled,
                        Decision.LOOKS,
                        "read back the effects of its removal; nothing would be written",
                        rules,
                        events)
                : new Tonight(
                        at,
                        scheduled,
                        Decision.ENDS,
                        "end its case as %s; nothing would be written".formatted(c.outcome()),
                        rules,
                        events);
    }

    private static List<String> rules(OffboardingCase c) {
        return c.holds().stream().map(TonightOfOne::rule).collect(Collectors.toCollection(ArrayList::new));
    }

    private static String rule(Hold hold) {
        return "%s%s: %s"
                .formatted(hold.reason(), hold.until() == null ? "" : " until " + hold.until(), hold.message());
    }

    private static String words(List<PlannedWrite> writes) {
        Map<Action, Long> counts = writes.stream()
                .collect(Collectors.groupingBy(PlannedWrite::action, LinkedHashMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(it -> words(it.getKey(), it.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String words(Action action, long count) {
        String subscriptions = count == 1 ? "1 subscription" : count + " subscriptions";
        return switch (action) {
            case SUSPEND -> "suspend " + subscriptions;
            case CANCEL -> "cancel " + subscriptions;
            case AUTO_RENEW_OFF -> "schedule the end of " + subscriptions;
            case REMOVE -> "remove the relationship";
            case TERMINATE_GDAP, DELETE_GDAP -> "end delegated administration";
            case REACTIVATE -> "make %s active again".formatted(subscriptions);
        };
    }

    private void afterwards(OffboardingCase c, RunInfo run, List<String> rules) {
        int days = run.rules().graceDays();
        if (days > 0 && !c.putsBack() && !c.removalPlanned() && c.holds().isEmpty() && c.state() != CaseState.REMOVED) {
            rules.add("grace-period: the relationship is removed %dd later, on %s"
                    .formatted(days, run.rules().today().plusDays(days)));
        }
    }

    /** Whether a whole night is too much depends on all its customers: that only a plan says. */
    private void limits(OffboardingCase c, List<String> rules) {
        if (c.putsBack()) {
            // what a withdrawal puts back counts against nothing, and needs nobody's approval
            return;
        }
        LimitSettings limits = jobFile.limits();
        rules.add(
                c.facts().writtenAt() == null
                        ? "limits: its first write would be tonight, so it counts against max-customers (%d), max-share (%s) and per-30-days (%s); a night that is over one of them writes nothing"
                                .formatted(limits.maxCustomers(), limits.maxShare(), limits.per30Days())
                        : "limits: it was begun before, and counts no more against max-customers and max-share");
        if (needsApproval(c)) {
            rules.add("approval: required; nothing is written that was not approved");
        }
        new Runs(jdbc)
                .lastEnded(jobFile.job())
                .filter(last -> StopReason.LIMIT.name().equals(last.stopReason()))
                .ifPresent(last -> rules.add(
                        "limits: the last run, %s, was stopped: %s".formatted(last.runId(), last.stopMessage())));
    }

    private boolean needsApproval(OffboardingCase c) {
        return jobFile.approval() == Approval.REQUIRED && !c.putsBack();
    }
}
