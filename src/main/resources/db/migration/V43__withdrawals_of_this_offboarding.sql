-- A withdrawal that came too late for one removal is none of the offboarding that somebody asks for after it. Which came first says the
-- database's clock, for people ask on other machines than the one on which the run is. Null: before there was this column.
alter table offboarding.intervention add column recorded_at timestamptz;
alter table offboarding.intervention alter column recorded_at set default clock_timestamp();
alter table offboarding.run add column recorded_at timestamptz;
alter table offboarding.run alter column recorded_at set default clock_timestamp();

-- When the run was recorded that began this offboarding anew: what was asked for before that was about an earlier one. Null: this is the
-- first one, or an earlier version began it.
alter table offboarding.offboarding_case add column asked_since timestamptz;

create or replace view offboarding.runs as
select r.run_id, r.job, r.mode, r.platform, r.platform_identity,
       r.reported_at is not null as reported,
       r.stop_reason is null and not r.interrupted as tells_for_good,
       r.recorded_at
  from offboarding.run r cross join (select) as nothing_to_change;

create or replace view offboarding.known_case as select * from (
  select case_id, platform, platform_identity, job, customer_id, state, opened_at, opened_run, restarted_at, removed_at,
         closed_at, closed_run, asked_since
    from offboarding.offboarding_case) known;

create or replace view offboarding.asked_of_case as select * from (
  select c.case_id, bool_or(i.kind = 'WITHDRAW') as withdraw, bool_or(i.kind = 'CLOSE') as close
    from offboarding.offboarding_case c join offboarding.intervention i on i.case_id = c.case_id
   where c.closed_at is null
     and (i.kind = 'CLOSE'
       or i.kind = 'WITHDRAW' and c.state <> 'REMOVED' and (c.asked_since is null or i.recorded_at >= c.asked_since))
   group by c.case_id) asked;
