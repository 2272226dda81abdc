package dev.offboarding.run;

import dev.offboarding.jobfile.JobFile;
import dev.offboarding.lists.DatabaseList;
import dev.offboarding.platform.PlatformName;
import dev.offboarding.platform.ToldToEndException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * Tells a database list which of its customers are through. Each closed case is told once; after a crash between telling and
 * noting that it was told, twice.
 */
final class DoneStatement {

    private static final Logger LOG = LoggerFactory.getLogger(DoneStatement.class);

    private static final int CHUNK = 1_000;

    private final JdbcTemplate jdbc;
    private final @Nullable DatabaseList list;
    private final JobFile jobFile;
    private final String runId;
    private final Failures failures;
    private final Clock clock;

    /** @param list null where there is nobody to tell */
    DoneStatement(
            JdbcTemplate jdbc,
            @Nullable DatabaseList list,
            JobFile jobFile,
            String runId,
            Failures failures,
            Clock clock) {
        this.runId = runId;
        this.jdbc = jdbc;
        this.list = list;
        this.jobFile = jobFile;
        this.failures = failures;
        this.clock = clock;
    }

    /**
     * Tells what has not been told yet. That it fails fails no customer: it is reported, and the next run tells again.
     *
     * @return whether there was anybody to tell of
     */
    boolean run() {
        if (list == null) {
            return false;
        }
        boolean any = false;
        try {
            while (tellSome(list)) {
                any = true;
            }
        } catch (ToldToEndException e) {
            LOG.info("told to end before the list's done statement was through; the next run tells again");
        } catch (DataAccessException | TransactionException e) {
            failures.add(
                    "verify",
                    ExitCode.UNAVAILABLE,
                    "the list's done statement could not be run, the next run tries again",
                    e);
            return true;
        }
        return any;
    }

    private boolean tellSome(DatabaseList list) {
        PlatformName platform = jobFile.platform();
        Map<UUID, Instant> closed = new LinkedHashMap<>();
        Map<Long, UUID> cases = new LinkedHashMap<>();
        jdbc.query(
                """
                select case_id, customer_id, closed_at from offboarding.offboarding_case
                 where job = ? and platform = ? and closed_at is not null and done_at is null
                   and closed_as in ('OFFBOARDED', 'ALREADY_OFFBOARDED')
                   and (platform_identity is null
                        or platform_identity = (select platform_identity from offboarding.run where run_id = ?))
                 order by case_id limit ?
                """,
                row -> {
                    UUID customerId = row.getObject(2, UUID.class);
                    cases.put(row.getLong(1), customerId);
                    closed.put(
                            customerId, row.getObject(3, OffsetDateTime.class).toInstant());
                },
                jobFile.job(),
                platform.text(),
                runId,
                CHUNK);
        if (cases.isEmpty()) {
            return false;
        }
        list.done(closed);
        jdbc.update(
                "update offboarding.offboarding_case set done_at = ? where case_id = any(?)",
                clock.instant().atOffset(ZoneOffset.UTC),
                cases.keySet().toArray(Long[]::new));
        return true;
    }
}
