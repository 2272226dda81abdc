package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.platform.Observation;
import dev.offboarding.platform.ResellerPlatform;
import dev.offboarding.standin.CustomerBuilder;
import dev.offboarding.standin.Endpoint;
import dev.offboarding.standin.InjectedFault;
import dev.offboarding.standin.RecordedRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two jobs of one reseller at one time: Microsoft counts what both of them ask for. */
class RateLimitsTest {

    private final Rig rig = new Rig();

    @AfterEach
    void noBreachOfProtocol() throws Exception {
        rig.close();
    }

    private ResellerPlatform atMost(int requestsPerMinute) {
        rig.requestsPerMinute = requestsPerMinute;
        return rig.platform();
    }

    /** Its own read is one request, and of one quota; then nothing else is held that has to be read. */
    private CustomerBuilder read(ResellerPlatform platform) {
        CustomerBuilder customer = rig.standIn.customer("Customer");
        Rig.found(platform, customer);
        return customer;
    }

    private Duration betweenTheLastTwo() {
        List<RecordedRequest> reads = rig.requests(Endpoint.CUSTOMER_READ);
        return Duration.between(
                reads.get(reads.size() - 2).received(),
                reads.get(reads.size() - 1).received());
    }

    @Test
    void theySharePace() {
        ResellerPlatform one = atMost(6);
        ResellerPlatform other = atMost(6);

        read(one);
        read(other);

        assertThat(betweenTheLastTwo()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theSlowerSetsItForAsLongAsItRuns() {
        ResellerPlatform fast = atMost(60_000);
        ResellerPlatform slow = atMost(6);

        read(fast);
        read(fast);
        assertThat(betweenTheLastTwo()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));

        slow.close();
        rig.clock.pass(Duration.ofMinutes(1));
        read(fast);
        read(fast);
        assertThat(betweenTheLastTwo()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void whatOneIsAskedToWaitTheOtherWaits() {
        ResellerPlatform one = atMost(60_000);
        ResellerPlatform other = atMost(60_000);
        CustomerBuilder customer = rig.standIn.customer("Customer");
        // longer than anybody waits for an answer: so the first gives up, and no time goes by
        rig.standIn
                .faults()
                .inject(InjectedFault.THROTTLED)
                .on(Endpoint.CUSTOMER_READ)
                .taking(Duration.ofMinutes(11))
                .once();
        assertThat(Rig.observe(one, customer)).isInstanceOf(Observation.Unreadable.class);

        assertThat(Rig.observe(other, customer)).isInstanceOf(Observation.Unreadable.class);
        assertThat(rig.requests(Endpoint.CUSTOMER_READ)).hasSize(1);

        rig.clock.pass(Duration.ofMinutes(11));
        Rig.found(other, customer);
    }
}
