package dev.offboarding.audit;

import dev.offboarding.platform.Action;
import dev.offboarding.platform.Write;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What an intent in the trail asks for one customer, and has no outcome. */
public record OpenIntent(long sequence, Instant at, UUID customerId, Action action, List<Write> writes) {

    static OpenIntent of(AuditEvent event) {
        UUID customerId = Objects.requireNonNull(event.customerId());
        Action action = Action.valueOf(Objects.requireNonNull(event.action()));
        return new OpenIntent(
                event.sequence(),
                event.at(),
                customerId,
                action,
                event.writes().stream()
                        .map(write -> new Write(
                                customerId,
                                action,
                                write.target(),
                                (int) write.attempt(),
                                UUID.fromString(Objects.requireNonNull(write.correlationId()))))
                        .toList());
    }
}
