package dev.offboarding.plan;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One limit, compared with tonight.
 *
 * @param limit its name in reports
 * @param figure what tonight adds up to
 * @param allowed up to which it passes, inclusive; for the population: down to which
 * @param message the figures in a sentence, and what to change where it does not pass
 * @param lifted by whom it was lifted for this plan; null where it was not
 */
public record LimitFigure(
        String limit,
        long figure,
        long allowed,
        boolean passed,
        String message,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lift lifted) {

    public LimitFigure(String limit, long figure, long allowed, boolean passed, String message) {
        this(limit, figure, allowed, passed, message, null);
    }

    LimitFigure saying(String other) {
        return new LimitFigure(limit, figure, allowed, passed, other, lifted);
    }

    LimitFigure lifted(Lift lift) {
        return new LimitFigure(limit, figure, allowed, passed, message, lift);
    }

    /** Whether it stops a run. */
    @JsonIgnore
    public boolean stops() {
        return !passed && lifted == null;
    }
}
