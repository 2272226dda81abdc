package dev.offboarding.plan;

import java.util.Optional;

/**
 * How the customers of one step ended, in the order in which they did.
 *
 * @param inARow how many of the last ones failed one after another
 * @param failed how many failed in all
 * @param ended how many there were in all
 */
public record BrakeCount(int inARow, int failed, int ended) {

    public static final BrakeCount NONE = new BrakeCount(0, 0, 0);

    /** One more customer. */
    public BrakeCount and(boolean hasFailed) {
        return hasFailed ? new BrakeCount(inARow + 1, failed + 1, ended + 1) : new BrakeCount(0, failed, ended + 1);
    }

    /** Which rule is broken, with its figures; empty if none is. */
    public Optional<String> broken(BrakeSettings settings) {
        if (settings.inARow() > 0 && inARow >= settings.inARow()) {
            return Optional.of("%d customers failed in a row (offboarding.failure-brake.in-a-row: %d)"
                    .formatted(inARow, settings.inARow()));
        }
        if (ended >= settings.ofAtLeast() && failed > settings.share().of(ended)) {
            return Optional.of("%d of %d customers failed (offboarding.failure-brake.share: %s, of-at-least: %d)"
                    .formatted(failed, ended, settings.share(), settings.ofAtLeast()));
        }
        return Optional.empty();
    }
}
