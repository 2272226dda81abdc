package dev.offboarding.cases;

/** The hold of a case whose job works on another platform identity now than the one on which the case was opened. */
public final class OtherPlatform {

    /** For SQL's {@code format}: where the case was opened, and where its job works. */
    static final String MESSAGE =
            "its case was opened on %s %s, and this job works on %s %s now, where nothing is read or written in its name; it continues once the job works on the first again, or its cases were adopted";

    /**
     * To be joined: what is to become of open cases {@code c}, because somebody has asked for it. A set of its own, which is made once:
     * PostgreSQL may ask a view anew for each case.
     */
    static final String ASKED_FOR = """
            (select q.case_id,
                    case when q.close then 'closed, on somebody''s word' else 'withdrawn, as somebody has asked' end as words
               from offboarding.asked_of_case q offset 0) asked_for on asked_for.case_id = c.case_id
            """;

    /**
     * Where the job of an open case {@code c} worked last, and the hold's message ({@code elsewhere.message}), which is null where the
     * case was opened there. The hold is not stored in the case, which keeps what it waits for itself. A plan moves no job.
     */
    public static final String ELSEWHERE = """
            left join lateral (
              select case when last.platform <> c.platform or last.platform_identity <> c.platform_identity
                          then format('%s', c.platform, c.platform_identity, last.platform, last.platform_identity) end as message
                from offboarding.runs last
               where c.closed_at is null and last.job = c.job and last.mode <> 'plan' and last.platform_identity is not null
               order by last.run_id collate "C" desc limit 1) elsewhere on true
            """.replace("'%s'", "'" + MESSAGE + "'");

    /** The same where all cases are of one job, which is its parameter: where that worked last is looked up once. */
    static final String ELSEWHERE_OF_JOB = """
            left join (
              select last.platform, last.platform_identity from offboarding.runs last
               where last.job = ? and last.mode <> 'plan' and last.platform_identity is not null
               order by last.run_id collate "C" desc limit 1) last on c.closed_at is null
            cross join lateral (
              select case when last.platform <> c.platform or last.platform_identity <> c.platform_identity
                          then format('%s', c.platform, c.platform_identity, last.platform, last.platform_identity) end as message
              ) elsewhere
            """.replace("'%s'", "'" + MESSAGE + "'");

    private OtherPlatform() {}
}
