-- How each case stood in the last report that had a row of it, of jobs with lists whose rows something may still become of: a run that only
-- carries out what somebody asked for one customer writes the files beside these lists as well, and has looked at nobody else.
create table offboarding.last_result (
  case_id     bigint primary key,
  run_id      text not null,                  -- whose report that is
  outcome     text not null,
  state       text not null,
  hold_reason text,
  hold_until  date,
  message     text not null
) with (fillfactor = 70);

-- From an earlier version, which kept no outcome of a case that is open.
insert into offboarding.last_result (case_id, run_id, outcome, state, hold_reason, hold_until, message)
select c.case_id, coalesce(back.run_id, c.closed_run, night.run_id, c.opened_run),
       case when back.run_id is not null then 'RE_ESTABLISHED'
            when c.hold_reason = 'GRACE_PERIOD' and c.suspended_ids <> '{}' then 'SUSPENDED'
            when c.hold_reason is not null then 'HELD'
            when c.closed_as is not null then c.closed_as
            when c.state in ('REMOVED', 'SUSPENDED') then c.state
            else 'PLANNED' end,
       c.state, c.hold_reason, c.hold_until, coalesce(c.holds -> 0 ->> 'message', '')
  from offboarding.offboarding_case c
  join (select job, min(run_id) as first from offboarding.archived_list group by job) listed
    on listed.job = c.job and (c.closed_run is null or c.closed_run >= listed.first)
  left join lateral (
    select r.run_id from offboarding.run r
     where c.closed_run is null and r.job = c.job and r.mode = 'run' and r.reported_at is not null and r.run_id >= c.opened_run
     order by r.run_id desc limit 1) night on true
  left join lateral (
    select r.run_id from offboarding.run r
     where c.return_told_at is not null and r.job = c.job and r.mode = 'run' and r.started_at <= c.return_told_at
     order by r.run_id desc limit 1) back on true;

-- Equal plans are one, whoever brings its customers: those of tonight's list may be open cases by the time that it is planned again. How many the
-- last list brought that planned the same; null where the plan was made once.
alter table offboarding.saved_plan add column from_last_list bigint;
