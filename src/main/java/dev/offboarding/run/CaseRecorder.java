package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Records what a step made of its cases: cases and trail together, and only as long as the run has not been taken over. */
final class CaseRecorder {

    private static final Logger LOG = LoggerFactory.getLogger(CaseRecorder.class);

    private final RunContext context;
    private final Cases cases;
    private final AuditTrail trail;
    private final FencedTransaction transaction;

    CaseRecorder(RunContext context, Cases cases, AuditTrail trail, FencedTransaction transaction) {
        this.context = context;
        this.cases = cases;
        this.trail = trail;
        this.transaction = transaction;
    }

    /** Cases alone, before something is done that needs them stored. */
    void keep(List<OffboardingCase> changed) {
        transaction.run(() -> cases.save(changed, context.clock().instant()));
    }

    /** Stores what was made of a chunk, and why, in one transaction; none of it if the run has been taken over. */
    void record(Collection<? extends OffboardingCase> cases, List<NewEvent> events) {
        transaction.run(() -> {
            this.cases.save(List.copyOf(cases), context.clock().instant());
            if (!events.isEmpty()) {
                trail.append(events);
            }
        });
        cases.forEach(CaseRecorder::logTrouble);
        context.progress().advance(cases.size());
    }

    /** What people look for in a log; everything else is in the trail. */
    private static void logTrouble(OffboardingCase c) {
        boolean failed = c.outcome() == CaseOutcome.FAILED;
        boolean look = !c.holds().isEmpty() && c.holds().get(0).reason().somebodyHasToLook();
        if (failed || look) {
            try (MDC.MDCCloseable customer =
                    MDC.putCloseable("customer", c.customerId().toString())) {
                if (failed) {
                    LOG.warn("failed: {}", c.message());
                } else {
                    LOG.warn(
                            "held, somebody has to look: {}: {}",
                            c.holds().get(0).reason(),
                            c.holds().get(0).message());
                }
            }
        }
    }
}
