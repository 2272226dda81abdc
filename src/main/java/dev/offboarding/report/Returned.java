package dev.offboarding.report;

import dev.offboarding.audit.AuditEvent;
import dev.offboarding.audit.AuditEvents;
import dev.offboarding.audit.EventKind;
import dev.offboarding.cases.KnownCase;
import dev.offboarding.kit.JsonText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a customer that was offboarded is known to be the reseller's again. */
final class Returned {

    private Returned() {}

    /**
     * When a run first found it in the customer list again after this case was closed; null if none has, or the case is not one that ended with
     * its customer offboarded.
     *
     * @param events of the customer, in the order of the trail
     */
    static @Nullable Instant after(KnownCase one, List<AuditEvents.OfCustomer> events) {
        String closedRun = one.closedRun();
        if (closedRun == null || !one.offboarded()) {
            return null;
        }
        return events.stream()
                .filter(it -> !it.planned()
                        && (one.platformIdentity() == null
                                || one.platformIdentity().equals(it.platformIdentity())))
                .map(AuditEvents.OfCustomer::event)
                .filter(event -> event.runId().compareTo(closedRun) > 0 && saysSo(event))
                .map(AuditEvent::at)
                .findFirst()
                // told once, and perhaps where its ledger was before that was moved
                .orElse(one.returnToldAt());
    }

    private static boolean saysSo(AuditEvent event) {
        return event.is(EventKind.CASE)
                && "RE_ESTABLISHED"
                        .equals(JsonText.of(
                                ReportJson.MAPPER.readTree(event.data()).path("outcome")));
    }
}
