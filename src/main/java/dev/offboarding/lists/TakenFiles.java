package dev.offboarding.lists;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** The lists in files that a job has taken. */
public final class TakenFiles {

    private final JdbcTemplate jdbc;

    public TakenFiles(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The runs of a job that were the first to take a file of this name with its contents, the earliest first. */
    public List<String> runs(String job, String name) {
        return jdbc.queryForList(
                "select distinct run_id from offboarding.taken_content where job = ? and name = ? order by run_id",
                String.class,
                job,
                name);
    }

    /**
     * What a job has taken under its old name counts as taken under its new one, and what becomes of the rows of the lists whose cases go along
     * is written beside them by runs of that. Within the caller's transaction.
     *
     * @param platformIdentity on which the cases are
     */
    public void goAlong(String oldJob, String job, String platformIdentity) {
        jdbc.update("""
                update offboarding.archived_list a set job = ?
                  from offboarding.runs r where a.job = ? and r.run_id = a.run_id and r.platform_identity = ?
                """, job, oldJob, platformIdentity);
        jdbc.update("""
                insert into offboarding.taken_content (job, sha256, run_id, name, taken_at)
                select ?, sha256, run_id, name, taken_at from offboarding.taken_content where job = ? on conflict do nothing
                """, job, oldJob);
        jdbc.update("""
                insert into offboarding.guarded_cell (job, sha256)
                select ?, sha256 from offboarding.guarded_cell where job = ? on conflict do nothing
                """, job, oldJob);
    }
}
