package dev.offboarding.run;

import dev.offboarding.approvals.Approvals;
import dev.offboarding.approvals.Given;
import dev.offboarding.approvals.Kind;
import dev.offboarding.approvals.Match;
import dev.offboarding.approvals.PlanBasis;
import dev.offboarding.plan.Approval;
import dev.offboarding.plan.Lift;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Tonight's plan beside what was approved: who goes ahead, who has changed since, and who waits for an approval. */
final class ApprovedPlan {

    private final Approvals approvals;
    private final String runId;
    private final PlanBasis basis;
    private final Instant now;
    private final boolean required;

    /** Those that this run may use up. */
    private final List<Given> usable;

    /** By customer: by what each goes ahead; none where no approval is needed and none is there. */
    private final Map<UUID, Match> approved = new LinkedHashMap<>();
    /** By customer: from what each differs. */
    private final Map<UUID, Match> changed = new LinkedHashMap<>();

    private final Set<UUID> withoutApproval = new LinkedHashSet<>();
    private final Set<Long> used = new LinkedHashSet<>();
    private final Map<UUID, Match> spread = new HashMap<>();

    /**
     * @param planned to whom something would be written
     * @param begins of these, customers whose first write would be tonight
     * @param unchanged of these, customers of whom no write has changed anything yet, those that were refused included
     * @param listedAnew of these, customers whom tonight's list has listed anew; all four are asked for only where an approval is needed or
     *     there
     */
    ApprovedPlan(
            Approvals approvals,
            String runId,
            PlanBasis basis,
            Approval approval,
            Instant now,
            Supplier<List<UUID>> planned,
            Supplier<Set<UUID>> begins,
            Supplier<Set<UUID>> unchanged,
            Supplier<Set<UUID>> listedAnew) {
        this.approvals = approvals;
        this.runId = runId;
        this.basis = basis;
        this.now = now;
        this.required = approval == Approval.REQUIRED;
        this.usable = approvals.usable(now);
        Map<UUID, List<Match>> matches = new HashMap<>();
        add(matches, approvals.matches(runId, usable, basis));
        add(matches, approvals.covered(runId, basis));
        if (required || !matches.isEmpty()) {
            Set<UUID> beginning = begins.get();
            Set<UUID> asBefore = unchanged.get();
            Set<UUID> listed = listedAnew.get();
            planned.get()
                    .forEach(customer -> sort(
                            customer,
                            matches.getOrDefault(customer, List.of()),
                            beginning.contains(customer),
                            asBefore.contains(customer),
                            listed.contains(customer)));
        }
    }

    private static void add(Map<UUID, List<Match>> to, List<Match> more) {
        more.forEach(match ->
                to.computeIfAbsent(match.customerId(), id -> new ArrayList<>()).add(match));
    }

    /**
     * @param begins whether its first write would be tonight
     * @param unchanged whether no write has changed anything yet: then it has to be as it was approved, in everything
     * @param listed whether tonight's list has listed it anew: what is not as it was approved may be approved anew then
     */
    private void sort(UUID customer, List<Match> all, boolean begins, boolean unchanged, boolean listed) {
        List<Match> matches = all.stream()
                .filter(match -> required || match.approval().kind() == Kind.SPREAD)
                // what is spread may begin for so long, and is continued for as long as it takes
                .filter(match -> !match.ofTheCase()
                        || !begins
                        || match.approval().kind() != Kind.SPREAD
                        || !isOver(match.approval()))
                .filter(match -> !match.ofTheCase() || !listed || isGood(match, unchanged))
                .toList();
        List<Match> good =
                matches.stream().filter(match -> isGood(match, unchanged)).toList();
        if (!good.isEmpty()) {
            approved.put(customer, good.get(0));
            good.stream()
                    .filter(match -> !match.ofTheCase())
                    .forEach(match -> used.add(match.approval().no()));
            good.stream()
                    .filter(match -> begins && match.approval().kind() == Kind.SPREAD)
                    .findFirst()
                    .ifPresent(match -> spread.put(customer, match));
        } else if (!matches.isEmpty() && (required || unchanged)) {
            changed.put(customer, matches.get(0));
        } else if (required) {
            withoutApproval.add(customer);
        }
    }

    private static boolean isGood(Match match, boolean unchanged) {
        return match.asApproved() || (match.ofTheCase() && !unchanged && match.sameBasis() && match.continues());
    }

