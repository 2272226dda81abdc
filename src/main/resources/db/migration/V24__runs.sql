-- What the tables of other rooms may be joined with of a run: which one it is, where it worked, and whether what its report tells of once
-- has been told for good, as a run that was stopped or died has not. Nothing is changed through it, whatever a role has been granted: of
-- two relations none can be.
create view offboarding.runs as
select r.run_id, r.job, r.mode, r.platform, r.platform_identity,
       r.reported_at is not null as reported,
       r.stop_reason is null and not r.interrupted as tells_for_good
  from offboarding.run r cross join (select) as nothing_to_change;
