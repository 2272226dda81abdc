package dev.offboarding.runs;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Which reports are old enough to be cut back to their manifests, and which were. */
public final class CutBacks {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcTemplate jdbc;

    public CutBacks(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A report that is old enough.
     *
     * @param manifestSha256 as it was recorded when the report was written
     * @param begun whether its deletion had begun, and did not come to its end
     */
    public record Due(String runId, String manifestSha256, boolean begun) {}

    /**
     * The reports of a job that were written before then, are whole as far as is known, and whose hashes are on record; the oldest first. The
     * job's last one, which the next one follows, is not among them, however old it is.
     */
    public List<Due> due(String job, Instant before) {
        return jdbc.query(
                """
                select r.run_id, r.manifest_sha256, r.cut_back_begun_at is not null as begun
                  from offboarding.run r
                 where r.job = ? and r.manifest_sha256 is not null and r.cut_back_at is null and r.reported_at < ?
                   and r.run_id collate "C" < (select max(l.run_id collate "C") from offboarding.run l
                                                where l.job = r.job and l.manifest_sha256 is not null)
                 order by r.run_id collate "C"
                """,
                (row, n) -> new Due(row.getString(1), row.getString(2), row.getBoolean(3)),
                job,
                before.atOffset(ZoneOffset.UTC));
    }

    /** What a run is about to cut back, for its own manifest. */
    public void announced(String runId, List<Due> reports) {
        List<Map<String, String>> cut = reports.stream()
                .map(report -> {
                    Map<String, String> one = new LinkedHashMap<>();
                    one.put("run_id", report.runId());
                    one.put("manifest_sha256", report.manifestSha256());
                    return one;
                })
                .toList();
        jdbc.update(
                "update offboarding.run set cut_back = ?::json where run_id = ?", JSON.writeValueAsString(cut), runId);
    }

    /** From now on what is left of this run's report may be less than all of it. */
    public void begun(String runId, Instant at) {
        jdbc.update(
                "update offboarding.run set cut_back_begun_at = coalesce(cut_back_begun_at, ?) where run_id = ?",
                at.atOffset(ZoneOffset.UTC),
                runId);
    }

    /** Only the manifest of this run's report is left. */
    public void done(String runId, Instant at) {
        jdbc.update("update offboarding.run set cut_back_at = ? where run_id = ?", at.atOffset(ZoneOffset.UTC), runId);
    }
}
