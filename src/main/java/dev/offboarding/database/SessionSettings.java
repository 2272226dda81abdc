package dev.offboarding.database;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a session asks its server for, so that it ends soon after the machine that opened it has lost its power: until then its
 * locks stay, and the run after it waits for them.
 */
final class SessionSettings {

    /** The server's own defaults, two hours, are how long a session would outlive its machine. */
    static final Map<String, String> KEEPALIVES =
            Map.of("tcp_keepalives_idle", "30", "tcp_keepalives_interval", "10", "tcp_keepalives_count", "3");

    /**
     * For servers behind a pooler or a proxy, whose own connections outlive ours. No transaction of ours idles as long: none is open
     * while a platform is asked, and one that reads a list waits at most a minute for the job's own database in between.
     */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofMinutes(5);

    private static final String IDLE = "idle_in_transaction_session_timeout";

    /** The driver makes the machine's zone the session's, and a date or a text of a time would depend on it. */
    private static final String IN_UTC = "set time zone 'UTC'";

    /**
     * Whoever has waited for a lock is to read what the one before has committed: where the database's own level is stricter, two jobs that
     * start at the same moment would fail to serialize. What needs one view of everything asks for it.
     */
    static final String LEVEL = "TRANSACTION_READ_COMMITTED";

    /** The zone and the level of a session that no pool sets up. */
    static final String ZONE_AND_LEVEL = IN_UTC + "; set default_transaction_isolation = 'read committed'";

    private SessionSettings() {}

    /**
     * The statement that a new connection begins with, before whatever else it is to begin with. It asks for what the server knows only,
     * so that none is refused, leaves alone what the URL, the user or the database says, and an idle time that is shorter.
     */
    static String before(@Nullable String more) {
        Map<String, String> wanted = new LinkedHashMap<>(KEEPALIVES);
        wanted.put(IDLE, String.valueOf(IDLE_IN_TRANSACTION.toMillis()));
        String values = wanted.entrySet().stream()
                .map(setting -> "('%s', '%s')".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining(", "));
        return IN_UTC + ";\n" + """
                select pg_catalog.set_config(s.name, v.setting, false)
                  from pg_catalog.pg_settings s join (values %s) v (name, setting) on s.name = v.name
                 where s.source not in ('client', 'user', 'database', 'database user')
                   and not (s.name = '%s' and s.setting::bigint between 1 and v.setting::bigint)""".formatted(values, IDLE) + (more == null || more.isBlank() ? "" : ";\n" + more);
    }
}
