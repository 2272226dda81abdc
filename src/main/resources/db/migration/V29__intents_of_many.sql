-- One INTENT tells of the writes of many customers since: its customer_id is null, its data says how many customers and, of each write, whose
-- it is. Each of them has an OUTCOME of its own, which answers it. An INTENT of an earlier version is of one customer, and has one OUTCOME.
create unique index one_outcome_a_customer on offboarding.event (answers, customer_id) where answers is not null;
create unique index one_outcome_of_nobody on offboarding.event (answers) where answers is not null and customer_id is null;
drop index offboarding.one_outcome_an_intent;

-- There are few of them now: what was asked of whom is found from them by what answers them, and needs no index row a customer of its own.
drop index offboarding.intent_at;
create index intent_at on offboarding.event (platform, at) where kind = 'INTENT';
create index intent_of_run on offboarding.event (run_id, sequence) where kind = 'INTENT';

-- What was asked of each customer, where it is answered: at is when it was asked, not when its answer was recorded, which is a night later
-- where the run died. So 30 days are those since the platform was asked, and what was asked before a case was opened or begun again does
-- not count for it, whenever it was answered.
create or replace view offboarding.intent as
  select i.sequence, i.at, i.run_id, i.platform, r.platform_identity, o.customer_id, i.action, o.data
    from offboarding.event o
    join offboarding.event i on i.sequence = o.answers and i.kind = 'INTENT'
    left join offboarding.run r on r.run_id = i.run_id;

-- What was asked and is not answered yet, by customer: of the run under way, and of runs that died. Runs that are settled have none, so
-- whoever does not ask for one run says "not settled". How many are answered is counted before the writes of an INTENT are looked at.
create view offboarding.open_intent as
  select i.sequence, asked.place, i.at, i.job, i.run_id, i.platform, r.platform_identity, r.settled, asked.customer_id, i.action, asked.data
    from offboarding.event i
    left join offboarding.run r on r.run_id = i.run_id
   cross join lateral (
     select coalesce(i.customer_id, (w.write ->> 'customer_id')::uuid) as customer_id, min(w.place) as place,
            json_build_object('writes', json_agg(w.write order by w.place))::text as data
       from json_array_elements(i.data::json -> 'writes') with ordinality as w (write, place)
      group by 1) asked
   where i.kind = 'INTENT'
     and (select count(*) from offboarding.event o where o.answers = i.sequence)
         < case when i.customer_id is not null then 1
                else coalesce(substring(substr(i.data, 1, 32) from '^\{"customers":(\d{1,9}),')::bigint, 1000000000) end
     -- counted, too: of what is joined the whole trail would be read for a few
     and (select count(*) from offboarding.event o where o.answers = i.sequence and o.customer_id = asked.customer_id) = 0;
