package dev.offboarding.plan;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * From how many failures on a run starts no new customers.
 *
 * @param inARow customers that failed one after another; 0 says on purpose that no row of failures is too long
 * @param share more than this share of failures is too much; 100% says on purpose that none is
 * @param ofAtLeast how many customers it takes before their share says anything
 */
public record BrakeSettings(
        @DefaultValue("5")
        @Min(value = 0, message = "write 1 or more, or 0 to let any number of customers fail one after another")
        int inARow,

        @DefaultValue("20%") Share share,

        @DefaultValue("20") @Min(value = 1, message = "write 1 or more")
        int ofAtLeast) {}
