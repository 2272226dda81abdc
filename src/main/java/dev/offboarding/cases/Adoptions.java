package dev.offboarding.cases;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Takes over cases of a renamed job, or of a ledger that has moved, within the caller's transaction. */
public final class Adoptions {

    private final JdbcTemplate jdbc;

    public Adoptions(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Whose cases, and where they are.
     *
     * @param platformIdentity of the ledger or tenant on which they were opened
     */
    public record Owner(String job, String platform, String platformIdentity) {}

    /** Customers with an open case. */
    public List<UUID> open(Owner owner) {
        return jdbc.query(
                """
                select customer_id from offboarding.offboarding_case
                 where job = ? and platform = ? and platform_identity = ? and closed_at is null order by customer_id
                """, (row, i) -> row.getObject(1, UUID.class), owner.job(), owner.platform(), owner.platformIdentity());
    }

    /** Customers who are watched, because a case of theirs was closed with them offboarded. */
    public List<UUID> offboarded(Owner owner) {
        return jdbc.query(
                """
                select distinct customer_id from offboarding.offboarding_case
                 where job = ? and platform = ? and platform_identity = ? and closed_at is not null and state = 'OFFBOARDED'
                 order by customer_id
                """, (row, i) -> row.getObject(1, UUID.class), owner.job(), owner.platform(), owner.platformIdentity());
    }

    /** Customers with an open case of the one who have an open case at the other's platform identity already. */
    public List<UUID> openAtBoth(Owner from, Owner to) {
        return jdbc.query(
                """
                select distinct c.customer_id from offboarding.offboarding_case c
                  join offboarding.offboarding_case there
                    on there.customer_id = c.customer_id and there.platform_identity = ? and there.closed_at is null
                   and there.case_id <> c.case_id
                 where c.job = ? and c.platform = ? and c.platform_identity = ? and c.closed_at is null
                 order by c.customer_id
                """,
                (row, i) -> row.getObject(1, UUID.class),
                to.platformIdentity(),
                from.job(),
                from.platform(),
                from.platformIdentity());
    }

    /** Those of these customers whose cases that a run worked are of this platform identity by now. */
    public Set<UUID> at(String platformIdentity, String runId, Collection<UUID> customers) {
        return new HashSet<>(
                jdbc.queryForList("""
                select r.customer_id from offboarding.run_case r join offboarding.offboarding_case c on c.case_id = r.case_id
                 where r.run_id = ? and r.customer_id = any(?) and r.hold_reason is distinct from 'OTHER_PLATFORM'
                   and c.platform_identity = ?
                """, UUID.class, runId, customers.toArray(UUID[]::new), platformIdentity));
    }

    /** Where the job has open cases, apart from this place. */
    public List<String> elsewhere(String job, @Nullable String apartFrom) {
        return jdbc.queryForList("""
                select distinct platform_identity from offboarding.offboarding_case
                 where job = ? and closed_at is null and platform_identity is distinct from ? and platform_identity is not null
                """, String.class, job, apartFrom);
    }

    /** Other jobs with open cases here. */
    public List<String> jobsBeside(Owner owner) {
        return jdbc.queryForList("""
                select distinct job from offboarding.offboarding_case
                 where job <> ? and platform_identity = ? and closed_at is null order by job
                """, String.class, owner.job(), owner.platformIdentity());
    }

    /**
     * Takes what an earlier version of this program left of the job, which did not know about identities, for the platform identity on which
     * its run works.
     *
     * @return how many cases, open and closed
     */
    public int claim(Owner owner) {
        AcceptedRows.claim(jdbc, owner);
        return jdbc.update("""
                update offboarding.offboarding_case set platform_identity = ?
                 where job = ? and platform = ? and platform_identity is null
                """, owner.platformIdentity(), owner.job(), owner.platform());
    }

    /** How many open cases each other job has where a run works, by job. */
    public Map<String, Long> openOfOthers(String runId) {
        Map<String, Long> open = new LinkedHashMap<>();
        jdbc.query("""
                select c.job, count(*) from offboarding.offboarding_case c join offboarding.runs me on me.run_id = ?
                 where c.closed_at is null and c.job <> me.job and c.platform = me.platform
                   and c.platform_identity is not distinct from me.platform_identity
                 group by c.job order by c.job
                """, (RowCallbackHandler) row -> open.put(row.getString(1), row.getLong(2)), runId);
        return open;
    }

    /** Moves all cases, closed ones too, so that what is known about their customers continues to count. */
    public void move(Owner from, Owner to) {
        jdbc.update("""
                update offboarding.offboarding_case set job = ?, platform_identity = ?
                 where job = ? and platform = ? and platform_identity = ?
                """, to.job(), to.platformIdentity(), from.job(), from.platform(), from.platformIdentity());
        AcceptedRows.move(jdbc, from, to);
    }
}
