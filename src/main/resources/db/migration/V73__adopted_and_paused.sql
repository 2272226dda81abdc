-- A platform identity, and those of ledgers that were moved to it: whoever adopted cases from one said so in the trail. What was written, counted
-- and reserved there was so of the same customers, and the limits do not begin anew because a ledger was moved.
create index adopted on offboarding.event (sequence) where kind = 'ADOPTED';
create function offboarding.with_adopted(identity text) returns text[] language sql stable as $$
  with recursive moved as materialized (
    select distinct e.data::json ->> 'to_platform_identity' as moved_to, e.data::json ->> 'from_platform_identity' as moved_from
      from offboarding.event e where e.kind = 'ADOPTED'),
  place (identity) as (
    select with_adopted.identity
    union
    select m.moved_from from place p join moved m on m.moved_to = p.identity)
  select array_agg(p.identity) from place p
$$;

-- Pauses that nobody has ended, of a case or, where that is null, of a whole job: they hold before the day that they name, or on all days. A door.
create view offboarding.paused as select * from (
  select distinct on (i.case_id, case when i.case_id is null then i.job end, case when i.case_id is null then i.platform end)
         i.case_id, i.job, i.platform, i.kind, i.until
    from offboarding.intervention i where i.kind in ('PAUSE', 'RESUME')
   order by i.case_id, case when i.case_id is null then i.job end, case when i.case_id is null then i.platform end, i.intervention_id desc) last
 where last.kind = 'PAUSE';
