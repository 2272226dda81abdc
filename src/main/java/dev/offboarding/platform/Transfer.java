package dev.offboarding.platform;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Another partner's request for what a customer holds, which is not over yet.
 *
 * @param partner who asked, for people
 * @param status in the platform's own words
 * @param lapsesOn the day, in UTC, on which it lapses on its own; null where that is not known, or where it is under way already
 */
public record Transfer(
        String id, String partner, String status, @Nullable LocalDate lapsesOn) {}
