package dev.offboarding.plan;

/**
 * One limit, compared with tonight.
 *
 * @param limit its name in reports
 * @param figure what tonight adds up to
 * @param allowed up to which it passes, inclusive; for the population: down to which
 * @param message the figures in a sentence, and what to change where it does not pass
 */
public record LimitFigure(String limit, long figure, long allowed, boolean passed, String message) {
    LimitFigure saying(String other) {
        return new LimitFigure(limit, figure, allowed, passed, other);
    }
}
