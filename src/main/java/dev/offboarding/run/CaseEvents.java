package dev.offboarding.run;

import dev.offboarding.audit.EventKind;
import dev.offboarding.audit.NewEvent;
import dev.offboarding.cases.CaseJson;
import dev.offboarding.cases.OffboardingCase;
import dev.offboarding.cases.ReceivedRows;
import dev.offboarding.lists.ListedRow;
import dev.offboarding.platform.Customer;
import dev.offboarding.platform.Observation;
import dev.offboarding.platform.Verification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/** What the trail says about a case. */
final class CaseEvents {

    private CaseEvents() {}

    /** Of a row of tonight's list, where no decision tells of it. */
    static NewEvent received(ReceivedRows.Received it) {
        return NewEvent.ofCustomer(EventKind.RECEIVED, it.customerId(), listed(it.row(), it.contents()));
    }

    static NewEvent received(OffboardingCase c, String contents) {
        return NewEvent.ofCustomer(
                EventKind.RECEIVED, c.customerId(), listed(c.listing().row(), contents));
    }

    static NewEvent decided(OffboardingCase c, Observation observation) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("seen", seen(observation, null));
        data.putAll(standing(c));
        data.put("planned", CaseJson.json(c.planned()));
        return NewEvent.ofCustomer(EventKind.DECIDED, c.customerId(), data);
    }

    /**
     * For the first time in this run: with what was listed, where it was listed anew.
     *
     * @param suspendedLate what this program has suspended earlier, and is seen so only now
     */
    static NewEvent observed(OffboardingCase c, Observation observation, Set<String> suspendedLate) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("seen", seen(observation, c.holdingsJson()));
        if (!suspendedLate.isEmpty()) {
            data.put("suspended_late", List.copyOf(suspendedLate));
        }
        data.putAll(standing(c));
        String received = c.listing().received();
        if (received != null) {
            data.put("listed", listed(c.listing().row(), received));
        }
        data.put("planned", CaseJson.json(c.planned()));
        return NewEvent.ofCustomer(EventKind.DECIDED, c.customerId(), data);
    }

    static NewEvent endingsDecided(OffboardingCase c) {
        Map<String, @Nullable Object> data = standing(c);
        data.put("planned", CaseJson.json(c.planned()));
        return NewEvent.ofCustomer(EventKind.DECIDED, c.customerId(), data);
    }

    static NewEvent moved(OffboardingCase c) {
        return NewEvent.ofCustomer(EventKind.CASE, c.customerId(), standing(c));
    }

    /** Outcomes, and how the cases are by now: the last outcome of each says so, and where there is none an event of its own. */
    static List<NewEvent> moved(List<NewEvent> outcomes, Collection<? extends OffboardingCase> moved) {
        Map<UUID, Integer> last = new HashMap<>();
        for (int i = 0; i < outcomes.size(); i++) {
            last.put(outcomes.get(i).customerId(), i);
        }
        List<NewEvent> events = new ArrayList<>(outcomes);
        for (OffboardingCase c : moved) {
            Integer outcome = last.get(c.customerId());
            if (outcome == null) {
                events.add(moved(c));
            } else {
                events.set(outcome, outcomes.get(outcome).with("case", standing(c)));
            }
        }
        return events;
    }

    static NewEvent verified(OffboardingCase c, Verification look) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("effects", CaseJson.json(CaseJson.byKey(look.effects())));
        if (look.secondWitness() != null) {
            data.put("second_witness", look.secondWitness());
        }
        data.putAll(standing(c));
        return NewEvent.ofCustomer(EventKind.VERIFIED, c.customerId(), data);
    }

    private static Map<String, @Nullable Object> standing(OffboardingCase c) {
        Map<String, @Nullable Object> standing = new LinkedHashMap<>();
        standing.put("state", c.state().name());
        standing.put("outcome", c.outcome().name());
        if (c.suspendedAt() != null) {
            standing.put("suspended_at", c.suspendedAt().toString());
        }
        if (c.removedAt() != null) {
            standing.put("removed_at", c.removedAt().toString());
        }
        Map<String, @Nullable Object> listed = new LinkedHashMap<>();
        listed.put("company_name", c.listing().row().companyName());
        listed.put("domain", c.listing().row().domain());
        standing.put("listed", listed);
        if (!c.holds().isEmpty()) {
            standing.put("holds", CaseJson.json(c.holds()));
        }
        if (!c.message().isEmpty()) {
            standing.put("message", c.message());
        }
        return standing;
    }

    /** All that a row says. */
    private static Map<String, @Nullable Object> listed(ListedRow row, String contents) {
        Map<String, @Nullable Object> listed = new LinkedHashMap<>();
        listed.put("source", row.source());
        listed.put("line", row.line());
        row.cells().forEach((column, cell) -> listed.put(column.label(), cell));
        listed.put("others", CaseJson.members(row.others()));
        listed.put("contents", contents);
        return listed;
    }

    /** @param holdings the customer's subscriptions in JSON, where the case has that already */
    private static Map<String, @Nullable Object> seen(Observation observation, @Nullable String holdings) {
        Map<String, @Nullable Object> seen = new LinkedHashMap<>();
        seen.put("at", observation.at().toString());
        if (observation instanceof Observation.Found found) {
            Customer customer = found.customer();
            seen.put("company_name", customer.companyName());
            seen.put("domain", customer.domain());
            seen.put("relationship", customer.relationship());
            seen.put(
                    "subscriptions",
                    holdings == null ? CaseJson.json(customer.subscriptions()) : new RawValue(holdings));
            if (!customer.delegations().isEmpty()) {
                seen.put("delegations", CaseJson.json(customer.delegations()));
            }
            seen.put("support_contact", customer.supportContact());
        } else if (observation instanceof Observation.Unknown unknown) {
            seen.put("unknown", unknown.proof());
        } else if (observation instanceof Observation.Unreadable unreadable) {
            seen.put("unreadable", unreadable.why());
        }
        return seen;
    }
}
