package dev.offboarding.run;

import dev.offboarding.approvals.Approvals;
import dev.offboarding.approvals.Given;
import dev.offboarding.approvals.Kind;
import dev.offboarding.approvals.Person;
import dev.offboarding.approvals.PlanBasis;
import dev.offboarding.approvals.SavedPlan;
import dev.offboarding.approvals.SavedPlans;
import dev.offboarding.approvals.SavedPlans.Planned;
import dev.offboarding.lists.ReceivedLists;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.LimitFigure;
import dev.offboarding.plan.Remedies;
import dev.offboarding.runs.Runs;
import dev.offboarding.runs.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Keeps plans that wait for a person, and says of a run who asked, who planned and who approved. */
final class PlanRecord {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final int MOST_NAMED = 20;
    private static final int FIRST_DIGITS = 12;

    private final RunContext context;
    private final PlannedBy plannedBy;
    private final LazyPlatform platform;
    private final Runs runs;
    private final SavedPlans plans;
    private final JdbcTemplate jdbc;

    PlanRecord(RunContext context, PlannedBy plannedBy, LazyPlatform platform, Runs runs, JdbcTemplate jdbc) {
        this.context = context;
        this.plannedBy = plannedBy;
        this.platform = platform;
        this.runs = runs;
        this.plans = new SavedPlans(jdbc);
        this.jdbc = jdbc;
    }

    /** @param only the customers that are part of it; null for all */
    void save(
            String planId,
            PlanBasis basis,
            Set<UUID> begins,
            @Nullable Collection<UUID> only,
            List<LimitFigure> figures,
            Instant now) {
        String runId = context.run().runId();
        List<Map<String, @Nullable Object>> files = new ArrayList<>();
        new ReceivedLists(jdbc).files(runId, MOST_NAMED).forEach(file -> {
            Map<String, @Nullable Object> named = new LinkedHashMap<>();
            named.put("name", file.name());
            named.put("sha256", file.sha256());
            files.add(named);
        });
        plans.save(new Planned(
                planId,
                runId,
                context.run().jobFile().job(),
                platform.identity(),
                basis,
                plannedBy.person(),
                now,
                begins,
                only,
                JSON.writeValueAsString(figures),
                JSON.writeValueAsString(files)));
    }

    /**
     * What people can do about a plan that was stopped.
     *
     * @param fromList whether tonight's list has something to do with it
     * @param unlisted whether rows that are gone have
     * @param remedies how an approval helps where limits stop it; null where none does
     */
    String waysOn(String planId, boolean fromList, boolean unlisted, @Nullable Remedies remedies) {
        String how = "";
        if (remedies != null) {
            how = remedies.inVain() == null
                    ? " with " + remedies.inWords()
                    : ", which helps nothing as long as " + remedies.inVain();
        }
        return ". The ways on: %s%sstop single cases for good with \"withdraw\", or have somebody else look at plan %s and \"approve\" it%s"
                .formatted(unlisted ? "put the rows back, " : "", fromList ? "take the file away, " : "", planId, how);
    }

    /** Of a plan that limits stop, what somebody has approved of it, and why that does not help; empty if nobody has. */
    String approvedInVain(String planId, Remedies remedies, Instant now) {
        boolean required = context.run().jobFile().approval() == Approval.REQUIRED;
        StringBuilder said = new StringBuilder();
        Set<String> kinds = new LinkedHashSet<>();
        for (Given given : approvals().of(planId)) {
            if (!kinds.add(given.kind() + " " + given.limit())) {
                continue;
            }
            boolean counts = given.usedAt() == null && !given.expiresAt().isBefore(now);
            boolean helped = switch (given.kind()) {
                case APPROVE -> required;
                // once it is used it goes on for its 90 days
                case SPREAD -> remedies.spread() && given.usedAt() == null;
                case LIFT -> remedies.lifts().contains(given.limit());
            };
            if (counts && given.kind() == Kind.APPROVE) {
                said.append(". %s has approved plan %s, which lifts no limit"
                        .formatted(given.approver().inWords(), planId));
            } else if (!counts && helped) {
                said.append(". An approval of it counts no more: that by %s%s %s"
                        .formatted(given.approver().inWords(), purpose(given), whyNoMore(given)));
            }
        }
        return said.toString();
    }

    private static String purpose(Given given) {
        return switch (given.kind()) {
            case APPROVE -> "";
            case SPREAD -> ", to spread it,";
            case LIFT -> ", to lift " + given.limit() + ",";
        };
    }

    private static String whyNoMore(Given given) {
        return given.usedAt() == null ? "has expired at " + given.expiresAt() : "was used by run " + given.usedRun();
    }

    /** Why an approval of this plan does not count any more; empty if there was none. */
    String earlierApproval(String planId) {
        return approvals().of(planId).stream()
                .findFirst()
                .map(given ->
                        " any more: that by %s %s".formatted(given.approver().inWords(), whyNoMore(given)))
                .orElse("");
    }

