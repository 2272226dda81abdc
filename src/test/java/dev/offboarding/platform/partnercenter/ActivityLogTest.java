package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.LoggedRemovals;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Microsoft's activity log has of removals, where it is longer than is read of it at once. */
class ActivityLogTest {

    private static final String REMOVAL = "remove_partner_customer_relationship";

    private final Rig rig = new Rig(settings -> settings.pages(200, 200, 1, 200));

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private void recorded(CustomerBuilder customer, String operation, int times) {
        for (int record = 0; record < times; record++) {
            rig.standIn.recorded(customer.id(), operation, UUID.randomUUID().toString());
        }
    }

    @Test
    void eachCustomerIsLookedForFromItsOwnDayOn() {
        CustomerBuilder early = rig.standIn.customer("Adatum");
        CustomerBuilder late = rig.standIn.customer("Bellows");
        CustomerBuilder busy = rig.standIn.customer("Contoso");
        Instant begun = rig.clock.instant();
        rig.clock.pass(Duration.ofDays(30));
        recorded(early, REMOVAL, 1);
        rig.clock.pass(Duration.ofDays(29));
        recorded(busy, "update_subscription", 60);
        rig.clock.pass(Duration.ofDays(1));
        ResellerPlatform platform = rig.platform();
        Instant yesterday = rig.clock.instant().minus(Duration.ofDays(1));

        LoggedRemovals none = platform.removalsLogged(Map.of(Rig.id(late), yesterday));
        LoggedRemovals one = platform.removalsLogged(Map.of(Rig.id(early), begun));

        assertThat(none).isEqualTo(LoggedRemovals.NONE);
        assertThat(one.last()).containsOnlyKeys(Rig.id(early));
        assertThat(one.flaw()).isNull();
    }

    @Test
    void aCustomerWithALongLogOfItsOwnHidesNoOther() {
        CustomerBuilder busy = rig.standIn.customer("Contoso");
        CustomerBuilder removed = rig.standIn.customer("Adatum");
        Map<UUID, Instant> since = new LinkedHashMap<>();
        since.put(Rig.id(busy), rig.clock.instant());
        since.put(Rig.id(removed), rig.clock.instant());
        recorded(busy, "update_subscription", 60);
        recorded(removed, REMOVAL, 1);
        rig.clock.pass(Duration.ofDays(1));

        LoggedRemovals logged = rig.platform().removalsLogged(since);

        assertThat(logged.last()).containsOnlyKeys(Rig.id(removed));
        assertThat(logged.flaw()).as("of the other").isNotNull();
    }

    @Test
    void aLogThatCannotBeReadIsNotAskedForEachCustomer() {
        Map<UUID, Instant> since = new LinkedHashMap<>();
        since.put(Rig.id(rig.standIn.customer("Adatum")), rig.clock.instant());
        since.put(Rig.id(rig.standIn.customer("Bellows")), rig.clock.instant());
        rig.standIn
                .faults()
                .inject(InjectedFault.REFUSED)
                .on(Endpoint.AUDIT)
                .answering(403, 2032)
                .always();

        LoggedRemovals logged = rig.platform().removalsLogged(since);

        assertThat(logged.last()).isEmpty();
        assertThat(logged.flaw()).contains("403");
        assertThat(rig.requests(Endpoint.AUDIT)).hasSize(1);
    }
}
