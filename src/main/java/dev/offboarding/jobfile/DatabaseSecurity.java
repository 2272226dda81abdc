package dev.offboarding.jobfile;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What keeps passwords and rows from anyone who listens on the way to a configured database: the job's own, the ledger's and the list's.
 * What is on this machine's loopback addresses needs neither.
 *
 * @param tls what a server on another machine has to show
 * @param requireAuth how it may ask for a password, as the driver's {@code requireAuth} has it, {@code any} for no matter how; null for
 *     {@code scram-sha-256} and, on this machine, any
 */
public record DatabaseSecurity(
        @DefaultValue("verify-full") Tls tls, @Nullable String requireAuth) {

    /** What the server on the other end has to prove. */
    public enum Tls {
        /** A certificate for the host's name, signed by an authority that is trusted. */
        VERIFY_FULL,
        /** Nothing: anyone who listens on the way reads along. */
        NONE
    }
}
