package dev.offboarding.report.verify;

import dev.offboarding.report.verify.Event.Write;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Intents and their outcomes, compared with the actions of the record and with the plan: every action is where its outcome is, or,
 * without one, where its intent is, so that both are read in step.
 */
final class WriteCheck {
    static final String IN_THE_PLAN = "a write that its plan has";

    private static final Place RECORD = Place.in(ReportPass.FILE);

    private final Map<UUID, CustomerTrail> customers;
    private final ActionRows actions;
    private final Fingerprints fingerprints;
    /** Intents whose outcome has not come yet, each with the number that stands for what it asked for. */
    private final Map<Asked, Long> open = new HashMap<>();

    private final Set<Asked> unanswered = new HashSet<>();
    private long intents;
    private long removals;

    /** What an intent asks for one customer. */
    private record Asked(long intent, UUID customer) {}

    WriteCheck(Map<UUID, CustomerTrail> customers, ActionRows actions, Fingerprints fingerprints) {
        this.customers = customers;
        this.actions = actions;
        this.fingerprints = fingerprints;
    }

    void intent(Event event) {
        // what is put back needs no approval, and is over no limit
        intents += "REACTIVATE".equals(event.action()) ? 0 : 1;
        Map<UUID, List<Write>> asked = byCustomer(event);
        if (event.customer() == null) {
            event.place()
                    .same(
                            "customers of the intent",
                            asked.size(),
                            event.data().path("customers").asInt(-1));
        }
        asked.forEach((customer, writes) -> {
            Asked intent = new Asked(event.sequence(), customer);
            JsonNode action = actions.row();
            if (action != null
                    && action.path("outcome").isNull()
                    && action.path("intent").asLong(0) == event.sequence()
                    && customer.equals(StrictJson.guid(StrictJson.text(action, "customer_id")))) {
                unanswered.add(intent);
                writes.forEach(write -> action(event, customer, write, event.sequence(), null));
            } else {
                open.put(intent, asked(event, customer, writes));
            }
        });
    }

    private static Map<UUID, List<Write>> byCustomer(Event event) {
        Map<UUID, List<Write>> byCustomer = new LinkedHashMap<>();
        for (Write write : event.writes()) {
            UUID customer = event.customer() == null ? StrictJson.guid(write.customer()) : event.customer();
            if (customer == null || event.customer() != null && write.customer() != null) {
                throw event.place().off("customer_id of a write", "one, its own or the event's", write.customer());
            }
            byCustomer.computeIfAbsent(customer, id -> new ArrayList<>()).add(write);
        }
        return byCustomer;
    }

    void outcome(Event event) {
        List<Write> writes = event.writes();
        UUID customer = event.customer();
        if (customer == null) {
            throw event.place().off("customer_id", "one", null);
        }
        long answers = event.answers() == null ? 0 : event.answers();
        Asked intent = new Asked(answers, customer);
        if (unanswered.contains(intent)) {
            throw event.place().off("answers", "an intent whose actions are not shown as without an answer", answers);
        }
        Long asked = open.remove(intent);
        if (asked == null) {
            throw event.place()
                    .off(
                            "answers",
                            "an intent of this run for customer %s that has no outcome yet".formatted(customer),
                            event.answers());
        }
        if (asked != asked(event, customer, writes)) {
            throw event.place()
                    .off("customer, action and writes of the outcome", "those of its intent " + answers, "others");
        }
        for (Write write : writes) {
            PlannedAction planned = action(event, customer, write, answers, event.sequence());
            removals += planned.action == PlannedAction.Action.REMOVE && removed(write) ? 1 : 0;
            planned.tookEffect |= switch (planned.action) {
                case SUSPEND -> tookEffect(write, "suspended");
                case CANCEL -> tookEffect(write, "deleted");
                case REACTIVATE -> tookEffect(write, "active");
                default -> false;
            };
        }
    }

    private long asked(Event event, UUID customer, List<Write> writes) {
        List<@Nullable Object> asked = new ArrayList<>();
        Collections.addAll(asked, customer, event.action());
        for (Write write : writes) {
            Collections.addAll(asked, write.target(), write.correlationId(), write.attempt());
        }
        return fingerprints.of(asked.toArray());
    }

    /** The next action has to be this write, and planned. */
    private PlannedAction action(Event event, UUID of, Write write, long intent, @Nullable Long outcome) {
        JsonNode action = actions.row();
        if (action == null) {
            String expected = "one for event %d, %s of %s".formatted(event.sequence(), event.action(), write.target());
            throw RECORD.off("actions", expected, "none");
        }
        Place at = actions.place();
        same(at, action, "sequence", actions.passed() + 1);
        same(at, action, "customer_id", of);
        same(at, action, "action", event.action());
        same(at, action, "target", write.target());
        same(at, action, "attempt", write.attempt());
        same(at, action, "correlation_id", write.correlationId());
        same(at, action, "intent", intent);
        same(at, action, "outcome", outcome);
        same(at, action, "at", write.at() == null ? event.at() : write.at());
        same(at, action, "before", write.before());
        same(at, action, "after", write.after());
        same(at, action, "result", outcome == null ? "LOST" : write.result());
        if (outcome != null) {
            same(at, action, "message", write.message() == null ? "" : write.message());
        }
        CustomerTrail customer = customers.get(of);
        if (customer == null) {
            throw at.off("customer_id of an action", "a customer of the report", event.customer());
        }
        PlannedAction planned = customer.claim.writes().find(event.action(), write.target());
        if (planned == null) {
            String what = "%s of %s for customer %s".formatted(event.action(), write.target(), of);
            throw at.off(what, IN_THE_PLAN, "one that it does not have");
        }
        planned.tried = true;
        actions.pass(action);
        return planned;
    }

    private static void same(Place at, JsonNode action, String name, @Nullable Object expected) {
        String found = StrictJson.text(action, name);
        String text = expected == null ? null : expected.toString();
        if (text == null ? found != null : !text.equals(found)) {
            at.same(name + " of the action, as the trail has it", text, found);
        }
    }

    private static boolean removed(Write write) {
        return "DONE".equals(write.result()) || ("LOST".equals(write.result()) && "none".equals(write.after()));
    }

    private static boolean tookEffect(Write write, String wanted) {
        String after = write.after();
        boolean done = "DONE".equals(write.result());
        return after == null ? done : (done || "LOST".equals(write.result())) && wanted.equalsIgnoreCase(after);
    }

    /** After the last event. */
    void end() {
        actions.end();
        open.keySet().stream().min(Comparator.comparingLong(Asked::intent)).ifPresent(asked -> {
            throw RECORD.off(
                    "actions",
                    "one for intent %d and customer %s, which has no outcome"
                            .formatted(asked.intent(), asked.customer()),
                    "none");
        });
    }

    long actions() {
        return actions.passed();
    }

    long intents() {
        return intents;
    }

    /** Removals that the platform accepted, or that were seen to have taken effect. */
    long removals() {
        return removals;
    }
}
