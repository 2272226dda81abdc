package dev.offboarding.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offboarding.cases.CaseFacts.LastHold;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is stored of a case is read as it was. */
class StoredFactsTest {

    private static final Instant SOME_TIME = Instant.parse("2026-11-24T22:30:00.000001Z");

    private static final Hold HOLD = new Hold(
            HoldReason.TERM_COMMITMENT,
            LocalDate.of(2027, 5, 1),
            "its term \"ends\" in May",
            LocalDate.of(2027, 4, 30),
            7,
            SOME_TIME.plusSeconds(60));

    private static final CaseFacts ALL = new CaseFacts(
            SOME_TIME,
            SOME_TIME.plusSeconds(1),
            List.of("a", "b"),
            List.of("a"),
            SOME_TIME.plusSeconds(2),
            SOME_TIME.plusSeconds(3),
            "customer list: it is gone",
            SOME_TIME.plusSeconds(4),
            new LastHold(List.of(HOLD), SOME_TIME.plusSeconds(5)),
            List.of("c"),
            List.of("d", "e"),
            List.of("f"),
            List.of(new ScheduledEnd("g", SOME_TIME, true), new ScheduledEnd("h", SOME_TIME, false)),
            List.of("i"),
            List.of("j"));

    @Test
    void allThatIsKnownIsReadAsItWas() {
        assertThat(StoredFacts.read(CaseJson.write(ALL))).isEqualTo(ALL);
        assertThat(StoredFacts.read(CaseJson.write(CaseFacts.NONE))).isEqualTo(CaseFacts.NONE);
        CaseFacts notHeld = CaseFacts.NONE.lastHold(new LastHold(List.of(), null));
        assertThat(StoredFacts.read(CaseJson.write(notHeld))).isEqualTo(notHeld);
    }

    @Test
    void whatAnotherVersionKnowsBesideIsPassedOver() {
        String stored = CaseJson.write(ALL);
        String more = "{\"seen_by\":{\"last_hold\":null,\"of\":[\"x\"]}," + stored.substring(1, stored.length() - 1)
                + ",\"returned_at\":[[1],{}]}";

        assertThat(StoredFacts.read(more)).isEqualTo(ALL);
    }

    @Test
    void anEmptyListIsReadAsOne() {
        CaseFacts none = new CaseFacts(null, null, List.of(), null, null, null, null, null, null);

        assertThat(StoredFacts.read(CaseJson.write(none))).isEqualTo(none);
    }
}
