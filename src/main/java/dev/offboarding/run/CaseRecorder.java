package dev.offboarding.run;

import dev.offboarding.audit.AuditTrail;
import dev.offboarding.audit.LastSaid;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseOutcome;
import dev.offboarding.cases.Cases;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.kit.Background;
import dev.offboarding.kit.LogContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Records what a step made of its cases: cases and trail together, and only as long as the run has not been taken over.
 *
 * <p>One chunk is being recorded while the next is worked on; they are recorded in their order, each in a transaction of its own. Nothing
 * that is done for the next chunk depends on the one before: it is of other customers, and its intents are committed before anything is
 * sent for it. What does depend on it, as the end of delegated administration on the removal, waits for {@link #finish}. If the run dies in
 * between, the outcomes of two chunks are looked up instead of one's.
 */
final class CaseRecorder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaseRecorder.class);

    private final RunContext context;
    private final Cases cases;
    private final AuditTrail trail;
    private final LastSaid lastSaid;
    private final FencedTransaction transaction;
    private final ExecutorService beside = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "recorder");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable CompletableFuture<Void> underWay;

    CaseRecorder(RunContext context, Cases cases, AuditTrail trail, LastSaid lastSaid, FencedTransaction transaction) {
        this.context = context;
        this.cases = cases;
        this.trail = trail;
        this.lastSaid = lastSaid;
        this.transaction = transaction;
    }

    /** Cases alone, before something is done that needs them stored. */
    void keep(List<OffboardingCase> changed) {
        transaction.run(() -> cases.save(changed, context.clock().instant()));
    }

    /**
     * Stores what was made of a chunk, and why, in one transaction; none of it if the run has been taken over. Returns before that is
     * committed, and not before what was handed over earlier is.
     *
     * @throws RuntimeException what went wrong with what was handed over before; this is recorded all the same, if it can be: what became
     *     of it is known
     */
    void record(Collection<? extends OffboardingCase> cases, List<NewEvent> events) {
        record(cases, Told.of(events));
    }

    /** The same, and what of it the next night may refer to. */
    void record(Collection<? extends OffboardingCase> cases, Told told) {
        try {
            finish();
        } catch (RuntimeException | Error before) {
            try {
                handOver(List.copyOf(cases), told);
                finish();
            } catch (RuntimeException | Error e) {
                before.addSuppressed(e);
            }
            throw before;
        }
        handOver(List.copyOf(cases), told);
    }

    private void handOver(List<OffboardingCase> cases, Told told) {
        Instant now = context.clock().instant();
        underWay = CompletableFuture.runAsync(
                LogContext.carriedInto(() -> {
                    transaction.run(() -> {
                        this.cases.save(cases, now);
                        if (!told.events().isEmpty()) {
                            long first = trail.append(told.events());
                            if (context.run().writes()) {
                                lastSaid.note(told.said(first));
                            }
                        }
                    });
                    cases.forEach(CaseRecorder::logTrouble);
                    context.progress().advance(cases.size());
                }),
                beside);
    }

    /**
     * Before anything more is sent.
     *
     * @throws RuntimeException if what was handed over could not be recorded, as far as that is known by now
     */
    void check() {
        if (underWay != null && underWay.isDone()) {
            finish();
        }
    }

    /**
     * Waits until all that was handed over is committed, also where the run is to end: what waits in it is called off with the run.
     *
     * @throws RuntimeException what went wrong with it
     */
    void finish() {
        CompletableFuture<Void> last = underWay;
        underWay = null;
        if (last == null) {
            return;
        }
        Background.join(last);
    }

    @Override
    public void close() {
        beside.shutdown();
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
