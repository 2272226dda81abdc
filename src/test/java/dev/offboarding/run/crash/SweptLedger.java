package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.Scene;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** On the ledger, which writes down every change that is committed. */
public final class SweptLedger extends Swept {

    private final LedgerChanges changes;

    public SweptLedger(Scene scene, boolean databaseList) {
        super(scene, databaseList);
        scene.customers(1, 6).customer(7, "none").customers(8, 12);
        for (int n = 1; n <= 4; n++) {
            subscription(n, 1, "license", "active", null);
            subscription(n, 2, "license", "active", null);
        }
        subscription(5, 1, "usage", "active", null);
        subscription(5, 2, "license", "suspended", null);
        subscription(6, 1, "license", "active", null);
        subscription(6, 2, "new_commerce", "active", LocalDate.of(2099, 1, 1));
        changes = LedgerChanges.in(scene);
        for (int n = 1; n <= 8; n++) {
            list(Scene.id(n).toString(), "customer-" + n + ".example");
        }
        publishList();
    }

    private void subscription(
            int customer, int n, String kind, String status, @org.jspecify.annotations.Nullable LocalDate termEnd) {
        scene().sql(
                        "insert into ledger.subscription (subscription_id, customer_id, name, kind, status, term_end) values (?::uuid, ?, ?, ?, ?, ?)",
                        "b0000000-0000-4000-8000-%06d%06d".formatted(customer, n),
                        Scene.id(customer),
                        kind,
                        kind,
                        status,
                        termEnd);
    }

    @Override
    public Map<String, String> state() {
        Map<String, String> state = new TreeMap<>();
        scene().ledger().forEach((table, rows) -> state.put(table, rows.toString()));
        return state;
    }

    private static String words(LedgerChanges.Change change) {
        return change.subscription() == null
                ? "REMOVE " + change.customer() + " " + change.to()
                : (change.to().equals("active") ? "REACTIVATE " : "SUSPEND ") + change.subscription() + " "
                        + change.to();
    }

    private static String wanted(String action) {
        return switch (action) {
            case "REMOVE" -> "none";
            case "REACTIVATE" -> "active";
            default -> "suspended";
        };
    }

    /** On the ledger a write that took effect is one change, and one that did not is none. */
    @Override
    public void assertEveryWriteIsInTheTrailOnce(List<Aftermath.Attempt> attempts) {
        List<String> took = attempts.stream()
                .filter(attempt -> List.of("DONE", "LOST").contains(attempt.result()))
                .filter(attempt -> wanted(attempt.action()).equals(attempt.after()))
                .map(attempt -> attempt.action() + " " + attempt.target() + " " + attempt.after())
                .toList();
        List<String> seen = changes.all().stream().map(SweptLedger::words).toList();
        assertThat(took).as("writes that the trail says took effect").containsExactlyInAnyOrderElementsOf(seen);
        assertThat(seen).as("each once").doesNotHaveDuplicates();
    }
}
