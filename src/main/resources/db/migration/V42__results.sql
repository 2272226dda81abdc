-- Lists that were taken from an inbox, as long as something may still become of their rows: beside each stands a file that says what.
create table offboarding.archived_list (
  run_id          text    not null,           -- that took it
  file_no         int     not null,
  job             text    not null,
  path            text,                       -- once it is in the archive
  sha256          text    not null,
  delimiter       text    not null,
  delimiter_named boolean not null,
  nothing_new     uuid[]  not null,           -- customers whose rows said what was accepted before
  primary key (run_id, file_no)
);
create index archived_list_of_job on offboarding.archived_list (job);

-- How cases stand, with what they wait for first, and how they stand in a run. Doors of the cases.
create view offboarding.case_standing as select * from (
  select case_id, job, customer_id, opened_run, closed_run, closed_as, state, hold_reason, hold_until, holds -> 0 ->> 'message' as message
    from offboarding.offboarding_case) standing;
create view offboarding.run_standing as select * from (
  select run_id, customer_id, case_id, outcome, state, hold_reason, hold_until, message from offboarding.run_case) standing;
