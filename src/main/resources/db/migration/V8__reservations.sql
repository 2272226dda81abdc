-- What a run that may write has reserved of the limits, from its check to the end of its lock. Whoever holds a plan against the limits
-- does so under a lock of the platform identity, counts what runs under way have here, and deletes what is left of runs that are over.
create table offboarding.reservation (
  run_id            text    not null,
  customer_id       uuid    not null,
  platform_identity text    not null,
  begins            boolean not null,           -- the customer's first write would be this run's
  primary key (run_id, customer_id)
);
create index reservation_on on offboarding.reservation (platform_identity);

-- Days on which more customers fall due than a limit allows, once a run that was not stopped has told them.
create table offboarding.due_day_told (
  job               text not null,
  platform_identity text not null,
  due_on            date not null,
  told_run          text not null,
  primary key (job, platform_identity, due_on)
);

-- When the run accepted its list, within the limits; until then the list has opened no case. Earlier versions accepted while they received.
alter table offboarding.run add column accepted_at timestamptz;
update offboarding.run set accepted_at = started_at where mode = 'run';
-- Something was planned, and no limit stopped it: from this run's population a fall is counted.
alter table offboarding.run add column may_write boolean not null default false;
update offboarding.run r set may_write = true
 where mode = 'run' and population_complete
   and exists (select from offboarding.event e where e.run_id = r.run_id and e.kind = 'INTENT');
alter table offboarding.run add column reserved int not null default 0;           -- customers, when it was checked
-- Its clock agreed with those that it was compared with: no later run may begin before its end.
alter table offboarding.run add column clock_confirmed boolean not null default false;
-- Days on which open cases will be over a limit: day, customers, allowed, limit, told before or not.
alter table offboarding.run add column due_ahead json not null default '[]';

-- Since when the present offboarding of a case runs, where it was begun again: what was written before does not continue it.
alter table offboarding.offboarding_case add column restarted_at timestamptz;
alter table offboarding.run_case add column restarts boolean not null default false;

-- A list that passed its gate, of a run that accepted nothing.
alter table offboarding.list_file drop constraint list_file_status_check;
alter table offboarding.list_file add constraint list_file_status_check
  check (status in ('TAKEN', 'REFUSED', 'LEFT', 'NOTHING_NEW', 'NOT_ACCEPTED'));
