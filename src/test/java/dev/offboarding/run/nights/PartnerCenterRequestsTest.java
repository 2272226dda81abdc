package dev.offboarding.run.nights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Progress;
import dev.offboarding.run.RunResult;
import dev.offboarding.run.Scene;
import dev.offboarding.runs.ExitCode;
import dev.offboarding.runs.Mode;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.Host;
import dev.offboarding.standin.RecordedRequest;
import dev.offboarding.standin.StandInSettings;
import dev.offboarding.standin.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a whole night asks Partner Center about one customer, request by request: with n active subscriptions, without delegated
 * administration, and where everything shows at the first look.
 */
@Execution(ExecutionMode.CONCURRENT)
class PartnerCenterRequestsTest {

    private final PartnerCenterScene scene =
            new PartnerCenterScene(StandInSettings.standard().noQuotas());

    @AfterEach
    void noBreachOfProtocol() {
        assertThat(scene.standIn.violations()).isEmpty();
        scene.close();
    }

    /** Which step asked: how many requests there had been when it began. */
    private class Steps implements Progress {
        private final TreeMap<Integer, String> begun = new TreeMap<>(Map.of(0, "start"));

        @Override
        public void step(String name, long cases) {
            begun.put(scene.standIn.requests().size(), name);
        }

        @Override
        public void advance(long cases) {}

        /** Of the requests that are about a customer alone: step and endpoint, with how many. */
        Map<String, Long> about(CustomerBuilder customer) {
            List<RecordedRequest> all = scene.standIn.requests();
            Map<String, Long> asked = new TreeMap<>();
            for (int i = 0; i < all.size(); i++) {
                RecordedRequest it = all.get(i);
                if (it.host() == Host.API && it.path().contains(customer.id())) {
                    asked.merge(begun.floorEntry(i).getValue() + " " + it.endpoint(), 1L, Long::sum);
                }
            }
            return asked;
        }