    private Approvals approvals() {
        return new Approvals(jdbc, context.run().jobFile().job(), platform.identity());
    }

    /**
     * Notes it in the run's report, within the caller's transaction.
     *
     * @param waitingId names the part of the plan that waits for an approval; null if there is none
     * @return one sentence each
     */
    List<String> tell(
            @Nullable Stop stop,
            String planId,
            @Nullable String waitingId,
            long waiting,
            ApprovedPlan approved,
            Map<String, Given> lifted) {
        List<Given> given = stop == null ? approved.approvals(lifted) : List.of();
        boolean required = context.run().jobFile().approval() == Approval.REQUIRED;
        if (given.isEmpty() && stop == null && !required && waitingId == null) {
            return List.of();
        }
        List<String> sentences = new ArrayList<>();
        Optional<SavedPlan> stopped = stop == null ? Optional.empty() : saved(planId);
        Set<String> requesters = new LinkedHashSet<>(plans.requesters(
                stop == null
                        ? given.stream().map(Given::planNo).toList()
                        : stopped.stream().map(SavedPlan::no).toList(),
                MOST_NAMED));
        Person planner = stopped.map(SavedPlan::planner).orElse(plannedBy.person());
        if (!requesters.isEmpty()) {
            sentences.add("requested, as the list says, by " + String.join(", ", requesters));
        }
        given.forEach(it -> sentences.add("plan %s, made by %s, was %s by %s at %s: %s"
                .formatted(
                        // a notice has no room for all of it
                        it.planId().substring(0, FIRST_DIGITS),
                        it.planner().inWords(),
                        approvedAs(it),
                        it.approver().inWords(),
                        it.approvedAt(),
                        it.reason())));
        Set<String> same = new LinkedHashSet<>();
        given.forEach(it -> same.addAll(inOnePerson(it, requesters)));
        sentences.addAll(same);
        if (stop != null) {
            sentences.add(
                    "plan %s, made by %s, is kept for whoever may approve it".formatted(planId, planner.inWords()));
        }
        if (waitingId != null) {
            boolean fromList = saved(waitingId).map(plan -> plan.fromList() > 0).orElse(true);
            sentences.add("%d planned %s for an approval of plan %s%s"
                    .formatted(
                            waiting,
                            waiting == 1 ? "customer waits" : "customers wait",
                            waitingId,
                            fromList
                                    ? ": those from tonight's list are not accepted, and their file stays where it is"
                                    : ""));
        }
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("required", required);
        json.put("planner", planner.json());
        json.put("requesters", List.copyOf(requesters));
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        given.forEach(it -> {
            Map<String, @Nullable Object> one = it.json();
            one.put("customers", approved.customers(it));
            all.add(one);
        });
        json.put("approvals", all);
        json.put("same_person", List.copyOf(same));
        if (waitingId != null) {
            Map<String, Object> rest = new LinkedHashMap<>();
            rest.put("plan_id", waitingId);
            rest.put("customers", waiting);
            json.put("waiting", rest);
        } else if (stop != null) {
            Map<String, Object> rest = new LinkedHashMap<>();
            rest.put("plan_id", planId);
            json.put("stopped", rest);
        }
        runs.approval(context.run().runId(), json);
        if (!sentences.isEmpty()) {
            runs.notedToo(context.run().runId(), sentences);
        }
        return sentences;
    }

    private Optional<SavedPlan> saved(String planId) {
        String job = context.run().jobFile().job();
        return plans.beginningWith(planId).stream()
                .filter(plan ->
                        plan.job().equals(job) && plan.platformIdentity().equals(platform.identity()))
                .findFirst();
    }

    private static String approvedAs(Given given) {
        return switch (given.kind()) {
            case APPROVE -> "approved";
            case SPREAD -> "approved to be spread over several nights";
            case LIFT -> "approved although it is over " + given.limit();
        };
    }

    /** Where two of requester, planner and approver are one. */
    private static List<String> inOnePerson(Given given, Set<String> requesters) {
        List<String> same = new ArrayList<>();
        Person planner = given.planner();
        Person approver = given.approver();
        if (planner.is(approver.name())) {
            same.add("planner and approver are one: " + approver.inWords());
        } else if (planner.user().equals(approver.user())) {
            same.add(
                    "planner and approver worked as one user, %s, so that at least one of their names is only a claim: %s, %s"
                            .formatted(approver.user(), planner.inWords(), approver.inWords()));
        }
        requesters.stream()
                .filter(approver::is)
                .findFirst()
                .ifPresent(it -> same.add("requester and approver are one: " + it));
        requesters.stream()
                .filter(planner::is)
                .findFirst()
                .ifPresent(it -> same.add("requester and planner are one: " + it));
        return same;
    }
}
