package dev.offboarding.platform;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The four effects of one customer's removal, read back at one look.
 *
 * @param effects all four
 * @param reseller whether the platform shows the customer, by its own read, as a customer of this reseller
 * @param secondWitness what the platform's own log says of the customer, in words; null where there is none. Decides nothing
 */
public record Verification(
        UUID customerId,
        Map<Effect, EffectReading> effects,
        boolean reseller,
        @Nullable String secondWitness) {

    public Verification(UUID customerId, Map<Effect, EffectReading> effects, boolean reseller) {
        this(customerId, effects, reseller, null);
    }

    public Verification with(@Nullable String witness) {
        return new Verification(customerId, effects, reseller, witness);
    }

    public boolean confirmed() {
        return effects.values().stream().allMatch(reading -> reading.result() == EffectReading.Result.CONFIRMED);
    }
}
