package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.CaseState;
import dev.offboarding.cases.Cases;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Watches closed cases: a customer that this job offboarded and that is in tonight's complete customer list again gets a row in the
 * report, once. Nothing is done to it unless it is listed again.
 */
final class ReEstablished {

    private static final int PAGE = 5_000;
    private static final String MESSAGE =
            "it was offboarded, and is in the customer list again: find out who wants it, and list the customer again if it is to go";

    private final RunContext context;
    private final LazyPlatform platform;
    private final Cases cases;
    private final AuditTrail trail;
    private final FencedTransaction transaction;

    ReEstablished(
            RunContext context, LazyPlatform platform, Cases cases, AuditTrail trail, FencedTransaction transaction) {
        this.context = context;
        this.platform = platform;
        this.cases = cases;
        this.trail = trail;
        this.transaction = transaction;
    }

    void report() {
        long after = 0;
        List<Cases.Offboarded> page;
        do {
            page = cases.offboarded(
                    context.run().jobFile().job(), context.run().jobFile().platform(), after, PAGE);
            if (!page.isEmpty()) {
                after = page.get(page.size() - 1).caseId();
                report(page);
            }
        } while (page.size() == PAGE);
    }

    private void report(List<Cases.Offboarded> offboarded) {
        Set<UUID> listed = platform.get()
                .resellersAmong(
                        offboarded.stream().map(Cases.Offboarded::customerId).toList());
        List<Cases.Offboarded> returned = offboarded.stream()
                .filter(it -> listed.contains(it.customerId()))
                .toList();
        if (returned.isEmpty()) {
            return;
        }
        transaction.run(() -> {
            this.cases.reportReturned(
                    returned.stream().map(Cases.Offboarded::caseId).toList(), MESSAGE);
            trail.append(returned.stream()
                    .map(it -> NewEvent.ofCustomer(
                            EventKind.CASE,
                            it.customerId(),
                            Map.of(
                                    "state",
                                    CaseState.OFFBOARDED.name(),
                                    "outcome",
                                    CaseOutcome.RE_ESTABLISHED.name(),
                                    "message",
                                    MESSAGE)))
                    .toList());
        });
    }
}
