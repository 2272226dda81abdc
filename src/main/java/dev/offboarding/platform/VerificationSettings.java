package dev.offboarding.platform;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the effects of a removal are read back. On the ledger: at once.
 *
 * @param firstAfter from the removal to the customer's first reading; may be 0
 * @param giveUpAfter from the customer's first reading to the last one of this night; more than 0
 */
public record VerificationSettings(
        @DefaultValue("2m") Duration firstAfter,

        @DefaultValue("15m") @DurationMin(millis = 1, message = "write more than 0, like 15m")
        Duration giveUpAfter) {}
