package dev.offboarding.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.Hold;
import dev.offboarding.cases.HoldReason;
import dev.offboarding.cases.PlannedWrite;
import dev.offboarding.platform.Action;
import java.util.List;

/** What a decision is expected to be, in a word. */
final class DecisionAssert {

    private DecisionAssert() {}

    static PlannedWrite suspend(String id) {
        return new PlannedWrite(Action.SUSPEND, id);
    }

    static PlannedWrite cancel(String id) {
        return new PlannedWrite(Action.CANCEL, id);
    }

    static PlannedWrite endWithTerm(String id) {
        return new PlannedWrite(Action.AUTO_RENEW_OFF, id);
    }

    static PlannedWrite remove() {
        return new PlannedWrite(Action.REMOVE, Given.ID.toString());
    }

    static void proceedsWith(Decision decision, PlannedWrite... writes) {
        assertThat(decision).isEqualTo(new Decision.Proceed(List.of(writes), null));
    }

    /** Held, and writing this nevertheless. */
    static void heldWriting(Decision decision, PlannedWrite... writes) {
        assertThat(decision).isInstanceOf(Decision.Held.class);
        assertThat(((Decision.Held) decision).writes()).containsExactly(writes);
    }

    /** Held for these reasons and no other, in this order. */
    static List<Hold> heldFor(Decision decision, HoldReason... reasons) {
        assertThat(decision).isInstanceOf(Decision.Held.class);
        List<Hold> holds = ((Decision.Held) decision).holds();
        assertThat(holds).extracting(Hold::reason).containsExactly(reasons);
        return holds;
    }
}
