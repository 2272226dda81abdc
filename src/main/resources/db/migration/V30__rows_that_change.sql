-- Each step of a run changes its row of each case, and PostgreSQL writes a row that changes anew, all of it. What a step does not change
-- has tables of its own therefore: what was listed is written once, and what is planned and what was held then once or twice.
create table offboarding.run_listing (
  run_id         text not null,
  position       bigint not null,
  source         text not null,
  line           bigint not null,
  company_name   text,
  domain         text,
  effective_date date,
  reason         text,
  ticket         text,
  requested_by   text,
  others         json not null,
  contents       bytea not null,
  primary key (run_id, position)
);
insert into offboarding.run_listing
select run_id, position, source, line, company_name, domain, effective_date, reason, ticket, requested_by, others, contents
  from offboarding.run_case;

-- Of a case that nothing is planned for, and whose customer was not read, there is no row.
create table offboarding.run_plan (
  run_id    text not null,
  position  bigint not null,
  planned   json not null,                    -- [{"action":…,"target":…}] in the order of writing
  holdings  json,                             -- subscriptions as they were seen before the first write
  primary key (run_id, position)
);
insert into offboarding.run_plan
select run_id, position, planned, holdings from offboarding.run_case where planned::text <> '[]' or holdings::text <> '[]';

-- They go with the row of their case, and no sooner.
create trigger once_reported after delete on offboarding.run_listing referencing old table as gone
  for each statement execute function offboarding.once_reported();
create trigger once_reported after delete on offboarding.run_plan referencing old table as gone
  for each statement execute function offboarding.once_reported();

drop view offboarding.worked_case;
alter table offboarding.run_case
  drop column source, drop column line, drop column company_name, drop column domain, drop column effective_date, drop column reason,
  drop column ticket, drop column requested_by, drop column others, drop column contents, drop column planned, drop column holdings;

-- A case in a run, all of it. Read only: of a join nothing can be changed.
create view offboarding.run_case_row as
select r.*, l.source, l.line, l.company_name, l.domain, l.effective_date, l.reason, l.ticket, l.requested_by, l.others, l.contents,
       coalesce(p.planned, '[]') as planned, coalesce(p.holdings, '[]') as holdings
  from offboarding.run_case r
  join offboarding.run_listing l on l.run_id = r.run_id and l.position = r.position
  left join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position;

-- Customers whom a run works: not those whose cases wait on another platform identity. Door of the cases, as before.
create view offboarding.worked_case as
select r.run_id, r.position, r.customer_id, r.case_id, r.listed_anew, r.restarts, r.state, r.removed_at, r.hold_until, r.holds,
       coalesce(p.planned, '[]') as planned, r.suspended, r.cancelled
  from offboarding.run_case r
  left join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position
 where r.hold_reason is distinct from 'OTHER_PLATFORM';

-- PostgreSQL spares the indexes where nothing changes that they know of, their conditions included, and where the new row has room on its
-- page. A case changes its state with each step; whether it is closed it changes once.
drop index offboarding.offboarded_case_of_job;
create index closed_case_of_job on offboarding.offboarding_case (job, case_id) where closed_at is not null and return_told_at is null;
alter table offboarding.offboarding_case set (fillfactor = 60);

create or replace function offboarding.analyze_cases() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  analyze (skip_locked) offboarding.run_case, offboarding.run_listing, offboarding.run_plan, offboarding.offboarding_case,
    offboarding.accepted_row;
end
$$;
