package dev.offboarding.run;

import dev.offboarding.database.RunLock;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who is running, and since when, for somebody who has to wait for that. */
final class CurrentRuns {

    private static final Logger LOG = LoggerFactory.getLogger(CurrentRuns.class);

    private record Run(
            String job,
            String runId,
            Instant startedAt,
            @Nullable String host,
            @Nullable String user,
            @Nullable String process) {
        String words() {
            return "run %s, since %s, by process %s of user %s on %s"
                    .formatted(runId, startedAt, known(process), known(user), known(host));
        }

        private static String known(@Nullable String fact) {
            return fact == null ? "?" : fact;
        }
    }

    private CurrentRuns() {}

    /** What a run writes down of the session that holds its lock, so that others can tell that it is this run. */
    static Map<String, Object> facts(RunLock lock) {
        return Map.of("process", ProcessHandle.current().pid(), "lock_session", session(lock.session()));
    }

    private static String session(RunLock.Session session) {
        return session.pid() + " " + session.since();
    }

    /** Whether a run that has written this down of its session is the one that holds the lock. When a session began not everybody may see. */
    static boolean isHeldBy(@Nullable String written, RunLock.Holder holder) {
        return written != null
                && (holder.since() == null
                        ? written.startsWith(holder.pid() + " ")
                        : written.equals(session(holder.session())));
    }

    /** The run of this job that holds its lock. */
    static String of(DataSource dataSource, String job) throws SQLException {
        Optional<RunLock.Holder> holder = RunLock.holder(dataSource, job);
        if (holder.isEmpty()) {
            return "it has just ended";
        }
        return holding(dataSource, job, holder.get())
                .map(run -> "%s (%s)".formatted(run.words(), holder.get().place()))
                // it has the lock, and has not written down yet that it begins
                .orElseGet(() -> holder.get().toString());
    }

    /** All runs that are under way on a database, whichever their jobs are; empty if none is, or that cannot be told. */
    static Optional<String> any(DataSource dataSource) {
        try {
            List<String> words = new ArrayList<>();
            for (String job : new JdbcTemplate(dataSource)
                    .queryForList(
                            "select distinct job from offboarding.run where ended_at is null order by 1",
                            String.class)) {
                Optional<RunLock.Holder> holder = RunLock.holder(dataSource, job);
                if (holder.isPresent()) {
                    holding(dataSource, job, holder.get())
                            .ifPresent(run -> words.add("job %s, %s".formatted(job, run.words())));
                }
            }
            return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
        } catch (DataAccessException | SQLException e) {
            LOG.debug("who is running cannot be told", e);
            return Optional.empty();
        }
    }

    private static Optional<Run> holding(DataSource dataSource, String job, RunLock.Holder holder) {
        return new JdbcTemplate(dataSource)
                        .query(
                                """
                        select run_id, started_at, facts ->> 'host', facts ->> 'user', facts ->> 'process' from offboarding.run
                         where job = ? and ended_at is null and facts ->> 'lock_session' = ? order by run_id desc limit 1
                        """,
                                (row, i) -> new Run(
                                        job,
                                        row.getString(1),
                                        row.getObject(2, OffsetDateTime.class).toInstant(),
                                        row.getString(3),
                                        row.getString(4),
                                        row.getString(5)),
                                job,
                                session(holder.session()))
                        .stream()
                        .findFirst();
    }
}
