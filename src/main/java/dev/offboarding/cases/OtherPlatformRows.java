package dev.offboarding.cases;

import dev.offboarding.lists.ListedRow;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Open cases of a job on another platform identity than the one on which its run works: they have their row in the run, and nothing
 * else. What such a case itself is held for stays as it is until the job is back there.
 */
final class OtherPlatformRows {

    /** Where the run could not find out on which one it works, it is the one on which the job worked last. */
    private static final String ADD = RunRows.insert(
            "",
            "customer_id, case_id, listed, listed_anew, state, outcome, hold_reason, holds, message, suspended_ids, suspended_at,"
                    + " removed_at, effects",
            """
            select u.run_id,
                   (select coalesce(max(position), 0) from offboarding.run_case where run_id = u.run_id)
                     + row_number() over (order by c.case_id),
                   {columns}, c.customer_id, c.case_id, c.listed, false, c.state, 'HELD', 'OTHER_PLATFORM',
                   json_build_array(json_build_object('reason', 'OTHER_PLATFORM', 'until', null, 'message', w.message)),
                   w.message, c.suspended_ids, c.suspended_at, c.removed_at,
                   case when c.state = 'REMOVED' then c.effects else '{}' end
              from offboarding.runs u
             cross join lateral (select coalesce(u.platform_identity,
                     (select last.platform_identity from offboarding.runs last
                       where last.job = u.job and last.platform = u.platform and last.platform_identity is not null
                       order by last.run_id desc limit 1)) as identity) here
              join offboarding.offboarding_case c
                on c.job = ? and c.closed_at is null and c.opened_run <= u.run_id collate "C"
               and (c.platform <> u.platform or c.platform_identity <> here.identity)
              left join {asked_for}
             cross join lateral (select format(
                     {message},
                     c.platform, coalesce(c.platform_identity, '(which one is not known)'),
                     u.platform, coalesce(here.identity, '(which one is not known)')) || coalesce('. Then it is ' || asked_for.words, '') as message) w
             where u.run_id = ? and {which}
               and not exists (select from offboarding.run_case r where r.run_id = u.run_id and r.case_id = c.case_id)
            """.replace("{columns}", ListedRow.columnsOf("c"))
                    .replace("{message}", "'" + OtherPlatform.MESSAGE + "'")
                    .replace("{asked_for}", OtherPlatform.ASKED_FOR));

    private static final String ADD_ALL = ADD.replace("{which}", "true");

    private static final String ADD_ASKED = ADD.replace("{which}", "asked_for.case_id is not null");

    private OtherPlatformRows() {}

    static void add(JdbcTemplate jdbc, String runId, String job) {
        jdbc.update(ADD_ALL, job, runId);
    }

    /** Only those that are to be withdrawn or closed, because somebody has asked for it. */
    static void addWhatWasAsked(JdbcTemplate jdbc, String runId, String job) {
        jdbc.update(ADD_ASKED, job, runId);
    }
}
