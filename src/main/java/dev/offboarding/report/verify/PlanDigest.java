package dev.offboarding.report.verify;

import dev.offboarding.kit.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a plan is called: SHA-256 of what it is based on, a line {@code NAME VALUE} each, and of its customers in the order of their ids, of
 * each a digest of its own, with a line feed between two. In reports of earlier versions, which do not say what it is based on: of its writes
 * alone, one line {@code CUSTOMER ACTION TARGET} each.
 */
final class PlanDigest {
    private static final Comparator<UUID> AS_BYTES = Comparator.comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private PlanDigest() {}

    /** @param basis missing in reports of earlier versions */
    static String of(JsonNode basis, Collection<CustomerTrail> customers) {
        MessageDigest sha256 = Sha256.begin();
        for (var value : basis.properties()) {
            add(sha256, value.getKey() + ' ' + StrictJson.text(value.getValue()) + '\n');
        }
        String between = "";
        for (CustomerClaim claim : planned(customers, !basis.isObject())) {
            if (basis.isObject()) {
                add(sha256, between + claim.digest());
                between = "\n";
                continue;
            }
            for (PlannedAction write : claim.writes().all()) {
                add(sha256, between + claim.id() + ' ' + write.action + ' ' + write.target());
                between = "\n";
            }
        }
        return Sha256.hex(sha256.digest());
    }

    /**
     * Of one customer: a line {@code customer ID}, one {@code holds ID KIND STATUS AT_TERM_END} for each row of a subscription in the order
     * of their ids, and of the lines where a ledger has several of one, and one {@code writes ACTION TARGET} for each planned write in theirs. Null where nothing is planned.
     */
    static @Nullable String ofCustomer(UUID customer, JsonNode holdings, JsonNode planned) {
        if (planned.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder("customer ").append(customer);
        holdings.valueStream()
                .map(Held::of)
                .sorted(Comparator.comparing(Held::id).thenComparing(Held::line))
                .forEach(held -> text.append("\nholds ").append(held.line()));
        planned.forEach(write -> text.append("\nwrites ")
                .append(StrictJson.text(write, "action"))
                .append(' ')
                .append(StrictJson.text(write, "target")));
        return Sha256.hex(Sha256.begin().digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private record Held(String id, String line) {

        static Held of(JsonNode holding) {
            String id = String.valueOf(StrictJson.text(holding, "id"));
            String atTermEnd = StrictJson.text(holding, "at_term_end");
            return new Held(
                    id,
                    "%s %s %s %s"
                            .formatted(
                                    id,
                                    StrictJson.text(holding, "kind"),
                                    StrictJson.text(holding, "status"),
                                    atTermEnd == null ? "-" : atTermEnd));
        }
    }

    private static List<CustomerClaim> planned(Collection<CustomerTrail> customers, boolean earlier) {
        return customers.stream()
                .map(customer -> customer.claim)
                .filter(claim -> !claim.writes().all().isEmpty())
                // what is only put back needs no approval, and no limit counts it
                .filter(claim -> earlier || claim.writes().all().get(0).action != PlannedAction.Action.REACTIVATE)
                .sorted(Comparator.comparing(CustomerClaim::id, AS_BYTES))
                .toList();
    }

    private static void add(MessageDigest sha256, String text) {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
