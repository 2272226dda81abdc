package dev.offboarding.cases;

import dev.offboarding.cases.Adoptions.Owner;
import dev.offboarding.lists.Column;
import dev.offboarding.lists.ListedRow;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * The row that each job accepted last for each customer. It decides whether a row of tonight lists its customer again: whatever the file is
 * called, however many others are in it, and whatever is in columns that are only carried through.
 */
final class AcceptedRows {

    /** Of the entry {@code e}: the row to compare it with, as {@code l}. Other jobs' rows count unless they were only reported. */
    static final String LAST = """
            left join lateral (
              select a.* from offboarding.accepted_row a
               where a.customer_id = e.customer_id and a.platform = :platform
                 and (a.platform_identity is null or a.platform_identity = :identity)
                 and (a.job = :job or not a.never_accepted)
               order by a.job = :job desc, a.accepted_at desc limit 1) l on true
            """;

    /** What is changed by someone who wants a customer listed again. A cell that has become empty is no difference. */
    static final String SAYS_SOMETHING_ELSE = "(e.again is not null and " + differs(Column.AGAIN)
            + Column.SAYING.stream()
                    .map(column -> " or e.%1$s is not null and '%1$s' = any(l.columns) and %2$s"
                            .formatted(column.label(), differs(column)))
                    .collect(Collectors.joining())
            + ")";

    /**
     * Tonight's row says a date, in a column that the last list did not have. That lists nobody again, so that it brings nothing forward; but
     * the case {@code c} is not to be removed before it.
     */
    static final String SAYS_A_LATER_DATE_FIRST = """
            (l.customer_id is not null and 'effective_date' <> all(l.columns)
              and e.effective_date > coalesce(c.effective_date, '-infinity') and c.state <> 'REMOVED')
            """;

    /**
     * Tonight's row has another name or domain ({@code column}) than this job's case {@code c}, in a column that the last list did not have.
     * That lists nobody again either; but what the row says of its customer has to be true of it.
     */
    static String namesItFirst(Column column) {
        return """
                (l.customer_id is not null and c.job = :job and c.state <> 'REMOVED' and '%1$s' <> all(l.columns)
                  and e.%1$s is not null and e.%1$s is distinct from c.%1$s)
                """.formatted(column.label());
    }

    private static String differs(Column column) {
        return column == Column.EFFECTIVE_DATE
                ? "e.effective_date is distinct from l.effective_date"
                : differs(column.label());
    }

    /**
     * Tonight's text is another one. In a file an apostrophe before a text says that it is text, and nothing else: this program puts one there
     * in files that come back, and whoever copies rows out of one brings it along. Nor does it matter how the lines of a cell end.
     */
    private static String differs(String column) {
        return ("case when e.source = '%2$s' then e.%1$s is distinct from l.%1$s"
                        + " else ltrim(replace(e.%1$s, chr(13), ''), '''') is distinct from ltrim(replace(l.%1$s, chr(13), ''), '''') end")
                .formatted(column, ListedRow.OF_A_DATABASE);
    }

    private static String each(List<Column> columns, String sql) {
        return columns.stream().map(column -> sql.formatted(column.label())).collect(Collectors.joining());
    }

    /** As names are compared, where the last row has that. */
    static final String NAMES_ANOTHER =
            """
            (e.company_name is not null and 'company_name' = any(l.columns)
                and case when l.company_key is null then %s else %s end
              or e.domain is not null and 'domain' = any(l.columns)
                and case when l.domain_key is null then %s else %s end)
            """.formatted(differs("company_name"), differs("company_key"), differs("domain"), differs("domain_key"));

    private static final String AS_WRITTEN = "lower(trim(%s))";

    /** What stands in the rows of tonight's list of which the id could not be read. A set that is made once, and not for each customer. */
    private static final String WITHOUT_AN_ID = """
            (select %1$s from offboarding.row_set_aside x cross join json_each_text(x.cells) cell
              where x.run_id = :run and x.customer_id is null and trim(cell.value) <> '')
            """.formatted(AS_WRITTEN.formatted("cell.value"));

