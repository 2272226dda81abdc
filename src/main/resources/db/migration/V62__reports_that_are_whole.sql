-- Which runs have a report that was not cut back since: only such a one can be linked to.
create or replace view offboarding.runs as
select r.run_id, r.job, r.mode, r.platform, r.platform_identity,
       r.reported_at is not null as reported,
       r.stop_reason is null and not r.interrupted as tells_for_good,
       r.recorded_at,
       r.reported_at is not null and r.cut_back_at is null as whole
  from offboarding.run r cross join (select) as nothing_to_change;
