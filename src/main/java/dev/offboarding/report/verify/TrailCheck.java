package dev.offboarding.report.verify;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The trail of a report, event by event, compared with the record: its head, its customers and its actions. */
final class TrailCheck {
    private static final Place TRAIL = Place.in(EventLines.FILE);

    private final @Nullable EventLines events;
    private final JsonNode head;
    private final CustomerRows customers;
    private final RunEventCheck run;
    private final WriteCheck writes;
    private final UnchangedCheck unchanged;
    private long count;
    private long begun;
    private long received;

    /** @param events null where the report has none */
    TrailCheck(
            @Nullable EventLines events,
            JsonNode head,
            CustomerRows customers,
            ActionRows actions,
            Fingerprints fingerprints) {
        this.events = events;
        this.head = head;
        this.customers = customers;
        this.run = new RunEventCheck(head);
        this.writes = new WriteCheck(customers.customers(), actions, fingerprints);
        this.unchanged = new UnchangedCheck(customers.customers());
    }

    /** Reads events and actions to their ends. */
    void read() {
        for (Event event = next(); event != null; event = next()) {
            if (count++ == 0) {
                begun = event.sequence();
                event.place()
                        .holds(
                                event.kind().equals("RUN_STARTED"),
                                "kind of the first event",
                                "RUN_STARTED",
                                event.kind());
            }
            run.ofThisRun(event);
            switch (event.kind()) {
                case "INTENT" -> {
                    run.allows(event);
                    writes.intent(event);
                }
                case "OUTCOME" -> {
                    writes.outcome(event);
                    if (event.data().has("case")) {
                        of(event).stands(event.data().path("case"));
                    }
                }
                case "RUN_STARTED" -> run.started(event);
                case "RUN_ENDED" -> run.ended(event);
                case "LIST" -> run.list(event);
                case "LIMITS" -> run.limits(event);
                case "RECEIVED" -> received(event, event.data());
                case "DECIDED" -> {
                    JsonNode listed = event.data().path("listed");
                    // for the first time, and listed anew
                    if (listed.has("source")) {
                        received(event, listed);
                    }
                    of(event).stands(event.data());
                }
                case "FOUND_UNCHANGED" -> unchanged.found(event, begun);
                case "CASE", "VERIFIED" -> of(event).stands(event.data());
                default -> {}
            }
        }
        writes.end();
        unchanged.end();
        run.end();
        TRAIL.same(
                "what was received, once for each customer that was newly listed",
                customers.sums().listedAnew,
                received);
        run.limitsEnd();
        customers.customers().values().forEach(customer -> customer.end(events != null));
    }

    private void received(Event event, JsonNode entry) {
        of(event).received(event, entry);
        received++;
    }

    private @Nullable Event next() {
        return events == null ? null : events.next();
    }

    private CustomerTrail of(Event event) {
        CustomerTrail customer = customers.customers().get(event.customer());
        if (customer == null) {
            throw event.place().off("customer_id", "a customer of the report", event.customer());
        }
        return customer;
    }

    long count() {
        return count;
    }

    RunEventCheck run() {
        return run;
    }

    WriteCheck writes() {
        return writes;
    }
}
