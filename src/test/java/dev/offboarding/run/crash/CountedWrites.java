package dev.offboarding.run.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.LedgerChanges;
import dev.offboarding.run.Scene;
import java.util.Map;
import java.util.stream.Collectors;

/** Three customers on a list, and whether each of them was written to once, whatever a night was interrupted by. */
final class CountedWrites {

    static final int CUSTOMERS = 3;

    private CountedWrites() {}

    /** Three of five, with a subscription each. */
    static void threeCustomersListed(Scene scene) {
        scene.customers(1, CUSTOMERS + 2);
        for (int n = 1; n <= CUSTOMERS; n++) {
            scene.subscription(n, "license", "active");
        }
        scene.listed(1, 2, 3);
    }

    /** The same, in a ledger that counts every change of a customer and of a subscription. */
    static void threeCustomersInALedgerThatCounts(Scene scene) {
        threeCustomersListed(scene);
        LedgerChanges.in(scene);
    }

    static void assertEverythingIsThroughAndWrittenOnce(Scene scene) {
        Map<String, Long> written = LedgerChanges.of(scene).all().stream()
                .collect(Collectors.groupingBy(
                        change -> (change.subscription() == null ? "customer " : "subscription ") + change.customer(),
                        Collectors.counting()));
        assertThat(written).hasSize(2 * CUSTOMERS);
        assertThat(written.values()).containsOnly(1L);
        for (int n = 1; n <= CUSTOMERS; n++) {
            assertThat(scene.relationshipOf(n)).isEqualTo("none");
        }
        assertThat(scene.jdbc()
                        .sql("select count(*) from offboarding.open_intent")
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(scene.jdbc()
                        .sql("select distinct closed_as from offboarding.offboarding_case")
                        .query(String.class)
                        .list())
                .containsExactly("OFFBOARDED");
        assertThat(scene.jdbc()
                        .sql(
                                "select status from offboarding.BATCH_JOB_EXECUTION where status not in ('COMPLETED', 'STOPPED', 'FAILED') or end_time is null")
                        .query(String.class)
                        .list())
                .as("executions that are not over")
                .isEmpty();
    }
}