    /**
     * Whether a row of tonight's list that was set aside is that of the case or row {@code %1$s}: by its id or, where that could not be read,
     * by its domain or name.
     */
    private static String setAside(String row) {
        return """
                (exists (select from offboarding.row_set_aside x where x.run_id = :run and x.customer_id = %1$s.customer_id)
                  or coalesce(%2$s in %4$s or %3$s in %4$s, false))
                """.formatted(
                row, AS_WRITTEN.formatted(row + ".domain"), AS_WRITTEN.formatted(row + ".company_name"), WITHOUT_AN_ID);
    }

    /** The same of the case {@code c} or its row {@code own}: the list may call the customer otherwise by now. */
    static final String SET_ASIDE = "(" + setAside("c") + " or " + setAside("own") + ")";

    /** Rows of tonight's list that count as being in it: a row that was set aside does, too. */
    private static final String IN_TONIGHTS_LIST = """
            (exists (select from offboarding.accepted_entry e
                      where e.run_id = :run and e.customer_id = a.customer_id)
              or %s)
            """.formatted(setAside("a"));

    private static final String OF_THIS_JOB =
            "a.job = :job and a.platform = :platform and a.platform_identity = :identity";

    /** This job's row of the case {@code c}, as {@code own}. */
    static final String OWN = """
            left join offboarding.accepted_row own
              on own.customer_id = c.customer_id and own.job = :job and own.platform = :platform and own.platform_identity = :identity
            """;

    /**
     * Whether the row {@code own} of the case {@code c} can be gone: it once stood in a list that is the whole truth, and nothing has listed
     * the customer since. A file of the inbox that has makes it a row of a file again; another job's row counts as listing the customer for
     * this job, also where it says nothing new: otherwise the one would wait for a row and the other one for this job, for ever.
     */
    static final String CAN_BE_GONE = """
            (own.state <> 'FILE' and not exists (
              select from offboarding.accepted_row other
               where other.customer_id = c.customer_id and other.job <> :job and other.platform = :platform
                 and other.platform_identity = :identity and other.state <> 'GONE' and not other.never_accepted
                 and other.accepted_at > own.accepted_at))
            """;

    /**
     * How tonight's list, which is the whole truth, compares with the one that this job accepted before.
     *
     * <p>A list that is empty, or has lost more than a fifth of its rows, and more than three, since the one accepted before, is more likely a
     * broken one: it makes nothing gone. If it is accepted nevertheless, the next one is compared with it, so that a list that really shrank
     * is believed from its second night on. What is gone decides two things:
     *
     * <ul>
     *   <li>Whether an open case waits as not listed, or is withdrawn: by tonight's list alone, whenever the row was lost.
     *   <li>Whether a row that is back lists its customer again. That of a case which has waited, or was withdrawn, for want of it does: what
     *       was gone for the one is gone for the other. Nothing waited for any other row, and there the safer reading counts: it was in
     *       the list accepted before, and tonight's, which makes rows gone, is without it. Rows that went missing with too many others were
     *       never seen to go, however long they are missing: a list that was broken for nights would, once it is corrected, offboard everyone
     *       again who has come back. Who is meant is listed by the column {@code again}, or by another date, reason, ticket or requester.
     * </ul>
     *
     * <p>Rows that the list's own done statement has taken out, for customers who are through, are not lost: they say nothing of whether the
     * list is broken, and no other customer continues because of them. They count where a row for which nothing waited is back.
     *
     * @param before the rows of the list accepted before, but for those that were taken out
     * @param lost those of them that tonight's is without
     * @param takenOut rows of the list accepted before that tonight's is without, since it was notified that their customers are through
     * @param empty no row of tonight's was accepted
     * @param somebodySetAside a row was set aside that may be anybody's: neither its id nor a name or domain in it is known
     */
    record Comparison(long before, long lost, long takenOut, boolean empty, boolean somebodySetAside) {

        private static final int FEW = 3;

        boolean lostTooMany() {
            return tooMany(lost, before);
        }

        private static boolean tooMany(long lost, long before) {
            return lost > Math.max(FEW, before / 5);
        }

        boolean makesGone() {
            return !empty && !lostTooMany();
        }

        /** Whether a row that tonight's list is without, and for which no case waits, lists its customer again once it is back. */
        boolean listsAgainOnceBack() {
            return !empty && !somebodySetAside && !tooMany(lost + takenOut, before + takenOut);
        }
    }

