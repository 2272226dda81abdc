package dev.offboarding.platform;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The four effects of one customer's removal, read back at one time.
 *
 * @param effects all four
 * @param reseller whether the platform shows the customer as a customer of this reseller, by its own read and in the complete list
 * @param requests for delegated administration that stand, and have an id to delete them by, which no effect shows: they give no access,
 *     and still are to be deleted. Empty on a platform that has no such thing; where they could not be read, delegated administration is
 *     not confirmed
 * @param secondWitness what the platform's own log says about the customer, in words; null where there is none
 * @param removalLoggedAt when the relationship was last removed, by the platform's own log; null where that has no such record. It
 *     never proves that an effect is there
 */
public record Verification(
        UUID customerId,
        Map<Effect, EffectReading> effects,
        boolean reseller,
        List<Delegation> requests,
        @Nullable String secondWitness,
        @Nullable Instant removalLoggedAt) {

    public Verification(UUID customerId, Map<Effect, EffectReading> effects, boolean reseller) {
        this(customerId, effects, reseller, List.of());
    }

    public Verification(
            UUID customerId, Map<Effect, EffectReading> effects, boolean reseller, List<Delegation> requests) {
        this(customerId, effects, reseller, requests, null, null);
    }

    public Verification with(@Nullable String witness, @Nullable Instant removalLogged) {
        return new Verification(customerId, effects, reseller, requests, witness, removalLogged);
    }

    public boolean confirmed() {
        return effects.values().stream().allMatch(reading -> reading.result() == EffectReading.Result.CONFIRMED);
    }
}
