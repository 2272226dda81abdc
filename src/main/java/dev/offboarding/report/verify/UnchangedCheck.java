package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Events that name customers who were found as an earlier event of each says: each of them is a customer of the report of whom nothing else was
 * said before, the events that still hold are of earlier runs, and what their rows say has the digest that the event has.
 */
final class UnchangedCheck {
    private final Map<UUID, CustomerTrail> customers;
    private final List<Chunk> chunks = new ArrayList<>();

    private record Chunk(Place place, List<CustomerTrail> named, String standing) {}

    UnchangedCheck(Map<UUID, CustomerTrail> customers) {
        this.customers = customers;
    }

    /** @param begun the sequence of the run's first event */
    void found(Event event, long begun) {
        Place at = event.place();
        JsonNode data = event.data();
        at.holds(event.customer() == null, "customer_id", "none, for it names many", event.customer());
        List<CustomerTrail> named = new ArrayList<>();
        long first = Long.MAX_VALUE;
        long last = 0;
        for (JsonNode group : data.path("unchanged")) {
            long said = group.path("event").asLong(0);
            JsonNode ids = group.path("customers");
            at.holds(!ids.isEmpty(), "customers whose events follow one another", "at least one", "none");
            first = Math.min(first, said);
            last = Math.max(last, said + ids.size() - 1);
            at.holds(
                    said > 0 && said + ids.size() <= begun,
                    "the events that still hold",
                    "events before %d, with which the run began".formatted(begun),
                    "%d to %d".formatted(said, said + ids.size() - 1));
            for (JsonNode id : ids) {
                named.add(customer(at, StrictJson.text(id)));
            }
        }
        at.same(
                "customers that were found unchanged",
                (long) named.size(),
                data.path("customers").asLong(-1));
        at.same("the first event that still holds", first, data.path("first").asLong(-1));
        at.same("the last event that still holds", last, data.path("last").asLong(-1));
        chunks.add(new Chunk(at, named, String.valueOf(StrictJson.text(data, "standing_sha256"))));
    }

    private CustomerTrail customer(Place at, @Nullable String said) {
        UUID id = StrictJson.guid(said);
        CustomerTrail customer = id == null ? null : customers.get(id);
        if (customer == null) {
            throw at.off("a customer that was found unchanged", "a customer of the report", said);
        }
        customer.foundUnchanged(at);
        return customer;
    }

    /** After the last event. Of whom something was said afterwards the row says that, and not how it was found. */
    void end() {
        for (Chunk chunk : chunks) {
            if (chunk.named().stream().anyMatch(CustomerTrail::saidSince)) {
                continue;
            }
            MessageDigest standing = Sha256.begin();
            for (CustomerTrail customer : chunk.named()) {
                standing.update(Objects.requireNonNull(customer.claim.waiting()));
            }
            String who = chunk.named().get(0).claim.id() + others(chunk.named().size() - 1);
            Place.in(ReportPass.FILE)
                    .holds(
                            Sha256.hex(standing.digest()).equals(chunk.standing()),
                            "state, outcome, holds, holdings, message, suspended_at, removed_at, company_name and domain of customer "
                                    + who,
                            "what has the digest of line %d of %s, where they were found unchanged"
                                    .formatted(chunk.place().line(), EventLines.FILE),
                            "something else");
        }
    }

    private static String others(int more) {
        return more == 0 ? "" : more == 1 ? ", or of another" : ", or of one of %d others".formatted(more);
    }
}
