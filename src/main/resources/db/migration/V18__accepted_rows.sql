-- The row that a job accepted last for each customer, as it was understood: what tells whether a customer is listed again.
create table offboarding.accepted_row (
  platform          text not null,
  platform_identity text,                     -- null in rows of an earlier version, until the job's next run claims them
  job               text not null,
  customer_id       uuid not null,
  columns           text[] not null,          -- the columns that its list had and that were understood
  company_name      text,
  company_key       text,                     -- as names are compared; null in rows of an earlier version
  domain            text,
  domain_key        text,
  effective_date    date,
  reason            text,
  ticket            text,
  requested_by      text,
  again             text,
  -- FILE: it never stood in a list that is the whole truth. PRESENT: it stands in the last of those that was accepted; MISSING: not in
  -- that one, which had lost too much to be believed; GONE: not in one that was
  state             text not null check (state in ('FILE', 'PRESENT', 'MISSING', 'GONE')),
  -- told as no customer of the reseller, and counted as never accepted
  never_accepted    boolean not null default false,
  accepted_at       timestamptz not null,
  accepted_run      text not null
);
create unique index accepted_row_of_job on offboarding.accepted_row (customer_id, job, platform_identity);
create index accepted_rows_of_job on offboarding.accepted_row (job);

-- Of an earlier version it is known what the last case of each customer has. A cell that is empty there may have had no column.
insert into offboarding.accepted_row
  (platform, platform_identity, job, customer_id, columns, company_name, domain, effective_date, reason, ticket, requested_by,
   state, accepted_at, accepted_run)
select distinct on (c.customer_id, c.job, c.platform, c.platform_identity)
       c.platform, c.platform_identity, c.job, c.customer_id,
       array_remove(array['customer_id', case when c.company_name is not null then 'company_name' end,
         case when c.domain is not null then 'domain' end, case when c.effective_date is not null then 'effective_date' end,
         case when c.reason is not null then 'reason' end, case when c.ticket is not null then 'ticket' end,
         case when c.requested_by is not null then 'requested_by' end], null),
       c.company_name, c.domain, c.effective_date, c.reason, c.ticket, c.requested_by,
       case when c.source <> 'database' then 'FILE' when c.listed then 'PRESENT' else 'MISSING' end, c.opened_at, c.opened_run
  from offboarding.offboarding_case c
 order by c.customer_id, c.job, c.platform, c.platform_identity, c.case_id desc;

-- Since when a case is held for what it is held for, and when a run that was not stopped has last reported that.
alter table offboarding.offboarding_case add column hold_since timestamptz, add column reminded_on date;
update offboarding.offboarding_case set hold_since = now() where hold_reason is not null and closed_at is null;
-- The run of another job that has listed this customer again; what it listed stands in the case.
alter table offboarding.offboarding_case add column relisted_run text;
alter table offboarding.run_case
  add column hold_since timestamptz,
  add column relisted_run text;

-- Rows that both gates passed and that list nobody again.
alter table offboarding.run add column rows_nothing_new bigint;
