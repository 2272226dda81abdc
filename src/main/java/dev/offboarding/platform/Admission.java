package dev.offboarding.platform;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Asked right before each write leaves the program, from the thread that sends it. Once it says no, nothing more is started;
 * what is under way is finished.
 *
 * <p>Another question than that of a {@link dev.offboarding.kit.CancellationToken}, by which whatever waits is called off: a run whose time
 * is over, whose lock is lost or that has met a limit starts nothing more, and still looks at what it has started for as long as that takes.
 */
@FunctionalInterface
public interface Admission {
    boolean mayStart();

    /**
     * Which of these writes must not be sent, because of what somebody has asked for since, and why, in words. Asked of each right before it
     * leaves the program; the others are sent.
     */
    default Map<Write, String> forbidden(Collection<Write> writes) {
        return Map.of();
    }

    /**
     * Notified as soon as a customer's writes have come to an end, from the thread that made them, by a platform that makes them customer by
     * customer. One that writes in sets reports nothing before it is through with all of them.
     */
    default void ended(UUID customerId, List<WriteOutcome> outcomes) {}
}
