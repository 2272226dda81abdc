package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Comparator;
import java.util.UUID;

/**
 * What a plan is called: SHA-256 of its writes, one line {@code CUSTOMER ACTION TARGET} each, customers in the order of their ids, with a
 * line feed between two.
 */
final class PlanDigest {
    private static final Comparator<UUID> AS_BYTES = Comparator.comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private PlanDigest() {}

    static String of(Collection<CustomerTrail> customers) {
        MessageDigest sha256 = Sha256.begin();
        String between = "";
        for (CustomerClaim claim : customers.stream()
                .map(customer -> customer.claim)
                .filter(claim -> !claim.writes().all().isEmpty())
                .sorted(Comparator.comparing(CustomerClaim::id, AS_BYTES))
                .toList()) {
            for (PlannedAction write : claim.writes().all()) {
                String line = between + claim.id() + ' ' + write.action + ' ' + write.target();
                sha256.update(line.getBytes(StandardCharsets.UTF_8));
                between = "\n";
            }
        }
        return Sha256.hex(sha256.digest());
    }
}
