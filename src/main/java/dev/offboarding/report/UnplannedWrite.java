package dev.offboarding.report;

import dev.offboarding.kit.CsvText;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A write that was asked for although the run's plan does not have it.
 *
 * @param intent sequence of the trail's event that asks for it
 */
public record UnplannedWrite(long intent, @Nullable UUID customerId, String action, String target) {

    /** For people. */
    public String inWords() {
        return "%s of %s for customer %s was asked for (event %d of the audit trail), but was not planned."
                .formatted(action, CsvText.visible(target), customerId == null ? "none" : customerId, intent);
    }
}
