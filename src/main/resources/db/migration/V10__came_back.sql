-- What is known of each case's offboarding: when it began, what its customer held, whether its relationship was seen to end. Once
-- known it stays known, whatever a later look shows, until the customer is listed again and its offboarding begins again.
alter table offboarding.offboarding_case add column facts json not null default '{}';
alter table offboarding.run_case add column facts json not null default '{}';
-- when it was reported that a customer that was offboarded is there again: once
alter table offboarding.offboarding_case add column return_told_at timestamptz;
-- offboarded cases of a job whose customers may come back
create index offboarded_case_of_job on offboarding.offboarding_case (job, case_id) where state = 'OFFBOARDED' and return_told_at is null;

-- Open cases of an earlier version: from what was read back, and from the trail.
update offboarding.offboarding_case c
   set facts = json_strip_nulls(json_build_object(
         'begun_at', to_char(c.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         'written_at', (
           select to_char(min(w.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from offboarding.event w
            where w.customer_id = c.customer_id and w.platform = c.platform and w.kind = 'INTENT' and w.at >= c.opened_at),
         'held_before', (
           select array_to_json(array(select s ->> 'id' from json_array_elements(d.data::json -> 'seen' -> 'subscriptions') s))
             from offboarding.event d
            where d.customer_id = c.customer_id and d.platform = c.platform and d.kind = 'DECIDED' and d.at >= c.opened_at
              and json_typeof(d.data::json -> 'seen' -> 'subscriptions') = 'array'
              and d.sequence < (select min(w.sequence) from offboarding.event w
                                 where w.customer_id = c.customer_id and w.platform = c.platform and w.kind = 'INTENT'
                                   and w.at >= c.opened_at)
            order by d.sequence desc limit 1),
         'held_at_removal', (
           select array_to_json(array(select s ->> 'id' from json_array_elements(d.data::json -> 'seen' -> 'subscriptions') s))
             from offboarding.event d
            where d.customer_id = c.customer_id and d.platform = c.platform and d.kind = 'DECIDED' and d.at >= c.opened_at
              and json_typeof(d.data::json -> 'seen' -> 'subscriptions') = 'array'
              and d.sequence < (select max(w.sequence) from offboarding.event w
                                 where w.customer_id = c.customer_id and w.platform = c.platform and w.kind = 'INTENT'
                                   and w.action = 'REMOVE' and w.at >= c.opened_at)
            order by d.sequence desc limit 1),
         'ended_at', case
           when ended.by is not null then to_char(c.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end,
         'ended_by', ended.by))
  from (
    select o.case_id,
           case
             when o.effects::jsonb @@ '$.customer_list.result == "CONFIRMED"' then 'it was off the customer list'
             when o.effects::jsonb @@ '$.support_contact.result == "CONFIRMED"' then 'the reseller was no support contact'
             when o.effects::jsonb @@ '$.purchasing.result == "CONFIRMED"' then 'the reseller could not purchase for it'
             when o.state = 'REMOVED' and o.removed_at is null then 'it was found gone'
             -- an accepted removal that an earlier version was about to send again
             when o.state in ('MARKED', 'SUSPENDED') and exists (
                    select from offboarding.event e
                     where e.customer_id = o.customer_id and e.platform = o.platform and e.kind = 'OUTCOME'
                       and e.action = 'REMOVE' and e.at >= o.opened_at
                       and e.data::jsonb @@ '$.writes[*] ? (@.result == "DONE" || @.result == "LOST").after == "none"')
               then 'its removal was accepted'
           end as by
      from offboarding.offboarding_case o where o.closed_at is null) ended
 where ended.case_id = c.case_id;
