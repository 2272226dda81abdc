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
