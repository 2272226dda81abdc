package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.Customer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The list of all customers, read to its end, and mistrusted. */
final class CustomerList {

    /**
     * The list at one moment.
     *
     * @param customers as it shows them
     * @param flaw why it is not complete; null if it is
     * @param begun when it was asked for: nothing in it is older
     */
    record Snapshot(
            Map<UUID, CustomerReads.Who> customers,
            @Nullable String flaw,
            Instant begun,
            Instant at,
            int pages) {
        boolean complete() {
            return flaw == null;
        }

        boolean isReseller(UUID customer) {
            CustomerReads.Who who = customers.get(customer);
            return who != null && who.relationship().equals(Customer.RESELLER);
        }

        Set<UUID> resellers() {
            return customers.keySet().stream().filter(this::isReseller).collect(Collectors.toSet());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(CustomerList.class);
    private static final String PATH = "/v1/customers?size=500";
    private static final int TRIES = 2;
    /** How many customers that should be in the list and are not are read one by one. */
    private static final int LOOKED_AT = 3;

    private final Pages pages;
    private final CustomerReads reads;
    private final ReadingCache readings;

    CustomerList(Pages pages, CustomerReads reads, ReadingCache readings) {
        this.pages = pages;
        this.reads = reads;
        this.readings = readings;
    }

    /** @param expectedGone customers who may be missing without a reason to doubt the list */
    Snapshot read(Set<UUID> expectedGone) {
        return read(expectedGone, Pages.MOST);
    }

    /** @param most how many pages are read at most: a list that has more is not complete */
    Snapshot read(Set<UUID> expectedGone, int most) {
        Snapshot snapshot = readOnce(expectedGone, most);
        for (int tries = 1; tries < TRIES && !snapshot.complete() && snapshot.pages() <= most; tries++) {
            LOG.info("the customer list is read again: {}", snapshot.flaw());
            snapshot = readOnce(expectedGone, most);
        }
        return snapshot;
    }

    private Snapshot readOnce(Set<UUID> expectedGone, int most) {
        Pages.Collection list = pages.all(Quota.CUSTOMER, PATH, most);
        Map<UUID, CustomerReads.Who> customers = new HashMap<>();
        String flaw = list.flaw();
        for (JsonNode it : list.items()) {
            String id = PartnerCenterJson.guid(it, "id");
            if (id == null) {
                // that customer may be looked for here, and must not be taken for gone
                String name =
                        PartnerCenterJson.text(PartnerCenterJson.get(it, "companyProfile"), "companyName", "(no name)");
                flaw = "it shows a customer whose id is not a GUID: " + ErrorBody.line(name);
            } else {
                customers.put(UUID.fromString(id), CustomerReads.who(it));
            }
        }
        Snapshot read = new Snapshot(Map.copyOf(customers), flaw, list.begun(), list.at(), list.pages());
        return flaw != null
                ? read
                : new Snapshot(read.customers(), missing(read, expectedGone), read.begun(), read.at(), read.pages());
    }

    /** A list that lacks a customer that is alive was not read to its end, whatever its links say. */
    private @Nullable String missing(Snapshot listed, Set<UUID> expectedGone) {
        List<UUID> missing = readings.aliveWithout(expectedGone).stream()
                .filter(id -> !listed.customers().containsKey(id))
                .limit(LOOKED_AT)
                .toList();
        Control control = new Control(reads, listed, expectedGone);
        for (UUID id : missing) {
            Reply own = reads.readCustomer(id);
            String relationship =
                    own instanceof Reply.Accepted accepted ? CustomerReads.relationship(accepted.body()) : "";
            if (control.saysGone(own) || relationship.equals(Customer.NONE)) {
                readings.notAlive(id);
            } else {
                return "it lacks customer %s, who was a reseller customer a short time ago and whose own read %s"
                        .formatted(id, relationship.isEmpty() ? own.words() : "showed " + relationship);
            }
        }
        return null;
    }
}
