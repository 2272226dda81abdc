-- A second person approves a plan: what was planned, who approved it, and whose cases that covers.

-- What of a plan its digest says: platform, identity and the settings that decide what is done; null in reports of earlier versions.
alter table offboarding.run add column plan_basis json;
-- Who asked, planned and approved, and what waits for an approval.
alter table offboarding.run add column approval json;

-- Is not accepted tonight, and waits for an approval of its plan: neither opens a case nor changes one.
alter table offboarding.run_case add column waits boolean not null default false;

-- Customers to whom a run would write, each with a digest of what it holds and what would be written. Door of the cases.
create view offboarding.planned_case as
select r.run_id, r.position, r.customer_id, r.case_id, r.listed_anew, r.restarts, l.company_name, l.domain, l.requested_by,
       p.planned, coalesce(p.holdings, '[]') as holdings,
       encode(sha256(convert_to(
         'customer ' || r.customer_id
         || coalesce((select string_agg(E'\nholds ' || (h ->> 'id') || ' ' || (h ->> 'kind') || ' ' || (h ->> 'status') || ' '
                                          || coalesce(h ->> 'at_term_end', '-'), '' order by h ->> 'id' collate "C")
                        from json_array_elements(coalesce(p.holdings, '[]')) h), '')
         || (select string_agg(E'\nwrites ' || (w ->> 'action') || ' ' || (w ->> 'target'), '' order by n)
               from json_array_elements(p.planned) with ordinality as planned (w, n)), 'UTF8')), 'hex') as digest
  from offboarding.run_case r
  join offboarding.run_listing l on l.run_id = r.run_id and l.position = r.position
  join offboarding.run_plan p on p.run_id = r.run_id and p.position = r.position
 where r.hold_reason is distinct from 'OTHER_PLATFORM' and json_array_length(p.planned) > 0;

-- A plan that was stopped, or that needs an approval. Equal plans have one id, and one row of a job on a platform identity.
create table offboarding.saved_plan (
  plan_no           bigint generated always as identity primary key,
  plan_id           text not null,
  job               text not null,
  platform_identity text not null,
  basis             json not null,
  planner           text not null,            -- the operating system's user, or the name that was claimed
  planner_is_claim  boolean not null,
  planner_user      text not null,
  planned_run       text not null,
  planned_at        timestamptz not null,
  last_run          text not null,            -- that planned the same
  last_at           timestamptz not null,
  limits            json not null,            -- its figures, as they were then
  files             json not null,            -- of the list: name, sha256
  unique (job, platform_identity, plan_id)
);

create table offboarding.saved_plan_customer (
  plan_no      bigint not null references offboarding.saved_plan,
  customer_id  uuid not null,
  position     bigint not null,               -- in the order of the list
  company_name text,
  domain       text,
  requested_by text,
  from_list    boolean not null,
  begins       boolean not null,              -- its first write is still to come; else it continues
  planned      json not null,
  holdings     json not null,
  digest       text not null,                 -- of what it held and what was to be written
  primary key (plan_no, customer_id)
);

create table offboarding.approval (
  approval_no    bigint generated always as identity primary key,
  plan_no        bigint not null references offboarding.saved_plan,
  kind           text not null,               -- approve | spread | lift
  lifted_limit   text,
  approver       text not null,
  by_is_claim    boolean not null,
  approver_user  text not null,
  reason         text not null,
  approved_run   text not null,
  approved_at    timestamptz not null,
  expires_at     timestamptz not null,        -- unless a run has used it by then
  used_run       text,
  used_at        timestamptz
);
create index approval_of_plan on offboarding.approval (plan_no);

-- Cases that an approval covers: what is begun under it may be continued, and what is spread may begin later.
create table offboarding.approved_case (
  approval_no bigint not null references offboarding.approval,
  case_id     bigint not null,
  customer_id uuid not null,
  since       timestamptz not null,
  primary key (case_id, approval_no)
);