    /** The list was notified that this row's customer is through, and has changed a row for that. */
    private static final String TOLD_TO_BE_THROUGH = """
            exists (select from offboarding.offboarding_case c
                     where c.customer_id = a.customer_id and c.job = :job and c.platform = :platform
                       and c.platform_identity = :identity and c.done_at is not null
                       and not exists (select from offboarding.offboarding_case later
                                        where later.customer_id = c.customer_id and later.case_id > c.case_id))
            """;

    private static final String COMPARE = """
            select before - taken_out as before, lost - taken_out as lost, taken_out,
                   not exists (select from offboarding.accepted_entry where run_id = :run) as empty,
                   exists (
                     select from offboarding.row_set_aside x
                      where x.run_id = :run and x.customer_id is null
                        and not exists (select from json_each_text(x.cells) cell where %6$s in (
                              select %4$s from offboarding.accepted_row a where %1$s and a.domain is not null
                              union all
                              select %5$s from offboarding.accepted_row a where %1$s and a.company_name is not null)))
                     as somebody_set_aside
              from (select count(*) as before,
                           count(*) filter (where not here) as lost,
                           count(*) filter (where not here and through) as taken_out
                      from (select %2$s as here, %3$s as through
                              from offboarding.accepted_row a where %1$s and a.state = 'PRESENT') present) counted
            """.formatted(
                    OF_THIS_JOB,
                    IN_TONIGHTS_LIST,
                    TOLD_TO_BE_THROUGH,
                    AS_WRITTEN.formatted("a.domain"),
                    AS_WRITTEN.formatted("a.company_name"),
                    AS_WRITTEN.formatted("cell.value"));

    private static final String LOST = """
            update offboarding.accepted_row a set state = :lost
             where %s and a.state = 'PRESENT' and not %s
            """.formatted(OF_THIS_JOB, IN_TONIGHTS_LIST);

    /**
     * The rows for want of which an open case waits from now on, or is withdrawn. After the removal none does: such a case only has its
     * effects confirmed, and whether its row is back is seen as that of a customer who is through.
     */
    private static final String WAITED_FOR = """
            update offboarding.accepted_row a set state = 'GONE'
              from offboarding.run_case r join offboarding.offboarding_case c on c.case_id = r.case_id
             where r.run_id = :run and not r.listed and c.closed_at is null and c.state <> 'REMOVED'
               and c.job = :job and c.platform = :platform and (c.platform_identity is null or c.platform_identity = :identity)
               and a.customer_id = c.customer_id and %s and a.state in ('PRESENT', 'MISSING')
            """.formatted(OF_THIS_JOB);

    /** A cell that has become empty leaves what was there. */
    private static final String REMEMBER = """
            insert into offboarding.accepted_row as a
              (platform, platform_identity, job, customer_id, columns, company_key, domain_key%1$s, again, state, accepted_at, accepted_run)
            select :platform, :identity, :job, e.customer_id, coalesce(e.columns, '{}'), e.company_key, e.domain_key%2$s, e.again,
                   :state, :now, :run
              from offboarding.accepted_entry e where e.run_id = :run
               and e.customer_id not in (select w.customer_id from offboarding.run_case w where w.run_id = :run and w.waits)
               -- what lists a customer whose case, of whatever job, is being withdrawn or closed counts once that is over: then it opens another
               and e.customer_id not in (
                 select c.customer_id from offboarding.offboarding_case c
                  where c.case_id in (select asked.case_id from offboarding.asked_of_case asked)
                    and c.platform = :platform and (c.platform_identity is null or c.platform_identity = :identity))
            on conflict (customer_id, job, platform_identity) do update
               set columns = excluded.columns,
                   company_key = case when excluded.company_name is null then a.company_key else excluded.company_key end,
                   domain_key = case when excluded.domain is null then a.domain_key else excluded.domain_key end%3$s,
                   again = coalesce(excluded.again, a.again),
                   state = excluded.state,
                   -- unless its customer has a case again it was only read
                   never_accepted = a.never_accepted and not exists (
                     select from offboarding.run_case r
                      where r.run_id = :run and r.customer_id = a.customer_id and r.case_id is not null),
                   accepted_at = excluded.accepted_at, accepted_run = excluded.accepted_run
            """.formatted(
                    each(Column.KEPT, ", %1$s"),
                    each(Column.KEPT, ", e.%1$s"),
                    each(Column.KEPT, ", %1$s = coalesce(excluded.%1$s, a.%1$s)"));

