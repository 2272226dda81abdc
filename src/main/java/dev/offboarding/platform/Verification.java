package dev.offboarding.platform;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The four effects of one customer's removal, read back at one time.
 *
 * @param effects all four
 * @param reseller whether the platform shows the customer as a customer of this reseller, by its own read and in the complete list
 * @param secondWitness what the platform's own log says about the customer, in words; null where there is none
 * @param removalLoggedAt when the relationship was last removed, by the platform's own log; null where that has no such record. It
 *     never proves that an effect is there
 */
public record Verification(
        UUID customerId,
        Map<Effect, EffectReading> effects,
        boolean reseller,
        @Nullable String secondWitness,
        @Nullable Instant removalLoggedAt) {

    public Verification(UUID customerId, Map<Effect, EffectReading> effects, boolean reseller) {
        this(customerId, effects, reseller, null, null);
    }

    public Verification with(@Nullable String witness, @Nullable Instant removalLogged) {
        return new Verification(customerId, effects, reseller, witness, removalLogged);
    }

    public boolean confirmed() {
        return effects.values().stream().allMatch(reading -> reading.result() == EffectReading.Result.CONFIRMED);
    }
}
