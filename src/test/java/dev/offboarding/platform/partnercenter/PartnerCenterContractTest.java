package dev.offboarding.platform.partnercenter;

import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.platform.ResellerPlatformContract;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.RecordedRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** Partner Center keeps to what every platform keeps to, over real HTTP. */
class PartnerCenterContractTest extends ResellerPlatformContract {

    private final Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    @Override
    protected World newWorld() {
        ResellerPlatform platform = rig.platform();
        return new World() {
            private final Map<UUID, CustomerBuilder> customers = new HashMap<>();
            private int made;
            private long changedByOthers;

            @Override
            public ResellerPlatform platform() {
                return platform;
            }

            @Override
            public UUID customer(String relationship) {
                CustomerBuilder customer = rig.standIn
                        .customer("Customer " + ++made)
                        .relationship(relationship)
                        .delegatedAccess(true);
                UUID id = Rig.id(customer);
                customers.put(id, customer);
                return id;
            }

            @Override
            public String subscription(UUID customer, String kind, String status) {
                String name = "subscription " + ++made;
                CustomerBuilder it = Objects.requireNonNull(customers.get(customer));
                switch (kind) {
                    case "license" -> it.licence(name, status);
                    case "usage" -> it.usage(name, status);
                    default -> throw new IllegalArgumentException(kind);
                }
                return it.idOf(name);
            }

            @Override
            public void change(UUID customer, String subscription, String status) {
                changedByOthers++;
                rig.standIn.changeStatus(subscription, status);
            }

            @Override
            public String status(UUID customer, String subscription) {
                return rig.standIn.status(subscription);
            }

            @Override
            public String relationship(UUID customer) {
                return rig.standIn.relationship(customer.toString());
            }

            @Override
            public void failFor(UUID customer) {
                rig.standIn
                        .faults()
                        .inject(InjectedFault.SERVER_ERROR_BEFORE)
                        .on(Endpoint.writes())
                        .about(customer.toString())
                        .always();
            }

            @Override
            public long changes() {
                return changedByOthers
                        + rig.standIn.writes().stream()
                                .filter(RecordedRequest::applied)
                                .count();
            }
        };
    }
}
