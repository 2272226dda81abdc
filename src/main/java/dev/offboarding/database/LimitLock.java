package dev.offboarding.database;

import org.springframework.jdbc.core.JdbcTemplate;

/** Held by a run while it checks its plan against the limits of a platform and reserves what it will use: one after another. */
public final class LimitLock {

    private LimitLock() {}

    /** Waits for it, and has it to the end of the transaction that is under way. */
    public static void take(JdbcTemplate jdbc, String platformIdentity) {
        jdbc.query("select pg_advisory_xact_lock(?)", row -> {}, AdvisoryKey.of("limits", platformIdentity));
    }
}