    /** Of two rows for one customer the later one counts. */
    private static final String DROP_THE_EARLIER = """
            delete from offboarding.accepted_row earlier
             using offboarding.accepted_row later
             where later.customer_id = earlier.customer_id and later.accepted_at >= earlier.accepted_at
               and (later.job, later.platform_identity) is distinct from (earlier.job, earlier.platform_identity)
               and (later.platform, later.job, later.platform_identity) in (values (:platform, :toJob, :to), (:platform, :fromJob, :from))
               and (earlier.platform, earlier.job, earlier.platform_identity) in (values (:platform, :toJob, :to), (:platform, :fromJob, :from))
            """;

    private static final String MOVE = """
            update offboarding.accepted_row set job = :toJob, platform_identity = :to
             where platform = :platform and job = :fromJob and platform_identity = :from
            """;

    private static final String NEVER_ACCEPTED = """
            select e.customer_id from offboarding.accepted_entry e %s
             where e.run_id = :run and l.never_accepted
               and not exists (select from offboarding.offboarding_case c
                                where c.customer_id = e.customer_id and c.closed_at is null and c.platform = :platform
                                  and (c.platform_identity is null or c.platform_identity = :identity))
            """.formatted(LAST);

    private final NamedParameterJdbcTemplate jdbc;

    AcceptedRows(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What one job has accepted at one place is what the other has accepted at the other. */
    static void claim(JdbcTemplate jdbc, Owner owner) {
        jdbc.update("""
                update offboarding.accepted_row set platform_identity = ?
                 where job = ? and platform = ? and platform_identity is null
                """, owner.platformIdentity(), owner.job(), owner.platform());
    }

    static void move(JdbcTemplate jdbc, Owner from, Owner to) {
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("platform", from.platform())
                .addValue("fromJob", from.job())
                .addValue("from", from.platformIdentity())
                .addValue("toJob", to.job())
                .addValue("to", to.platformIdentity());
        NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
        named.update(DROP_THE_EARLIER, parameters);
        named.update(MOVE, parameters);
    }

    /** The last rows of these customers count as never accepted. */
    static void countAsNeverAccepted(JdbcTemplate jdbc, String runId, String job, UUID[] customers) {
        jdbc.update("""
                update offboarding.accepted_row set never_accepted = true
                 where job = ? and customer_id = any(?) and platform_identity =
                       (select platform_identity from offboarding.runs where run_id = ?)
                """, job, customers, runId);
    }

    /** Customers of tonight's entries whose last row counts as never accepted, and who have no open case. */
    List<UUID> neverAccepted(MapSqlParameterSource parameters) {
        return jdbc.query(NEVER_ACCEPTED, parameters, (row, i) -> row.getObject(1, UUID.class));
    }

    /**
     * Takes tonight's rows for the last ones, within the transaction that accepts the list.
     *
     * @param parameters with run, job, platform, identity and now
     * @param complete whether tonight's list is the whole truth: what is not in it is gone
     */
    void remember(MapSqlParameterSource parameters, boolean complete) {
        parameters.addValue("state", complete ? "PRESENT" : "FILE");
        if (complete) {
            Comparison tonight = compare(parameters);
            if (!tonight.empty()) {
                if (!tonight.somebodySetAside()) {
                    jdbc.update(WAITED_FOR, parameters);
                }
                jdbc.update(LOST, parameters.addValue("lost", tonight.listsAgainOnceBack() ? "GONE" : "MISSING"));
            }
        }
        jdbc.update(REMEMBER, parameters);
    }

    /** Tonight's list beside the one accepted before. */
    Comparison compare(MapSqlParameterSource parameters) {
        return Objects.requireNonNull(jdbc.queryForObject(
                COMPARE,
                parameters,
                (row, i) -> new Comparison(
                        row.getLong("before"),
                        row.getLong("lost"),
                        row.getLong("taken_out"),
                        row.getBoolean("empty"),
                        row.getBoolean("somebody_set_aside"))));
    }
}
