-- Two rows of one subscription, as a ledger without a key may have them, are told by their lines: in what order is not left to chance.
create or replace view offboarding.planned_case as
select r.run_id, r.position, r.customer_id, r.case_id, r.listed_anew, r.restarts, l.company_name, l.domain, l.requested_by,
       p.planned, coalesce(p.holdings, '[]') as holdings,
       encode(sha256(convert_to(
         'customer ' || r.customer_id
         || coalesce((select string_agg(E'\nholds ' || line, '' order by id collate "C", line collate "C")
                        from json_to_recordset(coalesce(p.holdings, '[]')) as held (id text, kind text, status text, at_term_end text)
                       cross join lateral (
                         select id || ' ' || kind || ' ' || status || ' ' || coalesce(at_term_end, '-') as line) told), '')
         || (select string_agg(E'\nwrites ' || action || ' ' || target, '' order by n)
               from rows from (json_to_recordset(p.planned) as (action text, target text)) with ordinality as planned (action, target, n)),
         'UTF8')), 'hex') as digest
  from offboarding.run_case r
  join offboarding.run_listing l on l.run_id = r.run_id and l.position = r.position
  join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position
 where r.hold_reason is distinct from 'OTHER_PLATFORM' and json_array_length(p.planned) > 0;
