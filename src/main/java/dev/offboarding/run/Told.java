package dev.offboarding.run;

import dev.offboarding.audit.LastSaid.Said;
import dev.offboarding.audit.NewEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the trail is told of a chunk.
 *
 * @param digests by customer, of decisions among the events: what the next night compares its own with
 */
record Told(List<NewEvent> events, Map<UUID, String> digests) {

    Told {
        events = List.copyOf(events);
        digests = Map.copyOf(digests);
    }

    static Told of(List<NewEvent> events) {
        return new Told(events, Map.of());
    }

    /**
     * What of it is to be noted.
     *
     * @param first the sequence of the first event
     */
    List<Said> said(long first) {
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            UUID customerId = events.get(i).customerId();
            String digest = customerId == null ? null : digests.get(customerId);
            if (customerId != null && digest != null) {
                said.add(new Said(customerId, first + i, digest));
            }
        }
        return said;
    }
}
