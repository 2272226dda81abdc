-- What people ask for beside the list: that a customer is withdrawn, that nothing is written meanwhile, that a case is ended. Added to, and
-- never changed: what holds is what was asked for last.
create table offboarding.intervention (
  intervention_id bigint generated always as identity primary key,
  at              timestamptz not null,
  job             text not null,
  platform        text not null,              -- ledger | partner-center
  kind            text not null check (kind in ('WITHDRAW', 'PAUSE', 'RESUME', 'CLOSE')),
  case_id         bigint,                     -- null: the whole job
  customer_id     uuid,
  reason          text not null,
  asked_by        text not null,
  by_is_a_claim   boolean not null,           -- said by --by, and not by the operating system
  os_user         text not null,
  host            text not null,
  until           date,                       -- of a pause: the first day on which it is over
  run_id          text not null,              -- under which it is in the audit trail
  check ((case_id is null) = (customer_id is null))
);
create index intervention_of_case on offboarding.intervention (case_id) where case_id is not null;
create index intervention_of_job on offboarding.intervention (job, platform) where case_id is null;

create function offboarding.refuse_another_word() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'what was asked for is not changed: % on % is refused; ask for something else', tg_op, tg_table_name;
end
$$;
create trigger only_added_to before update or delete on offboarding.intervention
  for each statement execute function offboarding.refuse_another_word();

-- Open cases that are to be withdrawn or closed, and are not yet. Once its relationship is removed there is nothing to be put back. A door.
create view offboarding.asked_of_case as select * from (
  select c.case_id, bool_or(i.kind = 'WITHDRAW') as withdraw, bool_or(i.kind = 'CLOSE') as close
    from offboarding.offboarding_case c join offboarding.intervention i on i.case_id = c.case_id
   where c.closed_at is null
     and (i.kind = 'CLOSE' or i.kind = 'WITHDRAW' and c.state <> 'REMOVED')
   group by c.case_id) asked;

-- The file, or the query, whose row opened a case: a later one may list its customer, too.
alter table offboarding.offboarding_case add column opened_source text;
update offboarding.offboarding_case set opened_source = source;