        /** How often each step has read the customer list. */
        Map<String, Long> lists() {
            List<RecordedRequest> all = scene.standIn.requests();
            Map<String, Long> lists = new TreeMap<>();
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).endpoint() == Endpoint.CUSTOMER_LIST) {
                    lists.merge(begun.floorEntry(i).getValue(), 1L, Long::sum);
                }
            }
            return lists;
        }
    }

    private List<CustomerBuilder> customers(int count, int active) {
        List<CustomerBuilder> customers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CustomerBuilder customer = scene.standIn.customer("Customer " + i);
            for (int n = 0; n < active; n++) {
                customer.licence("E" + n, "active");
            }
            customers.add(customer);
        }
        scene.standIn.customer("Bystander").licence("E1", "active");
        scene.listed(customers);
        return customers;
    }

    private Steps night(List<CustomerBuilder> customers) {
        Steps steps = new Steps();
        RunResult result = scene.loaded(Mode.RUN, steps).start();
        assertThat(result.exitCode())
                .describedAs("%s %s", result.stopped(), result.failures())
                .isEqualTo(ExitCode.OK);
        assertThat(Scene.report(result).total("customers", "OFFBOARDED")).isEqualTo(customers.size());
        return steps;
    }

    /** What every customer needs, with or without others beside it. */
    private static Map<String, Long> needed(long active) {
        return new TreeMap<>(Map.of(
                "observe SUBSCRIPTION_LIST", 1L, // what it holds, and each subscription as it is sent back
                "observe ENTITLEMENTS", 1L, // reservations and software hold it
                "observe TRANSFERS", 1L, // one that is pending holds it
                "observe SUPPORT_CONTACT", 1L, // what it was before is in the trail
                "suspend SUBSCRIPTION_WRITE", active,
                "suspend SUBSCRIPTION_LIST", 1L, // read back; and the fresh read before the removal
                "remove CUSTOMER_WRITE", 1L,
                "verify CUSTOMER_READ", 1L, // the customer list's second half, and delegated access
                "verify SUBSCRIPTION_LIST", 1L, // purchasing
                "verify SUPPORT_CONTACT", 1L));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "3, 12", "5, 14"})
    void aCustomerAmongOthersTakesNineRequestsAndOneASubscription(long active, long all) {
        List<CustomerBuilder> customers = customers(4, (int) active);

        Steps steps = night(customers);

        for (CustomerBuilder it : customers) {
            assertThat(steps.about(it)).isEqualTo(needed(active));
            assertThat(sum(steps.about(it))).isEqualTo(all);
        }
        // one list for all of them each time; verify looks as often as removals have become due
        assertThat(steps.lists()).containsAllEntriesOf(Map.of("observe", 1L, "check-limits", 1L, "remove", 1L));
        assertThat(steps.lists()).doesNotContainKey("suspend");
    }

    /** A list would be no fewer requests than its own read, which is asked for what the list would have said. */
    @ParameterizedTest
    @CsvSource({"1, 12", "3, 14", "5, 16"})
    void aCustomerAloneTakesElevenRequestsAndOneASubscription(long active, long all) {
        List<CustomerBuilder> customers = customers(1, (int) active);

        Steps steps = night(customers);

        Map<String, Long> expected = needed(active);
        expected.put("observe CUSTOMER_READ", 1L);
        expected.put("remove CUSTOMER_READ", 1L);
        assertThat(steps.about(customers.get(0))).isEqualTo(expected);
        assertThat(sum(expected)).isEqualTo(all);
        assertThat(steps.lists()).isEqualTo(Map.of("check-limits", 1L, "verify", 1L));
    }

    @Test
    void delegatedAdministrationTakesRequestsToGraphOnly() {
        List<CustomerBuilder> customers = customers(4, 1);
        customers.get(1).gdap("Support", "active").gdap("Draft", "created");

        Steps steps = night(customers);

        Map<String, Long> asked = steps.about(customers.get(1));
        // ending takes a moment to show, so verify may look more than once
        asked.keySet().removeIf(it -> it.startsWith("verify"));
        Map<String, Long> expected = needed(1);
        expected.keySet().removeIf(it -> it.startsWith("verify"));
        assertThat(asked).isEqualTo(expected);
        assertThat(scene.standIn.gdapStatus(customers.get(1).idOf("Support"))).isEqualTo("terminated");
    }

    /** Within the seconds for which the read after the suspension serves only the platform can know. */
    @Test
    void whatIsMadeActiveAgainRightBeforeTheRemovalIsRefusedAndHeld() {
        List<CustomerBuilder> customers = customers(3, 1);
        CustomerBuilder busy = customers.get(1);
        Steps steps = new Steps() {
            @Override
            public void step(String name, long cases) {
                super.step(name, cases);
                if (name.equals("remove")) {
                    scene.standIn.changeStatus(busy.idOf("E0"), "active");
                }
            }
        };

        RunResult result = scene.loaded(Mode.RUN, steps).start();

        assertThat(result.exitCode()).isEqualTo(ExitCode.NEEDS_ATTENTION);
        Scene.Report report = Scene.report(result);
        assertThat(PartnerCenterScene.outcome(report, busy)).isEqualTo("HELD REACTIVATED");
        assertThat(PartnerCenterScene.actions(report)).contains("REMOVE REFUSED");
        assertThat(report.total("customers", "OFFBOARDED")).isEqualTo(2);
        assertThat(scene.standIn.relationship(busy.id())).isEqualTo("reseller");
        // by the stand-in's own knowledge, which no read could have had
        assertThat(scene.standIn.violations())
                .extracting(Violation::kind)
                .containsOnly(Violation.Kind.REMOVAL_WHILE_ACTIVE);
        scene.standIn.clearRecords();
    }

    private static long sum(Map<String, Long> asked) {
        return asked.values().stream().mapToLong(Long::longValue).sum();
    }
}
