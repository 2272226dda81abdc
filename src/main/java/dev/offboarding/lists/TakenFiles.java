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
}
