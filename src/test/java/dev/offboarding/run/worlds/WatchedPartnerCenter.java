package dev.offboarding.run.worlds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Action;
import dev.offboarding.run.PartnerCenterScene;
import dev.offboarding.run.Scene;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Lag;
import dev.offboarding.standin.PartnerCenterStandIn;
import dev.offboarding.standin.StandInSettings;
import dev.offboarding.standin.StatusChange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/** On Partner Center's stand-in, which knows what really happened. */
final class WatchedPartnerCenter implements WatchedReseller {

    private final Scene scene;
    private final PartnerCenterStandIn standIn;
    private final String secret;
    private final Map<Integer, CustomerBuilder> customers = new TreeMap<>();
    /** By id: whose it is, and how much of what happened to it has been looked at. */
    private final Map<UUID, Integer> owners = new LinkedHashMap<>();

    private final Map<UUID, Integer> lookedAt = new HashMap<>();
    private final Map<Integer, String> relationships = new HashMap<>();
    /** By customer: what it has delegated, and as what that was looked at. */
    private final Map<Integer, String> delegations = new TreeMap<>();

    private final Map<Integer, String> delegationStatuses = new HashMap<>();
    /** Time goes on by itself, as whoever waits for answers needs it to, and jumps ahead from night to night. */
    private Clock clock;

    WatchedPartnerCenter(Scene scene, Instant firstNight) {
        this.scene = scene;
        this.secret = PartnerCenterScene.secretOfItsOwn();
        clock = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), firstNight));
        standIn = PartnerCenterStandIn.start(
                StandInSettings.standard().noQuotas().clock(clock).lag(Lag.GDAP_TERMINATION, Duration.ofHours(30)));
        PartnerCenterScene.connect(scene, standIn, secret);
        scene.with("verification.first-after", "0s");
        standIn.customer("Bystander").licence("E1", "active");
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public void pass(Duration time) {
        clock = Clock.offset(clock, time);
        standIn.settings().clock(clock);
        scene.clock.set(clock.instant());
    }

    @Override
    public void customer(int n) {
        customers.put(
                n,
                standIn.customer("Customer " + n).withId(Scene.id(n).toString()).domain("customer-" + n + ".example"));
        relationships.put(n, "reseller");
    }

    @Override
    public UUID subscription(int customer, String status) {
        String name = "Licence " + owners.size();
        UUID id = UUID.fromString(it(customer).licence(name, status).idOf(name));
        owners.put(id, customer);
        lookedAt.put(id, 0);
        return id;
    }

    @Override
    public void clings(int customer) {
        delegations.put(customer, it(customer).gdap("Helpdesk", "active").idOf("Helpdesk"));
    }

    @Override
    public boolean isGone(int customer) {
        return standIn.relationship(it(customer).id()).equals("none");
    }

    @Override
    public void comesBack(int customer) {
        standIn.reestablish(it(customer).id());
    }

    private CustomerBuilder it(int customer) {
        return Objects.requireNonNull(customers.get(customer));
    }

    @Override
    public void othersChange(int customer, String from, String to) {
        owners.forEach((id, owner) -> {
            if (owner == customer && standIn.status(id.toString()).equals(from)) {
                standIn.changeStatus(id.toString(), to);
            }
        });
    }

    @Override
    public Map<UUID, String> statuses() {
        Map<UUID, String> statuses = new LinkedHashMap<>();
        owners.keySet().forEach(id -> statuses.put(id, standIn.status(id.toString())));
        return statuses;
    }

    @Override
    public Map<UUID, String> statuses(int customer) {
        Map<UUID, String> statuses = statuses();
        statuses.keySet().removeIf(id -> !Objects.equals(owners.get(id), customer));
        return statuses;
    }

    @Override
    public void forgetChanges() {
        owners.keySet()
                .forEach(id -> lookedAt.put(id, standIn.changes(id.toString()).size()));
        customers.keySet().forEach(n -> relationships.put(n, standIn.relationship(it(n).id())));
        delegations.forEach((n, id) -> delegationStatuses.put(n, standIn.gdapStatus(id)));
    }

    @Override
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        owners.forEach((id, owner) -> {
            List<StatusChange> all = standIn.changes(id.toString());
            all.subList(Objects.requireNonNull(lookedAt.get(id)), all.size())
                    .forEach(it -> changes.add(Change.of(owner, it.from(), it.to(), id)));
        });
        customers.forEach((n, it) -> {
            String now = standIn.relationship(it.id());
            if (!now.equals(relationships.get(n))) {
                changes.add(Change.of(n, String.valueOf(relationships.get(n)), now, null));
            }
        });
        delegations.forEach((n, id) -> {
            if ("active".equals(delegationStatuses.get(n))
                    && !standIn.gdapStatus(id).equals("active")) {
                changes.add(new Change(n, Action.TERMINATE_GDAP, id));
            }
        });
        return changes;
    }

    @Override
    public void close() {
        System.clearProperty(secret);
        standIn.close();
        assertThat(standIn.violations()).isEmpty();
    }
}
