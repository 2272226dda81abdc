package dev.offboarding.platform.ledger;

import dev.offboarding.platform.WriteOutcome;
import dev.offboarding.platform.WriteOutcome.Obstacle;
import dev.offboarding.platform.WriteOutcome.Result;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the ledger made of one write; counts once its transaction is committed. */
record LedgerAnswer(
        NumberedWrite asked,
        Result result,
        @Nullable String before,
        @Nullable String after,
        String message,
        Obstacle obstacle,
        boolean worthRetrying) {

    static LedgerAnswer done(NumberedWrite asked, String before, String after) {
        return new LedgerAnswer(asked, Result.DONE, before, after, "", Obstacle.NONE, false);
    }

    /** Not sent, for what was read. */
    static LedgerAnswer withheld(NumberedWrite asked, @Nullable String found, String message) {
        return new LedgerAnswer(asked, Result.NOT_SENT, found, found, message, Obstacle.NONE, false);
    }

    /** The ledger itself did not let it happen. */
    static LedgerAnswer refused(NumberedWrite asked, @Nullable String found, String message) {
        return new LedgerAnswer(asked, Result.REFUSED, found, found, message, Obstacle.NONE, false);
    }

    /** The ledger has answered with an error: what it has now was not read. */
    static LedgerAnswer failed(NumberedWrite asked, String message) {
        return new LedgerAnswer(asked, Result.REFUSED, asked.write().asRead(), null, message, Obstacle.NONE, false);
    }

    static LedgerAnswer pending(NumberedWrite asked, String found, String message) {
        return new LedgerAnswer(asked, Result.NOT_SENT, found, found, message, Obstacle.PENDING_OPERATION, false);
    }

    /** @param sent whether it was under way when it had to give way to others */
    static LedgerAnswer busy(NumberedWrite asked, boolean sent, String message) {
        return new LedgerAnswer(
                asked,
                sent ? Result.REFUSED : Result.NOT_SENT,
                asked.write().asRead(),
                null,
                message,
                Obstacle.NONE,
                true);
    }

    static LedgerAnswer lost(NumberedWrite asked, @Nullable String found, String message, boolean notApplied) {
        return new LedgerAnswer(asked, Result.LOST, asked.write().asRead(), found, message, Obstacle.NONE, notApplied);
    }

    /** It was sent, and nothing says what became of it. */
    static LedgerAnswer untold(NumberedWrite asked, String before, String message) {
        return new LedgerAnswer(asked, Result.LOST, before, null, message, Obstacle.NONE, false);
    }

    static LedgerAnswer notSent(NumberedWrite asked, String message) {
        return new LedgerAnswer(asked, Result.NOT_SENT, asked.write().asRead(), null, message, Obstacle.STOPPED, false);
    }

    static LedgerAnswer stale(NumberedWrite asked, @Nullable String found, String message) {
        return new LedgerAnswer(asked, Result.NOT_SENT, found, found, message, Obstacle.STALE, false);
    }

    /** Somebody has asked meanwhile that it is not sent. */
    static LedgerAnswer forbidden(NumberedWrite asked, String message) {
        return new LedgerAnswer(
                asked, Result.NOT_SENT, asked.write().asRead(), null, message, Obstacle.INTERVENTION, false);
    }

    WriteOutcome at(Instant at) {
        return new WriteOutcome(asked.write(), result, at, before, after, message, obstacle, worthRetrying);
    }
}
