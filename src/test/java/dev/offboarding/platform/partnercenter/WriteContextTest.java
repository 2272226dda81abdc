package dev.offboarding.platform.partnercenter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WriteContextTest {

    /** Else the last one, where it gets its turn before the others, finds that no list is worth it for one. */
    @Test
    void aRemovalThatIsBeingLookedAtIsToComeForAllThatAreLookedAtBesideIt() {
        WriteContext writes = new WriteContext(Clock.systemUTC(), () -> true, 2, new AtomicReference<>(), Set.of());

        assertThat(writes.removalsToLookAt()).isEqualTo(2);
        assertThat(writes.removalsToLookAt()).isEqualTo(2);
        writes.lookedAt();
        assertThat(writes.removalsToLookAt()).isOne();
    }
}
