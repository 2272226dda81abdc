package dev.offboarding.runs;

import dev.offboarding.database.RunLock;
import java.sql.SQLException;
import java.time.Instant;
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

/** Who is running, and since when, for someone who has to wait for that. */
public final class CurrentRuns {

    private static final Logger LOG = LoggerFactory.getLogger(CurrentRuns.class);

    record Run(
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
    public static Map<String, Object> facts(RunLock lock) {
        return Map.of("process", ProcessHandle.current().pid(), "lock_session", session(lock.session()));
    }

    private static String session(RunLock.Session session) {
        return session.pid() + " " + session.since();
    }

    /** Whether a run that has written this down of its session is the one that holds the lock. Not everyone may see when a session began. */
    static boolean isHeldBy(@Nullable String written, RunLock.Holder holder) {
        return written != null
                && (holder.since() == null
                        ? written.startsWith(holder.pid() + " ")
                        : written.equals(session(holder.session())));
    }

    /** The run of this job that holds its lock. */
    public static String of(DataSource dataSource, String job) throws SQLException {
        Optional<RunLock.Holder> holder = RunLock.holder(dataSource, job);
        if (holder.isEmpty()) {
            return "it has just ended";
        }
        return holding(dataSource, job, holder.get())
                .map(run -> "%s (%s)".formatted(run.words(), holder.get().place()))
                // it has the lock, and has not written down yet that it begins
                .orElseGet(() -> holder.get().toString());
    }

    /** All runs that are under way on a database, whichever their jobs are; empty if none is, or if that cannot be determined. */
    public static Optional<String> any(DataSource dataSource) {
        try {
            List<String> words = new ArrayList<>();
            for (String job : new Runs(new JdbcTemplate(dataSource)).jobsNotEnded()) {
                Optional<RunLock.Holder> holder = RunLock.holder(dataSource, job);
                if (holder.isPresent()) {
                    holding(dataSource, job, holder.get())
                            .ifPresent(run -> words.add("job %s, %s".formatted(job, run.words())));
                }
            }
            return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
        } catch (DataAccessException | SQLException e) {
            LOG.debug("cannot find out who is running", e);
            return Optional.empty();
        }
    }

    /** The run of this job that holds its lock; empty if nobody does. */
    public static Optional<String> holding(DataSource dataSource, String job) throws SQLException {
        Optional<RunLock.Holder> holder = RunLock.holder(dataSource, job);
        return holder.isEmpty() ? Optional.empty() : Optional.of(of(dataSource, job));
    }

    private static Optional<Run> holding(DataSource dataSource, String job, RunLock.Holder holder) {
        return new Runs(new JdbcTemplate(dataSource)).holding(job, session(holder.session()));
    }
}
