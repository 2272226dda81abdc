package dev.offboarding.platform;

import java.util.Map;
import java.util.UUID;

/**
 * The four effects of one customer's removal, read back at one look.
 *
 * @param effects all four
 * @param reseller whether the platform shows the customer, by its own read, as a customer of this reseller
 */
public record Verification(UUID customerId, Map<Effect, EffectReading> effects, boolean reseller) {

    public boolean confirmed() {
        return effects.values().stream().allMatch(reading -> reading.result() == EffectReading.Result.CONFIRMED);
    }
}