    private boolean isOver(Given spreadOver) {
        return !now.isBefore(spreadOver.approvedAt().plus(Given.LONGEST_SPREAD));
    }

    /** Whether nothing at all of what is planned may be carried out for want of an approval. */
    boolean nothingApproved() {
        return !withoutApproval.isEmpty() && approved.isEmpty();
    }

    /** Planned customers whom no approval names. */
    Set<UUID> withoutApproval() {
        return withoutApproval;
    }

    /** Customers who are not as they were approved. */
    Set<UUID> changed() {
        return changed.keySet();
    }

    String difference(UUID customer) {
        Match match = changed.get(customer);
        return match == null
                ? ""
                : "it is not as %s approved it at %s (plan %s): %s"
                        .formatted(
                                match.approval().approver().inWords(),
                                match.approval().approvedAt(),
                                match.approval().planId(),
                                approvals.difference(runId, match, basis));
    }

    /** Those who may wait for a later night, in the order of their list. */
    List<UUID> spreadCustomers() {
        return spread.values().stream()
                .sorted(Comparator.comparing((Match match) -> match.approval().no())
                        .thenComparing(Match::position))
                .map(Match::customerId)
                .toList();
    }

    /** By whose word this customer may wait. */
    String spreadBy(UUID customer) {
        Match match = spread.get(customer);
        return match == null
                ? ""
                : "plan %s is spread over several nights, as %s approved it, until %s at the latest"
                        .formatted(
                                match.approval().planId(),
                                match.approval().approver().inWords(),
                                match.approval().approvedAt().plus(Given.LONGEST_SPREAD));
    }

    /** By the limit's name, those that are lifted for a plan of this id. */
    Map<String, Given> lifts(String planId) {
        return usable.stream()
                .filter(given -> given.kind() == Kind.LIFT && given.planId().equals(planId))
                .collect(Collectors.toMap(given -> String.valueOf(given.limit()), it -> it, (one, again) -> again));
    }

    static Map<String, Lift> byLimit(Map<String, Given> lifts) {
        Map<String, Lift> byLimit = new HashMap<>();
        lifts.forEach((limit, given) -> byLimit.put(
                limit,
                new Lift(
                        given.approver().name(),
                        given.approver().claimed(),
                        given.approver().user(),
                        given.reason(),
                        given.approvedAt())));
        return byLimit;
    }

    /** All that tonight is carried out by, also of earlier nights. */
    List<Given> approvals(Map<String, Given> lifted) {
        Map<Long, Given> all = new LinkedHashMap<>();
        approved.values().forEach(match -> all.putIfAbsent(match.approval().no(), match.approval()));
        changed.values().forEach(match -> all.putIfAbsent(match.approval().no(), match.approval()));
        usable.stream().filter(given -> used.contains(given.no())).forEach(given -> all.putIfAbsent(given.no(), given));
        lifted.values().forEach(given -> all.putIfAbsent(given.no(), given));
        return List.copyOf(all.values());
    }

    /** How many go ahead by it, or wait for a later night. */
    long customers(Given given) {
        return approved.values().stream()
                .filter(match -> match.approval().no() == given.no())
                .count();
    }

    /** The list is accepted: what was used is used up, and its cases are covered; within that transaction. */
    void accepted(Map<String, Given> lifted) {
        Set<Long> usedUp = new HashSet<>(used);
        changed.values().stream()
                .filter(match -> !match.ofTheCase())
                .forEach(match -> usedUp.add(match.approval().no()));
        lifted.values().forEach(given -> usedUp.add(given.no()));
        approvals.use(usedUp, runId, now);
        Map<Long, Set<UUID>> byApproval = new HashMap<>();
        approved.forEach((customer, match) -> {
            if (!match.ofTheCase()) {
                byApproval
                        .computeIfAbsent(match.approval().no(), no -> new HashSet<>())
                        .add(customer);
            }
        });
        usable.stream()
                .filter(given -> given.kind() == Kind.SPREAD && used.contains(given.no()))
                .forEach(given -> {
                    // also those that something else holds tonight
                    Set<UUID> all = byApproval.computeIfAbsent(given.no(), no -> new HashSet<>());
                    all.addAll(approvals.customers(given));
                    all.removeAll(changed.keySet());
                });
        byApproval.forEach((no, customers) -> approvals.cover(no, customers, now));
    }
}
